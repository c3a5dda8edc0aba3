"""Paints an agent's card: name and step, mark and sentence, model, confidence line, spend bar."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.models.fleet_model import FleetModel
from console.models.keyed_rows import Index
from console.presenters.fleet_text import CardText, card_text
from console.presenters.visible_text import marked
from console.theme.fonts import Role
from console.theme.icons import paint_icon
from console.theme.mirroring import mirror_row
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CARD, Token
from console.widgets.meter import meter_token, paint_meter
from console.widgets.painting import LEFT, RIGHT, box, focus_ring, words
from console.widgets.priority_mark import paint_priority
from runtime.projections.rows import FleetCard

CARD_HEIGHT, GAP = 162, 12


class CardDelegate(QStyledItemDelegate):
    """``cell`` is the size of one place of the grid, the gap included."""

    def __init__(self, theme: Theme, model: FleetModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self.stale = False
        self.cell = QSize(288, CARD_HEIGHT + GAP)
        self._texts: dict[str, tuple[FleetCard, CardText]] = {}

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.cell

    def text(self, card: FleetCard) -> CardText:
        """The words of a card, worked out once."""
        known = self._texts.get(card.name)
        if known is None or known[0] != card:
            known = self._texts[card.name] = (card, card_text(card))
        return known[1]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, px = self._theme, self._theme.px
        card = self._model.card(index.row())
        text = self.text(card)
        rect = QRectF(option.rect).adjusted(px(GAP / 2), px(GAP / 2), -px(GAP / 2), -px(GAP / 2))
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        mirror_row(painter, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box(
            painter,
            rect,
            px(RADIUS_CARD),
            fill=theme.color("hover" if hover and not chosen else "surface"),
            border=theme.color("accent" if chosen else "line"),
            width=theme.border,
        )
        inner = rect.adjusted(px(16), px(14), -px(16), -px(12))
        self._paint_head(painter, inner, text)
        self._paint_figures(painter, inner, card, text)
        if chosen and option.state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, theme, rect, px(RADIUS_CARD))
        painter.restore()

    def _paint_head(self, painter: QPainter, inner: QRectF, text: CardText) -> None:
        px, theme = self._theme.px, self._theme
        name_ink: Token = "text3" if self.stale else "text2" if text.quiet else "text"
        step = theme.metrics("meta").horizontalAdvance(text.step) + px(12) if text.step else 0
        name = QRectF(inner.left(), inner.top(), inner.width() - step, px(20))
        words(painter, theme, name, self._fit(text.name, "body_strong", name), "body_strong", name_ink)
        words(
            painter, theme, QRectF(inner.left(), inner.top(), inner.width(), px(20)), text.step, "meta", "text2", RIGHT
        )
        mark = QRectF(inner.left(), inner.top() + px(28), px(18), px(18))
        warn = text.tone == "warn"
        ink: Token = "text3" if self.stale else "warn" if warn else "text2" if text.quiet else "text"
        if text.priority:
            paint_priority(painter, theme, text.priority, mark)
        else:
            paint_icon(painter, theme, text.icon, "warn" if warn else "text2", mark.adjusted(1, 1, -1, -1))
        said = QRectF(inner.left() + px(26), inner.top() + px(27), inner.width() - px(26), px(20))
        words(painter, theme, said, self._fit(text.sentence, "body", said), "body", ink)
        model = QRectF(inner.left(), inner.top() + px(51), inner.width(), px(18))
        words(painter, theme, model, self._fit(text.model, "meta", model), "meta", "text3")

    def _paint_figures(self, painter: QPainter, inner: QRectF, card: FleetCard, text: CardText) -> None:
        theme, px = self._theme, self._theme.px
        label = QCoreApplication.translate("FleetCard", "Confidence")
        spend = QCoreApplication.translate("FleetCard", "Spend")
        left = max(theme.metrics("meta").horizontalAdvance(one) for one in (label, spend)) + px(12)
        wide = [theme.metrics("meta_medium").horizontalAdvance(one) + px(10) for one in (text.confidence, text.spend)]
        if inner.width() - left - max(wide) > px(24):
            wide = [max(wide), max(wide)]  # both start and end alike where there is room
        row = QRectF(inner.left(), inner.top() + px(79), inner.width(), px(22))
        middle = QRectF(row.left() + left, row.top(), max(0.0, row.width() - left - wide[0]), row.height())
        words(painter, theme, row, label, "meta", "text2", LEFT)
        low: Token = "text3" if self.stale else "warn" if text.confidence_low else "text2"
        words(painter, theme, row, text.confidence, "meta_medium", low, RIGHT)
        if middle.width() > px(24):
            self._paint_line(painter, middle, card, "warn" if text.confidence_low else "series")
        row.translate(0, px(29))
        middle = QRectF(row.left() + left, row.top(), max(0.0, row.width() - left - wide[1]), row.height())
        words(painter, theme, row, spend, "meta", "text2", LEFT)
        over: Token = "text2"
        if text.share is not None:
            over = {"critFill": "crit", "warnFill": "warn"}.get(meter_token(text.share), "text2")  # type: ignore[assignment]
            if middle.width() > px(24):
                paint_meter(painter, theme, middle, text.share)
        words(painter, theme, row, text.spend, "meta_medium", "text3" if self.stale else over, RIGHT)

    def _paint_line(self, painter: QPainter, rect: QRectF, card: FleetCard, ink: Token) -> None:
        """Stated confidences from 0 to 1, the threshold dashed."""
        theme, px = self._theme, self._theme.px
        room = rect.adjusted(px(2), px(4), -px(4), -px(4))
        if card.confidence_threshold:
            y = room.bottom() - room.height() * card.confidence_threshold
            pen = QPen(theme.color("ctl" if theme.is_high_contrast else "line2"), theme.border)
            pen.setDashPattern([3, 2])
            painter.setPen(pen)
            painter.drawLine(QPointF(room.left(), y), QPointF(room.right(), y))
        values = card.confidence if len(card.confidence) != 1 else card.confidence * 2
        if not values:
            return
        step = room.width() / (len(values) - 1)
        heights = (min(1.0, max(0.0, value)) for value in values)
        points = [QPointF(room.left() + at * step, room.bottom() - room.height() * up) for at, up in enumerate(heights)]
        painter.setPen(QPen(theme.color(ink), 1.4 * theme.scale))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ink))
        painter.drawEllipse(points[-1], px(2.5), px(2.5))

    def _fit(self, text: str, role: Role, room: QRectF) -> str:
        one_line = " ".join(marked(text).split())
        return self._theme.cut(role, one_line, room.width())
