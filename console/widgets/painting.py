"""What all painted parts share: following the theme, focus rings, boxes and lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPaintDevice, QPainter, QPen
from PySide6.QtWidgets import QLabel, QWidget

from console.theme.fonts import Role
from console.theme.mirroring import is_mirrored, leading, mirror, upright
from console.theme.theme import Theme
from console.theme.tokens import FOCUS_RING, Token

Tone = Literal["neutral", "accent", "crit", "warn", "ok"]
INK: dict[Tone, Token] = {"neutral": "text2", "accent": "accent", "crit": "crit", "warn": "warn", "ok": "ok"}
GROUND: dict[Tone, Token] = {
    "neutral": "raised",
    "accent": "accentBg",
    "crit": "critBg",
    "warn": "warnBg",
    "ok": "okBg",
}
VCENTER = Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | VCENTER
RIGHT = Qt.AlignmentFlag.AlignRight | VCENTER
CENTRE = Qt.AlignmentFlag.AlignCenter


@contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """A smooth painter that is ended also when the painting raises; mirrored where the part is read from the right."""
    painter = QPainter(device)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    if isinstance(device, QWidget) and device.isRightToLeft():
        mirror(painter, device.rect())
    try:
        yield painter
    finally:
        painter.end()


def box(
    painter: QPainter,
    rect: QRect | QRectF,
    radius: float,
    *,
    fill: QColor | None = None,
    border: QColor | None = None,
    width: float = 1.0,
    dashed: bool = False,
) -> None:
    """A rounded box whose border lies wholly inside `rect`."""
    inside = QRectF(rect)
    pen = QPen(Qt.PenStyle.NoPen)
    if border is not None:
        inside.adjust(width / 2, width / 2, -width / 2, -width / 2)
        pen = QPen(border, width)
        if dashed:
            pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.setBrush(QBrush(fill) if fill is not None else QBrush(Qt.BrushStyle.NoBrush))
    painter.drawRoundedRect(inside, radius, radius)


def focus_ring(painter: QPainter, theme: Theme, rect: QRect | QRectF, radius: float) -> None:
    """Two pixels of accent, at every scale."""
    box(painter, rect, radius, border=theme.color("accent"), width=FOCUS_RING)


def words(
    painter: QPainter,
    theme: Theme,
    rect: QRect | QRectF,
    text: str,
    role: Role,
    token: Token,
    flags: Qt.AlignmentFlag = LEFT,
) -> None:
    """One line of plain text."""
    painter.setFont(theme.font(role))
    painter.setPen(theme.color(token))
    # A text runs as its own letters do, whatever the window's direction is; code runs from left to right always.
    code = role in ("mono", "mono_medium")
    painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight if code else Qt.LayoutDirection.LayoutDirectionAuto)
    # TextSingleLine and no mnemonic: an "&" or a line break in a name stays what it is
    placed = leading(flags) if is_mirrored(painter) else flags
    with upright(painter, rect) as place:
        painter.drawText(place, int(placed) | int(Qt.TextFlag.TextSingleLine), text)


class PaintedLabel(QLabel):
    """Base of the parts that only show something: read aloud as static text, painted by the subclass."""

    def __init__(self, theme: Theme, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        theme.changed.connect(self._restyle)

    @property
    def theme(self) -> Theme:
        return self._theme

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()
