"""A bar of what is used of a cap, with a tick where it will end."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.theme.theme import Theme
from console.theme.tokens import Token
from console.widgets.painting import PaintedLabel, box, painting

AMBER_FROM, RED_ABOVE = 0.8, 1.0


def meter_token(share: float) -> Token:
    """Neutral to 80 %, amber to 100 %, red above."""
    if share > RED_ABOVE:
        return "critFill"
    return "warnFill" if share > AMBER_FROM else "series"


def paint_meter(painter: QPainter, theme: Theme, rect: QRectF, share: float, forecast: float | None = None) -> None:
    """The bar in the middle of `rect`; shares are of the cap and may exceed 1. For delegates too."""
    high = theme.is_high_contrast
    thick = theme.px(8 if high else 5)
    bar = QRectF(rect.left(), rect.center().y() - thick / 2, rect.width(), thick)
    box(
        painter,
        bar,
        thick / 2,
        # high contrast has no quiet lines: what is not used yet is hollow, or an empty bar would look like a full one
        fill=theme.color("sunken" if high else "line" if theme.is_dark else "line2"),
        border=theme.color("ctl") if high else None,
    )
    done = QRectF(bar)
    done.setWidth(bar.width() * min(1.0, max(0.0, share)))
    if done.width() > 0:
        token = meter_token(share)
        ink: Token = "text" if high and token == "series" else token
        box(painter, done, min(thick, done.width()) / 2, fill=theme.color(ink))
    if forecast is not None:
        x = bar.left() + bar.width() * min(1.0, max(0.0, forecast))
        tick = QRectF(min(x, bar.right() - 2) - 1, rect.center().y() - theme.px(5), 2, theme.px(10))
        painter.fillRect(tick, theme.color("text"))


class Meter(PaintedLabel):
    """`set_use(share, forecast, sentence)`: shares of the cap, and the sentence that a screen reader says."""

    def __init__(
        self,
        theme: Theme,
        share: float = 0.0,
        forecast: float | None = None,
        *,
        width: int = 88,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, name, parent)
        self._wide = width
        self.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)
        self.set_use(share, forecast)

    def set_use(self, share: float, forecast: float | None = None, sentence: str = "") -> None:
        self._share, self._forecast = share, forecast
        if sentence:
            self.setAccessibleName(sentence)
        self.update()

    @property
    def token(self) -> Token:
        return meter_token(self._share)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(self._wide), self._theme.px(14))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(32), self._theme.px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        with painting(self) as painter:
            paint_meter(painter, self._theme, QRectF(self.rect()), self._share, self._forecast)
