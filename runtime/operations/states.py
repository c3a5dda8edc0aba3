"""What every stream says now: loaded from the journal when first asked for, folded, read anew after somebody else."""

from collections.abc import Iterable, Sequence

from runtime.domain.ask_state import Ask
from runtime.domain.ids import (
    BUDGET_STREAM,
    POLICY_STREAM,
    WORKSPACE_STREAM,
    AgentName,
    AskId,
    RunId,
    StreamName,
    agent_stream,
    ask_stream,
    run_stream,
)
from runtime.domain.run_state import Run
from runtime.journal.codec import UnreadableRecord
from runtime.journal.event_log import EventLog
from runtime.operations.folded_states import WHOLE, FoldedStates


class States(FoldedStates):
    """Folded streams, and the way they come into memory."""

    def __init__(self, log: EventLog) -> None:
        super().__init__()
        self._log = log

    async def load(self, streams: Sequence[StreamName]) -> None:
        """Fold streams that are not in memory. Raises UnreadableRecord, and approvals are off from then on."""
        for stream in streams:
            if stream not in self._versions:
                try:
                    self.apply(await self._log.read_stream(stream))
                except UnreadableRecord as error:
                    self.mark_broken(error.sentence)
                    raise

    async def load_ask(self, ask_id: AskId) -> Ask | None:
        """An ask with its run, from memory or the journal."""
        await self.load([ask_stream(ask_id)])
        ask = self.ask(ask_id)
        if ask is not None:
            await self.load_run(ask.raised.run_id)
        return ask

    async def load_run(self, run_id: RunId) -> Run | None:
        """A run with all its asks, from memory or the journal."""
        if (known := self.whole_run(run_id)) is not None:
            return known
        await self.load([run_stream(run_id)])
        run = self.run(run_id)
        if run is not None:
            undo_ask = run.rollback.asked if run.rollback is not None else AskId("")
            asks = (*(call.ask_id for call in run.calls), run.leftover_ask, run.cap_ask, run.plan_ask, undo_ask)
            await self.load([ask_stream(ask_id) for ask_id in asks if ask_id])
            if self.run(run_id) is run:
                self._whole_runs.add(run_id)
        return run

    async def reload(self, stream: StreamName) -> None:
        """Somebody else appended: fold it anew, with all streams that are folded into the same state.

        Nothing is forgotten meanwhile: what is known stands until everything was read. Raises UnreadableRecord.
        """
        streams = WHOLE if stream in WHOLE else (stream,)
        while True:
            try:
                read = [await self._log.read_stream(one) for one in streams]
            except UnreadableRecord as error:
                self.mark_broken(error.sentence)
                raise
            ends = [found[-1].version if found else 0 for found in read]
            if all(self.version(one) <= end for one, end in zip(streams, ends, strict=True)):
                break  # else more was folded while it was read
        broken = self.workspace.chain_broken
        self._whole_runs.clear()
        self._drop(stream)
        for found in read:
            self.apply(found)
        if broken:  # also known without a record of it
            self.mark_broken(broken)

    async def load_workspace(self, agents: Iterable[AgentName], more: Iterable[StreamName] = ()) -> None:
        """Everything that holds for the whole workspace, at start. A damaged stream is left out; approvals stay off.

        Raises UnreadableRecord where the workspace's own or its rules are damaged, or a newer program wrote any of
        them: what holds is not known then, and nothing may be recorded on it."""
        for stream in (*WHOLE, BUDGET_STREAM, *(agent_stream(name) for name in agents), *more):
            try:
                await self.load([stream])
            except UnreadableRecord as error:
                if error.newer or stream in (WORKSPACE_STREAM, POLICY_STREAM):
                    raise
                self.unreadable = error.sentence
        if self.unreadable:
            self.mark_broken(self.unreadable)
