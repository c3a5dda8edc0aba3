"""One life of the program, opened as the command line opens it, with a person before it who works off a story.

``python -m tests.kills.life life WHEN FOLDER``: FOLDER/order.json names the story and how it recovers, FOLDER/room is
the workspace, FOLDER/witness what the outside knows. WHEN is ``furnish``, ``never``, ``survey`` (every boundary is
written down), ``LABEL#N`` (killed at that boundary), ``time:SECONDS`` (killed from outside), or ``inspect`` /
``inspect-end`` (nothing lives: what was left is held against the promises).
"""

import asyncio
import sys
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from console.cli.opening import opened
from console.cli.printing import Printer
from runtime import assembly
from runtime.domain.action import canonical
from runtime.domain.agent_spec import ToolGrant
from runtime.domain.changes import Done
from runtime.domain.commands import SaveAgent, SaveOperator, SavePolicy, SaveSettings
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.policy import Policy
from runtime.domain.settings import Operator
from runtime.domain.workspace_state import Agent
from runtime.engine.surroundings import Surroundings
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.scripted import NO_COST
from runtime.workspace_runtime import WorkspaceRuntime
from tests.fixtures.ledger_tool import Ledger
from tests.kills import recoveries
from tests.kills.inspecting import inspect
from tests.kills.killer import Killer
from tests.kills.nursery import main
from tests.kills.person import ANNA, BEN, Person
from tests.kills.stories import CLERK, STORIES, Story
from tests.kills.till import Till
from tests.kills.web import WEB, settled
from tests.kills.witness import Witness, lines
from tests.kills.world import WITNESS as WITNESS
from tests.kills.world import lay_out, put_mail, put_orphans

ROOM, ORDER = "room", "order.json"


class Order(msgspec.Struct, frozen=True):
    """Which story is lived in a folder, and how its lives recover."""

    story: str
    recovery: str = recoveries.RIGHT
    web: str = ""
    """Address of the other company's server."""


class ByTitle:
    """A model whose answer follows from the task's title and the turn alone: it is the same in every life."""

    label = "by title"

    def __init__(self, story: Story, web: str) -> None:
        self._story = story
        self._web = web
        """What stands for ``WEB`` in what is decided."""

    async def model_for(self, route: str, agent: Agent, spec: object) -> Model:
        return self

    async def plan(self, request: ModelRequest, on_text: Any) -> Answered[PlannedWork]:
        return Answered(self._story.plan, NO_COST, b"", b"")

    async def act(self, request: ModelRequest, on_text: Any) -> Answered[Decision]:
        decision = self._story.runs[request.task.title][request.turn - 1]
        calls = [
            msgspec.structs.replace(one, arguments=one.arguments.replace(WEB, self._web)) for one in decision.calls
        ]
        return Answered(msgspec.structs.replace(decision, calls=tuple(calls)), NO_COST, b"", b"")


async def live(folder: Path, when: str) -> None:
    """Once, as WHEN says."""
    order = msgspec.json.decode((folder / ORDER).read_bytes(), type=Order)
    story, room, witness = STORIES[order.story], folder / ROOM, folder / WITNESS
    if story.web:
        await asyncio.to_thread(settled, order.web)
    if when.startswith("inspect"):
        await inspect(story, room, witness, at_the_end=when == "inspect-end")
        return
    crashes: list[BaseException] = []
    model = ByTitle(story, f"{order.web}{folder.name}/")
    around = Surroundings(models=model.model_for, families=(Ledger(), Till()), retry_pause_s=0.0)
    as_the_program_does = assembly.open_workspace
    assembly.open_workspace = partial(  # the model and two tools come from the story
        as_the_program_does, around=around, on_crash=lambda error, doing: crashes.append(error)
    )
    recoveries.put_in(order.recovery)
    if when == "furnish":
        lay_out(room)
        witness.mkdir()
    else:
        Killer(room, witness, when).watch()
    async with opened(room, Printer(as_json=False, out=sys.stderr), at_work=True) as found:
        assert found.own is not None
        if when == "furnish":
            await furnish(found.own, story, order.web)
        else:
            taken_back = {line.stream for line in lines(witness) if (line.what, line.command) == ("done", "TakeBack")}
            await Person(found.own, story, Witness(witness), taken_back, order.web).work()
    assert not crashes, crashes
    if when == "furnish" and story.clears:
        put_orphans(room)
    if when == "furnish" and story.by_mail:
        for title in story.runs:
            put_mail(room, title)


async def furnish(runtime: WorkspaceRuntime, story: Story, web: str) -> None:
    """Two people, one agent, the story's rules and hold."""
    granted = {"addresses": [web], "methods": ["POST"], "private_networks": ["127.0.0.1/32"]}
    tools = (*CLERK.tools, ToolGrant("http", canonical(granted))) if story.web else CLERK.tools
    settings = await runtime.history.settings()
    for command in (
        SaveOperator(Operator(ANNA, "Anna"), ANNA),
        SaveOperator(Operator(BEN, "Ben"), ANNA),
        SaveAgent(msgspec.structs.replace(CLERK, tools=tools, all_or_nothing=story.by_itself), ANNA),
        SaveSettings(msgspec.structs.replace(settings, hold_seconds=story.hold_seconds), ANNA),
    ):
        answer = await runtime.perform(command)
        assert isinstance(answer, Done), answer
    version = (await runtime.history.policy()).version
    answer = await runtime.perform(SavePolicy(Policy(0, story.rules), ANNA, version))
    assert isinstance(answer, Done), answer


if __name__ == "__main__":
    main(live)
