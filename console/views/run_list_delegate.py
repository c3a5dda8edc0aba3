"""Paints the runs list: mark and state, title, agent, started, duration, cost, outcome; and the column names."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from console.models.keyed_rows import Index
from console.models.run_list_model import RunListModel
from console.presenters.run_text import outcome_text, run_time, state_text
from console.presenters.times import day_and_time
from console.presenters.visible_text import marked
from console.presenters.wording import later, say
from console.theme.fonts import Role
from console.theme.icons import paint_icon
from console.theme.mirroring import mirror_row
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL, TABLE_ROW, Token
from console.widgets.painting import INK, LEFT, RIGHT, PaintedLabel, Tone, box, focus_ring, painting, words
from runtime.domain.money import dollars
from runtime.projections.rows import RunRow

_SHARES = (
    ("state", later("State"), 0.15),
    ("run", later("Run"), 0.25),
    ("agent", later("Agent"), 0.11),
    ("started", later("Started"), 0.1),
    ("took", later("Took"), 0.085),
    ("cost", later("Cost"), 0.065),
    ("outcome", later("Outcome"), 0.24),
)
_RIGHT = frozenset({"took", "cost"})
_SPARE, _NARROW = frozenset({"took", "cost"}), 960
"""Left out below so many pixels, at 100 %, so that state and title can be read; the run itself says both."""
_TONES: dict[str, Tone] = {"accent": "accent", "warn": "warn", "crit": "crit"}
_ROW = TABLE_ROW + 6


def columns(theme: Theme, width: float) -> list[tuple[str, QRectF]]:
    """Name and place of each column for a width."""
    px = theme.px
    left, found = float(px(16)), []
    shown = [(name, share) for name, _, share in _SHARES if width >= px(_NARROW) or name not in _SPARE]
    room = (width - 2 * px(16)) / sum(share for _, share in shown)
    for name, share in shown:
        wide = room * share
        found.append((name, QRectF(left, 0, wide - px(12), 0)))
        left += wide
    return found


class RunColumns(PaintedLabel):
    """The names above the list."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, ", ".join(say(head) for _, head, _ in _SHARES), parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.beside = 0

    def sizeHint(self) -> QSize:
        return QSize(400, self._theme.px(TABLE_ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with painting(self) as painter:
            heads = {name: say(head) for name, head, _ in _SHARES}
            for name, place in columns(theme, self.width() - self.beside):
                room = QRectF(place.left(), 0, place.width(), self.height())
                said = theme.cut("meta_medium", heads[name], place.width())
                words(painter, theme, room, said, "meta_medium", "text2", RIGHT if name in _RIGHT else LEFT)
            painter.fillRect(QRectF(0, self.height() - theme.border, self.width(), theme.border), theme.color("line"))


class RunDelegate(QStyledItemDelegate):
    """One line a run."""

    def __init__(
        self, theme: Theme, model: RunListModel, now: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._model, self._now = theme, model, now
        self.stale = False
        self.beside = 0
        """Width of the scroll bar: the columns stand still whether it is there or not."""
        self._elided: dict[tuple[str, Role, int], str] = {}
        theme.changed.connect(self._elided.clear)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(10, self._theme.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, px = self._theme, self._theme.px
        rect, row = QRectF(option.rect), self._model.rows[index.row()]
        painter.save()
        mirror_row(painter, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        card = rect.adjusted(px(6), 1, -px(6), -1)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            box(painter, card, px(RADIUS_CONTROL), fill=theme.color("accentBg" if chosen else "hover"))
        if chosen and option.state & QStyle.StateFlag.State_HasFocus:
            focus_ring(painter, theme, card, px(RADIUS_CONTROL))
        if not chosen:
            painter.fillRect(
                QRectF(card.left(), rect.bottom() - theme.border, card.width(), theme.border), theme.color("line")
            )
        self._paint_row(painter, rect, row)
        painter.restore()

    def _paint_row(self, painter: QPainter, rect: QRectF, row: RunRow) -> None:
        theme, px, now = self._theme, self._theme.px, self._now()
        state = state_text(row)
        tone = _TONES.get(state.tone, "neutral")
        ink: Token = "text3" if self.stale else INK[tone] if tone != "neutral" else "text2"
        texts: dict[str, tuple[str, Role, Token]] = {
            "state": (state.words, "meta_medium", ink),
            "run": (row.title, "body_medium", "text"),
            "agent": (row.agent, "meta", "text2"),
            "started": (day_and_time(row.started_at, now), "meta", "text2"),
            "took": (run_time(row, now), "meta", "text2"),
            "cost": (dollars(row.cost_micros), "meta", "text2"),
            "outcome": (outcome_text(row), "meta", "text2"),
        }
        for name, place in columns(theme, self._whole(rect)):
            room = QRectF(rect.left() + place.left(), rect.top(), place.width(), rect.height())
            if name == "state":
                side = px(16)
                paint_icon(
                    painter, theme, state.icon, ink, QRectF(room.left(), room.center().y() - side / 2, side, side)
                )
                room.adjust(px(24), 0, 0, 0)
            text, role, token = texts[name]
            shown = self._fit(text, role, int(room.width()))
            words(
                painter, theme, room, shown, role, "text3" if self.stale else token, RIGHT if name in _RIGHT else LEFT
            )

    def _whole(self, rect: QRectF) -> float:
        view = self.parent()
        return view.width() - self.beside if isinstance(view, QWidget) else rect.width()

    def _fit(self, text: str, role: Role, width: int) -> str:
        key = (text, role, width)
        if key not in self._elided:
            if len(self._elided) > 5_000:
                self._elided.clear()
            one_line = " ".join(marked(text).split())
            self._elided[key] = self._theme.cut(role, one_line, width)
        return self._elided[key]
