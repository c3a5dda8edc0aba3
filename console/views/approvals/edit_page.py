"""Edit: a form beside the raw JSON, the difference to the agent's version, and the gate's judgement while typing."""

import json
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QPlainTextEdit, QScrollArea, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.presenters.argument_lines import compared
from console.presenters.exact_lines import counted
from console.presenters.visible_text import marked
from console.theme.tokens import ACTION_BAR
from console.views.approvals.schema_form import SchemaForm
from console.views.approvals.side_panels import ChecksDone
from console.views.ground import Ground
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.exact_text import ExactText
from console.widgets.flow_layout import FlowLayout
from console.widgets.hairline import Hairline
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.action import BadArguments, canonical
from runtime.projections.rows import AskDetail

_JUDGE_AFTER_MS = 250
_TWO_COLUMNS_FROM = 640
_EDITOR_HEIGHT = 140


class EditPage(Ground):
    """``edited(canonical arguments)`` shows the new version on the card, where it is approved like any other."""

    edited = Signal(str)
    left = Signal()

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context.theme, "bg")
        theme = context.theme
        self._context = context
        self._detail: AskDetail | None = None
        self._asked = 0
        self._canonical = self._begun = ""
        self._form: SchemaForm | None = None
        self.use = ActionButton(theme, self.tr("Show it on the card"), "check", "Ctrl Enter")
        self.cancel = ActionButton(theme, self.tr("Leave as it was"), None, "Esc", "quiet")
        self.use.activated.connect(lambda: self.edited.emit(self._canonical))
        self.cancel.activated.connect(self.left)
        self._title = ElidedLabel(theme, "", "page")
        self._beside = self._columns(self._form_panel(), self._raw_panel())
        self._below = self._columns(self._change_panel(), self._gate_column())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._page(), 1)
        column.addWidget(Hairline(theme))
        column.addWidget(self._foot())
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_JUDGE_AFTER_MS)
        self._wait.timeout.connect(self._judge)

    def _form_panel(self) -> Panel:
        self._form_area = area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        area.setMinimumHeight(self._context.theme.px(_EDITOR_HEIGHT))
        panel = Panel(self._context.theme, self.tr("Arguments"))
        panel.add(area, 1)
        return panel

    def _raw_panel(self) -> Panel:
        theme = self._context.theme
        self.raw = QPlainTextEdit()
        self.raw.setFont(theme.font("mono"))
        self.raw.setAccessibleName(self.tr("Arguments as JSON"))
        self.raw.setTabChangesFocus(True)
        self.raw.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # JSON is not mirrored
        self.raw.setMinimumHeight(theme.px(_EDITOR_HEIGHT))
        self.raw.textChanged.connect(self._raw_changed)
        said = self.tr("There are signs in it that do not show here; the change below shows each.")
        self.hidden = PlainLabel(theme, said, "meta", "warn")
        self.hidden.hide()
        panel = Panel(theme, self.tr("The same as JSON"))
        panel.add(self.raw, 1)
        panel.add(self.hidden)
        return panel

    def _change_panel(self) -> Panel:
        theme = self._context.theme
        self.diff = ExactText(theme, name=self.tr("Difference to the agent's version"), max_rows=12)
        self.faults = PlainLabel(theme, "", "body", "crit")
        self._diff_panel = Panel(theme, self.tr("Your change"))
        self._diff_panel.add(self.diff)
        self._diff_panel.add(self.faults)
        return self._diff_panel

    def _gate_column(self) -> QVBoxLayout:
        """As high as its lines, however high the change beside it is."""
        self.gate = ChecksDone(self._context.theme, self.tr("What the console says of this version"))
        column = QVBoxLayout()
        column.addWidget(self.gate)
        column.addStretch(1)
        return column

    def _columns(self, first: QWidget, second: QWidget | QLayout) -> QBoxLayout:
        columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        columns.setSpacing(self._context.theme.px(12))
        columns.addWidget(first, 1)
        if isinstance(second, QLayout):
            columns.addLayout(second, 1)
        else:
            columns.addWidget(second, 1)
        return columns

    def _page(self) -> QScrollArea:
        """Where the window is small the page is longer than it."""
        px = self._context.theme.px
        content = Ground(self._context.theme, "bg")
        top = QVBoxLayout(content)
        top.setContentsMargins(px(24), px(24), px(24), px(16))
        top.setSpacing(px(12))
        top.addWidget(self._title)
        top.addLayout(self._beside, 1)
        top.addLayout(self._below)
        page = QScrollArea()
        page.setWidgetResizable(True)
        page.setFrameShape(QFrame.Shape.NoFrame)
        page.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        page.setWidget(content)
        return page

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where both have room."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        wide = self.width() >= self._context.theme.px(_TWO_COLUMNS_FROM)
        for columns in (self._beside, self._below):
            columns.setDirection(directions.LeftToRight if wide else directions.TopToBottom)

    def _foot(self) -> Ground:
        px = self._context.theme.px
        foot = Ground(self._context.theme, "surface")
        foot.setMinimumHeight(px(ACTION_BAR))
        row = FlowLayout(px(8), foot)
        row.setContentsMargins(px(24), px(14), px(24), px(14))
        row.addWidget(self.use)
        row.addWidget(self.cancel)
        note = self.tr("Nothing is approved here. It is logged as approved with edit.")
        row.addWidget(ElidedLabel(self._context.theme, note, "meta", "text2"))
        return foot

    @property
    def draft(self) -> str:
        """What was typed since the page was opened; empty where nothing was."""
        text = self.raw.toPlainText()
        return "" if text == self._begun else text

    def show_ask(self, detail: AskDetail, arguments: str, draft: str = "") -> None:
        """Begin with the agent's version, or with one's own of before; ``draft``: what was typed and not shown yet."""
        self._detail = detail
        self._title.setText(self.tr("Edit: {title}").format(title=detail.row.title))
        self._form = SchemaForm(self._context.theme, json.loads(detail.input_schema))
        self._form.changed.connect(self._form_changed)
        self._form_area.setWidget(self._form)
        self._form.setAutoFillBackground(False)  # setWidget() switched it on
        values = json.loads(arguments)
        self._form.show_values(values)
        self._show_raw(values)
        self._begun = self.raw.toPlainText()
        if draft:
            self.raw.setPlainText(draft)
        self._wait.stop()
        self._judge()
        self._form.setFocus()

    def _show_raw(self, values: dict[str, Any]) -> None:
        blocker = QSignalBlocker(self.raw)
        self.raw.setPlainText(json.dumps(values, ensure_ascii=False, indent=2))
        blocker.unblock()

    def _values(self) -> dict[str, Any] | None:
        try:
            values = json.loads(self.raw.toPlainText())
        except (json.JSONDecodeError, RecursionError):
            return None
        return values if isinstance(values, dict) else None

    def _form_changed(self) -> None:
        if self._form is not None:
            self._show_raw(self._form.merge(self._values() or {}))
            self._later()

    def _raw_changed(self) -> None:
        values = self._values()
        if values is not None and self._form is not None:
            self._form.show_values(values)
        self._later()

    def _later(self) -> None:
        self._asked += 1
        self.use.set_locked(self.tr("Being judged"))
        self._wait.start()

    def _judge(self) -> None:
        if self._detail is not None:
            self._asked += 1
            ask_id, text = self._detail.row.ask_id, self.raw.toPlainText()
            self._context.tasks.start(self._ask_gate(ask_id, text, self._asked), name="judge an edit", owner=self)

    async def _ask_gate(self, ask_id: str, text: str, number: int) -> None:
        judged = await self._context.runtime.judge_edit(ask_id, text)
        if number != self._asked or self._detail is None:
            return  # typed on meanwhile
        self._canonical = judged.arguments
        same = judged.arguments == self._detail.action.arguments
        self.gate.show_reasons(judged.reasons)
        self.gate.setVisible(bool(judged.reasons))
        self.hidden.setVisible(marked(text) != text)
        if judged.faults:
            self.faults.setText("\n".join(judged.faults))
            self.use.set_locked(self.tr("Mend what is named above first"))
        else:
            self.faults.setText("")
            self.use.set_locked(self.tr("Nothing is changed yet") if same else "")
        self._show_change(judged.arguments or self._typed())
        self.faults.setVisible(bool(judged.faults))

    def _typed(self) -> str:
        """What was typed in its exact form, also where it may not be done; "" where it is no object of JSON."""
        try:
            return canonical(values) if (values := self._values()) is not None else ""
        except BadArguments:
            return ""

    def _show_change(self, arguments: str) -> None:
        """The difference to the agent's version; what can't be read leaves the last one."""
        if self._detail is None or not arguments:
            return
        action = self._detail.action
        lines = compared(action.tool, action.arguments, arguments)
        self.diff.set_diff(lines, arguments)
        self._diff_panel.set_note(self.tr("no change yet") if arguments == action.arguments else counted(lines))
