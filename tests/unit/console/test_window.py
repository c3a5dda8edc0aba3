"""The frame: views by number, search that never approves, what is told, geometry that is kept, an orderly end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QRadioButton, QWidget

from console.dialogs.about_dialog import AboutDialog
from console.dialogs.keys_dialog import KeysDialog
from console.notices.notice import Notice
from console.shutdown import shut_down
from console.views.palette import Palette
from console.views.table import APPROVALS, AUDIT, PRESENT
from console.widgets.plain_label import PlainLabel
from console.window import ConsoleWindow
from runtime.domain import commands as c
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    """The story, not yet shown."""
    made = WindowWorld(qapp, tmp_path)
    yield made
    made.close()
    assert made.crashes == []


async def shown(world: WindowWorld) -> ConsoleWindow:
    window = await world.show()
    await world.until(window.isActiveWindow, "the window is active")
    return window


def test_the_strip_rail_and_footer_say_what_is_true(world: WindowWorld) -> None:
    async def story() -> None:
        window = await shown(world)
        assert window.strip.waiting.accessibleName() == "Waiting on you: 5 1 urgent"
        assert window.strip.spend.accessibleName() == "Spend today: $12.40 of $20.00"
        assert window.rail.items[APPROVALS].accessibleName() == "Approvals, 5 waiting, 1 urgent"
        await world.until(lambda: "answers in" in window.footer.connection.text())
        await world.until(lambda: window.rail._person.text() == "Anna Keller")

    world.run(story())


def test_screens_are_radio_buttons_and_numbers_without_a_screen_do_nothing(world: WindowWorld) -> None:
    async def story() -> None:
        window = await shown(world)
        for item in window.rail.items.values():
            assert isinstance(item, QRadioButton)
        assert not window.rail.findChildren(QCheckBox)
        before = window.current
        for number in (6, 7):
            key = Qt.Key(Qt.Key.Key_0.value + number)
            QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
            assert window.current == before
        for entry in PRESENT:
            key = Qt.Key(Qt.Key.Key_0.value + entry.number)
            QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
            assert window.current == entry.number
            await world.until(lambda: not world.busy)

    world.run(story())


def test_search_opens_requests_and_never_approves(world: WindowWorld) -> None:
    async def story() -> None:
        window = await shown(world)
        QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        palette = window.findChild(Palette)
        assert isinstance(palette, Palette)
        palette.field.setText("approve")
        await world.until(lambda: palette._asked > 1 and not world.busy)
        assert all(row.kind != "action" or "pprove" not in row.title for row in palette.model.rows)
        palette.field.setText("mail to 2")
        await world.until(lambda: any(row.key == "ask-mail" for row in palette.model.rows))
        QTest.keyClick(palette, Qt.Key.Key_Return)
        await world.until(lambda: not world.busy)
        assert window.current == APPROVALS
        assert world.story.performed == []

    world.run(story())


def test_pause_all_needs_no_confirmation_and_says_what_it_did(world: WindowWorld) -> None:
    async def story() -> None:
        window = await shown(world)
        keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(window, Qt.Key.Key_P, keys)
        await world.until(lambda: window.strip.everything_paused)
        assert world.story.performed == [c.PauseAll("anna")]
        assert window.footer.undo.text() == "3 paused, 1 call still finishing."
        QTest.mouseClick(window.strip.pause, Qt.MouseButton.LeftButton)
        await world.until(lambda: not window.strip.everything_paused)

    world.run(story())


def test_notices_stay_until_closed_and_a_later_one_takes_the_place_of_its_subject(world: WindowWorld) -> None:
    async def story() -> None:
        window = await shown(world)
        world.notices.tell(Notice("waiting", "Sent, not confirmed", "", key="x"))
        world.notices.tell(Notice("refused", "Not done", "<b>No</b>", key="y"))
        assert window.toasts.texts == ["Sent, not confirmed", "Not done. <b>No</b>"]
        world.notices.tell(Notice("done", "Confirmed", key="x"))
        assert window.toasts.texts == ["Not done. <b>No</b>"]
        escape = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(QApplication.focusWidget() or window, escape)
        assert window.toasts.texts == []

    world.run(story())


def test_troubles_and_a_broken_chain_stand_across_the_window(world: WindowWorld) -> None:
    async def story() -> None:
        world.story.troubled = ("The disk is almost full.",)
        world.story.chain_broken = "Record 17 was changed."
        window = await shown(world)
        await world.until(window.truth.trouble.isVisible)
        assert "almost full" in window.truth.trouble.accessibleName()
        assert "Record 17" in window.truth.chain.accessibleName()
        window.truth.chain.button.begin()
        assert window.current == AUDIT, "where the first bad entry is shown and the journal is exported"

    world.run(story())


def test_geometry_and_screen_are_kept_and_the_rail_folds_below_1360(world: WindowWorld) -> None:
    async def story() -> None:
        window = await shown(world)
        window.resize(1200, 750)
        await world.until(lambda: window.rail.width() == 56, "the rail folds")
        window.resize(1440, 900)
        await world.until(lambda: window.rail.width() == 208)
        window.close()
        assert (world.tmp / "window.ini").is_file()

    world.run(story())


@pytest.mark.may_block("QSettings writes its file on close")
def test_closing_ends_tasks_and_runtime_in_order(world: WindowWorld) -> None:
    async def story() -> None:
        window = await shown(world)
        window.close()
        assert await shut_down(world.tasks, world.story)
        assert world.story.closed
        assert world.tasks.names == []

    world.run(story())


def test_a_question_mark_opens_the_overview_of_all_keys(world: WindowWorld) -> None:
    async def story() -> None:
        window = await shown(world)
        QTest.keyClicks(QApplication.focusWidget() or window, "?")
        await world.until(lambda: "keys" in window.dialogs.shown and not world.busy, "the overview is open")
        dialog = window.dialogs.shown["keys"]
        assert isinstance(dialog, KeysDialog)
        assert dialog.isVisible()
        said = {label.text() for label in dialog.findChildren(PlainLabel)}
        assert {"Everywhere", "Approvals", "Audit", "Search", "Next request", "Show all keys"} <= said
        [close] = [one for one in dialog.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        for key, place in ((Qt.Key.Key_End, dialog.bar.maximum()), (Qt.Key.Key_Home, 0)):
            QTest.keyClick(close, key)
            assert dialog.bar.value() == place
        QTest.keyClick(close, Qt.Key.Key_Down)
        assert dialog.bar.value() == dialog.bar.singleStep()
        dialog.reject()

    world.run(story())


def test_the_help_says_what_a_second_person_protects_against_and_what_not(world: WindowWorld) -> None:
    async def story() -> None:
        window = await shown(world)
        QTest.keyClick(window, Qt.Key.Key_F1)
        await world.until(lambda: "about" in window.dialogs.shown and not world.busy, "the help was read")
        dialog = window.dialogs.shown["about"]
        assert isinstance(dialog, AboutDialog)
        text = dialog.pages["help"].toPlainText()
        assert "- Approve does exactly this action, once." in text
        assert "A decision is held for some seconds" in text
        assert "kept in the keyring only as an scrypt verifier" in text
        assert "protects against one person who sits at an unlocked workstation and approves for two" in text
        assert "does not protect against malware that runs as you" in text
        assert "nor against two people who tell each other their passphrases" in text
        dialog.reject()

    world.run(story())


def test_the_key_overview_and_about_are_made_and_close(world: WindowWorld) -> None:
    async def story() -> None:
        window = await shown(world)
        for open_dialog in (window.dialogs.open_keys, window.dialogs.open_about, window.dialogs.open_palette):
            open_dialog()
            await world.until(lambda: not world.busy)
            dialog = next(iter(window.dialogs.shown.values()))
            dialog.reject()
            assert window.dialogs.shown == {}

    world.run(story())
