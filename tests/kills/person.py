"""The person in the child: gives the work, answers every request as the story says, orders the rollback.

What they know of the world outside they see with their own eyes. After a restart they know nothing but what the
program shows them, and what they were told before (the witness).
"""

import asyncio

import msgspec

from runtime.domain.action import canonical
from runtime.domain.changes import Done
from runtime.domain.commands import (
    Approve,
    ClearSpace,
    Command,
    Reject,
    ReleaseHold,
    RollBack,
    StartRun,
    TakeBack,
    TellOutcome,
)
from runtime.domain.events.rollbacks import RollbackFinished, RollbackStarted
from runtime.domain.ids import AgentName, AskId, CallId, RunId, run_stream
from runtime.domain.task import Task
from runtime.domain.words import AskState
from runtime.projections.rows import AskDetail, AskRow
from runtime.workspace_runtime import WorkspaceRuntime
from tests.fixtures.ledger_tool import entries
from tests.kills.stories import Story
from tests.kills.web import received, settled
from tests.kills.witness import Witness
from tests.kills.world import WITNESS

ANNA, BEN = "anna", "ben"


class Person:
    """Sits before one open workspace."""

    def __init__(
        self, runtime: WorkspaceRuntime, story: Story, witness: Witness, told_before: set[str], web: str
    ) -> None:
        self._runtime = runtime
        self._story = story
        self._witness = witness
        self._web = web
        """Address of the other company's server."""
        self._taken_back = told_before
        """Streams of requests whose approval was taken back once, as the story wants it."""
        self._cleared = False
        self._ordered: set[RunId] = set()
        """Rollbacks this person ordered; one that was ordered before a kill is refused the second time, and goes on."""

    async def work(self) -> None:
        """Until every run is over and rolled back where the story says so."""
        feed = self._runtime.watch()
        await self._begin()
        while not await self._over():
            await self._answer_all()
            batch = await anext(feed)
            self._witness.seen(batch[-1].seq)
        feed.close()

    async def give(self, command: Command) -> None:
        """Say it, and remember the answer before anything else is done."""
        self._witness.tried(command)
        answer = await self._runtime.perform(command)
        self._witness.answered(command, answer)
        if isinstance(answer, Done) and isinstance(command, TakeBack):
            self._taken_back.add(f"ask:{command.ask_id}")

    async def _begin(self) -> None:
        if self._story.by_mail:
            return
        known = {row.run_id for row in await self._runtime.history.runs()}
        for title in self._story.runs:
            if f"run-{title}" not in known:
                task = Task(title, title, trusted=True)
                await self.give(StartRun(RunId(f"run-{title}"), AgentName("clerk"), task, ANNA))

    async def _answer_all(self) -> None:
        rows = await self._runtime.history.asks()
        held = [row for row in rows if row.state is AskState.HELD]
        waiting = [row for row in rows if row.state is AskState.WAITING and row.kind == "action"]
        for row in held:
            await self._let_go(row)
        for row in rows:
            if row.kind != "action" and row.state is AskState.WAITING:
                await self._tell(row)
        if self._story.together:
            unfinished = [row for row in await self._runtime.history.runs() if row.outcome is None]
            if len(waiting) == len(unfinished):
                await asyncio.gather(*(self._answer(row, by) for row in waiting for by in (ANNA, BEN)))
            return
        for row in waiting:
            await self._answer(row, ANNA)

    async def _answer(self, row: AskRow, by: str) -> None:
        ask = await self._runtime.history.ask(row.ask_id)
        assert ask is not None
        title = row.run_id.removeprefix("run-")
        if title in self._story.rejected and row.tool == "ledger.add":
            await self.give(Reject(AskId(row.ask_id), by, "Not this."))
            return
        edit = self._story.edits.get(title)
        ticked = tuple(range(len(ask.checks)))
        edited = None if edit is None else canonical(edit)
        await self.give(Approve(AskId(row.ask_id), by, ask.digest, edited, ticked))

    async def _let_go(self, row: AskRow) -> None:
        """Nobody waits for it: once it is taken back, the second time it takes effect at once."""
        if not self._story.hold_seconds:
            return
        if f"ask:{row.ask_id}" not in self._taken_back:
            await self.give(TakeBack(AskId(row.ask_id), ANNA))
        else:
            await self.give(ReleaseHold(AskId(row.ask_id), ANNA))

    async def _tell(self, row: AskRow) -> None:
        """It may or may not have happened: they look into the ledger, or ask the other company."""
        ask = await self._runtime.history.ask(row.ask_id)
        assert ask is not None
        look = self._was_received if ask.action.tool == "http.send" else self._stands_in_the_ledger
        happened = await asyncio.to_thread(look, ask)
        otherwise = "skip" if row.run_id.removeprefix("run-") in self._story.skipped else "do-it"
        await self.give(TellOutcome(AskId(row.ask_id), ANNA, "happened" if happened else otherwise))

    def _stands_in_the_ledger(self, ask: AskDetail) -> bool:
        return ask.action.arguments in {entry.arguments for entry in entries(self._runtime.folder)}

    def _was_received(self, ask: AskDetail) -> bool:
        settled(self._web)
        return msgspec.json.decode(ask.action.arguments)["body"] in received(self._runtime.folder.parent / WITNESS)

    def _written_by_somebody_else(self) -> tuple[CallId, ...]:
        """Somebody else changes what the run wrote; the calls whose undo is to overwrite that."""
        docs = self._runtime.folder / "docs"
        for name, content in self._story.overwrites.items():
            draft = docs / f"{name}.draft"
            draft.write_text(content, "utf-8")
            draft.replace(docs / name)
        return tuple(CallId(f"{turn}.1") for turn in range(1, len(self._story.overwrites) + 1))

    async def _over(self) -> bool:
        rows = await self._runtime.history.runs()
        if len(rows) < len(self._story.runs) or not all(row.outcome for row in rows):
            return False
        if self._story.clears and not self._cleared:
            self._cleared = True
            await self.give(ClearSpace(ANNA))
        over = True
        for title in self._story.rolled_back:
            run_id = RunId(f"run-{title}")
            events = [envelope.event for envelope in await self._runtime._own.log.read_stream(run_stream(run_id))]
            if not any(isinstance(event, RollbackFinished) for event in events):
                over = False
                if run_id not in self._ordered and not self._story.by_itself:
                    self._ordered.add(run_id)
                    begun = any(isinstance(event, RollbackStarted) for event in events)
                    over_others = () if begun else await asyncio.to_thread(self._written_by_somebody_else)
                    await self.give(RollBack(run_id, 0, ANNA, over_others))
        return over
