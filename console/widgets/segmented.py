"""A row of choices of which one is chosen, such as "All 7 | Mine 3"; read aloud as radio buttons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLayout, QRadioButton, QSizePolicy, QWidget

from console.theme.icons import paint_icon
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL, Token
from console.widgets.flow_layout import FlowLayout
from console.widgets.painting import CENTRE, box, focus_ring, painting, words

_MOVES = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)


class Segment(QRadioButton):
    """One choice; painted as a tab."""

    def __init__(self, theme: Theme, text: str, icon: str | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._words, self._icon = theme, text, icon
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        theme.changed.connect(self._restyle)

    def text(self) -> str:
        return self._words

    def setText(self, text: str) -> None:
        self._words = text
        self.setAccessibleName(text)
        self._restyle()

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        px = self._theme.px
        # as wide as in semibold, so that choosing moves nothing
        wide = self._theme.metrics("meta_strong").horizontalAdvance(self._words) + 1
        return QSize(wide + 2 * px(10) + (px(20) if self._icon else 0), px(28))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _MOVES:
            event.ignore()  # the row moves the choice, in the order that is on screen
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._theme, self._theme.px
        ink: Token = "text" if self.isChecked() else "text2"
        if not self.isEnabled():
            ink = "text3"
        with painting(self) as painter:
            if self.isChecked():
                box(
                    painter,
                    self.rect(),
                    px(RADIUS_CONTROL),
                    fill=theme.color("raised"),
                    border=theme.color("ctl" if theme.is_high_contrast else "line2"),
                    width=theme.border,
                )
            elif self.underMouse() and self.isEnabled():
                box(painter, self.rect(), px(RADIUS_CONTROL), fill=theme.color("hover"))
            left = px(10)
            if self._icon:
                side = px(16)
                paint_icon(painter, theme, self._icon, ink, QRectF(left, (self.height() - side) / 2, side, side))
                left += px(20)
            room = QRectF(left, 0, self.width() - left - px(10), self.height())
            words(painter, theme, room, self._words, "meta_strong" if self.isChecked() else "meta_medium", ink, CENTRE)
            if self.hasFocus():
                focus_ring(painter, theme, self.rect(), px(RADIUS_CONTROL))


class Segmented(QWidget):
    """Arrow keys, Home and End move the choice; `chosen` tells its key when a person chose, not when code did.

    With ``wraps`` the choices go on in the next line where the room ends.
    """

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        choices: Sequence[tuple[str, str]],
        name: str = "",
        current: str | None = None,
        parent: QWidget | None = None,
        *,
        wraps: bool = False,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._segments: dict[str, Segment] = {}
        self._group = QButtonGroup(self)
        self._row: QLayout = FlowLayout(0, self) if wraps else QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        how = QSizePolicy.Policy.Preferred if wraps else QSizePolicy.Policy.Fixed
        policy = QSizePolicy(how, how)
        policy.setHeightForWidth(wraps)
        self.setSizePolicy(policy)
        self.setAccessibleName(name)
        self._group.buttonClicked.connect(self._clicked)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.set_choices(choices, current)

    @property
    def current(self) -> str:
        return next((key for key, segment in self._segments.items() if segment.isChecked()), "")

    def set_current(self, key: str) -> None:
        """Chooses without emitting `chosen`; an unknown key is an error of the caller."""
        self._segments[key].setChecked(True)

    def segment(self, key: str) -> Segment:
        return self._segments[key]

    def set_choices(self, choices: Sequence[tuple[str, str]], current: str | None = None) -> None:
        """(key, text) pairs. The same keys only change their texts, so nothing moves under the pointer."""
        if [key for key, _ in choices] == list(self._segments):
            for key, text in choices:
                self._segments[key].setText(text)
        else:
            wanted = current or self.current
            for segment in self._segments.values():
                self._group.removeButton(segment)
                segment.deleteLater()
            self._segments = {}
            for key, text in choices:
                segment = Segment(self._theme, text, parent=self)
                self._segments[key] = segment
                self._group.addButton(segment)
                self._row.addWidget(segment)
            current = wanted if wanted in self._segments else next(iter(self._segments), None)
        if current is not None:
            self.set_current(current)

    def step(self, by: int) -> None:
        """The next or previous choice, as the keys "[" and "]" do."""
        keys = list(self._segments)
        at = keys.index(self.current) + by
        if 0 <= at < len(keys):
            self.set_current(keys[at])
            self.chosen.emit(keys[at])

    def _clicked(self) -> None:
        self.chosen.emit(self.current)

    def _restyle(self) -> None:
        self._row.setSpacing(self._theme.px(2))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = list(self._segments)
        if event.key() not in _MOVES or not keys:
            super().keyPressEvent(event)
            return
        event.accept()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        onward = Qt.Key.Key_Left if mirrored else Qt.Key.Key_Right
        at = keys.index(self.current)
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            to = 0 if event.key() == Qt.Key.Key_Home else len(keys) - 1
        else:
            to = at + 1 if event.key() in (onward, Qt.Key.Key_Down) else at - 1
        if 0 <= to < len(keys) and to != at:
            self.set_current(keys[to])
            self._segments[keys[to]].setFocus(Qt.FocusReason.OtherFocusReason)
            self.chosen.emit(keys[to])
