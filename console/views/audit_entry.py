"""The pane beside the audit table: one entry in words, its place in the chain, and exactly what was recorded."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.presenters.argument_lines import argument_lines
from console.presenters.audit_text import ChainState, entry_text, look_line
from console.views.audit_chain import ChainPlace
from console.widgets.button import ActionButton
from console.widgets.empty_state import EmptyState
from console.widgets.exact_text import ExactText
from console.widgets.flow_layout import FlowLayout
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented
from runtime.projections.rows import AuditEntry

LINES, JSON = "lines", "json"


class AuditEntryPane(QWidget):
    """``copied`` after the entry went to the clipboard."""

    copied = Signal()

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme = context.theme
        self._context = context
        self.entry: AuditEntry | None = None
        self._recorded = ("", "")
        self.setAccessibleName(self.tr("The chosen entry"))
        self._sentence = PlainLabel(theme, "", "title", selectable=True)
        self._look = PlainLabel(theme, "", "meta", "text2")
        self.decision = ActionButton(theme, self.tr("Open decision"), None, "O", height=32)
        self.run = ActionButton(theme, self.tr("Open run"), None, height=32)
        self.decision.activated.connect(self.open_decision)
        self.run.activated.connect(self.open_run)
        self.place = ChainPlace(theme)
        self.copy_button = ActionButton(theme, self.tr("Copy"), "copy", "C", kind="quiet", height=28)
        self.copy_button.activated.connect(self.copy)
        forms = ((LINES, self.tr("Lines")), (JSON, self.tr("JSON")))
        self.form = Segmented(theme, forms, self.tr("Form of the recorded entry"), LINES, wraps=True)
        self.form.chosen.connect(lambda _key: self._show_recorded())
        self.recorded = ExactText(theme, name=self.tr("Recorded entry"), line_numbers=False, header=False, max_rows=400)
        inner = QWidget()
        self._all = QVBoxLayout(inner)
        self._build(theme)
        self._scroll = QScrollArea()
        self._scroll.setWidget(inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setAccessibleName(self.tr("The chosen entry"))
        self._empty = EmptyState(
            theme, self.tr("No entry chosen"), self.tr("Choose a row to read what was recorded."), icon="file-text"
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._scroll)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _build(self, theme: object) -> None:
        look = self._context.theme
        buttons = FlowLayout(look.px(8))
        buttons.addWidget(self.decision)
        buttons.addWidget(self.run)
        head = QHBoxLayout()
        head.addWidget(self.form, 1, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self.copy_button)
        self._buttons = buttons
        self._all.addWidget(self._sentence)
        self._all.addWidget(self._look)
        self._all.addLayout(buttons)
        self._all.addWidget(PlainLabel(look, self.tr("Place in the chain"), "meta_strong", "text2", wrap=False))
        self._all.addWidget(self.place)
        self._all.addWidget(PlainLabel(look, self.tr("Recorded entry"), "meta_strong", "text2", wrap=False))
        self._all.addLayout(head)
        self._all.addWidget(self.recorded)
        self._all.addStretch(1)

    def show_entry(self, entry: AuditEntry | None, chain: ChainState, names: Mapping[str, str]) -> None:
        """One entry, or none."""
        same = entry is not None and self.entry is not None and entry.row.seq == self.entry.row.seq
        self.entry = entry
        self._stack.setCurrentIndex(0 if entry is None else 1)
        if entry is None:
            return
        self._sentence.setText(entry.sentence or entry.row.event)
        self._look.setText(look_line(entry, self._context.now(), names))
        self.decision.setVisible(bool(entry.row.ask_id))
        self.run.setVisible(bool(entry.row.run_id))
        self.place.show_entry(entry, chain)
        self._show_recorded()
        if not same:
            self._scroll.verticalScrollBar().setValue(0)

    def _show_recorded(self) -> None:
        """As lines, each a name and its value, or as the JSON they come from; hidden characters are seen in both."""
        if self.entry is None:
            return
        text, form = entry_text(self.entry), self.form.current
        if (text, form) == self._recorded:
            return
        self._recorded = (text, form)
        if form == JSON:
            self.recorded.set_text(text)
        else:
            self.recorded.set_diff(argument_lines(self.entry.row.kind, text), text)

    def other_form(self) -> None:
        """[ and ]: lines instead of JSON, or JSON instead of lines."""
        self.form.set_current(LINES if self.form.current == JSON else JSON)
        self._show_recorded()

    def copy(self) -> None:
        """The entry as JSON to the clipboard."""
        if self.entry is not None:
            QGuiApplication.clipboard().setText(entry_text(self.entry))
            self.copied.emit()

    def open_decision(self) -> None:
        """The ask it belongs to, on its card."""
        if self.entry is not None and self.entry.row.ask_id:
            self._context.open_ask(self.entry.row.ask_id)

    def open_run(self) -> None:
        """The run it belongs to."""
        if self.entry is not None and self.entry.row.run_id:
            self._context.open_run(self.entry.row.run_id)

    def _restyle(self) -> None:
        px = self._context.theme.px
        self._all.setContentsMargins(px(20), px(20), px(20), px(16))
        self._all.setSpacing(px(10))
        self._buttons.setSpacing(px(8))
        self.setMinimumWidth(px(280))
