"""The bar of a ruling in its hold counts down a given deadline and decides nothing."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.theme.theme import Theme
from console.widgets.held_bar import HeldBar


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def test_it_counts_down_and_ends_once(qtbot: QtBot) -> None:
    clock = Clock()
    bar = HeldBar(Theme("dark"), clock=clock)
    qtbot.addWidget(bar)
    ends: list[bool] = []
    bar.ended.connect(lambda: ends.append(True))
    bar.show_hold(lambda left: f"Approved. Takes effect in {left} s. Ctrl+Z takes it back", 60.0, 10.0)
    assert bar.text == "Approved. Takes effect in 10 s. Ctrl+Z takes it back"
    clock.now = 57.5
    bar.refresh()
    assert bar.text.startswith("Approved. Takes effect in 3 s")
    assert bar.accessibleName() == bar.text
    assert bar.share_left == 0.25
    clock.now = 60.0
    bar.refresh()
    bar.refresh()
    assert ends == [True]
    assert bar.isHidden()


def test_it_asks_to_take_back(qtbot: QtBot) -> None:
    bar = HeldBar(Theme("dark"), clock=Clock())
    qtbot.addWidget(bar)
    bar.show_hold(lambda left: f"Rejected. {left} s", 60.0, 10.0)
    with qtbot.waitSignal(bar.taken_back):
        QTest.mouseClick(bar.button, Qt.MouseButton.LeftButton)
    bar.clear()
    assert bar.isHidden()


def test_a_plain_message_has_no_countdown(qtbot: QtBot) -> None:
    bar = HeldBar(Theme("dark"), clock=Clock())
    qtbot.addWidget(bar)
    bar.show_message("Maria approved this 3 s ago.")
    assert bar.text == "Maria approved this 3 s ago."
    assert bar.button.isHidden()
    bar.refresh()
    assert not bar.isHidden()
