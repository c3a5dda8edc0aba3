"""What the window's frame knows about the queue: who is on duty, presence, and the way to the week's figures."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog, QWidget

from console.context import ConsoleContext
from console.presence import Presence
from console.presenters.duty_text import duty_words
from console.views.rail import Rail
from runtime.domain.queue_commands import SetDuty

OpenDialog = Callable[[str, Callable[[], QDialog]], None]


class QueueFrame(QObject):
    """``open_dialog`` shows a dialog of a name once."""

    def __init__(self, context: ConsoleContext, window: QWidget, rail: Rail, open_dialog: OpenDialog) -> None:
        super().__init__(window)
        self._context, self._window, self._rail, self._open_dialog = context, window, rail, open_dialog
        self.presence = Presence(context, window)
        self.on_duty: bool | None = None
        """None = nobody at this seat decides here, as far as is known."""
        rail.duty_pressed.connect(self.toggle_duty)

    async def refresh(self) -> None:
        """Whether the person at this seat is on duty."""
        operator = self._context.operator()
        state = await self._context.runtime.history.queue(operator)
        me = next((one for one in state.people if one.operator_id == operator), None)
        self.on_duty = None if me is None else me.on_duty
        words = duty_words(me, self._context.now()) if me is not None else ""
        self._rail.set_duty(words, on_duty=self.on_duty)

    def toggle_duty(self) -> None:
        """On duty, or off."""
        by = self._context.operator()
        if self.on_duty is not None:
            self._context.runner.submit(SetDuty(by, not self.on_duty, by))

    def open_week(self) -> None:
        """How well people are asked: the figures of the last seven days."""
        self._context.tasks.start(self._open_week(), name="read the week")

    async def _open_week(self) -> None:
        from console.dialogs.numbers_dialog import NumbersDialog
        from console.presenters.health_text import week_table

        table = week_table(await self._context.runtime.history.queue_health())
        self._open_dialog("week", lambda: NumbersDialog(self._context, table, self._window))
