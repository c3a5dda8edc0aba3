"""What a person does on the Runs screen: find a run, tell it something, pause it, roll it back, copy it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.dialogs.rollback_sheet import RollbackSheet
from console.widgets.exact_text import ExactText
from runtime.domain import commands as c
from runtime.domain.refusals import Refusal
from runtime.domain.words import RunState
from tests.fixtures.runs_screen import RunWorld, dialog_of, opened, press, run_world, screen
from tests.fixtures.story_rows import MINUTE, NOW

pytestmark = pytest.mark.window


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[RunWorld]:
    with run_world(qapp, tmp_path) as made:
        yield made


def test_keys_choose_and_open_a_run_and_lead_back(world: RunWorld) -> None:
    async def story() -> None:
        view = await screen(world)
        view.list.list.setFocus()
        press(world, Qt.Key.Key_J, "j")
        assert view.list.chosen() == "run-2"
        press(world, Qt.Key.Key_K, "k")
        press(world, Qt.Key.Key_Return)
        await world.until(lambda: view.page.detail is not None, "the run is shown")
        assert view.shows_run
        assert view.page.run_id == "run-1"
        press(world, Qt.Key.Key_Escape)
        assert not view.shows_run
        assert view.list.chosen() == "run-1"

    world.run(story())


def test_every_row_of_a_run_is_a_sentence(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        models = (view.list.model, view.page.model, view.page.plan.model)
        for model in models:
            assert model.rowCount()
            for place in range(model.rowCount()):
                said = str(model.data(model.index(place), Qt.ItemDataRole.AccessibleTextRole))
                assert len(said) > 8, said
        first = view.list.model.data(view.list.model.index(0), Qt.ItemDataRole.AccessibleTextRole)
        assert str(first).startswith("Broken mug, order 1042, Waiting on you, agent refunds")

    world.run(story())


def test_pause_note_and_stop_are_commands_of_this_person(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        view.page.timeline.setFocus()
        press(world, Qt.Key.Key_P, "p")
        await world.until(lambda: view.page.header.pause.text() == "Resume" and not world.busy, "it is paused")
        press(world, Qt.Key.Key_P, "p")
        await world.until(lambda: view.page.header.pause.text() == "Pause" and not world.busy, "it goes on")
        press(world, Qt.Key.Key_N, "n")
        assert view.page.note.hasFocus()
        view.page.note.setPlainText("The customer called: p and z are fine")
        press(world, Qt.Key.Key_Return, "", Qt.KeyboardModifier.ControlModifier)
        await world.until(lambda: not view.page.note.toPlainText() and not world.busy, "the note was recorded")
        press(world, Qt.Key.Key_Escape)
        assert view.page.timeline.hasFocus()
        view.page.stop_run()
        await world.until(lambda: not view.page.can_stop and not world.busy, "it has ended")
        kinds = [type(command) for command in world.tale.performed]
        assert kinds == [c.PauseRun, c.ResumeRun, c.LeaveNote, c.StopRun]
        assert {getattr(command, "by", "") for command in world.tale.performed} == {"anna"}

    world.run(story())


def test_letters_typed_into_the_note_do_nothing_else(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        view.page.note.setFocus()
        for key, text in ((Qt.Key.Key_P, "p"), (Qt.Key.Key_Z, "z"), (Qt.Key.Key_L, "l")):
            press(world, key, text)
        assert view.page.note.toPlainText() == "pzl"
        assert world.tale.performed == []
        assert dialog_of(RollbackSheet) is None

    world.run(story())


def test_a_note_that_is_refused_is_kept(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        world.tale.refuse_notes = True
        view.page.note.setPlainText("Keep me")
        view.page.note.send()
        await world.until(lambda: not world.busy, "it was answered")
        assert view.page.note.toPlainText() == "Keep me"

    world.run(story())


def test_the_sheet_lists_all_three_outcomes_and_overwrites_only_what_is_ticked(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        view.page.timeline.setFocus()
        view.page.timeline.setCurrentIndex(view.page.model.index(view.page.model.place_of("5:checkpoint:0")))
        press(world, Qt.Key.Key_Z, "z")
        await world.until(lambda: dialog_of(RollbackSheet) and not world.busy, "the sheet is open")
        sheet = dialog_of(RollbackSheet)
        assert isinstance(sheet, RollbackSheet)
        assert sheet.checkpoint == 0
        assert sheet.go.text() == "Roll back 1 step"
        assert list(sheet.overwrite) == ["2.2"]
        sheet.overwrite["2.2"].setChecked(True)
        assert sheet.go.text() == "Roll back 2 steps"
        QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
        await world.until(lambda: dialog_of(RollbackSheet) is None and not world.busy, "the sheet is closed")
        assert world.tale.performed == [c.RollBack("run-1", 0, "anna", ("2.2",))]  # type: ignore[arg-type]

    world.run(story())


CHANGED = "--- as the run left it\n+++ as it is now\n@@ -1,2 +1,2 @@\n Bed 4\n-peas\n+beans\n"


@pytest.mark.parametrize(("difference", "words", "boxes"), [
    (CHANGED, ["Bed 4", "peas", "beans"], []),
    ("The note says \u202eevil now", ["evil now"], ["U+202E"]),
])  # fmt: skip
def test_the_sheet_shows_what_somebody_changed_since(
    world: RunWorld, difference: str, words: list[str], boxes: list[str]
) -> None:
    async def story() -> None:
        view = await opened(world)
        assert not isinstance(world.tale.sheet, Refusal)
        world.tale.sheet = [
            replace(line, difference=difference if line.outcome == "conflict" else "") for line in world.tale.sheet
        ]
        view.page.roll_back_to(0)
        await world.until(lambda: dialog_of(RollbackSheet) and not world.busy, "the sheet is open")
        sheet = dialog_of(RollbackSheet)
        assert isinstance(sheet, RollbackSheet)
        (shown,) = sheet.findChildren(ExactText)
        assert shown.isVisible()
        assert shown.text() == difference
        shown.select_all()
        assert all(word in shown.selected_text() for word in words)
        labels = [piece.label for row in shown._rows for piece in row.pieces if piece.label]
        assert all(any(box in label for label in labels) for box in boxes), labels
        sheet.reject()

    world.run(story())


def test_the_sheet_says_when_nothing_can_be_undone(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        world.tale.sheet = [line for line in world.tale.sheet if line.outcome == "cannot be undone"]  # type: ignore[union-attr]
        view.page.roll_back_to(1)
        await world.until(lambda: dialog_of(RollbackSheet) and not world.busy, "the sheet is open")
        sheet = dialog_of(RollbackSheet)
        assert isinstance(sheet, RollbackSheet)
        assert sheet.go.locked
        QTest.mouseClick(sheet.go, Qt.MouseButton.LeftButton)
        assert world.tale.performed == []
        assert sheet.trouble.isVisible()
        sheet.reject()

    world.run(story())


def test_the_list_is_paged_by_its_last_row_and_never_reset(world: RunWorld) -> None:
    async def story() -> None:
        first = world.tale.runs["run-5"].row
        world.tale.run_history.many = [
            replace(first, run_id=f"many-{at:04}", title=f"Mail {at}", started_at=NOW - at * MINUTE)
            for at in range(450)
        ]
        view = await screen(world)
        model = view.list.model
        resets: list[int] = []
        model.modelReset.connect(lambda: resets.append(1))
        assert model.rowCount() == 200
        assert model.canFetchMore()
        view.list.step(5)
        chosen = view.list.chosen()
        for _ in range(2):
            model.fetchMore()
            await world.until(lambda: not world.busy, "the next page is there")
        assert model.rowCount() == 450
        assert not model.canFetchMore()
        assert world.tale.run_history.pages[-1] == (NOW - 399 * MINUTE, "many-0399")
        newest = replace(first, run_id="newest", title="New mail", started_at=NOW + 1)
        world.tale.run_history.many.insert(0, newest)
        world.tale.tell("run-5")
        await world.until(lambda: model.rowCount() == 451 and not world.busy, "the new one is there")
        assert model.rows[0].run_id == "newest"
        assert view.list.chosen() == chosen
        assert resets == []

    world.run(story())


def test_filters_ask_the_history_and_say_when_nothing_matches(world: RunWorld) -> None:
    async def story() -> None:
        view = await screen(world)
        view.list.state.segment("finished").click()
        await world.until(lambda: view.list.model.rowCount() == 2 and not world.busy, "two have finished")
        press(world, Qt.Key.Key_Slash, "/")
        view.list.text.setFocus()
        view.list.text.setText("parrot")
        await world.until(lambda: view.list.empty.isVisible() and not world.busy, "nothing matches")
        assert view.list.empty.accessibleName() == "No run matches"
        view.list.text.clear()
        await world.until(lambda: view.list.model.rowCount() == 2 and not world.busy, "both are back")

    world.run(story())


def test_a_run_is_followed_in_a_window_of_its_own(world: RunWorld) -> None:
    async def story() -> None:
        view = await screen(world)
        view.list.list.setFocus()
        press(world, Qt.Key.Key_O, "o")
        window = view.windows["run-1"]
        await world.until(lambda: window.page.detail is not None, "it shows the run")
        view.open_window("run-1")
        assert list(view.windows) == ["run-1"]
        world.tale._became("run-1", RunState.PAUSED)
        world.tale.tell("run-1")
        await world.until(lambda: window.page.header.pause.text() == "Resume", "it follows the journal")
        assert window.windowTitle() == "Broken mug, order 1042 – refunds"
        window.close()
        assert view.windows == {}
        await world.until(lambda: world.tasks.names.count("follow the journal") == 1, "it stopped following")

    world.run(story())


def test_closing_the_main_window_closes_the_windows_of_runs(world: RunWorld) -> None:
    async def story() -> None:
        view = await screen(world)
        view.open_window("run-2")
        window = view.windows["run-2"]
        await world.until(window.isVisible, "it is open")
        assert world.window is not None
        world.window.close()
        assert not window.isVisible()
        assert view.windows == {}

    world.run(story())


def test_a_run_is_copied_as_text_and_as_json(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        clipboard = QApplication.clipboard()
        view.page.menu.copy_text()
        await world.until(lambda: not world.busy, "it was copied")
        text = clipboard.text()
        assert text.startswith("Run run-1: Broken mug, order 1042")
        assert '{"content":"Hello","path":"drafts/1042.txt"}' in text
        assert "row 89: customer 89, paid" in text
        view.page.menu.copy_json()
        await world.until(lambda: not world.busy, "it was copied again")
        value = json.loads(clipboard.text())
        assert value["row"]["run_id"] == "run-1"
        assert len(value["steps"]) == 12

    world.run(story())


def test_when_the_journal_is_silent_nothing_can_be_done_to_a_run(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        view.set_stale(NOW)
        view.page.timeline.setFocus()
        for key, text in ((Qt.Key.Key_P, "p"), (Qt.Key.Key_Z, "z")):
            press(world, key, text)
        view.page.stop_run()
        assert world.tale.performed == []
        assert dialog_of(RollbackSheet) is None
        assert not view.page.header.stop.isEnabled()
        assert not view.list.new.isEnabled()

    world.run(story())


def test_z_where_nothing_was_changed_says_why(world: RunWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        page, detail = view.page, view.page.detail
        assert detail is not None
        assert page.header.roll_back.toolTip() == ""
        page.detail = replace(detail, effects=0)
        page._offer()
        why = "This run has changed nothing, so there is nothing to roll back"
        button = page.header.roll_back
        assert why in button.toolTip()
        assert why in button.accessibleDescription()
        assert world.window is not None
        page.timeline.setFocus()
        press(world, Qt.Key.Key_Z, "z")
        assert world.window.toasts.texts == [f"Not rolled back. {why}."]
        world.window.toasts.close_newest()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        assert world.window.toasts.texts == [f"Not rolled back. {why}."]
        assert dialog_of(RollbackSheet) is None
        view.show_list()
        world.window.toasts.close_newest()
        press(world, Qt.Key.Key_Z, "z")
        assert world.window.toasts.texts == []

    world.run(story())
