"""Below edited rules: what they would have done with recorded actions; numbers first, the list one key away."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal

from console.context import ConsoleContext
from console.presenters.backtest_text import backtest_sentences, looked_at_so_far, not_replayed
from console.widgets.button import ActionButton
from console.widgets.flow_layout import FlowLayout
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.policy import Policy
from runtime.engine.progress import BACKTEST_PROGRESS
from runtime.projections.backtest_rows import BacktestReport

_WAIT_MS = 400
"""After the last key: typing is not tried letter by letter."""


class BacktestPart(Panel):
    """``try_later`` after each edit; ``clear`` where nothing is edited. It reads, and can do nothing else."""

    tried = Signal()

    def __init__(self, context: ConsoleContext) -> None:
        theme = context.theme
        super().__init__(theme, self.tr("What these rules would have done"))
        self._context = context
        self._policy: Callable[[], Policy] = Policy
        self._number = 0
        self._task: asyncio.Task[None] | None = None
        self.report: BacktestReport | None = None
        self.is_looking = False
        """Whether rules are being tried, or about to be; what they would have done is not known yet."""
        self.sentence = PlainLabel(theme, "", "body")
        self.aside = PlainLabel(theme, not_replayed(), "meta", "text2")
        self.show_list = ActionButton(theme, self.tr("Show these actions"), "list", "Ctrl L", height=28)
        self.stop = ActionButton(theme, self.tr("Stop looking"), "x", height=28, kind="quiet")
        row = FlowLayout(theme.px(8))
        row.addWidget(self.show_list)
        row.addWidget(self.stop)
        self.add(self.sentence)
        self.add(self.aside)
        self.body.addLayout(row)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_WAIT_MS)
        self._timer.timeout.connect(self._begin)
        self.show_list.activated.connect(self.open_list)
        self.stop.activated.connect(self._stop)
        self.hide()

    def try_later(self, policy: Callable[[], Policy]) -> None:
        """These rules, when the person has paused."""
        self._policy = policy
        self._cancel()  # what is found of the rules before this edit would be read as of these
        self._tell(None, self.tr("Looking at the last recorded actions…"), looking=True)
        self.show()
        self._timer.start()

    def clear(self) -> None:
        """Nothing is edited, or it cannot be tried."""
        self._stop()
        self.hide()

    def _begin(self) -> None:
        self._cancel()
        self._task = self._context.tasks.start(
            self._look(self._number), name="try rules on recorded actions", owner=self
        )

    async def _look(self, number: int) -> None:
        counting = self._context.tasks.start(self._count(number), name="count the actions tried", owner=self)
        try:
            report = await self._context.runtime.backtest(self._policy())
        finally:
            if counting is not None:
                counting.cancel()
        if number == self._number:
            self._tell(report, " ".join(backtest_sentences(report)))
            self.tried.emit()

    async def _count(self, number: int) -> None:
        async for _, done in self._context.runtime.progress.watch(BACKTEST_PROGRESS):
            if number == self._number:
                self._tell(None, looked_at_so_far(done), looking=True)

    def _tell(self, report: BacktestReport | None, sentence: str, *, looking: bool = False) -> None:
        self.report, self.is_looking = report, looking
        self.sentence.setText(sentence)
        self.show_list.setVisible(report is not None and bool(report.changed))
        self.stop.setVisible(looking)

    def _stop(self) -> None:
        self._timer.stop()
        self._cancel()
        self._tell(None, self.tr("Not tried. Edit the rules to try them again."))

    def _cancel(self) -> None:
        self._number += 1
        if self._task is not None and not self._task.done():
            self._task.cancel()
        self._task = None

    def open_list(self) -> None:
        """The actions, each opening its run."""
        from console.dialogs.backtest_dialog import BacktestDialog

        if self.report is not None and self.report.changed:
            dialog = BacktestDialog(self._context, self.report, self.window())
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()
