"""The filter of the audit screen: chips for what holds, and a field to type the next one into."""

import itertools
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QSizePolicy, QWidget

from console.presenters.audit_filter import Term, filter_of, read_typed, with_term
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL
from console.widgets.chip import FilterChip
from console.widgets.keycap import KeyCap
from console.widgets.painting import box, focus_ring, painting
from console.widgets.panel import IconLabel
from console.widgets.plain_label import plain_tooltip
from runtime.projections.rows import AuditFilter


class AuditFilterBox(QFrame):
    """``changed`` when another filter holds; ``faults`` tells what could not be understood; ``left`` on Esc."""

    changed = Signal()
    faults = Signal(str)
    left = Signal()

    def __init__(self, theme: Theme, now: Callable[[], int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._now = theme, now
        self._terms: tuple[Term, ...] = ()
        self._text = ""
        self._chips: list[FilterChip] = []
        self.field = QLineEdit(self)
        self.field.setProperty("inside", "true")
        hint = self.tr("Search, agent: by: event: from:")
        self.field.setPlaceholderText(hint)
        self.field.setToolTip(plain_tooltip(hint))
        self.field.setAccessibleName(self.tr("Filter the audit log"))
        self.field.setAccessibleDescription(
            self.tr("For example agent:refunds event:ask-raised from:14:00 and words to search for. Enter applies it.")
        )
        self.field.returnPressed.connect(self.apply)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self._icon = IconLabel(theme, "search", parent=self)
        self._cap = KeyCap(theme, "/", self)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon)
        self._row.addWidget(self.field, 1)
        self._row.addWidget(self._cap)
        self._enter = KeyCap(theme, "Enter", self)
        """Shown while something is typed: it filters when that key is pressed."""
        self._enter.hide()
        self._row.addWidget(self._enter)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.field)
        theme.changed.connect(self._restyle)
        self._restyle()

    def wanted(self) -> AuditFilter:
        """The filter that holds."""
        return filter_of(self._terms, self._text, self._now())

    @property
    def terms(self) -> tuple[Term, ...]:
        """The chips."""
        return self._terms

    def apply(self) -> None:
        """Read what was typed: terms become chips, words stay and are searched for."""
        typed = read_typed(self.field.text(), self._now())
        before = (self._terms, self._text)
        for term in typed.terms:
            self._terms = with_term(self._terms, term)
        if typed.terms:
            self.field.setText(typed.text)
        self._text = typed.text
        self.faults.emit(" ".join(typed.faults))
        self._show_chips()
        if (self._terms, self._text) != before:
            self.changed.emit()

    def search(self, typed: str) -> None:
        """Filter by this alone, as if typed."""
        self._terms = ()
        self.field.setText(typed)
        self._text = "\0"  # whatever it is now, it is another filter
        self.apply()

    def _show_keys(self, focused: bool) -> None:
        self._cap.setVisible(not focused and not self._terms)
        self._enter.setVisible(focused and self.field.text() != self._text)

    def _typed(self, text: str) -> None:
        self._show_keys(self.field.hasFocus())
        if not text and self._text:
            self.apply()

    def _remove(self, term: Term) -> None:
        self._terms = tuple(other for other in self._terms if other != term)
        self._show_chips()
        self.field.setFocus()
        self.changed.emit()

    def _show_chips(self) -> None:
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for at, term in enumerate(self._terms):
            chip = FilterChip(self._theme, term.said, self)
            chip.removed.connect(lambda term=term: self._remove(term))
            self._row.insertWidget(1 + at, chip)
            chip.show()
            self._chips.append(chip)
        self._show_keys(self.field.hasFocus())
        if self._chips:
            order = [self.field, *self._chips]
            for first, second in itertools.pairwise(order):
                QWidget.setTabOrder(first, second)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._show_keys(event.type() == QEvent.Type.FocusIn)
            self.update()
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Backspace and not self.field.text() and self._terms:
                self._remove(self._terms[-1])
                return True
            if event.key() == Qt.Key.Key_Escape:
                if self.field.text():
                    self.field.clear()
                else:
                    self.left.emit()
                return True
        return super().eventFilter(watched, event)

    def _restyle(self) -> None:
        px = self._theme.px
        self.setFixedHeight(px(36))
        self._row.setContentsMargins(px(10), 0, px(8), 0)
        self._row.setSpacing(px(6))
        self.field.setFont(self._theme.font("body"))
        self.field.setMinimumWidth(px(90))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, rect = self._theme, QRectF(self.rect())
        with painting(self) as painter:
            box(
                painter,
                rect,
                theme.px(RADIUS_CONTROL),
                fill=theme.color("raised"),
                border=theme.color("ctl"),
                width=theme.border,
            )
            if self.field.hasFocus():
                focus_ring(painter, theme, rect, theme.px(RADIUS_CONTROL))
