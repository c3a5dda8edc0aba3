"""How the points of a lane are drawn: line, stairs, bars, spans, and shares with their intervals."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from console.presenters.pictures.picture import Kind, Lane, Spot
from console.theme.theme import Theme
from console.theme.tokens import Token
from console.widgets.painting import box
from console.widgets.priority_mark import paint_priority

MARK = 16
_FEW_DOTS = 40


def place(plot: QRectF, spot: Spot) -> QPointF:
    """Where a point stands in its plot."""
    return QPointF(plot.left() + spot.x * plot.width(), plot.bottom() - spot.y * plot.height())


def stretch(plot: QRectF, lane: Lane, spot: Spot, theme: Theme) -> QRectF:
    """What of the plot belongs to a point: its bar or span, else a strip as high as the plot."""
    if lane.kind == "spans":
        wide = max(2.0, (spot.high - spot.low) * plot.width())
        left = min(plot.left() + spot.low * plot.width(), plot.right() - wide)
        return QRectF(left, plot.top(), wide, plot.height())
    if lane.kind == "bars":
        slot = plot.width() / max(1, len(lane.spots))
        gap = 1.0 if slot < 6 else float(theme.px(2))
        wide = max(1.0, slot - gap)
        return QRectF(plot.left() + spot.x * plot.width() - wide / 2, plot.top(), wide, plot.height())
    half = float(theme.px(4))
    return QRectF(place(plot, spot).x() - half, plot.top(), 2 * half, plot.height())


def paint_lane(painter: QPainter, theme: Theme, plot: QRectF, lane: Lane) -> None:
    """The ground line, what it is measured against, and the points."""
    painter.fillRect(QRectF(plot.left(), plot.bottom(), plot.width(), theme.border), theme.color("line2"))
    _PAINTERS[lane.kind](painter, theme, plot, lane)
    _paint_targets(painter, theme, plot, lane)  # last, or the ground below a line would hide them


def _paint_targets(painter: QPainter, theme: Theme, plot: QRectF, lane: Lane) -> None:
    pen = QPen(theme.color("ctl"), theme.border)
    pen.setDashPattern([3, 2])
    painter.setPen(pen)
    if lane.diagonal:
        painter.drawLine(plot.bottomLeft(), plot.topRight())
    if lane.target is not None:
        y = round(plot.bottom() - lane.target * plot.height()) + 0.5
        painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
    if lane.target_x is not None:
        x = round(plot.left() + lane.target_x * plot.width()) + 0.5
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))


def _paint_line(painter: QPainter, theme: Theme, plot: QRectF, lane: Lane) -> None:
    _paint_path(painter, theme, plot, [place(plot, spot) for spot in lane.spots])
    _paint_dots(painter, theme, plot, lane)


def _paint_stairs(painter: QPainter, theme: Theme, plot: QRectF, lane: Lane) -> None:
    corners = [plot.bottomLeft()]
    for spot in lane.spots:
        at = place(plot, spot)
        corners += [QPointF(at.x(), corners[-1].y()), at]
    corners.append(QPointF(plot.right(), corners[-1].y()))
    _paint_path(painter, theme, plot, corners)
    _paint_dots(painter, theme, plot, lane)


def _paint_path(painter: QPainter, theme: Theme, plot: QRectF, points: list[QPointF]) -> None:
    if not points:
        return
    ground = [QPointF(points[0].x(), plot.bottom()), *points, QPointF(points[-1].x(), plot.bottom())]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("line"))
    if not theme.is_high_contrast:
        painter.drawPolygon(QPolygonF(ground))
    pen = QPen(theme.color("series"), 1.4 * theme.scale)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF(points))


def _paint_dots(painter: QPainter, theme: Theme, plot: QRectF, lane: Lane) -> None:
    """A dot for each point where there are few; amber rings where something is to be said; the last one always."""
    last = len(lane.spots) - 1
    for at, spot in enumerate(lane.spots):
        if at == last or spot.warn or spot.few or last < _FEW_DOTS:
            dot(painter, theme, place(plot, spot), spot, large=at == last or spot.warn)


def dot(painter: QPainter, theme: Theme, at: QPointF, spot: Spot, *, large: bool = True) -> None:
    """Filled; a ring where there are too few cases or where it is amber."""
    ink: Token = "warn" if spot.warn else "series"
    size = theme.px(3.5) if large else theme.px(2)
    if spot.warn or spot.few:
        painter.setPen(QPen(theme.color(ink), 1.6 * theme.scale))
        painter.setBrush(theme.color("surface"))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ink))
    painter.drawEllipse(at, size, size)


def _paint_bars(painter: QPainter, theme: Theme, plot: QRectF, lane: Lane) -> None:
    for spot in lane.spots:
        bar = stretch(plot, lane, spot, theme)
        tall = spot.y * plot.height()
        if tall > 0:
            tall = max(1.0, tall)
            whole = QRectF(bar.left(), plot.bottom() - tall, bar.width(), tall)
            box(painter, whole, min(2.0, tall / 2, bar.width() / 2), fill=theme.color("ctl"))
    side = theme.px(MARK)
    for left, priority in marks(lane, plot, side):
        paint_priority(painter, theme, priority, QRectF(left, plot.bottom() + theme.px(3), side, side))


def marks(lane: Lane, plot: QRectF, side: float) -> list[tuple[float, int]]:
    """Left edge and priority of each mark that has room, the most urgent first; the numbers have the others."""
    found: list[tuple[float, int]] = []
    for spot in sorted(lane.spots, key=lambda one: one.priority):
        left = min(max(plot.left(), place(plot, spot).x() - side / 2), plot.right() - side)
        if spot.priority and all(abs(left - other) >= side for other, _ in found):
            found.append((left, spot.priority))
    return found


def _paint_spans(painter: QPainter, theme: Theme, plot: QRectF, lane: Lane) -> None:
    for spot in lane.spots:
        box(painter, stretch(plot, lane, spot, theme), 1.0, fill=theme.color("series"))


def _paint_intervals(painter: QPainter, theme: Theme, plot: QRectF, lane: Lane) -> None:
    half = theme.px(4)
    for spot in lane.spots:
        at = place(plot, spot)
        top, bottom = plot.bottom() - spot.high * plot.height(), plot.bottom() - spot.low * plot.height()
        pen = QPen(theme.color("warn" if spot.warn else "series"), 1.4 * theme.scale)
        if spot.few:
            pen.setDashPattern([2, 2])
        painter.setPen(pen)
        painter.drawLine(QPointF(at.x(), top), QPointF(at.x(), bottom))
        for y in (top, bottom):
            painter.drawLine(QPointF(at.x() - half, y), QPointF(at.x() + half, y))
        dot(painter, theme, at, spot)


_PAINTERS: dict[Kind, Callable[[QPainter, Theme, QRectF, Lane], None]] = {
    "line": _paint_line,
    "stairs": _paint_stairs,
    "bars": _paint_bars,
    "spans": _paint_spans,
    "intervals": _paint_intervals,
}
