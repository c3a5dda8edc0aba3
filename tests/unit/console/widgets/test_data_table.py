"""A table's cells: what does not fit is cut on the screen and told whole beside the pointer."""

import pytest
from PySide6.QtGui import QStandardItemModel
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.widgets.data_table import KEPT, Cell, CellDelegate, DataTable

pytestmark = pytest.mark.window
CELL = Cell("Look up order 1003 in the shop", "text", icon="check", mono="sql.find_order")


def test_a_cell_that_is_cut_is_told_whole_and_one_that_fits_is_not(qtbot: QtBot) -> None:
    delegate = CellDelegate(Theme("dark"))
    assert delegate.cut_text(CELL, 200) == "sql.find_order  Look up order 1003 in the shop"
    assert not delegate.cut_text(CELL, 600)
    assert not delegate.cut_text(Cell(""), 20)


def test_where_both_have_no_room_the_words_stay(qtbot: QtBot) -> None:
    delegate = CellDelegate(Theme("dark"))
    assert delegate._words_alone(CELL, 120)
    assert not delegate._words_alone(CELL, 300), "the words are cut, and the tool's name stays"
    assert not delegate._words_alone(Cell("", mono="sql.find_order"), 20)


def test_a_narrow_table_leaves_out_what_can_be_left_out_and_keeps_times_whole(qtbot: QtBot) -> None:
    table = DataTable(Theme("dark"), "Entries", (100, 200, 200, 60), 2, firm=(0,), spare=(3,))
    qtbot.addWidget(table)
    table.setModel(QStandardItemModel(3, 4, table))
    table.show()
    for wide, shown in ((560, True), (490, True), (440, False), (560, True)):
        table.resize(wide, 200)
        assert table.isColumnHidden(3) is not shown, wide
        assert table.columnWidth(0) == 100, "half a time says nothing"
        assert min(table.columnWidth(1), table.columnWidth(2)) >= KEPT
        assert table.horizontalHeader().length() <= table.viewport().width()
