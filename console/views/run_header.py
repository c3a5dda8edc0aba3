"""The head of a run: title, state, who and when, and what can be done with it; it wraps where the pane is narrow."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from console.presenters.run_text import header_words, state_text, state_words
from console.theme.icons import icon
from console.theme.theme import Theme
from console.theme.tokens import BUTTON_MEDIUM, Token
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.flow_layout import FlowLayout
from console.widgets.painting import INK, Tone
from console.widgets.panel import IconLabel
from console.widgets.plain_label import PlainLabel, plain_tooltip
from runtime.domain.words import RunState
from runtime.projections.rows import RunDetail

_TONES: dict[str, Tone] = {"accent": "accent", "warn": "warn", "crit": "crit"}


class RunHeader(QWidget):
    """Signals name what a person pressed; ``chosen`` carries the id of a line of the menu."""

    pause_pressed = Signal()
    roll_back_pressed = Signal()
    no_roll_back_pressed = Signal()
    stop_pressed = Signal()
    back_pressed = Signal()
    chosen = Signal(str)

    def __init__(self, theme: Theme, *, with_back: bool) -> None:
        super().__init__()
        self._theme = theme
        self._menu: QMenu | None = None
        self._lines: list[tuple[str, str, str]] = []
        self.back = ActionButton(theme, "", "arrow-left", None, "quiet", BUTTON_MEDIUM)
        self.back.setAccessibleName(self.tr("Back to all runs"))
        self.back.setToolTip(self.tr("All runs"))
        self.back.setVisible(with_back)
        self._title = PlainLabel(theme, "", "page")
        self.pause = ActionButton(theme, self.tr("Pause"), "pause", "P", "quiet", BUTTON_MEDIUM)
        self.roll_back = ActionButton(theme, self.tr("Roll back"), "rollback", "Z", "quiet", BUTTON_MEDIUM)
        self.stop = ActionButton(theme, self.tr("Stop run"), "stop", None, "quiet", BUTTON_MEDIUM)
        self.more = ActionButton(theme, "", "ellipsis", None, "quiet", BUTTON_MEDIUM)
        self.more.setAccessibleName(self.tr("More for this run"))
        self.more.setToolTip(self.tr("More for this run"))
        self._icon = IconLabel(theme, "circle", "accent")
        self._state = PlainLabel(theme, "", "body_strong", "accent", wrap=False)
        self._agent = PlainLabel(theme, "", "meta_strong", "accent", wrap=False)
        self._words = ElidedLabel(theme, "", "meta", "text2")
        self._stale, self._shown = False, "circle"
        self._icons = {self.pause: "pause", self.roll_back: "rollback", self.stop: "stop"}
        self._ink: Token = "text2"
        self._build()
        for button, signal in (
            (self.pause, self.pause_pressed),
            (self.roll_back, self.roll_back_pressed),
            (self.stop, self.stop_pressed),
            (self.back, self.back_pressed),
        ):
            button.activated.connect(signal)
        self.roll_back.locked_pressed.connect(self.no_roll_back_pressed)
        self.more.activated.connect(self._open_menu)

    def _build(self) -> None:
        px = self._theme.px
        self._buttons = FlowLayout(px(4))
        for button in self._icons:
            self._buttons.addWidget(button)
        title = self._first = QHBoxLayout()
        title.setSpacing(px(4))
        title.addWidget(self.back)
        title.addWidget(self._title, 1)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(px(4))
        self._top.addLayout(title, 1)
        self._top.addLayout(self._buttons)
        self._top.addWidget(self.more)
        second = QHBoxLayout()
        second.setSpacing(px(8))
        second.addWidget(self._icon)
        second.addWidget(self._state)
        second.addWidget(self._agent)
        second.addWidget(self._words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(14), px(16), 0)
        column.setSpacing(px(4))
        column.addLayout(self._top)
        column.addLayout(second)

    def show_unknown(self, said: str) -> None:
        """Nothing is known of the run: it is being read, or could not be."""
        self._title.setText(said)
        self._wrap()
        self._icon.hide()
        for label in (self._state, self._agent, self._words):
            label.setText("")
        self.more.setEnabled(False)

    def show_run(self, detail: RunDetail, now: int) -> None:
        """What is true now."""
        row = detail.row
        self._icon.show()
        self.more.setEnabled(True)
        state = state_text(row)
        tone = _TONES.get(state.tone, "neutral")
        self._title.setText(row.title)
        self._wrap()
        self._shown, self._ink = state.icon, INK[tone] if tone != "neutral" else "text2"
        self._state.setText(state_words(detail))
        self.set_stale(self._stale)
        self._agent.setText(row.agent)
        self._words.setText(header_words(detail, now))
        paused = row.state is RunState.PAUSED
        self.pause.setText(self.tr("Resume") if paused else self.tr("Pause"))
        self._icons[self.pause] = "play" if paused else "pause"
        self._wrap()

    def set_stale(self, stale: bool) -> None:
        """Grey what may no longer be true."""
        self._stale = stale
        ink: Token = "text3" if stale else self._ink
        self._icon.set_icon(self._shown, ink)
        self._state.set_token(ink)
        self._words.set_token("text3" if stale else "text2")

    def set_possible(self, *, pause: bool, no_roll_back: str, stop: bool) -> None:
        """Switch buttons off where there is nothing to do; they keep their places. Roll back says why it is off."""
        self.pause.setEnabled(pause)
        self.roll_back.set_locked(no_roll_back)
        self.roll_back.setToolTip(plain_tooltip(no_roll_back))
        self.stop.setEnabled(stop)

    def set_lines(self, lines: list[tuple[str, str, str]]) -> None:
        """(id, text, icon) of the menu."""
        self._lines = lines

    def _open_menu(self) -> None:
        if self._menu is not None:
            self._menu.deleteLater()
        self._menu = QMenu(self)
        for key, text, picture in self._lines:
            line = QAction(icon(self._theme, picture), text.replace("&", "&&"), self._menu)
            line.triggered.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._menu.addAction(line)
        self._menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._wrap()

    def _wrap(self) -> None:
        """Title and buttons in one row where both have room, else the buttons below, in two rows only without icons."""
        px = self._theme.px
        for button, name in self._icons.items():
            button.set_icon(name)
        title = self._theme.metrics("page").horizontalAdvance(self._title.text())
        beside = sum(button.sizeHint().width() + px(4) for button in self._all_buttons())
        narrow = title + beside + px(56) > self.width()
        if sum(button.sizeHint().width() + px(4) for button in self._icons) > self.width() - px(40):
            for button in self._icons:
                button.set_icon(None)
        wanted = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        if self._top.direction() != wanted:
            self._top.setDirection(wanted)
            here, there = (self._top, self._first) if narrow else (self._first, self._top)
            here.removeWidget(self.more)
            there.addWidget(self.more)

    def _all_buttons(self) -> tuple[ActionButton, ...]:
        return (self.back, self.pause, self.roll_back, self.stop, self.more)
