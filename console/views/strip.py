"""The strip at the top: agents at work, what waits, spend of today, asks per 10 minutes; search and Pause all."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.actions import shown_key
from console.presenters.strip_text import StripText, strip_text
from console.theme.theme import Theme
from console.theme.tokens import BUTTON_LARGE, STRIP, Token
from console.views.ground import Ground
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.hairline import Hairline
from console.widgets.meter import Meter
from console.widgets.plain_label import PlainLabel, plain_tooltip
from console.widgets.sparkline import Sparkline
from runtime.projections.rows import StripFigures

_PICTURES_FROM = 1080
_BETWEEN, _BESIDE = 10, 14
_WIDE, _NARROW, _TIGHT = 20, 10, 8
_SHARES = (
    (_WIDE, True, True, True),
    (_WIDE, False, True, True),
    (_NARROW, False, True, True),
    (_NARROW, False, True, False),
    (_TIGHT, False, False, False),
)
"""Edge of a cell in pixels at 100 %; whether pictures, notes and the word of the search are there. The first that fits
is taken."""


class StripCell(QWidget):
    """A value, what it is out of, a caption, and a small picture beside it. ``pressed`` by the mouse."""

    pressed = Signal()

    def __init__(self, theme: Theme, caption: str, picture: QWidget | None = None) -> None:
        super().__init__()
        self._theme = theme
        self.value = PlainLabel(theme, "–", "value", wrap=False)
        self.note = ElidedLabel(theme, "", "meta", "text2")
        self.caption = ElidedLabel(theme, caption, "meta", "text2")
        first = QHBoxLayout()
        first.setSpacing(theme.px(_BETWEEN))
        first.addWidget(self.value)
        first.addWidget(self.note, 1, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(1)
        column.addLayout(first)
        column.addWidget(self.caption)
        column.addStretch(1)
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(_WIDE), 0, theme.px(_WIDE), 0)
        row.setSpacing(theme.px(_BESIDE))
        row.addLayout(column)
        if picture is not None:
            row.addWidget(picture)
        self._caption, self._picture = caption, picture

    def needs(self, edge: int, picture: bool, note: bool) -> int:
        """Pixels it takes with so much room around it, and with these parts."""
        px = self._theme.px
        first = self.value.sizeHint().width() + (px(_BETWEEN) + self.note.sizeHint().width() if note else 0)
        drawn = self._picture.sizeHint().width() + px(_BESIDE) if self._picture is not None and picture else 0
        return 2 * px(edge) + max(first, self.caption.sizeHint().width()) + drawn

    def make_room(self, edge: int, note: bool) -> None:
        """Less room around it and no note, where the room ends."""
        self.note.setVisible(note)
        self._row.setContentsMargins(self._theme.px(edge), 0, self._theme.px(edge), 0)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.pressed.emit()

    def show_figures(self, value: str, note: str, token: Token) -> None:
        """What is true now."""
        self.value.setText(value)
        self.value.set_token(token)
        self.note.setText(note)
        self.setAccessibleName(f"{self._caption}: {value} {note}".strip())


class Strip(Ground):
    """``search_pressed`` and ``pause_pressed`` come from its two buttons."""

    search_pressed = Signal()
    pause_pressed = Signal()
    week_pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "surface")
        self.meter = Meter(theme, name=self.tr("Spend today"))
        self.trend = Sparkline(theme, target=5, low=0, name=self.tr("Asks per 10 minutes, the last 2 hours"))
        self.agents = StripCell(theme, self.tr("Agents running"))
        self.waiting = StripCell(theme, self.tr("Waiting on you"))
        self.spend = StripCell(theme, self.tr("Spend today"), self.meter)
        self.asks = StripCell(theme, self.tr("Asks per 10 min"), self.trend)
        self._search_words = self.tr("Search")
        self.search = ActionButton(theme, self._search_words, "search", "Ctrl K", "quiet", BUTTON_LARGE)
        self.pause = ActionButton(theme, self.tr("Pause all"), "pause", None, "normal", BUTTON_LARGE)
        self.search.activated.connect(self.search_pressed)
        self.pause.activated.connect(self.pause_pressed)
        self.asks.setToolTip(self.tr("This week: how well you are asked"))
        self.asks.pressed.connect(self.week_pressed)
        self._paused = False
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        for cell in (self.agents, self.waiting, self.spend, self.asks):
            self._row.addWidget(cell)
            if cell is not self.asks:
                self._row.addWidget(Hairline(theme, Qt.Orientation.Vertical))
        self._row.addStretch(1)
        self._row.addWidget(self.search)
        self._row.addSpacing(theme.px(8))
        self._row.addWidget(self.pause)
        self._figures: StripFigures | None = None
        self._stale = False
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def everything_paused(self) -> bool:
        """Whether the button would resume."""
        return self._paused

    def show_keys(self, keys_of: Callable[[str], Sequence[str]]) -> None:
        """The keys as they are chosen: on the search, and beside the pointer on Pause all."""
        search, pause = keys_of("search"), keys_of("pause_all")
        self.search.set_key_hint(shown_key(search[0]) if search else None)
        self.pause.setToolTip(plain_tooltip(shown_key(pause[0])) if pause else "")
        self._make_room()

    def show_figures(self, figures: StripFigures) -> None:
        """What is true now."""
        self._figures = figures
        self._paused = figures.everything_paused
        self.pause.setText(self.tr("Resume all") if self._paused else self.tr("Pause all"))
        self.pause.set_icon("play" if self._paused else "pause")
        self._show(strip_text(figures))

    def set_stale(self, stale: bool) -> None:
        """Grey what may no longer be true, and switch Pause all off."""
        self._stale = stale
        self.pause.set_locked(self.tr("Off until the journal answers") if stale else "")
        if self._figures is not None:
            self._show(strip_text(self._figures))

    def _show(self, text: StripText) -> None:
        grey: Token = "text3" if self._stale else "text"
        self.agents.show_figures(*text.agents, grey)
        self.waiting.show_figures(*text.waiting, grey)
        spend_token: Token = "crit" if text.over_cap else "warn" if text.near_cap else "text"
        self.spend.show_figures(*text.spend, grey if self._stale else spend_token)
        self.asks.show_figures(*text.asks, grey if self._stale else "warn" if text.many_asks else "text")
        self.meter.set_use(text.share or 0.0, text.forecast, " ".join(text.spend))
        self.trend.set_values([float(value) for value in text.trend], tone="warn" if text.many_asks else "neutral")
        self._make_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._make_room()

    def _make_room(self) -> None:
        """Where the room ends the pictures go first, then the room around the cells, the word of the search, and the
        notes last; values stay."""
        cells, room = (self.agents, self.waiting, self.spend, self.asks), self.width() - 3 * self._theme.border
        wide = self.width() >= self._theme.px(_PICTURES_FROM)
        for edge, pictures, notes, words in _SHARES:
            needed = sum(cell.needs(edge, pictures, notes) for cell in cells)
            if (wide or not pictures) and needed + self._beside(words) <= room:
                break
        for cell in cells:
            cell.make_room(edge, notes)
        self._name_search(words)
        self.trend.setVisible(pictures)
        self.meter.setVisible(pictures and (self._figures is None or bool(self._figures.day_cap_micros)))

    def _beside(self, words: bool) -> int:
        """Pixels of the two buttons and what is around them."""
        px, search = self._theme.px, self.search.sizeHint().width()
        said = self._theme.metrics("body_strong").horizontalAdvance(self._search_words) + 1 + px(8)
        there = bool(self.search.text())
        search += said if words and not there else -said if there and not words else 0
        return search + self.pause.sizeHint().width() + px(8 + 16)

    def _name_search(self, words: bool) -> None:
        if self.search.text() != (said := self._search_words if words else ""):
            self.search.setText(said)
            self.search.setAccessibleName(self._search_words)
            self.search.setToolTip("" if words else plain_tooltip(self._search_words))

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(STRIP))
        edge = px(16)  # margins are not mirrored by themselves
        self._row.setContentsMargins(*((edge, 0, 0, 0) if self.isRightToLeft() else (0, 0, edge, 0)))
        self.update()
