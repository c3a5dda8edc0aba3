"""Painting for readers from right to left: places are mirrored, what is read (texts, icons) stays upright."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QTransform
from PySide6.QtWidgets import QStyleOption, QWidget


def mirror(painter: QPainter, room: QRect | QRectF) -> None:
    """From now on what is painted at the left of ``room`` appears at its right."""
    whole = QRectF(room)
    painter.translate(whole.left() + whole.right(), 0)
    painter.scale(-1, 1)


def mirror_row(painter: QPainter, option: QStyleOption) -> None:
    """The same for a row of a list, where its list is read from right to left."""
    if option.direction is Qt.LayoutDirection.RightToLeft:
        mirror(painter, option.rect)


def is_mirrored(painter: QPainter) -> bool:
    """Whether left and right are swapped now."""
    return painter.worldTransform().m11() < 0


def mirrored_point(point: QPointF, room: QRect | QRectF) -> QPointF:
    """Where a press on the screen lies in what was painted mirrored in ``room``."""
    whole = QRectF(room)
    return QPointF(whole.left() + whole.right() - point.x(), point.y())


def put(child: QWidget, left: int, top: int) -> None:
    """Move a part that no layout places; ``left`` is where it stands for readers from left to right."""
    around = child.parentWidget()
    if around is not None and around.isRightToLeft():
        left = around.width() - left - child.width()
    child.move(left, top)


@contextmanager
def upright(painter: QPainter, rect: QRect | QRectF) -> Iterator[QRectF]:
    """Where ``rect`` lies on the screen, to paint there something that is read; the mirror holds again afterwards."""
    if not is_mirrored(painter):
        yield QRectF(rect)
        return
    before = painter.worldTransform()
    place = before.mapRect(QRectF(rect))
    painter.setWorldTransform(QTransform())
    try:
        yield place
    finally:
        painter.setWorldTransform(before)


def leading(flags: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
    """An alignment as it is on a mirrored surface: what stood at the left stands at the right."""
    left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
    if flags & left:
        flags = (flags & ~left) | right
    elif flags & right:
        flags = (flags & ~right) | left
    return flags | Qt.AlignmentFlag.AlignAbsolute
