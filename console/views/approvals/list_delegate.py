"""Paints one ask of the list: mark, title, agent and tool, blast radius, waiting and time left."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.presenters.ask_text import left_text, list_meta_within, queue_note, time_left
from console.presenters.queue_groups import AskGroup
from console.presenters.times import short_duration
from console.presenters.visible_text import marked
from console.theme.fonts import Role
from console.theme.icons import paint_icon
from console.theme.mirroring import mirror_row
from console.theme.theme import Theme
from console.theme.tokens import GROUP_HEADER, LIST_ITEM, RADIUS_CONTROL, Token
from console.views.approvals.list_model import AskListModel, Header, Index
from console.widgets.painting import LEFT, RIGHT, box, focus_ring, words
from console.widgets.priority_mark import paint_priority
from runtime.domain.words import AskState
from runtime.projections.rows import AskRow

_HURRY = 15 * 60_000_000
_RULED = {"approved": "approved", "approved with edit": "edit", "rejected": "rejected"}


class AskDelegate(QStyledItemDelegate):
    """Items of 74 px, headers of 34."""

    def __init__(
        self, theme: Theme, model: AskListModel, now: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._model, self._now = theme, model, now
        self.stale = False
        self._elided: dict[tuple[str, Role, int], str] = {}
        theme.changed.connect(self._elided.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        header = isinstance(self._model.item(index.row()), Header)
        return QSize(0, self._theme.px(GROUP_HEADER if header else LIST_ITEM))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        mirror_row(painter, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        item, rect = self._model.item(index.row()), QRectF(option.rect)
        if isinstance(item, Header):
            self._paint_header(painter, rect, item)
        else:
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
            self._paint_ground(painter, rect, chosen, hover, bool(option.state & QStyle.StateFlag.State_HasFocus))
            self._paint_line(painter, rect, item)
        painter.restore()

    def _paint_header(self, painter: QPainter, rect: QRectF, header: Header) -> None:
        px, theme = self._theme.px, self._theme
        row = rect.adjusted(px(16), px(4), -px(16), 0)
        words(painter, theme, row, header.name, "meta_strong", "text2")
        name = theme.metrics("meta_strong").horizontalAdvance(header.name)
        words(painter, theme, row.adjusted(name + px(8), 0, 0, 0), header.count, "meta", "text3")
        used = name + px(16) + theme.metrics("meta").horizontalAdvance(header.count)
        if used + theme.metrics("meta").horizontalAdvance(header.aside) < row.width():
            words(painter, theme, row, header.aside, "meta", "text2", RIGHT)

    def _paint_ground(self, painter: QPainter, rect: QRectF, chosen: bool, hover: bool, focus: bool) -> None:
        px, theme = self._theme.px, self._theme
        card = rect.adjusted(px(8), px(1), -px(8), -px(1))
        if chosen or hover:
            box(painter, card, px(RADIUS_CONTROL), fill=theme.color("accentBg" if chosen else "hover"))
        if chosen:
            bar = QRectF(card.left(), card.top() + px(12), px(3), card.height() - px(24))
            box(painter, bar, px(1.5), fill=theme.color("accent"))
        if chosen and focus:
            focus_ring(painter, theme, card, px(RADIUS_CONTROL))

    def _paint_line(self, painter: QPainter, rect: QRectF, item: AskRow | AskGroup) -> None:
        row = item.first if isinstance(item, AskGroup) else item
        px, theme, now = self._theme.px, self._theme, self._now()
        left, right, top = rect.left() + px(50), rect.right() - px(20), rect.top() + px(9)
        line = px(19)
        mark = QRectF(rect.left() + px(20), top + px(1), px(20), px(20))
        if row.state is AskState.WAITING:
            paint_priority(painter, theme, row.priority, mark)
        else:
            icon = "waiting" if row.state is AskState.HELD else _RULED.get(row.ruling, "waiting")
            paint_icon(painter, theme, icon, "text2", mark.adjusted(px(2), px(2), -px(2), -px(2)))
        ink: Token = "text3" if self.stale else "text"
        waiting = short_duration(now - row.raised_at) if row.state is AskState.WAITING else ""
        first = QRectF(left, top, right - left, line)
        title = item.title if isinstance(item, AskGroup) else row.title
        self._line(painter, first, title, "body_strong", ink, waiting, "meta", "text2")
        second = QRectF(left, top + line, right - left, line)
        agent = marked(row.agent)
        words(painter, theme, second, agent, "meta", "text2")
        across = theme.metrics("meta").horizontalAdvance(agent) + px(8)
        aside = "" if isinstance(item, AskGroup) else queue_note(row, now)
        self._line(painter, second.adjusted(across, 0, 0, 0), row.tool, "mono", "text3", aside, "meta", "text2")
        third = QRectF(left, top + 2 * line, right - left, line)
        tail, tail_role, tail_ink = self._tail(row, now)
        room = third.width() - theme.metrics(tail_role).horizontalAdvance(tail) - px(10)
        said = item.meta if isinstance(item, AskGroup) else self._meta_within(row, room)
        self._line(painter, third, said, "meta", "text2", tail, tail_role, tail_ink)

    def _meta_within(self, row: AskRow, room: float) -> str:
        measure = self._theme.metrics("meta")
        return list_meta_within(
            row,
            int(room),
            lambda said: measure.horizontalAdvance(marked(said)),
            lambda said, wide: self._cut(said, "meta", wide),
        )

    def _tail(self, row: AskRow, now: int) -> tuple[str, Role, Token]:
        if row.state is AskState.CLOSED:
            return row.ruling or "expired", "meta", "text2"
        if row.state is AskState.HELD:
            return left_text(row, now), "meta_strong", "accent"
        if self.stale:
            return left_text(row, now), "meta", "text3"
        hurry = row.priority == 1 and time_left(row, now) < _HURRY and not row.paused_since
        return left_text(row, now), "meta_strong" if hurry else "meta", "crit" if hurry else "text2"

    def _line(
        self,
        painter: QPainter,
        rect: QRectF,
        text: str,
        role: Role,
        ink: Token,
        tail: str,
        tail_role: Role,
        tail_ink: Token,
    ) -> None:
        measure = self._theme.metrics(tail_role)
        room = measure.horizontalAdvance(tail) + self._theme.px(10) if tail else 0
        width = max(0, int(rect.width() - room))
        words(
            painter,
            self._theme,
            QRectF(rect.left(), rect.top(), width, rect.height()),
            self._cut(text, role, width),
            role,
            ink,
            LEFT,
        )
        if tail:
            words(painter, self._theme, rect, tail, tail_role, tail_ink, RIGHT)

    def _cut(self, text: str, role: Role, width: int) -> str:
        key = (text, role, width)
        if key not in self._elided:
            if len(self._elided) > 2_000:
                self._elided.clear()
            whole = " ".join(marked(text).split("\n"))
            self._elided[key] = self._theme.cut(role, whole, width)
        return self._elided[key]
