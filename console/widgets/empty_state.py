"""What a pane says when it has nothing to show: a fact, what is going on, and one useful action."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.theme.icons import paint_icon
from console.theme.theme import Theme
from console.theme.tokens import SPACE_4
from console.widgets.button import ActionButton
from console.widgets.painting import PaintedLabel, painting
from console.widgets.plain_label import PlainLabel


class _Ring(PaintedLabel):
    def __init__(self, theme: Theme, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", parent)
        self._icon = icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(48), self._theme.px(48))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        with painting(self) as painter:
            painter.setPen(QPen(theme.color("ctl" if theme.is_high_contrast else "line2"), 1.5))
            painter.drawEllipse(QRectF(self.rect()).adjusted(1, 1, -1, -1))
            side = px(18)
            paint_icon(
                painter,
                theme,
                self._icon,
                "text2",
                QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side),
            )


class EmptyState(QWidget):
    """`activated` comes from the button; without `action` there is none."""

    activated = Signal()
    _keeps_note = False

    def __init__(
        self,
        theme: Theme,
        headline: str,
        text: str = "",
        action: str = "",
        icon: str = "check",
        key_hint: str | None = None,
        action_icon: str | None = None,
        note: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._ring = _Ring(theme, icon, self)
        self._headline = PlainLabel(theme, headline, "page", parent=self)
        self._text = PlainLabel(theme, text, "meta", "text2", parent=self)
        self._note = PlainLabel(theme, note, "meta", "text2", parent=self)
        self.button = ActionButton(theme, action, action_icon, key_hint, parent=self)
        self.button.activated.connect(self.activated)
        self._all = QVBoxLayout(self)
        self._actions = QHBoxLayout()
        self._actions.addStretch(1)
        self._actions.addWidget(self.button)
        self._actions.addStretch(1)
        self._all.addStretch(1)
        self._all.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignHCenter)
        for label in (self._headline, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._all.addWidget(label)
        self._all.addLayout(self._actions)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._all.addWidget(self._note)
        self._all.addStretch(1)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.set_texts(headline, text, action, note)

    def set_texts(self, headline: str, text: str = "", action: str = "", note: str = "") -> None:
        self.setAccessibleName(headline)
        self._headline.setText(headline)
        self._text.setText(text)
        self._note.setText(note)
        self.button.setText(action)
        self._text.setVisible(bool(text))
        self._note.setVisible(bool(note) or self._keeps_note)
        self.button.setVisible(bool(action))

    def set_icon(self, icon: str) -> None:
        self._ring.set_icon(icon)

    def keep_room_for_note(self) -> None:
        """The note may come later, and then moves nothing: its line is there from the beginning."""
        self._keeps_note = True
        self._note.show()
        self._restyle()

    def add_action(self, button: ActionButton) -> None:
        """A second, quieter way on, to the right of the first."""
        self._actions.insertWidget(self._actions.count() - 1, button)

    def _restyle(self) -> None:
        self._all.setSpacing(self._theme.px(12))
        self._actions.setSpacing(self._theme.px(SPACE_4))
        self._note.setMinimumHeight(self._theme.metrics("meta").lineSpacing() if self._keeps_note else 0)
