"""Rulings that do not act yet: which there are, how long each can still be taken back."""

from PySide6.QtCore import QObject, QTimer, Signal

from console.change_set import ChangeSet
from console.context import ConsoleContext
from runtime.domain.commands import TakeBack
from runtime.domain.ids import AskId
from runtime.domain.words import AskState
from runtime.projections.rows import AskRow


class HeldRulings(QObject):
    """``changed`` when the list or a count-down second changed. Ctrl+Z takes the newest of one's own back."""

    changed = Signal()
    looked = Signal(object)
    """All waiting and held asks, whenever they were read."""

    def __init__(self, context: ConsoleContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._held: list[AskRow] = []
        self._timer = QTimer(self)
        self._timer.setInterval(250)
        self._timer.timeout.connect(self._tick)

    async def refresh(self, change: ChangeSet) -> None:
        """Look again where asks were touched."""
        if change.asks or change.everything:
            rows = await self._context.runtime.history.asks()
            self.looked.emit(rows)
            self.take(rows)

    def take(self, rows: list[AskRow]) -> None:
        """The asks as they are now."""
        self._held = [row for row in rows if row.state is AskState.HELD]
        if self._held:
            self._timer.start()
        self._tick()

    def seconds_left(self, row: AskRow) -> int:
        """Whole seconds, rounded up, until it acts."""
        return max(0, -(-(row.takes_effect - self._context.now()) // 1_000_000))

    @property
    def newest(self) -> AskRow | None:
        """The ruling of this person that Ctrl+Z would take back."""
        mine = [row for row in self._held if row.ruled_by == self._context.operator() and self.seconds_left(row) > 0]
        return max(mine, key=lambda row: row.takes_effect, default=None)

    def take_back_newest(self) -> None:
        """Ctrl+Z."""
        row = self.newest
        if row is not None:
            self._context.runner.submit(TakeBack(AskId(row.ask_id), by=self._context.operator()))

    def _tick(self) -> None:
        if all(self.seconds_left(row) == 0 for row in self._held):
            self._timer.stop()
        self.changed.emit()
