"""The look that is on screen now: palette, scale, fonts and measures, and the moment they change."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from console.theme.cutting import with_whole_numbers
from console.theme.fonts import Role, load_fonts, make_font
from console.theme.stylesheet import stylesheet
from console.theme.tokens import DARK, LIGHT, TARGET_MIN, Colours, Token, high_contrast

Scheme = Literal["system", "dark", "light"]
Contrast = Literal["system", "normal", "high"]
Motion = Literal["system", "full", "reduced"]
SCALE_MIN, SCALE_MAX = 0.9, 1.5

_QT_SCHEME = {
    "system": Qt.ColorScheme.Unknown,
    "dark": Qt.ColorScheme.Dark,
    "light": Qt.ColorScheme.Light,
}


class Theme(QObject):
    """One per program. Widgets are given it, ask it while painting and repaint on `changed`."""

    changed = Signal()

    def __init__(
        self,
        scheme: Scheme = "system",
        contrast: Contrast = "system",
        scale: float = 1.0,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._scheme, self._contrast = scheme, contrast
        self._scale = _within(scale)
        self.motion: Motion = "system"
        """What the person chose; `is_motion_reduced` says what came of it."""
        self._desktop_moves, self._caret_ms = True, 0
        self._app: QApplication | None = None
        self._following = self._is_fusion = False
        self._fonts: dict[Role, QFont] = {}
        self._metrics: dict[Role, QFontMetrics] = {}
        self._colours: dict[Token, QColor] = {}
        self._palette: Colours = DARK
        load_fonts()
        self._settle()

    @property
    def scheme(self) -> Scheme:
        """What the person chose; `is_dark` says what came of it."""
        return self._scheme

    @property
    def contrast(self) -> Contrast:
        return self._contrast

    @property
    def scale(self) -> float:
        return self._scale

    @property
    def palette(self) -> Colours:
        """The tokens now in use, as "#RRGGBB"."""
        return self._palette

    @property
    def is_dark(self) -> bool:
        return self._palette["bg"] == DARK["bg"]

    @property
    def is_high_contrast(self) -> bool:
        return self._high

    @property
    def border(self) -> int:
        """Width of control and card borders in pixels: 1, or 2 in high contrast."""
        return 2 if self._high else 1

    @property
    def is_motion_reduced(self) -> bool:
        """True where the person or, unless they chose, the desktop asks for no movement; fades are then left out."""
        return not self._desktop_moves if self.motion == "system" else self.motion == "reduced"

    def color(self, token: Token) -> QColor:
        return self._colours[token]

    def font(self, role: Role) -> QFont:
        """The cached font of a role; copy it before changing it."""
        if role not in self._fonts:
            self._fonts[role] = make_font(role, self._scale)
        return self._fonts[role]

    def metrics(self, role: Role) -> QFontMetrics:
        if role not in self._metrics:
            self._metrics[role] = QFontMetrics(self.font(role))
        return self._metrics[role]

    def cut(self, role: Role, text: str, width: float) -> str:
        """As much of one line as so many pixels hold, with an ellipsis at its end, never inside a number."""
        cut = self.metrics(role).elidedText(text, Qt.TextElideMode.ElideRight, int(width))
        return with_whole_numbers(text, cut)

    def px(self, pixels: float) -> int:
        """A measure of the drawings at the person's scale, at least one pixel unless it is nothing."""
        return max(1, round(pixels * self._scale)) if pixels else 0

    @property
    def target(self) -> int:
        """Least height and width of what can be hit: 24 px, also where the text is smaller."""
        return max(TARGET_MIN, self.px(TARGET_MIN))

    def apply(
        self,
        app: QApplication,
        scheme: Scheme | None = None,
        contrast: Contrast | None = None,
        scale: float | None = None,
    ) -> None:
        """Dresses the whole program; what is not given stays as it is. Emits `changed` once."""
        self._app = app
        self._scheme = scheme or self._scheme
        self._contrast = contrast or self._contrast
        self._scale = self._scale if scale is None else _within(scale)
        hints = app.styleHints()
        if not self._following:
            self._following = True
            self._desktop_moves = app.isEffectEnabled(Qt.UIEffect.UI_General)
            self._caret_ms = hints.cursorFlashTime()
            hints.colorSchemeChanged.connect(self._system_changed)
            hints.accessibility().contrastPreferenceChanged.connect(self._system_changed)
        hints.setColorScheme(_QT_SCHEME[self._scheme])
        # Qt's own fades of menus and tooltips, and the caret that blinks, are all that moves.
        app.setEffectEnabled(Qt.UIEffect.UI_General, not self.is_motion_reduced)
        hints.setCursorFlashTime(0 if self.is_motion_reduced else self._caret_ms)
        self._dress()

    def _system_changed(self) -> None:
        if self._app is not None and (self._scheme == "system" or self._contrast == "system"):
            self._dress()

    def _dress(self) -> None:
        app = self._app
        if app is None:
            return
        before = (self._palette, self._scale, self._high)
        self._settle()
        sheet = stylesheet(self._palette, self.px, self.border)
        if (self._palette, self._scale, self._high) == before and app.styleSheet() == sheet:
            return
        if not self._is_fusion:
            self._is_fusion = True
            app.setStyle(QStyleFactory.create("Fusion"))
        # Rules that replace others are worked out for each widget once more for every widget around it; with none in
        # between each is dressed twice, which is a quarter of the time. Nothing is painted meanwhile.
        app.setStyleSheet("")
        app.setPalette(self._qt_palette())
        app.setFont(self.font("body"))
        app.setStyleSheet(sheet)
        self.changed.emit()

    def _settle(self) -> None:
        """Works out palette and contrast from the choice and the desktop, and forgets what was cached."""
        hints = QGuiApplication.styleHints()
        dark = self._scheme == "dark"
        if self._scheme == "system":
            # a desktop that does not say is treated as dark: the window is watched all day
            dark = hints.colorScheme() != Qt.ColorScheme.Light
        asked = hints.accessibility()
        self._high = self._contrast == "high" or (
            self._contrast == "system" and asked.contrastPreference() == Qt.ContrastPreference.HighContrast
        )
        plain = DARK if dark else LIGHT
        self._palette = high_contrast(plain) if self._high else plain
        self._colours = {token: QColor(value) for token, value in self._palette.items()}
        self._fonts.clear()
        self._metrics.clear()

    def _qt_palette(self) -> QPalette:
        roles: dict[QPalette.ColorRole, Token] = {
            QPalette.ColorRole.Window: "bg",
            QPalette.ColorRole.WindowText: "text",
            QPalette.ColorRole.Base: "surface",
            QPalette.ColorRole.AlternateBase: "raised",
            QPalette.ColorRole.Text: "text",
            QPalette.ColorRole.PlaceholderText: "text3",
            QPalette.ColorRole.Button: "raised",
            QPalette.ColorRole.ButtonText: "text",
            QPalette.ColorRole.BrightText: "text",
            QPalette.ColorRole.ToolTipBase: "raised",
            QPalette.ColorRole.ToolTipText: "text",
            QPalette.ColorRole.Highlight: "accentBg",
            QPalette.ColorRole.HighlightedText: "text",
            QPalette.ColorRole.Link: "accent",
            QPalette.ColorRole.LinkVisited: "accent",
            QPalette.ColorRole.Accent: "accent",
            QPalette.ColorRole.Light: "raised",
            QPalette.ColorRole.Midlight: "hover",
            QPalette.ColorRole.Mid: "line2",
            QPalette.ColorRole.Dark: "line",
            QPalette.ColorRole.Shadow: "line",
        }
        palette = QPalette()
        for role, token in roles.items():
            palette.setColor(QPalette.ColorGroup.All, role, self.color(token))
        for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, role, self.color("text3"))
        return palette


def _within(scale: float) -> float:
    return min(SCALE_MAX, max(SCALE_MIN, scale))
