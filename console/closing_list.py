"""What is waited for after the window was closed: tool calls that had begun are let end, and nothing new starts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from console.theme.theme import Theme
from console.views.ground import Ground
from console.widgets.plain_label import PlainLabel

LOOK_EVERY_MS = 100


class ClosingList(Ground):
    """Shows itself while ``in_flight`` names something; ``begin`` and ``end`` bound the closing."""

    def __init__(self, theme: Theme, title: str, in_flight: Callable[[], Sequence[str]]) -> None:
        super().__init__(theme, "bg")
        px = theme.px
        self._in_flight = in_flight
        self.setWindowTitle(self.tr("Closing {workspace}").format(workspace=title))
        self.headline = PlainLabel(theme, "", "title")
        self.waiting = PlainLabel(theme, "", "mono")
        held = self.tr("No new step starts. After 30 s the window ends anyway; the next start looks at what was left.")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.setSpacing(px(12))
        column.addWidget(self.headline)
        column.addWidget(self.waiting)
        column.addStretch(1)
        column.addWidget(PlainLabel(theme, held, "meta", "text2"))
        self.resize(px(440), px(180))
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """The closing has begun."""
        self.look()
        self._timer.start()

    def look(self) -> None:
        """What has not ended yet."""
        names = Counter(self._in_flight())
        if not names:
            return
        calls = sum(names.values())
        one, more = self.tr("Waiting for 1 tool call to end"), self.tr("Waiting for {calls} tool calls to end")
        self.headline.setText(one if calls == 1 else more.format(calls=calls))
        many = self.tr("{name}, {count} times")
        said = (name if count == 1 else many.format(name=name, count=count) for name, count in names.items())
        self.waiting.setText("\n".join(said))
        if not self.isVisible():
            self.show()

    def end(self) -> None:
        """Everything has ended, or was left."""
        self._timer.stop()
        self.close()
        self.deleteLater()
