"""How the console's button looks: words that are never elided, an icon, its key, how far a hold has come."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from console.theme.fonts import Role
from console.theme.icons import paint_icon
from console.theme.theme import Theme
from console.theme.tokens import BUTTON_LARGE, BUTTON_SMALL, RADIUS_CONTROL, Token
from console.widgets.keycap import keycap_width, paint_keycap
from console.widgets.painting import box, focus_ring, painting, words

Kind = Literal["normal", "primary", "danger", "quiet"]
_ICON = 16


class ButtonFace(QPushButton):
    """What is drawn; what a press does is ``ActionButton``'s."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        icon: str | None = None,
        key_hint: str | None = None,
        kind: Kind = "normal",
        height: int = BUTTON_LARGE,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon, self._key_hint, self._kind, self._tall = theme, icon, key_hint, kind, height
        self._role: Role = "meta_strong" if height <= BUTTON_SMALL else "body_strong"
        self._locked = ""
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._restyle)
        self.setText(text)

    @property
    def held_share(self) -> float | None:
        """How much of a hold is done, 0 to 1; None = nothing is held."""
        return None

    def _describe(self) -> None:
        """Tell a screen reader the key; whoever knows more tells more."""

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
            share = self.held_share
            if share is not None:
                self._paint_progress(painter, radius, share)
            if self.isDown() and share is None and self.isEnabled():
                box(painter, self.rect(), radius, border=theme.color("text2"), width=theme.border)
            self._paint_contents(painter, ink)
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), radius)

    def _paint_progress(self, painter: QPainter, radius: int, share: float) -> None:
        painter.save()
        done = QRectF(self.rect())
        done.setWidth(done.width() * share)
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
