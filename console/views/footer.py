"""The footer: the keys valid now, what can be taken back, and whether the writer answers."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from console.theme.theme import Theme
from console.theme.tokens import FOOTER, Token
from console.views.ground import Ground
from console.widgets.keycap import keycap_width, paint_keycap
from console.widgets.painting import PaintedLabel, painting, words
from console.widgets.plain_label import PlainLabel

Hint = tuple[tuple[str, ...], str]


class KeyHints(PaintedLabel):
    """Keys and words in a row; where the room ends, hints are dropped from the right."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._hints: tuple[Hint, ...] = ()
        self._shown = 0
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    def set_hints(self, hints: Sequence[Hint]) -> None:
        """What is valid now."""
        if tuple(hints) != self._hints:
            self._hints = tuple(hints)
            self.setAccessibleName(", ".join(f"{' '.join(keys)} {said}" for keys, said in hints))
            self._fit()
            self.update()

    @property
    def shown(self) -> tuple[Hint, ...]:
        """Those that have room."""
        return self._hints[: self._shown]

    def _width(self, hint: Hint) -> int:
        px = self._theme.px
        keys, said = hint
        caps = sum(keycap_width(self._theme, key) + px(5) for key in keys)
        return caps + self._theme.metrics("meta").horizontalAdvance(said) + px(16)

    def _fit(self) -> None:
        used, self._shown = 0, 0
        for hint in self._hints:
            used += self._width(hint)
            if used - self._theme.px(16) > self.width():
                break
            self._shown += 1

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()

    def _restyle(self) -> None:
        self._fit()
        super()._restyle()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self._theme.px(FOOTER))

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self._theme.px
        with painting(self) as painter:
            left = 0.0
            for keys, said in self.shown:
                for key in keys:
                    left += paint_keycap(painter, self._theme, left, self.height() / 2, key) + px(5)
                width = self._theme.metrics("meta").horizontalAdvance(said)
                words(painter, self._theme, QRectF(left, 0, width + 2, self.height()), said, "meta", "text2")
                left += width + px(16)


class _Dot(QWidget):
    """Grey when all is well; amber when the writer is silent."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.token: Token = "series"
        self.setFixedSize(theme.px(8), theme.px(8))

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            painter.setPen(self._theme.color(self.token))
            painter.setBrush(self._theme.color(self.token))
            painter.drawEllipse(self.rect().adjusted(1, 1, -2, -2))


class Footer(Ground):
    """32 px at the bottom."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "surface")
        self.keys = KeyHints(theme)
        self.undo = PlainLabel(theme, "", "meta", "text2", wrap=False)
        self.connection = PlainLabel(theme, "", "meta", "text2", wrap=False)
        self._dot = _Dot(theme)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.keys, 1)
        self._row.addWidget(self.undo)
        self._row.addWidget(self._dot)
        self._row.addWidget(self.connection)
        theme.changed.connect(self._restyle)
        self._restyle()

    def set_connection(self, sentence: str, well: bool) -> None:
        """Whether the writer answers, and how fast."""
        self.connection.setText(sentence)
        self.connection.set_token("text2" if well else "warn")
        self._dot.token = "series" if well else "warnFill"
        self._dot.update()

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(FOOTER))
        self._row.setContentsMargins(px(20), 0, px(20), 0)
        self._row.setSpacing(px(10))
        self.update()
