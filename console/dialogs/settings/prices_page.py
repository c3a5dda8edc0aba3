"""Settings, Prices: what a model costs that the price table does not know, or that is billed to you otherwise."""

from typing import ClassVar

from PySide6.QtWidgets import QLineEdit

from console.context import ConsoleContext
from console.dialogs.settings.form import Form
from console.dialogs.settings.page import SettingsPage
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters.budget_text import micros_typed, price_cells, typed_words
from console.presenters.times import day_and_time
from console.presenters.wording import later
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.flow_layout import FlowLayout
from console.widgets.plain_label import PlainLabel
from runtime.domain.budget import EnteredPrice
from runtime.domain.commands import EnterPrice, RemovePrice
from runtime.models.providers.known import route_examples
from runtime.projections.rows import PriceRow


class PricesPage(SettingsPage):
    """Enter, change and remove; each gesture holds at once."""

    key: ClassVar[str] = "prices"
    title: ClassVar[str] = later("Prices")
    icon: ClassVar[str] = "spend"
    saves: ClassVar[bool] = False
    explanation: ClassVar[str] = later(
        "Dollars for a million tokens. What is entered here goes before the price table of the program. A model with a "
        "price in neither is not asked."
    )

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        theme, px = context.theme, context.theme.px
        self._rows: dict[str, PriceRow] = {}
        self._names: dict[str, str] = {}
        titles = (
            self.tr("Model"),
            self.tr("In"),
            self.tr("Out"),
            self.tr("From cache"),
            self.tr("Into cache"),
            self.tr("By"),
            self.tr("When"),
        )
        self.model = PlainRows(titles, self)
        self.table = DataTable(theme, self.tr("Entered prices"), (180, 84, 84, 94, 94, 110, 110), 0)
        self.table.setModel(self.model)
        self.none = PlainLabel(theme, self.tr("No price was entered; those of the price table hold."), "body", "text2")
        form = Form(theme)
        self.named = form.text(
            self.tr("Model"),
            self.tr("As agents name it, for example {route}.").format(route=route_examples()[0]),
            longest=200,
        )
        self.into = form.text(self.tr("Tokens in"), longest=24)
        self.out = form.text(self.tr("Tokens out"), longest=24)
        self.cached = form.text(self.tr("From its cache"), self.tr("Empty = as other tokens in."), longest=24)
        self.written = form.text(self.tr("Into its cache"), self.tr("Empty = as other tokens in."), longest=24)
        self.note = form.text(self.tr("Note"), longest=200)
        self.enter = ActionButton(theme, self.tr("Enter the price"), "check", height=32)
        self.remove = ActionButton(theme, self.tr("Remove"), "trash", height=32)
        row = FlowLayout(px(8))
        row.addWidget(self.enter)
        row.addWidget(self.remove)
        self.column.addWidget(self.none)
        self.column.addWidget(self.table)
        self.column.addWidget(form)
        self.column.addLayout(row)
        self.column.addStretch(1)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        form.edited.connect(self._arm)
        self.enter.activated.connect(self._enter)
        self.remove.activated.connect(self._remove)
        self._arm()

    async def load(self) -> None:
        history = self.context.runtime.history
        self._names = {one.operator_id: one.name for one in await history.operators()}
        self._rows = {row.model: row for row in (await history.budget()).prices}
        self.model.show_rows([PlainRow(row.model, self._cells(row)) for row in self._rows.values()])
        self.table.fit_rows(1, 8)
        self.table.setVisible(bool(self._rows))
        self.none.setVisible(not self._rows)
        self._arm()

    @property
    def is_dirty(self) -> bool:
        name, typed = self.named.text().strip(), self._typed()
        if name in self._rows:
            return typed != self._shown(self._rows[name])
        return any(typed)

    def save(self) -> None:
        self._enter()

    def discard(self) -> None:
        self._clear()
        super().discard()

    def _cells(self, row: PriceRow) -> tuple[Cell, ...]:
        by = self._names.get(row.by, row.by)
        when = day_and_time(row.at, self.context.now())
        prices = (Cell(text) for text in price_cells(row.price))
        return Cell(row.model, role="body_medium"), *prices, Cell(by, "text2"), Cell(when, "text2")

    def _fields(self) -> tuple[QLineEdit, ...]:
        return (self.into, self.out, self.cached, self.written, self.note)

    def _typed(self) -> tuple[str, ...]:
        return tuple(field.text().strip() for field in self._fields())

    def _shown(self, row: PriceRow) -> tuple[str, ...]:
        price = row.price
        return (*map(typed_words, (price.input, price.output, price.cached_input, price.cache_write)), row.note)

    def _chosen(self) -> None:
        row = self._rows.get(self.model.key_at(self.table.chosen_row()))
        if row is None:
            return
        self.named.setText(row.model)
        for field, text in zip(self._fields(), self._shown(row), strict=True):
            field.setText(text)
        self.tell_nothing()

    def _arm(self) -> None:
        name = self.named.text().strip()
        words = self.tr("Change the price") if name in self._rows else self.tr("Enter the price")
        if self.enter.text() != words:
            self.enter.setText(words)
        into, out, *_ = self._typed()
        self.enter.setEnabled(bool(name and into and out) and self.is_dirty)
        self.remove.setEnabled(name in self._rows)
        self.changed.emit()

    def _enter(self) -> None:
        into, out, cached, written, note = self._typed()
        failed = self.tr("The price was not entered")
        try:
            price = EnteredPrice(micros_typed(into), micros_typed(out), _or_as_in(cached), _or_as_in(written))
        except ValueError as wrong:
            self.tell_fault(failed, str(wrong))
            return
        command = EnterPrice(self.named.text().strip(), price, self.context.operator(), note)
        self.submit(command, lambda _done: self._clear(), failed=failed)

    def _remove(self) -> None:
        command = RemovePrice(self.named.text().strip(), self.context.operator())
        failed = self.tr("The price was not removed")
        self.submit(command, lambda _done: self._clear(), failed=failed)

    def _clear(self) -> None:
        self.table.clearSelection()
        for field in (self.named, *self._fields()):
            field.clear()


def _or_as_in(text: str) -> int | None:
    return micros_typed(text) if text else None
