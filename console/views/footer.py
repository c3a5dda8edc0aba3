"""The footer: the keys valid now, what can be taken back, and whether the writer answers."""

import itertools
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
    """Keys and words in a row; where the room ends, hints are dropped from the right, those that always hold last."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._hints: tuple[Hint, ...] = ()
        self._always: tuple[Hint, ...] = ()
        self._shown: tuple[Hint, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)

    def set_hints(self, hints: Sequence[Hint], always: Sequence[Hint] = ()) -> None:
        """What is valid now; ``always`` stands at the end and is the last that gives way."""
        if (tuple(hints), tuple(always)) != (self._hints, self._always):
            self._hints, self._always = tuple(hints), tuple(always)
            self.setAccessibleName(", ".join(f"{' '.join(keys)} {said}" for keys, said in (*hints, *always)))
            self._fit()
            self.update()

    @property
    def shown(self) -> tuple[Hint, ...]:
        """Those that have room."""
        return self._shown

    def _width(self, hint: Hint) -> int:
        px = self._theme.px
        keys, said = hint
        caps = sum(keycap_width(self._theme, key) + px(5) for key in keys)
        return caps + self._theme.metrics("meta").horizontalAdvance(said) + px(16)

    def _fit(self) -> None:
        room = self.width() + self._theme.px(16)  # no gap after the last
        always = self._fitting(self._always, room)
        self._shown = (*self._fitting(self._hints, room - sum(map(self._width, always))), *always)

    def _fitting(self, hints: Sequence[Hint], room: int) -> tuple[Hint, ...]:
        ends = itertools.accumulate(map(self._width, hints))
        return tuple(hint for hint, end in zip(hints, ends, strict=True) if end <= room)

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
