"""An ordered table with an editor for the chosen row below it: add, remove, move up and down."""

from typing import Generic, TypeVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.dialogs.settings.form import Form
from console.models.plain_rows import PlainRow, PlainRows
from console.theme.theme import Theme
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.flow_layout import FlowLayout

Item = TypeVar("Item")


class TablePart(QWidget, Generic[Item]):
    """Subclasses say how an item is shown, filled into the form and read from it. ``edited`` after each change."""

    edited = Signal()

    def __init__(
        self,
        theme: Theme,
        name: str,
        titles: tuple[str, ...],
        widths: tuple[int, ...],
        stretch: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.items: list[Item] = []
        self._filling = False
        px = theme.px
        self.model = PlainRows(titles, self)
        self.table = DataTable(theme, name, widths, stretch)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(px(150))
        self.form = Form(theme)
        self.add = ActionButton(theme, self.tr("Add"), "plus", height=28)
        self.up = ActionButton(theme, self.tr("Up"), "arrow-up", height=28)
        self.down = ActionButton(theme, self.tr("Down"), "arrow-down", height=28)
        self.remove = ActionButton(theme, self.tr("Remove"), "trash", height=28)
        row = FlowLayout(px(8))
        for button in (self.add, self.up, self.down, self.remove):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(10))
        column.addWidget(self.table, 1)
        column.addLayout(row)
        column.addWidget(self.form)
        self.build_form(theme)
        self.table.selectionModel().selectionChanged.connect(self._chosen)
        self.form.edited.connect(self._form_edited)
        self.add.activated.connect(self._add)
        self.remove.activated.connect(self._remove)
        self.up.activated.connect(lambda: self._move(-1))
        self.down.activated.connect(lambda: self._move(1))
        self._arm()

    # -- what a subclass says ------------------------------------------------------------------------------------
    def build_form(self, theme: Theme) -> None:
        """Put the controls into ``self.form``."""
        raise NotImplementedError

    def new_item(self) -> Item:
        """What Add makes."""
        raise NotImplementedError

    def fill(self, item: Item) -> None:
        """Show it in the form."""
        raise NotImplementedError

    def read(self, item: Item) -> Item:
        """The form over what the item was."""
        raise NotImplementedError

    def cells(self, at: int, item: Item) -> tuple[Cell, ...]:
        """Its row."""
        raise NotImplementedError

    # -- working -------------------------------------------------------------------------------------------------
    def show_items(self, items: tuple[Item, ...]) -> None:
        """Become these; the chosen row stays where it is."""
        self.items = list(items)
        self._show()
        if self.items and self._row() < 0:
            self.table.choose_row(0)
        self._chosen()

    def _show(self) -> None:
        self.model.show_rows([PlainRow(str(at), self.cells(at, item)) for at, item in enumerate(self.items)])

    def _row(self) -> int:
        row = self.table.chosen_row()
        return row if 0 <= row < len(self.items) else -1

    def _chosen(self) -> None:
        row = self._row()
        self._filling = True
        self.fill(self.items[row] if row >= 0 else self.new_item())
        self._filling = False
        self._arm()

    def _arm(self) -> None:
        row = self._row()
        self.form.setEnabled(row >= 0)
        self.remove.setEnabled(row >= 0)
        self.up.setEnabled(row > 0)
        self.down.setEnabled(0 <= row < len(self.items) - 1)

    def _form_edited(self) -> None:
        row = self._row()
        if self._filling or row < 0:
            return
        self.items[row] = self.read(self.items[row])
        self._show()
        self.edited.emit()

    def _add(self) -> None:
        row = self._row()
        at = len(self.items) if row < 0 else row + 1
        self.items.insert(at, self.new_item())
        self._show()
        self.table.choose_row(at)
        self._chosen()
        self.edited.emit()

    def _remove(self) -> None:
        row = self._row()
        if row >= 0:
            del self.items[row]
            self._show()
            self.table.choose_row(min(row, len(self.items) - 1))
            self._chosen()
            self.edited.emit()

    def _move(self, by: int) -> None:
        row = self._row()
        to = row + by
        if row >= 0 and 0 <= to < len(self.items):
            self.items[row], self.items[to] = self.items[to], self.items[row]
            self._show()
            self.table.choose_row(to)
            self.edited.emit()
