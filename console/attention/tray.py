"""The program's sign in the tray of the desktop: what waits, a menu, and the way back to the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QFont, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from console.presenters.wording import say
from console.theme.theme import Theme
from console.theme.tokens import Token

TrayMood = Literal["calm", "waiting", "urgent", "paused", "broken"]
_SIZES = (16, 22, 32, 48)


@dataclass(frozen=True, slots=True)
class TrayState:
    """What the sign says. ``quiet``: off duty or do-not-disturb."""

    waiting: int = 0
    urgent: int = 0
    paused: bool = False
    broken: bool = False
    quiet: bool = False

    @property
    def mood(self) -> TrayMood:
        """The worst of it."""
        if self.broken:
            return "broken"
        if self.paused:
            return "paused"
        return "urgent" if self.urgent else "waiting" if self.waiting else "calm"

    @property
    def sentence(self) -> str:
        """For the tooltip, which screen readers read."""
        parts = []
        if self.broken:
            parts.append(say("the journal was changed, approvals are off"))
        if self.paused:
            parts.append(say("all agents are paused"))
        if not self.waiting:
            parts.append(say("nothing waits"))
        elif self.urgent:
            parts.append(say("{count} waiting, {urgent} urgent", count=self.waiting, urgent=self.urgent))
        else:
            parts.append(say("{count} waiting", count=self.waiting))
        if self.quiet:
            parts.append(say("no notifications"))
        return say("Operator console: {state}", state=", ".join(parts))


class Tray(QObject):
    """Signals of its menu; ``pressed`` for a click on the sign. Without a tray it stays unseen and harms nothing."""

    pressed = Signal()
    pause_wanted = Signal()
    duty_wanted = Signal(bool)
    quit_wanted = Signal()

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._state = TrayState()
        self._clicked: Callable[[], None] | None = None
        self.icon = QSystemTrayIcon(self)
        self.menu = QMenu()
        self.open_action = self._add(self.tr("Open the window"), lambda: self.pressed.emit())
        self.menu.addSeparator()
        self.pause_action = self._add(self.tr("Pause all agents"), lambda: self.pause_wanted.emit())
        self.duty_action = self._add(self.tr("On duty"), self._duty_chosen)
        self.duty_action.setCheckable(True)
        self.duty_action.setChecked(True)
        self.menu.addSeparator()
        self.quit_action = self._add(self.tr("Quit"), lambda: self.quit_wanted.emit())
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self._message_clicked)
        theme.changed.connect(self._draw)
        self._draw()

    def _add(self, text: str, act: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(act)
        self.menu.addAction(action)
        return action

    @property
    def available(self) -> bool:
        """Whether this desktop has a tray now; a bare window manager has none."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self) -> None:
        """Appear, now or as soon as the desktop has a tray."""
        self.icon.show()

    def show_state(self, state: TrayState, on_duty: bool = True) -> None:
        """What is true now."""
        self.duty_action.setChecked(on_duty)
        self.pause_action.setText(self.tr("Resume all agents") if state.paused else self.tr("Pause all agents"))
        if state != self._state:
            self._state = state
            self._draw()

    def say(self, headline: str, sentence: str, click: Callable[[], None]) -> bool:
        """A message of the tray, where the desktop's notifications are out of reach; it has no buttons."""
        if not self.available or not QSystemTrayIcon.supportsMessages():
            return False
        self._clicked = click
        self.icon.showMessage(headline, sentence, self.icon.icon())
        return True

    def close(self) -> None:
        """Take the sign away."""
        self.icon.hide()
        self.menu.deleteLater()

    def _duty_chosen(self) -> None:
        self.duty_wanted.emit(self.duty_action.isChecked())

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick):
            self.pressed.emit()

    def _message_clicked(self) -> None:
        clicked, self._clicked = self._clicked, None
        if clicked is not None:
            clicked()

    def _draw(self) -> None:
        made = QIcon()
        for side in _SIZES:
            made.addPixmap(self._sign(side))
        self.icon.setIcon(made)
        # Our own words and numbers, as they are: a tray would show the tags of ``plain_tooltip``.
        self.icon.setToolTip(self.tr(self._state.sentence))

    def _sign(self, side: int) -> QPixmap:
        """The ring and dot of the program; a shape of its own for each mood, so that no colour is needed to tell."""
        theme, state = self._theme, self._state
        inks: dict[TrayMood, Token] = {"urgent": "critFill", "broken": "critFill", "waiting": "accent"}
        drawn = QPixmap(side, side)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = theme.color(inks.get(state.mood, "series"))
        stroke = max(1.5, side / 11)
        ring = QRectF(0, 0, side, side).adjusted(stroke, stroke, -stroke, -stroke)
        painter.setPen(QPen(ink, stroke))
        painter.drawEllipse(ring)
        middle = QRectF(ring)
        if state.mood == "paused":
            for part in (0.36, 0.56):
                painter.fillRect(QRectF(side * part, side * 0.32, side * 0.09, side * 0.36), ink)
        elif state.mood == "broken":
            painter.drawLine(ring.topLeft(), ring.bottomRight())
        elif state.mood == "calm":
            middle.adjust(side * 0.28, side * 0.28, -side * 0.28, -side * 0.28)
            painter.setBrush(ink)
            painter.drawEllipse(middle)
        else:
            font = QFont(theme.font("body_strong"))  # a copy: the theme hands out the one that everybody paints with
            font.setPixelSize(max(8, round(side * 0.56)))
            painter.setFont(font)
            painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, str(state.waiting) if state.waiting < 10 else "9+")
        painter.end()
        return drawn
