"""One line of plain text that is cut with "…" where the room ends and told whole in its tooltip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.presenters.visible_text import marked
from console.theme.fonts import Role
from console.theme.theme import Theme
from console.theme.tokens import Token
from console.widgets.painting import LEFT, PaintedLabel, painting, words
from console.widgets.plain_label import plain_tooltip


class ElidedLabel(PaintedLabel):
    """For captions and meta lines only; never for arguments, never in buttons."""

    def __init__(
        self,
        theme: Theme,
        text: str = "",
        role: Role = "body",
        token: Token = "text",
        align: Qt.AlignmentFlag = LEFT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, text, parent)
        self._role, self._token, self._align, self._words = role, token, align, ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._words = " ".join(marked(text).split("\n"))
        self.setAccessibleName(self._words)
        self._shown = ""
        self._fit()
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        return self._words

    def set_token(self, token: Token) -> None:
        self._token = token
        self.update()

    @property
    def is_elided(self) -> bool:
        return self._shown != self._words

    def sizeHint(self) -> QSize:
        measure = self._theme.metrics(self._role)
        return QSize(measure.horizontalAdvance(self._words) + 2, measure.height() + self._theme.px(2))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), self._theme.px(40)), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _restyle(self) -> None:
        self._fit()
        super()._restyle()

    def _fit(self) -> None:
        self._shown = self._theme.cut(self._role, self._words, self.width())
        self.setToolTip(plain_tooltip(self._words) if self.is_elided else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            words(painter, self._theme, self.rect(), self._shown, self._role, self._token, self._align)
