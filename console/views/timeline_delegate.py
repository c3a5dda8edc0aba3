"""Paints the steps of a run: time, mark on its line, texts, output box, checkpoints with their button."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QMouseEvent, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.models.keyed_rows import Index
from console.models.timeline_model import TimelineModel, checkpoint_of
from console.presenters.wording import say
from console.theme.fonts import Role
from console.theme.icons import paint_icon
from console.theme.mirroring import is_mirrored, leading, mirror_row, mirrored_point, upright
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CHIP, RADIUS_CONTROL, Token
from console.views.timeline_layout import MARK_MIDDLE, ROLL_BACK, StepLayout, Text, TimelineLayout
from console.widgets.painting import box, focus_ring, words


class TimelineDelegate(QStyledItemDelegate):
    """``roll_back_wanted`` carries the checkpoint whose button was pressed."""

    roll_back_wanted = Signal(int)

    def __init__(self, theme: Theme, model: TimelineModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self.layouts = TimelineLayout(theme)
        self.stale = False
        self.width = 640
        self._struck: dict[Role, QFont] = {}
        theme.changed.connect(self._struck.clear)

    def layout(self, place: int) -> StepLayout:
        """The layout of a row at the width of the list."""
        line = self._model.line(place)
        return self.layouts.of(line, self._model.level(line), self.width)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(10, round(self.layout(index.row()).height))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        layout = self.layout(index.row())
        rect = QRectF(option.rect)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        mirror_row(painter, option)
        painter.translate(rect.topLeft())
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            self._paint_chosen(painter, rect, bool(option.state & QStyle.StateFlag.State_HasFocus))
        last = index.row() + 1 >= self._model.rowCount()
        self._paint_line(painter, rect.height(), layout, first=index.row() == 0, last=last)
        self._paint_boxes(painter, layout)
        for text in layout.texts:
            self._paint_text(painter, text, layout.ground)
        painter.restore()

    def _paint_chosen(self, painter: QPainter, rect: QRectF, focus: bool) -> None:
        theme, px = self._theme, self._theme.px
        room = QRectF(px(8), 1, rect.width() - px(16), rect.height() - 2)
        box(painter, room, px(RADIUS_CONTROL), fill=theme.color("accentBg"))
        if focus:
            focus_ring(painter, theme, room, px(RADIUS_CONTROL))

    def _paint_line(self, painter: QPainter, height: float, layout: StepLayout, *, first: bool, last: bool) -> None:
        theme, px = self._theme, self._theme.px
        middle = px(18) if layout.band is None else px(24)
        x = px(MARK_MIDDLE)
        colour = theme.color("line2")
        thick = theme.border
        if not first:
            painter.fillRect(QRectF(x - thick / 2, 0, thick, middle - px(12)), colour)
        if not last:
            painter.fillRect(QRectF(x - thick / 2, middle + px(12), thick, height - middle - px(12)), colour)

    def _paint_boxes(self, painter: QPainter, layout: StepLayout) -> None:
        theme, px = self._theme, self._theme.px
        middle = px(18) if layout.band is None else px(24)
        mark = QPointF(px(MARK_MIDDLE), middle)
        if layout.band is not None:
            box(
                painter,
                layout.band,
                px(RADIUS_CHIP),
                fill=theme.color("raised"),
                border=theme.color("line2") if theme.is_high_contrast or not theme.is_dark else None,
                width=theme.border,
            )
        else:
            ring = QRectF(mark.x() - px(10), mark.y() - px(10), px(20), px(20))
            box(painter, ring, px(10), fill=theme.color("surface"), border=theme.color("line"), width=theme.border)
        side = px(14)
        paint_icon(
            painter,
            theme,
            layout.icon,
            "text3" if self.stale else layout.icon_token,
            QRectF(mark.x() - side / 2, mark.y() - side / 2, side, side),
        )
        if layout.ground is not None:
            box(
                painter,
                layout.ground,
                px(RADIUS_CHIP),
                fill=theme.color("sunken"),
                border=theme.color("ctl") if theme.is_high_contrast else None,
                width=theme.border,
            )
        if layout.button is not None:
            self._paint_button(painter, layout.button)

    def _paint_button(self, painter: QPainter, rect: QRectF) -> None:
        theme, px = self._theme, self._theme.px
        off = self.stale
        box(
            painter,
            rect,
            px(RADIUS_CONTROL),
            fill=theme.color("raised"),
            border=theme.color("line2" if off else "ctl"),
            width=theme.border,
        )
        side = px(14)
        ink: Token = "text3" if off else "text"
        paint_icon(
            painter,
            theme,
            "rollback",
            "text3" if off else "text2",
            QRectF(rect.left() + px(8), rect.center().y() - side / 2, side, side),
        )
        words(painter, theme, rect.adjusted(px(28), 0, 0, 0), say(ROLL_BACK), "meta_strong", ink)

    def _paint_text(self, painter: QPainter, text: Text, ground: QRectF | None) -> None:
        theme = self._theme
        painter.setFont(self._struck_font(text.role) if text.struck else theme.font(text.role))
        painter.setPen(theme.color("text3" if self.stale else text.token))
        tall = theme.px(18)
        flags = int(Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextSingleLine)
        code = text.role in ("mono", "mono_medium")
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight if code else Qt.LayoutDirection.LayoutDirectionAuto)
        inset = 0.0
        start = Qt.AlignmentFlag.AlignRight if text.right else Qt.AlignmentFlag.AlignLeft
        room = QRectF(0, text.top, text.left, tall) if text.right else QRectF(text.left, text.top, self.width, tall)
        if code and ground is not None and ground.top() <= text.top < ground.bottom() and is_mirrored(painter):
            # Output is code: in its box it begins at the left for every reader.
            room, inset = QRectF(ground.left(), text.top, ground.width(), tall), text.left - ground.left()
            flags |= int(start | Qt.AlignmentFlag.AlignAbsolute)
        else:
            flags |= int(leading(start) if is_mirrored(painter) else start)
        with upright(painter, room) as place:
            painter.drawText(place.adjusted(inset, 0, 0, 0), flags, text.words)

    def _struck_font(self, role: Role) -> QFont:
        if role not in self._struck:
            font = QFont(self._theme.font(role))
            font.setStrikeOut(True)
            self._struck[role] = font
        return self._struck[role]

    def editorEvent(self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index) -> bool:
        if event.type() != QEvent.Type.MouseButtonRelease or not isinstance(event, QMouseEvent) or self.stale:
            return False
        button = self.layout(index.row()).button
        if button is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        at = event.position()
        if option.direction is Qt.LayoutDirection.RightToLeft:
            at = mirrored_point(at, option.rect)
        if button.translated(QPointF(option.rect.topLeft())).contains(at):
            self.roll_back_wanted.emit(checkpoint_of(self._model.line(index.row())))
            return True
        return False
