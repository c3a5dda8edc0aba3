"""What is known of the hash chain: read from the journal, verified on request, held against what is recorded since."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from console.context import ConsoleContext
from console.presenters.audit_text import ChainState, chain_state
from runtime.domain.commands import VerifyChain
from runtime.engine.progress import CHAIN_PROGRESS
from runtime.projections.rows import AuditFilter

VERIFICATIONS = AuditFilter(kinds=("chain-verified", "chain-found-broken"))


class ChainWatch(QObject):
    """``changed`` whenever something else is known; ``state`` is that."""

    changed = Signal()

    def __init__(self, context: ConsoleContext, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self.state = ChainState()
        self._counting: asyncio.Task[None] | None = None

    async def read(self) -> None:
        """The newest verification in the journal, and how much was recorded since."""
        history = self._context.runtime.history
        found = await history.audit(VERIFICATIONS, 0, 1)
        known = chain_state(await history.audit_entry(found[0].seq) if found else None)
        self._know(replace(known, newest=await self._newest()))

    async def read_newest(self) -> None:
        """More was recorded: what was verified covers less of it."""
        newest = await self._newest()
        if newest != self.state.newest and not self.state.running:
            self._know(replace(self.state, newest=newest))

    async def _newest(self) -> int:
        newest = await self._context.runtime.history.audit(AuditFilter(), 0, 1)
        return newest[0].seq if newest else 0

    def verify(self) -> None:
        """Every record, from the first to the sealed head."""
        if self.state.running:
            return
        self._know(ChainState(running=True))
        by = self._context.operator()
        self._counting = self._context.tasks.start(self._count_checked(), name="count verified records")
        self._context.runner.submit(VerifyChain(by), lambda _answer: self._verified())

    async def _count_checked(self) -> None:
        async for _, checked in self._context.runtime.progress.watch(CHAIN_PROGRESS):
            self._know(ChainState(running=True, checked=checked))

    def _verified(self) -> None:
        if self._counting is not None:
            self._counting.cancel()
        self.state = ChainState()
        self._context.tasks.start(self.read(), name="read the state of the chain")

    def _know(self, state: ChainState) -> None:
        self.state = state
        self.changed.emit()
