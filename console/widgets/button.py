"""The console's button: never elided, never the default, with its key inside and, where asked, held to trigger."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from console.key_repeat import KeyRepeat
from console.theme.fonts import Role
from console.theme.icons import paint_icon
from console.theme.theme import Theme
from console.theme.tokens import BUTTON_LARGE, BUTTON_SMALL, RADIUS_CONTROL, Token
from console.widgets.keycap import keycap_width, paint_keycap
from console.widgets.painting import box, focus_ring, painting, words

Kind = Literal["normal", "primary", "danger", "quiet"]
_ICON = 16
_TICK_MS = 16


class ActionButton(QPushButton):
    """Emits `activated` once per press: a click, the space bar, or `begin`/`end` from a key of the view.

    With `set_hold(ms)` the press must last; `hold_broken` tells of a release before the time.
    While locked (`set_locked(reason)`) it stays focusable and emits `locked_pressed` instead.
    """

    activated = Signal()
    locked_pressed = Signal()
    hold_broken = Signal()

    def __init__(
        self,
        theme: Theme,
        text: str,
        icon: str | None = None,
        key_hint: str | None = None,
        kind: Kind = "normal",
        height: int = BUTTON_LARGE,
        *,
        enter: bool = False,
        clock: Callable[[], float] = time.monotonic,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._key_hint, self._kind, self._tall = theme, icon, key_hint, kind, height
        self._enter, self._clock = enter, clock
        self._role: Role = "meta_strong" if height <= BUTTON_SMALL else "body_strong"
        self._hold_ms = 0
        self._held_since: float | None = None
        self._locked = ""
        self._words = ""
        self._repeat = KeyRepeat(self)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.refresh)
        self.setAutoDefault(False)
        self.setDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.clicked.connect(self._clicked)
        theme.changed.connect(self._restyle)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._words = text
        super().setText(text.replace("&", "&&"))
        self.setAccessibleName(text)
        self._describe()
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        return self._words

    @property
    def key_hint(self) -> str | None:
        return self._key_hint

    def set_key_hint(self, key_hint: str | None) -> None:
        self._key_hint = key_hint
        self._describe()
        self.updateGeometry()
        self.update()

    def set_kind(self, kind: Kind) -> None:
        """How much it stands out; its size stays."""
        self._kind = kind
        self.update()

    def set_icon(self, icon: str | None) -> None:
        self._icon = icon
        self.updateGeometry()
        self.update()

    @property
    def hold_ms(self) -> int:
        return self._hold_ms

    def set_hold(self, ms: int) -> None:
        """How long the press must last; 0 triggers at once."""
        self._drop_hold()
        self._hold_ms = max(0, ms)
        self._describe()

    @property
    def locked(self) -> str:
        return self._locked

    def set_locked(self, reason: str) -> None:
        """Why it can't be done yet, or "" when it can; the button keeps its place, size and focus."""
        self._locked = reason
        if reason:
            self._drop_hold()
        self._describe()
        self.update()

    @property
    def progress(self) -> float:
        """How much of the hold is done, 0 to 1."""
        if self._held_since is None or not self._hold_ms:
            return 0.0
        return min(1.0, (self._clock() - self._held_since) * 1000 / self._hold_ms)

    def begin(self) -> None:
        """The press starts: the view calls this when its key for this button goes down (not on auto-repeat)."""
        if not self.isEnabled() or self._held_since is not None:
            return
        if self._locked:
            self.locked_pressed.emit()
        elif not self._hold_ms:
            self.activated.emit()
        else:
            self._held_since = self._clock()
            self._tick.start()
            self.update()

    def end(self) -> None:
        """The press ends; before the time of the hold nothing is triggered."""
        if self._held_since is None:
            return
        self.refresh()
        if self._held_since is not None:
            self._drop_hold()
            self.hold_broken.emit()

    def refresh(self) -> None:
        """One step of the hold; the timer calls it, and so may whoever moves the clock."""
        if self._held_since is None:
            return
        if self.progress >= 1.0:
            self._drop_hold()
            self.activated.emit()
        self.update()

    def _drop_hold(self) -> None:
        self._held_since = None
        self._tick.stop()
        self.update()

    def _clicked(self) -> None:
        """A whole click: mouse, space bar or assistive technology. In hold mode a click alone is too short."""
        if self._locked or not self._hold_ms:
            self.begin()

    def _describe(self) -> None:
        parts = [self.tr("Key {key}").format(key=self._key_hint)] if self._key_hint else []
        if self._hold_ms:
            parts.append(self.tr("Hold for {seconds} s").format(seconds=f"{self._hold_ms / 1000:g}"))
        if self._locked:
            parts.append(self._locked)
        self.setAccessibleDescription(". ".join(parts))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        space = event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select)
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (space or (enter and self._enter)):
            event.ignore()  # Enter, arrows and the letters belong to the view
            return
        event.accept()
        if self._repeat.is_repeat(event):
            return
        self.setDown(True)
        if self._hold_ms:
            self.begin()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat() or not self.isDown():
            event.ignore()
            return
        self._repeat.lift(event, self._key_up)

    def _key_up(self) -> None:
        if not self.isDown():
            return  # the focus left while the key was down
        self.setDown(False)
        if self._hold_ms:
            self.end()
        else:
            self.click()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        held = self._hold_ms and not self._locked and self.isDown()
        if held and event.button() == Qt.MouseButton.LeftButton:
            self.begin()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hold_ms:
            self.end()
        super().mouseReleaseEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._hold_ms and not self.isDown():
            self.end()  # the pointer left the button while holding

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.setDown(False)
        self.end()
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled():
            self._drop_hold()
        super().changeEvent(event)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px, measure = self._theme.px, self._theme.metrics(self._role)
        width = 2 * px(12)
        parts = []
        if self._icon:
            parts.append(px(_ICON))
        if self._words:
            parts.append(measure.horizontalAdvance(self._words) + 1)
        if self._key_hint:
            parts.append(keycap_width(self._theme, self._key_hint))
            width -= px(4)
        width += sum(parts) + px(8) * max(0, len(parts) - 1)
        return QSize(max(width, px(self._tall)), px(self._tall))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _colours(self) -> tuple[Token | None, Token | None, Token]:
        """Fill, border and ink for the state the button is in."""
        off = not self.isEnabled() or bool(self._locked)
        hover = self.underMouse() and self.isEnabled()
        if self._kind == "quiet":
            return ("hover" if hover else None), None, ("text3" if off else "text")
        if off:
            return ("raised" if self._locked and self.isEnabled() else None), "line2", "text3"
        if self._kind == "primary":
            return "strong", "strong", "onStrong"
        ink: Token = "crit" if self._kind == "danger" else "text"
        border: Token = "crit" if self._kind == "danger" else "ctl"
        return ("hover" if hover else "raised"), border, ink

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        fill, border, ink = self._colours()
        with painting(self) as painter:
            radius = theme.px(RADIUS_CONTROL)
            box(
                painter,
                self.rect(),
                radius,
                fill=theme.color(fill) if fill else None,
                border=theme.color(border) if border else None,
                width=theme.border,
                # high contrast has no quiet text: what is off is told by a dashed border
                dashed=theme.is_high_contrast and (bool(self._locked) or not self.isEnabled()),
            )
            if self._held_since is not None:
                self._paint_progress(painter, radius)
            if self.isDown() and self._held_since is None and self.isEnabled():
                box(painter, self.rect(), radius, border=theme.color("text2"), width=theme.border)
            self._paint_contents(painter, ink)
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), radius)

    def _paint_progress(self, painter: QPainter, radius: int) -> None:
        painter.save()
        done = QRectF(self.rect())
        done.setWidth(done.width() * self.progress)
        painter.setClipRect(done)
        colour = self._theme.color
        box(painter, self.rect(), radius, fill=colour("accentBg"), border=colour("accent"), width=2)
        painter.restore()

    def _paint_contents(self, painter: QPainter, ink: Token) -> None:
        theme, px, middle = self._theme, self._theme.px, self.height() / 2
        left = float(px(12)) if self._words or self._key_hint else (self.width() - px(_ICON)) / 2
        if self._words and self.width() > self.sizeHint().width():
            left = (self.width() - self.sizeHint().width()) / 2 + px(12)
        if self._icon:
            quieter: Token = "text2" if ink == "text" else ink
            paint_icon(painter, theme, self._icon, quieter, QRectF(left, middle - px(_ICON) / 2, px(_ICON), px(_ICON)))
            left += px(_ICON) + px(8)
        if self._words:
            wide = theme.metrics(self._role).horizontalAdvance(self._words) + 1
            words(painter, theme, QRectF(left, 0, wide, self.height()), self._words, self._role, ink)
            left += wide + px(8)
        if self._key_hint:
            paint_keycap(
                painter,
                theme,
                left,
                middle,
                self._key_hint,
                ink="onStrong" if ink == "onStrong" else "text2",
                line="line2",
            )
