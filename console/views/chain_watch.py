"""What is known of the hash chain: read from the journal, verified on request, held against what is recorded since."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from console.context import ConsoleContext
from console.operations.operation import Answer
from console.presenters.audit_text import ChainState, chain_state, comparing_words, newest_to_verify
from runtime.domain.changes import Done
from runtime.domain.commands import CompareWithJournal, VerifyChain
from runtime.engine.progress import CHAIN_PROGRESS, COMPARISON_PROGRESS
from runtime.projections.rows import AuditFilter

VERIFICATIONS = AuditFilter(kinds=("chain-verified", "chain-found-broken"))


class ChainWatch(QObject):
    """``changed`` whenever something else is known; ``state`` is that."""

    changed = Signal()

    def __init__(self, context: ConsoleContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.state = ChainState()
        self._reading = 0
        self._counting: asyncio.Task[None] | None = None

    async def read(self) -> None:
        """The newest verification in the journal, how much was recorded since, and the last comparison."""
        self._reading += 1
        number, history = self._reading, self._context.runtime.history
        found = await history.audit(VERIFICATIONS, 0, 1)
        known = await self._with_newest(chain_state(await history.audit_entry(found[0].seq) if found else None))
        if number == self._reading and not self.state.running:  # whoever verifies reads it again at the end
            self._know(known)

    async def read_newest(self) -> None:
        """More was recorded: what was verified covers less of it."""
        before = self.state
        known = await self._with_newest(before)
        if self.state is before and not before.running and known != before:
            self._know(known)

    async def _with_newest(self, known: ChainState) -> ChainState:
        newest = await self._context.runtime.history.audit(AuditFilter(), 0, 1)
        last = await self._context.runtime.compared()
        since = last.compared_at >= known.at > 0
        return replace(
            known,
            newest=newest_to_verify(next(iter(newest), None)),
            comparing=self.state.comparing,
            compared=since and not last.faults,
            differs=last.faults if since else "",
        )

    def verify(self) -> None:
        """Every record, from the first to the sealed head; then lists and contents, which take longer."""
        if self.state.running or self.state.comparing:
            return
        self._know(ChainState(running=True))
        self._count(self._count_checked())
        self._context.runner.submit(VerifyChain(self._context.operator()), self._verified)

    def _count(self, counting: Coroutine[Any, Any, None]) -> None:
        self._counting = self._context.tasks.start(counting, name="count verified records")

    async def _count_checked(self) -> None:
        async for _, checked in self._context.runtime.progress.watch(CHAIN_PROGRESS):
            self._know(ChainState(running=True, checked=checked))

    async def _count_compared(self) -> None:
        async for what, checked in self._context.runtime.progress.watch(COMPARISON_PROGRESS):
            self._know(replace(self.state, comparing=comparing_words(what, checked)))

    def _verified(self, answer: Answer) -> None:
        self._stop_counting()
        self.state = ChainState()
        if isinstance(answer, Done):
            self.state = ChainState(comparing=comparing_words("", ""))
            self._count(self._count_compared())
            self._context.runner.submit(CompareWithJournal(self._context.operator()), self._compared)
        self._context.tasks.start(self.read(), name="read the state of the chain")

    def _compared(self, _answer: Answer) -> None:
        self._stop_counting()
        self.state = replace(self.state, comparing="")
        self._context.tasks.start(self.read(), name="read the state of the chain")

    def _stop_counting(self) -> None:
        if self._counting is not None:
            self._counting.cancel()

    def _know(self, state: ChainState) -> None:
        self.state = state
        self.changed.emit()
