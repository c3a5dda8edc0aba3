"""A picture a person walks through: arrows move from point to point, each is said; a list to a screen reader."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QSizePolicy, QStyle, QWidget

from console.models.spots_model import SpotsModel
from console.presenters.pictures.picture import Picture
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL, Token
from console.widgets.painting import CENTRE, LEFT, RIGHT, box, focus_ring, painting, words
from console.widgets.pictures.lane_painting import dot, paint_lane, place, stretch
from console.widgets.pictures.picture_geometry import LABELS, MARGIN, WORDS, least_height, needed_height, plots

_LEAPS = {Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10, Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_NOTHING = Picture("", "", "")


class PictureView(QListView):
    """``pointed`` tells the sentence of the point under the keyboard or the mouse, "" where there is none.

    ``numbers_wanted``: two clicks on it. ``entered``: the keyboard came to it.
    """

    pointed = Signal(str)
    entered = Signal()
    numbers_wanted = Signal()

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._name, self.picture = theme, name, _NOTHING
        self._hovered = -1
        self._stale = False
        self.spots = SpotsModel(self)
        self.setModel(self.spots)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for setter in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            setter(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)
        self.selectionModel().currentChanged.connect(lambda *_: self._point())
        theme.changed.connect(self._restyle)

    # -- what is shown -------------------------------------------------------------------------------------------
    def show_picture(self, picture: Picture) -> None:
        """Another picture, or the same one later: the point that has the keyboard stays where it is."""
        if picture == self.picture:
            return
        resized = [lane.tall for lane in picture.lanes] != [lane.tall for lane in self.picture.lanes]
        self.picture, self._hovered = picture, -1
        self.spots.show_spots(picture.spots)
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(picture.sentence or picture.empty)
        if resized:
            self.updateGeometry()
        self.viewport().update()
        self._point()

    def set_name(self, name: str) -> None:
        """What a screen reader calls it."""
        self._name = name
        self.setAccessibleName(name)

    def set_stale(self, stale: bool) -> None:
        """Grey values."""
        self._stale = stale
        self.viewport().update()

    @property
    def place_of_point(self) -> int:
        """The point under the mouse, else the one that has the keyboard; -1 = none."""
        if self._hovered >= 0:
            return self._hovered
        return self.currentIndex().row() if self.hasFocus() else -1

    def _point(self) -> None:
        at = self.place_of_point
        self.viewport().update()
        self.pointed.emit(self.spots.spots[at].said if 0 <= at < len(self.spots.spots) else "")

    # -- geometry ------------------------------------------------------------------------------------------------
    @property
    def _labelled(self) -> bool:
        return any(self.picture.labels)

    def plots(self) -> list[QRectF]:
        """Where each lane is drawn."""
        return plots(self._theme, self.picture.lanes, self._labelled, self.width(), self.height())

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(240), needed_height(self._theme, self.picture.lanes, self._labelled))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), least_height(self._theme, self.picture.lanes, self._labelled))

    def _lane_of(self, row: int) -> tuple[int, int]:
        """(lane, place in it) of a point."""
        for number, lane in enumerate(self.picture.lanes):
            if row < len(lane.spots):
                return number, row
            row -= len(lane.spots)
        return -1, -1

    def _row(self, lane: int, at: int) -> int:
        return sum(len(one.spots) for one in self.picture.lanes[:lane]) + at

    def visualRect(self, index: QModelIndex | QPersistentModelIndex) -> QRect:
        number, at = self._lane_of(index.row()) if index.isValid() else (-1, -1)
        if number < 0:
            return QRect()
        lane = self.picture.lanes[number]
        place = stretch(self.plots()[number], lane, lane.spots[at], self._theme).toAlignedRect()
        return QStyle.visualRect(self.layoutDirection(), self.viewport().rect(), place)

    def indexAt(self, p: QPoint) -> QModelIndex:
        """The nearest point of the lane that is hit."""
        for number, (lane, plot) in enumerate(zip(self.picture.lanes, self.plots(), strict=True)):
            top = plot.top() - (self._theme.px(WORDS) if lane.name or lane.value else 0)
            if lane.spots and top <= p.y() <= plot.bottom() + self._theme.px(MARGIN):
                x = QStyle.visualPos(self.layoutDirection(), self.viewport().rect(), p).x()
                across = (x - plot.left()) / plot.width()
                nearest = min(range(len(lane.spots)), key=lambda at: abs(lane.spots[at].x - across))
                return self.spots.index(self._row(number, nearest))
        return QModelIndex()

    def scrollTo(self, index: object, hint: object = None) -> None:
        """Everything is in view."""

    # -- keyboard and mouse --------------------------------------------------------------------------------------
    def keyboardSearch(self, search: str) -> None:
        """Letters are gestures."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        to = self._reached(key)
        if to is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            event.ignore()
            return
        event.accept()
        self._hovered = -1
        self.point_at(to)

    def _reached(self, key: Qt.Key) -> int | None:
        """The point a key leads to; None where the key is not for the picture."""
        number, at = self._lane_of(max(0, self.currentIndex().row()))
        if number < 0:
            return None
        lanes = self.picture.lanes
        last = len(lanes[number].spots) - 1
        if key in _LEAPS:
            sideways = self.isRightToLeft() and key in (Qt.Key.Key_Left, Qt.Key.Key_Right)
            return self._row(number, min(last, max(0, at + (-_LEAPS[key] if sideways else _LEAPS[key]))))
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            return self._row(number, 0 if key == Qt.Key.Key_Home else last)
        if key not in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return None
        by = 1 if key == Qt.Key.Key_Down else -1
        others = [other for other in range(number + by, len(lanes) if by > 0 else -1, by) if lanes[other].spots]
        if not others:
            return self._row(number, at) if len(lanes) > 1 else None
        here, there = lanes[number].spots[at].x, lanes[others[0]].spots
        return self._row(others[0], min(range(len(there)), key=lambda spot: abs(there[spot].x - here)))

    def point_at(self, row: int) -> None:
        """The keyboard to a point."""
        if 0 <= row < len(self.spots.spots):
            self.setCurrentIndex(self.spots.index(row))

    def focusInEvent(self, event: QFocusEvent) -> None:
        if not self.currentIndex().isValid() and self.picture.lanes:
            self.point_at(len(self.picture.lanes[0].spots) - 1)
        super().focusInEvent(event)
        self._point()
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self.indexAt(event.position().toPoint()).row()
        if over != self._hovered:
            self._hovered = over
            self._point()

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self._point()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.point_at(self.indexAt(event.position().toPoint()).row())
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.numbers_wanted.emit()
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # the page scrolls

    # -- painting ------------------------------------------------------------------------------------------------
    def _restyle(self) -> None:
        self.updateGeometry()
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        with painting(self.viewport()) as painter:
            places = self.plots()
            for lane, plot in zip(self.picture.lanes, places, strict=True):
                above = QRectF(px(MARGIN), plot.top() - px(WORDS), self.width() - 2 * px(MARGIN), px(WORDS))
                ink: Token = "text3" if self._stale else "warn" if lane.warn else "text"
                wide = theme.metrics("meta_strong").horizontalAdvance(lane.value) + px(8) if lane.value else 0
                name = theme.cut("meta", lane.name, max(0, round(above.width()) - wide))
                words(painter, theme, above, name, "meta", "text2", LEFT)
                words(painter, theme, above, lane.value, "meta_strong", ink, RIGHT)
                for text, y in zip(lane.up, (plot.top() - px(2), plot.bottom() - px(14)), strict=True):
                    words(painter, theme, QRectF(px(MARGIN), y, plot.left(), px(16)), text, "meta", "text3", LEFT)
                paint_lane(painter, theme, plot, lane)
            self._paint_labels(painter, places)
            self._paint_point(painter, places)
            if self.hasFocus():
                focus_ring(painter, theme, self.viewport().rect(), px(RADIUS_CONTROL))

    def _paint_labels(self, painter: QPainter, places: list[QRectF]) -> None:
        if not places or not self._labelled:
            return
        px, left = self._theme.px, places[0].left()
        below = QRectF(left, self.height() - px(MARGIN) - px(LABELS), self.width() - left - px(MARGIN), px(LABELS))
        for label, flags in zip(self.picture.labels, (LEFT, CENTRE, RIGHT), strict=True):
            words(painter, self._theme, below, label, "meta", "text2", flags)

    def _paint_point(self, painter: QPainter, places: list[QRectF]) -> None:
        """The point that is said: a blue line through all lanes, and its own mark ringed."""
        at = self.place_of_point
        number, within = self._lane_of(at) if at >= 0 else (-1, -1)
        if number < 0:
            return
        theme, lane = self._theme, self.picture.lanes[number]
        spot, plot = lane.spots[within], places[number]
        x = round(place(plot, spot).x()) + 0.5
        painter.setPen(QPen(theme.color("accent"), theme.border))
        painter.drawLine(QPoint(round(x), round(places[0].top())), QPoint(round(x), round(places[-1].bottom())))
        if lane.kind in ("bars", "spans"):
            mark = stretch(plot, lane, spot, theme)
            if lane.kind == "bars":
                mark.setTop(plot.bottom() - max(2.0, spot.y * plot.height()))
            box(painter, mark.adjusted(-1, -1, 1, 1), 2, fill=theme.color("accent"))
            return
        dot(painter, theme, place(plot, spot), spot)
        painter.setPen(QPen(theme.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(place(plot, spot), theme.px(6), theme.px(6))
