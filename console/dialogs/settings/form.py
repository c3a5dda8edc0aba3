"""A form: a name on the left, a control on the right, a quiet note below it; tells when a person edited something."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL
from console.widgets.choice import FIELD_HEIGHT, Choice
from console.widgets.painting import box, focus_ring, painting
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented
from console.widgets.toggle import Toggle

NAME_WIDTH = 148


def _paint_field(widget: QWidget, theme: Theme) -> None:
    """The box of a one-line field."""
    rect, radius = QRectF(widget.rect()), theme.px(RADIUS_CONTROL)
    with painting(widget) as painter:
        edge = theme.color("ctl" if widget.isEnabled() else "line2")
        box(painter, rect, radius, fill=theme.color("raised"), border=edge, width=theme.border)
        if widget.hasFocus():
            focus_ring(painter, theme, rect, radius)


def _measure(field: QWidget, theme: Theme, wide: int) -> None:
    """Its size at the person's scale."""
    field.setFixedSize(theme.px(wide), theme.px(FIELD_HEIGHT))


def _dress(field: QAbstractSpinBox, theme: Theme) -> None:
    """Like a text field: no buttons (the arrow keys step), no frame of the style."""
    field.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
    field.setFrame(False)
    _measure(field, theme, 200)
    inner = field.lineEdit()
    inner.setStyleSheet("border: 0; padding: 0; background: transparent;")  # the box is painted by the class
    inner.setTextMargins(theme.px(8), 0, theme.px(8), 0)


class Number(QSpinBox):
    """A whole number; the wheel scrolls the page unless the field has the keyboard."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        _dress(self, theme)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint_field(self, self._theme)


class Decimal(QDoubleSpinBox):
    """A number with two places."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        _dress(self, theme)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint_field(self, self._theme)


class Lines(QPlainTextEdit):
    """Plain text of several lines; Tab leaves the field, so that there is no trap."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)


class Form(QWidget):
    """``edited`` when a person (or a filling of the form) changed a control."""

    edited = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._line = 0
        self._names: list[PlainLabel] = []
        theme.changed.connect(self._restyle)
        self._restyle()

    def sizeHint(self) -> QSize:
        """As high as it is at its width: words and choices go on in the next line."""
        hint = super().sizeHint()
        return QSize(hint.width(), max(hint.height(), self.heightForWidth(self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def text(self, name: str, note: str = "", *, secret: bool = False, longest: int = 400) -> QLineEdit:
        """One line."""
        field = QLineEdit()
        field.setMaxLength(longest)
        if secret:
            field.setEchoMode(QLineEdit.EchoMode.Password)
            field.setInputMethodHints(
                Qt.InputMethodHint.ImhSensitiveData
                | Qt.InputMethodHint.ImhNoPredictiveText
                | Qt.InputMethodHint.ImhHiddenText
            )
        field.textChanged.connect(self.edited)
        self._put(name, field, note)
        return field

    def lines(self, name: str, note: str = "", rows: int = 4, *, mono: bool = False) -> Lines:
        """Several lines."""
        field = Lines()
        field.setFont(self._theme.font("mono" if mono else "body"))
        field.setFixedHeight(self._theme.metrics("mono" if mono else "body").lineSpacing() * rows + self._theme.px(20))
        field.textChanged.connect(self.edited)
        self._put(name, field, note)
        return field

    def number(self, name: str, least: int, most: int, unit: str = "", note: str = "") -> Number:
        """A whole number within bounds."""
        field = Number(self._theme)
        field.setRange(least, most)
        field.setGroupSeparatorShown(True)
        field.setSuffix(f" {unit}" if unit else "")
        field.valueChanged.connect(lambda _value: self.edited.emit())
        self._put(name, field, note)
        return field

    def decimal(self, name: str, least: float, most: float, prefix: str = "", note: str = "") -> Decimal:
        """A number with two places."""
        field = Decimal(self._theme)
        field.setRange(least, most)
        field.setDecimals(2)
        field.setSingleStep(0.05 if most <= 1 else 1.0)
        field.setPrefix(prefix)
        field.setGroupSeparatorShown(True)
        field.valueChanged.connect(lambda _value: self.edited.emit())
        self._put(name, field, note)
        return field

    def choice(self, name: str, choices: Sequence[tuple[str, str]], note: str = "") -> Choice:
        """One of (key, words); the key is the item's data."""
        field = Choice(self._theme)
        for key, said in choices:
            field.addItem(said, key)
        field.currentIndexChanged.connect(lambda _at: self.edited.emit())
        self._put(name, field, note)
        return field

    def segments(self, name: str, choices: Sequence[tuple[str, str]], note: str = "") -> Segmented:
        """One of few words, all in sight."""
        field = Segmented(self._theme, choices, name, wraps=True)
        field.chosen.connect(lambda _key: self.edited.emit())
        self._put(name, field, note, label=True)
        return field

    def toggle(self, name: str, words: str, note: str = "") -> Toggle:
        """On or off."""
        field = Toggle(self._theme, words)
        field.toggled.connect(lambda _on: self.edited.emit())
        self._put(name, field, note)
        return field

    def put(self, name: str, field: QWidget, note: str = "") -> None:
        """A control made elsewhere."""
        self._put(name, field, note)

    def _put(self, name: str, field: QWidget, note: str, *, label: bool = True) -> None:
        said = PlainLabel(self._theme, name, "meta_medium", "text2", parent=self)
        said.setBuddy(field)
        if not field.accessibleName():
            field.setAccessibleName(name)
        field.setAccessibleDescription(note)
        self._names.append(said)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(said, self._line, 0, top)
        # What keeps its size is put at the left; the column then takes what room there is.
        narrow = isinstance(field, QAbstractSpinBox | QComboBox | QAbstractButton | Segmented)
        self._grid.addWidget(field, self._line, 1, Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag(0))
        self._line += 1
        if note:
            self._grid.addWidget(PlainLabel(self._theme, note, "meta", "text2", parent=self), self._line, 1)
            self._line += 1
        self._restyle()

    def _restyle(self) -> None:
        px = self._theme.px
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(6))
        for field in self.findChildren(QAbstractSpinBox):
            _measure(field, self._theme, 200)
        for choice in self.findChildren(Choice):
            choice.setFixedHeight(px(FIELD_HEIGHT))
            choice.updateGeometry()
        for name in self._names:
            name.setFixedWidth(px(NAME_WIDTH))
            name.setContentsMargins(0, px(8), 0, 0)


def pick(field: Choice, key: str) -> None:
    """Choose by key; an unknown one is added, so that what is stored is shown as it is."""
    at = field.findData(key)
    if at < 0:
        field.addItem(key, key)
        at = field.count() - 1
    field.setCurrentIndex(at)
