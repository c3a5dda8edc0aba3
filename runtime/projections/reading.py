"""What all read models share: where they read, what time it is, names, specs and what is paused."""

from collections.abc import Callable

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.connection import Homes
from runtime.domain.policy import Policy
from runtime.domain.presence import unattended_since
from runtime.domain.settings import Operator, WorkspaceSettings
from runtime.projections import workspace_rows
from runtime.projections.ask_view import Still, still
from runtime.projections.follower import Follower
from runtime.projections.local_days import LocalDays
from runtime.projections.names import Names
from runtime.projections.presence_view import presence
from runtime.projections.row import Row
from storage.reads import runs as run_reads
from storage.reads import workspace as workspace_reads
from storage.recorder import Recorder

InputSchema = Callable[[str, str], str]
"""(agent, tool) -> JSON Schema of the tool's arguments, or "{}"."""


def no_schema(agent: str, tool: str) -> str:
    """Where nobody knows the tools."""
    return "{}"


class Reading:
    """``now`` answers µs since the epoch, UTC."""

    def __init__(
        self,
        recorder: Recorder,
        now: Callable[[], int],
        follower: Follower,
        *,
        input_schema: InputSchema = no_schema,
        homes: Callable[[], Homes] = dict,
        days: LocalDays | None = None,
    ) -> None:
        self._recorder = recorder
        self._now = now
        self._follower = follower
        self._input_schema = input_schema
        self._homes = homes
        self._days = days or LocalDays()

    async def operators(self) -> list[Operator]:
        """Everybody who may decide, or could once."""
        rows = await self._recorder.query(workspace_reads.people())
        return [Operator(row["operator_id"], row["name"], bool(row["active"])) for row in rows]

    async def policy(self) -> Policy:
        """The policy in force."""
        row = (await self._values()).get(workspace_rows.POLICY)
        return msgspec.json.decode(row["value"], type=Policy) if row is not None else Policy()

    async def settings(self) -> WorkspaceSettings:
        """The settings in force."""
        values = await self._values()
        row, title = values.get(workspace_rows.SETTINGS), values.get(workspace_rows.TITLE)
        if row is not None:
            return msgspec.json.decode(row["value"], type=WorkspaceSettings)
        return WorkspaceSettings(title=title["value"]) if title is not None else WorkspaceSettings()

    async def _values(self) -> dict[str, Row]:
        return {row["name"]: row for row in await self._recorder.query(workspace_reads.values())}

    async def _names(self) -> Names:
        return Names({person.operator_id: person.name for person in await self.operators()})

    async def _still(self) -> Still:
        rows = await self._recorder.query(run_reads.stands_still())
        values = await self._values()
        people = {person.operator_id: person for person in await self.operators()}
        return still([tuple(row.values()) for row in rows], unattended_since(people, presence(values)))

    async def _spec(self, agent: str, revision: int) -> AgentSpec | None:
        for row in await self._recorder.query(workspace_reads.revisions(agent)):
            if row["revision"] == revision:
                return msgspec.json.decode(row["spec"], type=AgentSpec)
        return None
