"""The field below the timeline: what is typed here the agent reads before its next step."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit

from console.theme.mirroring import put
from console.theme.theme import Theme
from console.widgets.keycap import KeyCap
from console.widgets.panel import IconLabel
from console.widgets.plain_label import plain_tooltip

LONGEST, MOST_LINES = 4_000, 5
_KEY = "Ctrl Enter"


class NoteField(QPlainTextEdit):
    """``sent`` with the text on Ctrl+Enter; Esc emits ``left``; Tab moves on."""

    sent = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._about = ""
        self._begun: dict[str, str] = {}
        """By run: what was typed and not recorded, while another run is shown."""
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._icon = IconLabel(theme, "note", "text2", parent=self)
        self._key = KeyCap(theme, _KEY, self)
        self.textChanged.connect(self._fit)
        theme.changed.connect(self._restyle)
        self.set_agent("")
        self._restyle()

    def set_agent(self, name: str, ended: bool = False) -> None:
        """Whom it speaks to, and whether they will read it."""
        words = self.tr("Tell {name} something. It reads this before its next step").format(name=name or "it")
        if ended:
            words = self.tr("The run has ended. Nothing more is read in it")
        self._hint = words
        self.setAccessibleName(words)
        self._cut()

    def turn_to(self, about: str) -> None:
        """Another run is shown: what was begun to this one stays with it."""
        begun, self._about = {self._about: self.toPlainText()}, about
        self._begun |= {run: text for run, text in begun.items() if text}
        self.setPlainText(self._begun.pop(about, ""))

    def recorded(self, about: str, text: str) -> None:
        """This was: until then it is kept."""
        if about != self._about:
            if self._begun.get(about, "").strip() == text:
                del self._begun[about]
        elif self.toPlainText().strip() == text:
            self.clear()

    def send(self) -> None:
        """Hand the text over, if there is one."""
        text = self.toPlainText().strip()
        if text:
            self.sent.emit(text[:LONGEST])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if not event.isAutoRepeat():
                self.send()
            event.accept()
            return
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
            event.accept()
            return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(300), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.Resize:
            self._cut()
        return done

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place()

    def _place(self) -> None:
        px, middle = self._theme.px, self.height() / 2
        put(self._icon, px(12), round(middle - self._icon.height() / 2))
        put(self._key, self.width() - self._key.width() - px(10), round(middle - self._key.height() / 2))

    def _fit(self) -> None:
        all_lines = max(1, int(self.document().size().height()))
        lines = min(MOST_LINES, all_lines)
        bar = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(bar.ScrollBarAsNeeded if all_lines > MOST_LINES else bar.ScrollBarAlwaysOff)
        self.setFixedHeight(self._theme.metrics("body").lineSpacing() * lines + self._theme.px(24))

    def _cut(self) -> None:
        """One line of hint, whole in the tooltip where there is no room for it: the field grows with a note alone."""
        room = self.viewport().width() - 2 * round(self.document().documentMargin()) - 2
        shown = self._theme.cut("body", self._hint, room)
        self.setPlaceholderText(shown)
        self.setToolTip(plain_tooltip(self._hint) if shown != self._hint else "")

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFont(self._theme.font("body"))
        self.document().setDocumentMargin(px(7))
        self._key.adjustSize()
        self.setViewportMargins(px(26), 0, self._key.width() + px(6), 0)
        self._fit()
        self._cut()
