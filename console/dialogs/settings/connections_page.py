"""Settings, Models: providers that agents may ask, at which address, and their keys. A key is never shown."""

from typing import ClassVar

from msgspec.structs import replace

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.dialogs.settings.connection_ways_part import ConnectionWays
from console.dialogs.settings.form import Form, pick
from console.dialogs.settings.keyring_line import KeyringLine
from console.dialogs.settings.page import SettingsPage
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters.connection_text import key_words, route_words, trial_words
from console.presenters.wording import later
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.flow_layout import FlowLayout
from runtime.domain.commands import RemoveConnection, RemoveKey, SaveConnection, Secret, StoreKey
from runtime.domain.connection import ConnectionSpec
from runtime.domain.refusals import Refusal
from runtime.models.providers.known import example_address, homes, offered, words_of
from runtime.projections.rows import ConnectionRow


class ConnectionsPage(SettingsPage):
    """Add and change connections; store, test, replace and remove their keys. Each gesture holds at once."""

    key: ClassVar[str] = "connections"
    title: ClassVar[str] = later("Models")
    icon: ClassVar[str] = "globe"
    saves: ClassVar[bool] = False
    explanation: ClassVar[str] = later(
        "Providers of language models. A key is kept in the keyring of this system together with its address, is sent "
        "there and nowhere else, and is not shown again."
    )

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._rows: list[ConnectionRow] = []
        self._available = self._asking = False
        self._build_top()
        self._build_form()
        self._build_buttons()
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self._arm()

    def _build_top(self) -> None:
        theme = self.context.theme
        self.keyring = KeyringLine(theme, self.reload)
        titles = (self.tr("Name"), self.tr("Speaks"), self.tr("Address"), self.tr("Key"), self.tr("Test"))
        self.model = PlainRows(titles, self)
        self.table = DataTable(theme, self.tr("Connections"), (120, 130, 190, 110, 160), 2)
        self.table.setModel(self.model)
        self.column.addLayout(self.keyring)
        self.column.addWidget(self.table)

    def _build_form(self) -> None:
        form = Form(self.context.theme)
        self.name = form.text(self.tr("Name"), self.tr("a-z, 0-9 and -. The same name changes it."), longest=40)
        self.kind = form.choice(self.tr("Speaks"), offered())
        self.address = form.text(self.tr("Address"), self.tr("Another address takes the key away."), longest=300)
        self.keyless = form.toggle(self.tr("Without a key"), self.tr("This server needs none"))
        self.value = form.text(self.tr("Key"), secret=True, longest=8_000)
        self.asked = form.text(
            self.tr("Model to test"), self.tr("Asked for one word. The call is real and counts against the caps.")
        )
        self.kind.currentIndexChanged.connect(self._show_example)
        self._show_example()
        self.ways = ConnectionWays(self.context.theme)
        self._ways_of = ""
        self.ways.fill(ConnectionSpec("", "", ""))
        form.edited.connect(self._arm)
        self.ways.edited.connect(self._arm)
        self.column.addWidget(form)
        self.column.addWidget(self.ways)

    def _show_example(self) -> None:
        """Where an address is left out, the provider's own one is meant; others are written like this."""
        self.address.setPlaceholderText(example_address(str(self.kind.currentData())))

    def _build_buttons(self) -> None:
        theme, px = self.context.theme, self.context.theme.px
        self.save_button = ActionButton(theme, self.tr("Add the connection"), "plus", height=32)
        self.store = ActionButton(theme, self.tr("Store the key"), "key-round", height=32)
        self.test = ActionButton(theme, self.tr("Test"), "check", height=32)
        self.forget = ActionButton(theme, self.tr("Remove the key"), "trash", height=32)
        self.remove = ActionButton(theme, self.tr("Remove"), "trash", height=32)
        line = FlowLayout(px(8))
        for button in (self.save_button, self.store, self.test, self.forget, self.remove):
            line.addWidget(button)
        self.column.addLayout(line)
        self.column.addStretch(1)
        self.save_button.activated.connect(self._save)
        self.store.activated.connect(self._store)
        self.test.activated.connect(self._test)
        self.forget.activated.connect(self._forget)
        self.remove.activated.connect(self._remove)

    async def load(self) -> None:
        await self._show_rows()
        self._chosen()
        self.show_what_is_read()
        self._available = await self.keyring.ask(self.context.runtime)
        self._arm()

    async def _show_rows(self) -> None:
        self._rows = await self.context.runtime.history.connections()
        self.model.show_rows([PlainRow(row.spec.name, self._cells(row)) for row in self._rows])
        self.table.fit_rows(2, 6)

    def touch(self, change: ChangeSet) -> None:
        if change.credentials or change.everything:
            self.context.tasks.start(self._look_again(), name="see how connections stand", owner=self)

    async def _look_again(self) -> None:
        """Agents found out that a provider fails, or answers again: rows and sentence follow, the form stays."""
        before = self._row()
        await self._show_rows()
        row = self._row()
        if row is not None and (before is None or before.breaker != row.breaker):
            self._tell_breaker(row)
        self._arm()

    def _cells(self, row: ConnectionRow) -> tuple[Cell, ...]:
        lost = row.key_for not in ("", row.spec.base_url)
        failed = (row.test is not None and not row.test.works) or not row.breaker.closed
        return (
            Cell(row.spec.name, role="body_medium"),
            Cell(words_of(row.spec.kind), "text2"),
            Cell(row.spec.base_url, "text2"),
            Cell(key_words(row), "warn" if lost else "text2"),
            Cell(trial_words(row), "warn" if failed else "text2"),
        )

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
            self.name.setText(row.spec.name)
            pick(self.kind, row.spec.kind)
            self.address.setText(row.spec.base_url)
            self.keyless.setChecked(row.spec.keyless)
            self.ways.fill(row.spec)
            self.tell_test(row)
        self._arm()

    def tell_test(self, row: ConnectionRow) -> None:
        """How agents name it, why they leave it alone, and the model that was tested last, to test it again."""
        if not row.breaker.closed:
            self._tell_breaker(row)
        if row.test is not None:
            self.asked.setText(row.test.model.partition("/")[2])
        self.asked.setPlaceholderText(self.tr("Agents name it {route}").format(route=route_words(row)))

    def _tell_breaker(self, row: ConnectionRow) -> None:
        if row.breaker.closed:
            self.tell_done(self.tr("{name} answers again; agents ask it.").format(name=row.spec.name))
            return
        said = self.tr("{why} A test that works lets agents ask it again.").format(why=row.breaker.why)
        self.tell_fault(self.tr("{name}: {state}").format(name=row.spec.name, state=trial_words(row)), said)

    def _row(self) -> ConnectionRow | None:
        key = self.model.key_at(self.table.chosen_row())
        return next((row for row in self._rows if row.spec.name == key), None)

    def _known(self) -> ConnectionRow | None:
        """The one whose name stands in the form, with nothing about it edited."""
        spec = self._spec()
        return next((row for row in self._rows if row.spec == spec), None)

    def _spec(self) -> ConnectionSpec:
        name, kind = self.name.text().strip(), str(self.kind.currentData())
        there = next((row.spec for row in self._rows if row.spec.name == name), ConnectionSpec(name, kind, ""))
        address = self.address.text().strip().rstrip("/") or homes().get(kind, "")
        return self.ways.read(replace(there, kind=kind, base_url=address, keyless=self.keyless.isChecked()))

    def _follow_name(self) -> None:
        """A name that is there already brings its own ways along: they are folded away, and must not be lost."""
        name = self.name.text().strip()
        there = next((row.spec for row in self._rows if row.spec.name == name), None)
        if there is not None and name != self._ways_of:
            self._ways_of = name
            self.ways.fill(there)
        elif there is None:
            self._ways_of = ""

    def _arm(self) -> None:
        self._follow_name()
        row, name = self._known(), self.name.text().strip()
        there = any(one.spec.name == name for one in self._rows)
        self.save_button.setEnabled(bool(name) and row is None)
        words = self.tr("Save the change") if there else self.tr("Add the connection")
        if self.save_button.text() != words:
            self.save_button.setText(words)
        has_key = row is not None and bool(row.key_for)
        words = self.tr("Replace the key") if has_key else self.tr("Store the key")
        if self.store.text() != words:
            self.store.setText(words)
        can_have = row is not None and not row.spec.keyless
        self.store.setEnabled(self._available and can_have and bool(self.value.text()))
        ready = row is not None and (has_key or row.spec.keyless)
        self.test.setEnabled(ready and bool(self.asked.text().strip()) and not self._asking)
        self.forget.setEnabled(has_key)
        self.remove.setEnabled(row is not None and row.added)
        self.changed.emit()

    def _save(self) -> None:
        command = SaveConnection(self._spec(), self.context.operator())
        self.submit(command, failed=self.tr("The connection was not saved"))

    def _store(self) -> None:
        row = self._known()
        if row is None or not self.store.isEnabled():
            self.tell_fault(
                self.tr("Nothing was stored"), self.tr("A saved connection, a key and an open keyring are needed.")
            )
            return
        command = StoreKey(row.spec.name, Secret(self.value.text()), self.context.operator())
        self.value.clear()  # whatever comes of it, the key is not on screen any more
        self.submit(command, failed=self.tr("The key was not stored"))

    def _test(self) -> None:
        row = self._known()
        if row is not None:
            self._asking = True
            self._arm()
            self.tell_done(self.tr("Asking {name} for one word.").format(name=row.spec.name))
            self.context.tasks.start(
                self._ask(row.spec.name, self.asked.text().strip()), name="test a connection", owner=self
            )

    async def _ask(self, name: str, model: str) -> None:
        try:
            answer = await self.context.runtime.test_connection(name, model, self.context.operator())
        finally:
            self._asking = False
        if isinstance(answer, Refusal):
            self.tell_fault(self.tr("{name} was not reached or refused").format(name=name), answer.sentence)
        else:
            self.tell_done(answer)
        self.reload()

    def _forget(self) -> None:
        row = self._known()
        if row is not None:
            self.submit(RemoveKey(row.spec.name, self.context.operator()), failed=self.tr("The key was not removed"))

    def _remove(self) -> None:
        row = self._known()
        if row is not None:
            self.submit(RemoveConnection(row.spec.name, self.context.operator()), failed=self.tr("It was not removed"))
