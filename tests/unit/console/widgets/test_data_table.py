"""A table's cells: what does not fit is cut on the screen and told whole beside the pointer."""

import pytest
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.widgets.data_table import Cell, CellDelegate

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
