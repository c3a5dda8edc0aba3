"""Segments, switches, checks, filters and the search field answer to keys and say what was chosen."""

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.widgets.check_box import CheckBox
from console.widgets.chip import FilterChip
from console.widgets.search_field import SearchField
from console.widgets.segmented import Segmented
from console.widgets.splitter import Splitter
from console.widgets.toggle import Toggle

CHOICES = [("all", "All 7"), ("mine", "Mine 3"), ("shelved", "Shelved 2")]


def test_segments_are_radio_buttons_of_which_one_is_chosen(qtbot: QtBot) -> None:
    row = Segmented(Theme("dark"), CHOICES, "Which asks")
    qtbot.addWidget(row)
    assert row.current == "all"
    segment = row.segment("mine")
    interface = QAccessible.queryAccessibleInterface(segment)
    assert interface.role() == QAccessible.Role.RadioButton
    assert interface.text(QAccessible.Text.Name) == "Mine 3"
    with qtbot.waitSignal(row.chosen) as told:
        QTest.mouseClick(segment, Qt.MouseButton.LeftButton)
    assert told.args == ["mine"]
    assert row.current == "mine"


def test_segments_move_with_arrows_home_and_end(qtbot: QtBot) -> None:
    row = Segmented(Theme("dark"), CHOICES)
    qtbot.addWidget(row)
    row.show()
    told: list[str] = []
    row.chosen.connect(told.append)
    row.segment("all").setFocus()
    QTest.keyClick(row.segment("all"), Qt.Key.Key_Right)
    assert row.current == "mine"
    QTest.keyClick(row.segment("mine"), Qt.Key.Key_End)
    assert row.current == "shelved"
    row.step(-1)
    row.step(-1)
    row.step(-1)
    assert row.current == "all"
    assert told == ["mine", "shelved", "mine", "all"]


def test_counts_change_without_new_segments_and_without_a_signal(qtbot: QtBot) -> None:
    row = Segmented(Theme("dark"), CHOICES, current="mine")
    qtbot.addWidget(row)
    before = row.segment("mine")
    with qtbot.assertNotEmitted(row.chosen):
        row.set_choices([("all", "All 8"), ("mine", "Mine 4"), ("shelved", "Shelved 2")])
        row.set_current("all")
    assert row.segment("mine") is before
    assert before.text() == "Mine 4"
    row.set_choices([("new", "New")])
    assert row.current == "new"


@pytest.mark.parametrize("make", [lambda t: Toggle(t, "Follow live"), lambda t: CheckBox(t, "Backup <b>is</b> there")])
def test_switches_and_checks_change_by_space_and_anywhere_on_them(make: object, qtbot: QtBot) -> None:
    assert callable(make)
    box = make(Theme("dark"))
    qtbot.addWidget(box)
    box.resize(box.sizeHint())
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert box.isChecked()
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=box.rect().center())
    assert not box.isChecked()
    assert box.accessibleName() == box.text()


def test_a_long_check_wraps(qtbot: QtBot) -> None:
    box = CheckBox(Theme("dark", scale=1.5), "34 of 2,391,904 rows may keep a NULL tax code after this migration ran")
    qtbot.addWidget(box)
    assert box.heightForWidth(200) > box.heightForWidth(2_000) * 2


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Delete])
def test_a_filter_is_taken_away_by_key(key: Qt.Key, qtbot: QtBot) -> None:
    chip = FilterChip(Theme("dark"), "any agent")
    qtbot.addWidget(chip)
    with qtbot.waitSignal(chip.removed):
        QTest.keyClick(chip, key)


def test_escape_empties_the_search_first_and_leaves_then(qtbot: QtBot) -> None:
    field = SearchField(Theme("dark"), "Search entries", "/")
    qtbot.addWidget(field)
    QTest.keyClicks(field, "migra")
    with qtbot.waitSignal(field.submitted) as sent:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert sent.args == ["migra"]
    with qtbot.assertNotEmitted(field.left):
        QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == ""
    with qtbot.waitSignal(field.left):
        QTest.keyClick(field, Qt.Key.Key_Escape)


def test_panes_keep_their_widths(qtbot: QtBot, tmp_path: Path) -> None:
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)

    def made() -> Splitter:
        splitter = Splitter(Theme("dark"), "approvals", [QLabel("list"), QLabel("card")], [360, 640], settings)
        qtbot.addWidget(splitter)
        splitter.resize(1_000, 400)
        splitter.show()
        return splitter

    first = made()
    first.setSizes([500, 494])
    first.save()
    assert made().sizes() == first.sizes()
    settings.setValue("splitters/v1/approvals", "not a state")
    assert not first.restore()
