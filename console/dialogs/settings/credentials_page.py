"""Settings, Credentials: secrets in the operating system's keyring. A value goes in and is never shown again."""

from typing import ClassVar

from console.context import ConsoleContext
from console.dialogs.settings.form import Form
from console.dialogs.settings.keyring_line import KeyringLine
from console.dialogs.settings.page import SettingsPage
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters.times import day_and_time
from console.presenters.wording import later
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.flow_layout import FlowLayout
from runtime.domain.commands import RemoveCredential, Secret, StoreCredential
from runtime.domain.refusals import Refusal
from runtime.projections.rows import CredentialRow


class CredentialsPage(SettingsPage):
    """Add, test, replace and remove; the state of the keyring stands above."""

    key: ClassVar[str] = "credentials"
    title: ClassVar[str] = later("Credentials")
    icon: ClassVar[str] = "key-round"
    saves: ClassVar[bool] = False
    explanation: ClassVar[str] = later(
        "Values are kept in the keyring of this system, never in the journal or a log. They are not shown again."
    )

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        theme, px = context.theme, context.theme.px
        self._rows: list[CredentialRow] = []
        self._available = False
        self.keyring = KeyringLine(theme, self.reload)
        self.model = PlainRows((self.tr("Name"), self.tr("For"), self.tr("Stored"), self.tr("By")), self)
        self.table = DataTable(theme, self.tr("Credentials"), (180, 220, 120, 120), 1)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(px(140))
        form = Form(theme)
        self.account = form.text(
            self.tr("Name"), self.tr("For example smtp-shop. The same name replaces the value."), longest=80
        )
        self.purpose = form.text(self.tr("For"), longest=120)
        self.value = form.text(self.tr("Value"), secret=True, longest=8_000)
        form.edited.connect(self._arm)
        self.store = ActionButton(theme, self.tr("Store in the keyring"), "key-round", height=32)
        self.test = ActionButton(theme, self.tr("Test"), "check", height=32)
        self.remove = ActionButton(theme, self.tr("Remove"), "trash", height=32)
        row = FlowLayout(px(8))
        for button in (self.store, self.test, self.remove):
            row.addWidget(button)
        self.column.addLayout(self.keyring)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(form)
        self.column.addLayout(row)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.store.activated.connect(self._store)
        self.test.activated.connect(self._test)
        self.remove.activated.connect(self._remove)
        self._arm()

    async def load(self) -> None:
        runtime, now = self.context.runtime, self.context.now()
        self._rows = await runtime.history.credentials()
        names = {person.operator_id: person.name for person in await runtime.history.operators()}
        self.model.show_rows(
            [
                PlainRow(
                    row.account,
                    (
                        Cell(row.account, role="body_medium"),
                        Cell(row.purpose, "text2"),
                        Cell(day_and_time(row.stored_at, now), "text2"),
                        Cell(names.get(row.by, row.by), "text2"),
                    ),
                )
                for row in self._rows
            ]
        )
        self._arm()
        self.show_what_is_read()
        self._available = await self.keyring.ask(runtime)
        self._arm()

    @property
    def is_dirty(self) -> bool:
        return bool(self.value.text())

    def save(self) -> None:
        self._store()

    def discard(self) -> None:
        self.value.clear()
        super().discard()

    def _chosen(self) -> None:
        row = self._row()
        if row is not None:
            self.account.setText(row.account)
            self.purpose.setText(row.purpose)
        self._arm()

    def _row(self) -> CredentialRow | None:
        key = self.model.key_at(self.table.chosen_row())
        return next((row for row in self._rows if row.account == key), None)

    def _arm(self) -> None:
        account = self.account.text().strip()
        known = any(row.account == account for row in self._rows)
        self.store.setEnabled(self._available and bool(account) and bool(self.value.text()))
        words = self.tr("Replace the value") if known else self.tr("Store in the keyring")
        if self.store.text() != words:
            self.store.setText(words)
        self.test.setEnabled(self._row() is not None)
        self.remove.setEnabled(self._row() is not None)
        self.changed.emit()

    def _store(self) -> None:
        if not self.store.isEnabled():
            self.tell_fault(self.tr("Nothing was stored"), self.tr("A name, a value and an open keyring are needed."))
            return
        command = StoreCredential(
            self.account.text().strip(), self.purpose.text().strip(), Secret(self.value.text()), self.context.operator()
        )
        self.value.clear()  # whatever comes of it, the value is not on screen any more
        self.submit(command, failed=self.tr("The value was not stored"))

    def _test(self) -> None:
        row = self._row()
        if row is not None:
            self.context.tasks.start(self._read_back(row.account), name="test a credential", owner=self)

    async def _read_back(self, account: str) -> None:
        answer = await self.context.runtime.test_credential(account)
        if isinstance(answer, Refusal):
            self.tell_fault(self.tr("{account} could not be read back").format(account=account), answer.sentence)
        else:
            self.tell_done(answer)

    def _remove(self) -> None:
        row = self._row()
        if row is not None:
            self.submit(RemoveCredential(row.account, self.context.operator()), failed=self.tr("It was not removed"))
