"""Reject: four numbered reasons, a free line, Enter. The reason goes to the agent and the log."""

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from console.presenters.wording import later
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CHIP, RADIUS_POPOVER
from console.views.approvals.begun_rejections import BegunRejections
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.flow_layout import FlowLayout
from console.widgets.keycap import paint_keycap
from console.widgets.painting import RIGHT, box, focus_ring, painting, words
from console.widgets.plain_label import PlainLabel

REASONS = (
    later("Wrong target"),
    later("A check is missing"),
    later("Too broad, make it smaller"),
    later("Not now, ask again later"),
)


class _Reason(QRadioButton):
    """One reason with its number."""

    def __init__(self, theme: Theme, number: int, text: str) -> None:
        super().__init__()
        self._theme, self._number, self.reason = theme, number, text
        self.setAccessibleName(f"{number}: {text}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self._theme.px
        return QSize(px(80) + self._theme.metrics("body_strong").horizontalAdvance(self.reason), px(34))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        with painting(self) as painter:
            if self.isChecked():
                box(painter, self.rect(), px(RADIUS_CHIP), fill=theme.color("accentBg"))
            paint_keycap(painter, theme, px(12), self.height() / 2, str(self._number))
            rect = QRectF(px(44), 0, self.width() - px(44), self.height())
            words(painter, theme, rect, self.reason, "body_strong" if self.isChecked() else "body", "text")
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), px(RADIUS_CHIP))


class RejectPanel(QWidget):
    """Lies over the card, above the Reject button. ``rejected(reason, pause agent too)``; ``left`` when it closed."""

    rejected = Signal(str, bool)
    left = Signal()

    def __init__(self, theme: Theme, parent: QWidget, begun: BegunRejections) -> None:
        super().__init__(parent)
        self._theme, self._over, px = theme, parent, theme.px
        self._about, self._begun = "", begun
        self.setAccessibleName(self.tr("Reject: why?"))
        self.reasons = [_Reason(theme, number, self.tr(text)) for number, text in enumerate(REASONS, 1)]
        self.line = QLineEdit()
        self.line.setAccessibleName(self.tr("Note to the agent"))
        self.line.setPlaceholderText(self.tr("A note to the agent"))
        self.line.setMinimumHeight(px(34))
        self.line.installEventFilter(self)
        self.send = ActionButton(theme, self.tr("Reject"), "x", "Enter")
        self.send_and_pause = ActionButton(theme, self.tr("Reject and pause agent"), "pause", None, "quiet")
        self.send.activated.connect(lambda: self._send(False))
        self.send_and_pause.activated.connect(lambda: self._send(True))
        head = QHBoxLayout()
        head.addWidget(PlainLabel(theme, self.tr("Reject: why?"), "title", wrap=False))
        head.addWidget(ElidedLabel(theme, self.tr("goes to the agent and the log"), "meta", "text2", RIGHT), 1)
        foot = FlowLayout(px(8))
        foot.addWidget(self.send)
        foot.addWidget(self.send_and_pause)
        self._next = PlainLabel(theme, self.tr("Next: the agent plans again with your reason"), "meta", "text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(14), px(16), px(14))
        column.setSpacing(px(6))
        column.addLayout(head)
        for reason in self.reasons:
            reason.toggled.connect(self._told)
            reason.installEventFilter(self)
            column.addWidget(reason)
        column.addWidget(self.line)
        column.addWidget(self._next)
        column.addLayout(foot)
        self.line.textChanged.connect(self._told)
        self.hide()

    def open_above(self, x: int, bottom: int, about: str) -> None:
        """Show it, its left edge at ``x`` and its lower edge at ``bottom`` of the parent: empty, or with what was begun
        ``about`` the same and not recorded."""
        self._about = about
        chosen, note = self._begun.of(about)
        for number, reason in enumerate(self.reasons):
            reason.setAutoExclusive(False)
            reason.setChecked(number == chosen)
            reason.setAutoExclusive(True)
        self.line.setText(note)
        self._told()
        width = min(self._theme.px(400), self._over.width() - 2 * self._theme.px(8))
        self.resize(width, max(self.sizeHint().height(), self.heightForWidth(width)))
        room = self._over.width() - width - self._theme.px(16)
        self.move(max(self._theme.px(8), min(x, room)), max(0, bottom - self.height()))
        self.show()
        self.raise_()
        self.line.setFocus()

    def put_away(self, *, keep: bool = True) -> None:
        """Nothing is rejected. What was begun is there when it is opened again, unless it is left by hand."""
        if not keep and self.isVisibleTo(self._over):
            self._begun.forget(self._about)
        self.hide()

    def close_panel(self) -> None:
        """Nothing is rejected, and nothing is kept."""
        if self.isVisibleTo(self._over):
            self.put_away(keep=False)
            self.left.emit()

    def recorded(self, about: str) -> None:
        """It was rejected: until then the words were kept."""
        self._begun.forget(about)

    @property
    def reason(self) -> str:
        """What the agent would be told."""
        chosen = next((one.reason for one in self.reasons if one.isChecked()), "")
        note = self.line.text().strip()
        return f"{chosen}: {note}" if chosen and note else chosen or note

    def _told(self) -> None:
        why = "" if self.reason else self.tr("Choose a reason or write one")
        self.send.set_locked(why)
        self.send_and_pause.set_locked(why)
        if self.isVisibleTo(self._over):  # by a person's hand
            chosen = next((number for number, one in enumerate(self.reasons) if one.isChecked()), -1)
            self._begun.keep(self._about, chosen, self.line.text())

    def _send(self, pause: bool) -> None:
        reason = self.reason
        if reason:
            self.hide()
            self.rejected.emit(reason, pause)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self._send(False)
            return True
        number = event.text()
        empty = watched is not self.line or not self.line.text()
        if empty and len(number) == 1 and number in "1234" and not event.isAutoRepeat():
            self.reasons[int(number) - 1].setChecked(True)
            self.line.setFocus()
            return True
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with painting(self) as painter:
            fill, border = theme.color("surface"), theme.color("line2")
            box(painter, self.rect(), theme.px(RADIUS_POPOVER), fill=fill, border=border, width=theme.border)
