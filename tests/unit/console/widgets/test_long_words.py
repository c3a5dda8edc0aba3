"""A word without blanks, however long, pushes nothing out of sight: it goes on in the next line, whole."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.widgets.plain_label import PlainLabel, broken

pytestmark = pytest.mark.window


def test_words_that_are_too_wide_are_broken_and_nothing_of_them_is_lost() -> None:
    said = broken("Send it to abcdefghij now\nor not", len, 4)
    assert said == "Send it to abcd\nefgh\nij now\nor not"
    assert broken("as it was", len, 9) == "as it was"
    assert broken("prices/mug.toml, 2", len, 9) == "prices/mug.toml, 2", "it is broken behind the slash as it is"


def test_a_long_word_leaves_what_stands_beside_it_in_its_place(qtbot: QtBot) -> None:
    row, theme = QWidget(), Theme("dark")
    qtbot.addWidget(row)
    line = QHBoxLayout(row)
    label, beside = (
        PlainLabel(theme, "Why: " + "x" * 600, breaks=True),
        PlainLabel(theme, "Check before you approve", wrap=False),
    )
    line.addWidget(label, 1)
    line.addWidget(beside)
    row.resize(500, 400)
    row.show()
    assert row.width() == 500
    assert row.rect().contains(beside.geometry())
    assert label.text() == "Why: " + "x" * 600
    assert label.heightForWidth(label.width()) > 8 * label.fontMetrics().height(), "all of it is shown, line by line"
