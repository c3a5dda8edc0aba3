"""Settings, Operators: who decides here, who sits at this workstation now, who may not decide any more."""

import re
import unicodedata
from typing import ClassVar

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.dialogs.settings.form import Form
from console.dialogs.settings.page import SettingsPage
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters.wording import later
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.flow_layout import FlowLayout
from runtime.domain.commands import SaveOperator, Secret, SetPassphrase
from runtime.domain.settings import Operator


def operator_id(name: str, taken: set[str]) -> str:
    """``Anna Keller`` -> anna-keller, with a number where that is taken."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "person"
    number, found = 2, base
    while found in taken:
        found, number = f"{base}-{number}", number + 1
    return found


class OperatorsPage(SettingsPage):
    """One table, and the name of the chosen person below it."""

    key: ClassVar[str] = "operators"
    title: ClassVar[str] = later("Operators")
    icon: ClassVar[str] = "users"
    saves: ClassVar[bool] = False
    explanation: ClassVar[str] = later(
        "Every decision is recorded with the name of the person who sits here. Who is not active may decide nothing."
    )

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        theme, px = context.theme, context.theme.px
        self._people: list[Operator] = []
        self.model = PlainRows((self.tr("Name"), self.tr("Id"), self.tr("State")), self)
        self.table = DataTable(theme, self.tr("Operators"), (240, 160, 180), 0)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(px(180))
        form = Form(theme)
        self.name = form.text(self.tr("Name"), longest=80)
        self.add = ActionButton(theme, self.tr("Add a person"), "plus", height=32)
        self.rename = ActionButton(theme, self.tr("Rename"), "edit", height=32)
        self.sit = ActionButton(theme, self.tr("Sits here now"), "user", height=32)
        self.active = ActionButton(theme, self.tr("Deactivate"), "ban", height=32)
        self.passphrase = form.text(
            self.tr("Passphrase"),
            self.tr("Asked for where a second person has to agree; 8 characters or more."),
            secret=True,
            longest=200,
        )
        self.set_passphrase = ActionButton(theme, self.tr("Set the passphrase"), "key-round", height=32)
        row = FlowLayout(px(8))
        for button in (self.add, self.rename, self.sit, self.active, self.set_passphrase):
            row.addWidget(button)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(form)
        self.column.addLayout(row)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        form.edited.connect(self._arm)
        self.add.activated.connect(self._add)
        self.rename.activated.connect(self._rename)
        self.sit.activated.connect(self._sit_down)
        self.active.activated.connect(self._turn)
        self.set_passphrase.activated.connect(self._store_passphrase)

    async def load(self) -> None:
        self._people = await self.context.runtime.history.operators()
        here = self.context.operator()
        self.model.show_rows(
            [
                PlainRow(
                    one.operator_id,
                    (
                        Cell(one.name, "text" if one.active else "text3", "body_medium"),
                        Cell(one.operator_id, "text2", "mono"),
                        Cell(self._state(one, here), "accent" if one.operator_id == here else "text2"),
                    ),
                )
                for one in self._people
            ]
        )
        self._arm()

    def _state(self, one: Operator, here: str) -> str:
        if one.operator_id == here:
            return self.tr("sits here now")
        return self.tr("active") if one.active else self.tr("may decide nothing")

    def _person(self) -> Operator | None:
        key = self.model.key_at(self.table.chosen_row())
        return next((one for one in self._people if one.operator_id == key), None)

    def _chosen(self) -> None:
        person = self._person()
        if person is not None:
            self.name.setText(person.name)
        self._arm()

    def _arm(self) -> None:
        person, name = self._person(), self.name.text().strip()
        names = {one.name for one in self._people}
        self.add.setEnabled(bool(name) and name not in names)
        self.rename.setEnabled(person is not None and bool(name) and name != person.name and name not in names)
        self.sit.setEnabled(person is not None and person.active and person.operator_id != self.context.operator())
        self.active.setEnabled(person is not None)
        self.set_passphrase.setEnabled(person is not None and bool(self.passphrase.text()))
        words = self.tr("Deactivate") if person is None or person.active else self.tr("Activate")
        if self.active.text() != words:
            self.active.setText(words)

    def _add(self) -> None:
        taken = {one.operator_id for one in self._people}
        name = self.name.text().strip()
        self.submit(SaveOperator(Operator(operator_id(name, taken), name), self.context.operator()))

    def _rename(self) -> None:
        person = self._person()
        if person is not None:
            changed = Operator(person.operator_id, self.name.text().strip(), person.active)
            self.submit(SaveOperator(changed, self.context.operator()))

    def _store_passphrase(self) -> None:
        person = self._person()
        if person is not None:
            words = Secret(self.passphrase.text())
            self.passphrase.clear()  # whatever comes of it, it is not on screen any more
            self.submit(SetPassphrase(person.operator_id, words, self.context.operator()))

    def _turn(self) -> None:
        person = self._person()
        if person is None:
            return
        if person.active and person.operator_id == self.context.operator():
            self.tell_fault(
                self.tr("{name} sits here now").format(name=person.name),
                self.tr("Nothing was changed. Let another person sit here first, then deactivate this one."),
            )
            return
        self.submit(SaveOperator(Operator(person.operator_id, person.name, not person.active), self.context.operator()))

    def _sit_down(self) -> None:
        person = self._person()
        if person is not None:
            self.context.set_operator(person.operator_id)
            self.context.runner.changed.emit(ChangeSet(operators=True))
            self.tell_done(self.tr("{name} decides here from now on.").format(name=person.name))
            self.reload()
