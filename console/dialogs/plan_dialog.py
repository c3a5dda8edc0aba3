"""Edit a plan: reorder, change, add and drop steps. What is sent is always the whole plan."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.dialog_size import open_at
from console.dialogs.settings.form import Form
from console.presenters.plan_draft import PlanDraft
from console.presenters.visible_text import marked
from console.theme.tokens import PLAN_ROW
from console.widgets.banner import Banner
from console.widgets.button import ActionButton
from console.widgets.flat_row import FlatRow
from console.widgets.plain_label import PlainLabel, plain_tooltip
from runtime.domain.changes import Done
from runtime.domain.commands import EditPlan
from runtime.domain.ids import RunId, StepId
from runtime.domain.plan import PlanStep
from runtime.domain.plan_review import plan_action
from runtime.domain.refusals import Refusal
from runtime.domain.words import StepStatus
from runtime.projections.rows import RunDetail

_OPEN = (StepStatus.TO_DO, StepStatus.SKIPPED)


class PlanDialog(QDialog):
    """Of a run: sends the edit. Of a request (``steps`` given): ``edited`` with the plan in its exact form."""

    edited = Signal(str)

    def __init__(
        self,
        context: ConsoleContext,
        run_id: str,
        steps: Sequence[PlanStep] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.context, self._run_id, self._given = context, run_id, steps
        self.draft = PlanDraft(())
        self.over = 0
        self._loaded = self._sent = self._closed = False
        self.setWindowTitle(self.tr("Edit the plan"))
        self.setModal(True)
        self._build()
        self.finished.connect(self._ended)
        context.tasks.start(self._load(), name="read a plan", owner=self)

    def _scrolled(self) -> QScrollArea:
        """The fields, which scroll where the window is low and the text large."""
        area = self._area = QScrollArea()
        area.setWidget(self.form)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        area.setAccessibleName(self.tr("The chosen step"))
        return area

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The fields have what they need and no more; the list has the rest."""
        super().resizeEvent(event)
        needs = self.form.heightForWidth(self._area.width())
        self._area.setMaximumHeight(needs if needs > 0 else self.form.sizeHint().height())

    def _build(self) -> None:
        theme, px = self.context.theme, self.context.theme.px
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Steps of the plan"))
        self.list.setItemDelegate(FlatRow(theme, self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.up = ActionButton(theme, self.tr("Up"), "arrow-up")
        self.down = ActionButton(theme, self.tr("Down"), "arrow-down")
        self.add = ActionButton(theme, self.tr("Add step"), "plus")
        self.drop = ActionButton(theme, self.tr("Drop step"), "x")
        self.form = Form(theme, self)
        self.step_title = self.form.text(self.tr("Step"), longest=500)
        self.tool = self.form.text(self.tr("Tool"), self.tr("Full name, for example files.write; empty = none."))
        self.changes = self.form.text(self.tr("Changes"), self.tr("Names, as a.txt or docs/, bind it; words do not."))
        self.needs = self.form.text(self.tr("Needs steps"), self.tr("Numbers of earlier steps, separated by commas."))
        self.trouble = Banner(theme, "warn", "", "", stacked=True)
        self.trouble.hide()
        self.note = PlainLabel(theme, self.tr("Reading the plan"), "meta", "text2")
        self.save = ActionButton(theme, self.tr("Use this plan"), "check")
        cancel = ActionButton(theme, self.tr("Cancel"), None, "Esc", "quiet")
        buttons = QHBoxLayout()
        for button in (self.up, self.down, self.add, self.drop):
            buttons.addWidget(button)
        buttons.addStretch(1)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        foot.addWidget(cancel)
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(theme, self.tr("Edit the plan"), "page", wrap=False))
        column.addWidget(self.list, 1)
        column.addLayout(buttons)
        column.addWidget(self._scrolled())
        column.addWidget(self.trouble)
        column.addLayout(foot)
        open_at(self, theme, 680, 640)
        self.list.currentRowChanged.connect(self._chosen)
        for field in (self.step_title, self.tool, self.changes, self.needs):
            field.textEdited.connect(self._typed)
        self.up.activated.connect(lambda: self._moved(-1))
        self.down.activated.connect(lambda: self._moved(1))
        self.add.activated.connect(self._add)
        self.drop.activated.connect(self._drop)
        self.save.activated.connect(self._save)
        self.save.locked_pressed.connect(lambda: self._tell(self.save.locked))
        cancel.activated.connect(self.reject)
        self._offer()

    # -- reading -------------------------------------------------------------------------------------------------
    async def _load(self) -> None:
        detail = await self.context.runtime.history.run(self._run_id)
        if self._closed:
            return
        if detail is None:
            self._tell(self.tr("This run is not there."))
            return
        self.show_detail(detail)

    def show_detail(self, detail: RunDetail) -> None:
        """The plan as it stands, or as it was edited on the card."""
        begun = [line.step.step_id for line in detail.plan if line.status not in _OPEN]
        self.draft = PlanDraft([line.step for line in detail.plan], begun)
        if self._given is not None:
            self.draft.steps = list(self._given)
        self.over = detail.plan_revision
        self._loaded = True
        self._show(0)

    def _show(self, place: int) -> None:
        with QSignalBlocker(self.list):
            self.list.clear()
            for at, step in enumerate(self.draft.steps):
                self.list.addItem("")
                self._write(at, step)
            self.list.setCurrentRow(place)
        self._chosen(place)

    def _chosen(self, place: int) -> None:
        known = 0 <= place < len(self.draft.steps)
        step = self.draft.steps[place] if known else PlanStep(StepId(""), "")
        texts = (step.title, step.tool, step.changes, self.draft.needs_text(place) if known else "")
        for field, text in zip((self.step_title, self.tool, self.changes, self.needs), texts, strict=True):
            with QSignalBlocker(field):
                field.setText(text)
            field.setEnabled(known)
        self._offer()

    # -- editing -------------------------------------------------------------------------------------------------
    def _typed(self) -> None:
        place = self.list.currentRow()
        if 0 <= place < len(self.draft.steps):
            fields = (self.step_title, self.tool, self.changes, self.needs)
            self.draft.change(place, *(field.text() for field in fields))
            self._write(place, self.draft.steps[place])
            self._offer()

    def _write(self, at: int, step: PlanStep) -> None:
        """One row: what it does, with which tool; the whole of it in its tooltip."""
        said, item = f"{at + 1}. {marked(step.title)}{f'   {step.tool}' if step.tool else ''}", self.list.item(at)
        item.setText(said)
        item.setToolTip(plain_tooltip(said))
        item.setSizeHint(QSize(0, self.context.theme.px(PLAN_ROW)))

    def _moved(self, by: int) -> None:
        place = self.list.currentRow()
        if 0 <= place < len(self.draft.steps):
            self._show(self.draft.move(place, by))

    def _add(self) -> None:
        if self._loaded:
            self._show(self.draft.add(self.list.currentRow(), self.tr("New step")))
            self.step_title.setFocus()
            self.step_title.selectAll()

    def _drop(self) -> None:
        place = self.list.currentRow()
        if not 0 <= place < len(self.draft.steps):
            return
        if self.draft.fixed(place):
            self._tell(self.tr("This step has begun; it stays in the plan."))
            return
        self.draft.drop(place)
        self._show(min(place, len(self.draft.steps) - 1))

    def _offer(self) -> None:
        faults = self.draft.faults if self._loaded else ()
        why = faults[0] if faults else ""
        if not self._loaded:
            why = self.tr("Reading the plan")
        elif not why and not self.draft.said and self._given is None:
            why = self.tr("Nothing is different yet.")
        elif self._sent:
            why = self.tr("Sent, not recorded yet.")
        self.save.set_locked(why)
        self.note.setText(why or self.draft.said)
        self.trouble.hide()

    # -- sending -------------------------------------------------------------------------------------------------
    def _save(self) -> None:
        steps = tuple(self.draft.steps)
        if self._given is not None:
            self.edited.emit(plan_action(steps).arguments)
            self.accept()
            return
        self._sent = True
        self._offer()

        def told(answer: Done | Refusal) -> None:
            self._sent = False
            if self._closed:
                return
            if isinstance(answer, Done):
                self.accept()
                return
            self._offer()
            self._tell(answer.sentence)

        command = EditPlan(RunId(self._run_id), self.context.operator(), steps, self.over)
        self.context.runner.submit(command, told, quiet=True, asker=self)

    def _tell(self, sentence: str) -> None:
        self.trouble.set_message(self.tr("The plan was not changed"), sentence)
        self.trouble.show()

    @property
    def holds_work(self) -> bool:
        """Whether the plan was edited and not used yet."""
        return bool(self.draft.said)

    def _ended(self) -> None:
        self._closed = True
