"""Teaching a playbook: one labelled example, or many from a CSV file with the columns text and category."""

import asyncio
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.choose_file import file_to_read
from console.dialogs.settings.form import Form
from console.widgets.button import ActionButton
from console.widgets.flow_layout import FlowLayout
from console.widgets.plain_label import PlainLabel
from runtime.domain.commands import TeachExamples
from runtime.operations.on_agents import read_examples_csv
from runtime.projections.rows import AgentDetail

CSV = "CSV (*.csv)"


class AgentTeachPart(QWidget):
    """``taught`` carries the command to send; ``fault`` a sentence."""

    taught = Signal(object)
    fault = Signal(str)

    def __init__(self, context: ConsoleContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._agent: AgentDetail | None = None
        theme, px = context.theme, context.theme.px
        self.count = PlainLabel(theme, "", "body")
        self.form = Form(theme)
        self.intent = self.form.choice(self.tr("Intent"), [])
        self.text = self.form.lines(
            self.tr("Message"),
            self.tr("A message as customers write it. It counts at once, without a new revision."),
            4,
        )
        self.teach = ActionButton(theme, self.tr("Add the example"), "plus", height=32)
        self.train = ActionButton(theme, self.tr("Train from a CSV file"), "upload", height=32)
        row = FlowLayout(px(8))
        row.addWidget(self.teach)
        row.addWidget(self.train)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        for part in (self.count, self.form):
            column.addWidget(part)
        column.addLayout(row)
        column.addWidget(PlainLabel(theme, self.tr("Columns: text, category"), "meta", "text2"))
        column.addStretch(1)
        self.form.edited.connect(self._arm)
        self.teach.activated.connect(self._teach)
        self.train.activated.connect(lambda: context.tasks.start(self._train(), name="train an agent", owner=self))

    def show_agent(self, agent: AgentDetail | None) -> None:
        """Its intents; None = not saved yet."""
        same = agent is not None and self._agent is not None and agent.spec.name == self._agent.spec.name
        self._agent = agent
        playbook = agent.spec.playbook if agent is not None else None
        names = [(intent.name, intent.title or intent.name) for intent in playbook.intents] if playbook else []
        if not same or [key for key, _ in names] != [self.intent.itemData(at) for at in range(self.intent.count())]:
            self.intent.clear()
            for key, title in names:
                self.intent.addItem(title, key)
        if agent is None:
            self.count.setText(self.tr("Save the agent first, then it can learn."))
        elif playbook is None:
            self.count.setText(self.tr("This agent has no playbook, so it learns nothing from examples."))
        else:
            examples = sum(len(intent.examples) for intent in playbook.intents)
            self.count.setText(
                self.tr("{count} examples in its file, {taught} taught since.").format(
                    count=f"{examples:,}", taught=f"{agent.taught:,}"
                )
            )
        self._arm()

    def _arm(self) -> None:
        able = self._agent is not None and self._agent.spec.playbook is not None
        self.form.setEnabled(able)
        self.train.setEnabled(able)
        self.teach.setEnabled(able and bool(self.text.toPlainText().strip()) and self.intent.count() > 0)

    def _teach(self) -> None:
        if self._agent is None or not self.teach.isEnabled():
            return
        example = (self.text.toPlainText().strip(), str(self.intent.currentData()))
        self.text.clear()
        self.taught.emit(TeachExamples(self._agent.spec.name, (example,), self._context.operator(), "Settings"))

    async def _train(self) -> None:
        chosen = await file_to_read(self.window(), self.tr("Train from a CSV file"), (CSV,))
        if chosen is not None:
            await self.read_file(chosen)

    async def read_file(self, chosen: Path) -> None:
        """All examples of a file, as one lesson."""
        agent = self._agent
        if agent is None:
            return
        try:
            examples = await asyncio.to_thread(lambda: read_examples_csv(chosen.read_bytes()))
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else self.tr("it is no CSV in UTF-8")
            self.fault.emit(
                self.tr("{name} could not be read: {why}. Nothing was learned.").format(name=chosen.name, why=why)
            )
            return
        self.taught.emit(TeachExamples(agent.spec.name, examples, self._context.operator(), chosen.name))
