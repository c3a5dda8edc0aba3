"""A card: one hairline around, radius 8, a title row and what it holds."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from console.theme.icons import paint_icon
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CARD, Token
from console.widgets.elided_label import ElidedLabel
from console.widgets.painting import PaintedLabel, box, painting
from console.widgets.plain_label import PlainLabel


class IconLabel(PaintedLabel):
    """One icon as a part of its own; silent unless it is given a name."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        token: Token = "text2",
        size: int = 16,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, name, parent)
        self._icon, self._token, self._side = icon, token, size
        self._restyle()

    def set_icon(self, icon: str, token: Token | None = None) -> None:
        self._icon, self._token = icon, token or self._token
        self._restyle()

    def _restyle(self) -> None:
        side = self._theme.px(self._side)
        self.setFixedSize(side, side)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            paint_icon(painter, self._theme, self._icon, self._token, QRectF(self.rect()))


class Panel(QFrame):
    """`body` is the layout to fill. `note` is the quiet text at the right of the title; dashed for an agent's words."""

    def __init__(
        self,
        theme: Theme,
        title: str = "",
        note: str = "",
        *,
        icon: str | None = None,
        dashed: bool = False,
        ground: Token | None = "surface",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._dashed, self._ground = theme, dashed, ground
        self.setAccessibleName(title)
        self._all = QVBoxLayout(self)
        self._head = QHBoxLayout()
        self._icon = IconLabel(theme, icon, "text3", parent=self) if icon else None
        if self._icon is not None:
            self._head.addWidget(self._icon)
        self._title = PlainLabel(theme, title, "meta_strong", "text2", wrap=False, parent=self)
        self._note = ElidedLabel(theme, note, "meta", "text2", parent=self)
        self._head.addWidget(self._title)
        self._head.addStretch(1)
        self._head.addWidget(self._note)
        self._all.addLayout(self._head)
        self.body = QVBoxLayout()
        self._all.addLayout(self.body)
        self.set_title(title, note)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_title(self, title: str, note: str = "") -> None:
        self.setAccessibleName(title)
        self._title.setText(title)
        self._note.setText(note)
        self._title.setVisible(bool(title))
        self._note.setVisible(bool(note))

    def set_note(self, note: str) -> None:
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        self.body.addWidget(widget, stretch)

    def add_to_head(self, widget: QWidget) -> None:
        """A button or a switch at the right of the title."""
        self._head.addWidget(widget)

    def _restyle(self) -> None:
        px = self._theme.px
        self._all.setContentsMargins(px(16), px(12), px(16), px(12))
        self._all.setSpacing(px(8))
        self._head.setSpacing(px(8))
        self.body.setSpacing(px(6))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        fill = theme.color(self._ground) if self._ground and not self._dashed else None
        with painting(self) as painter:
            box(
                painter,
                self.rect(),
                theme.px(RADIUS_CARD),
                fill=fill,
                border=theme.color("line2" if self._dashed else "line"),
                width=theme.border,
                dashed=self._dashed,
            )
