"""Workspaces: what they take, how one is made, and that none is deleted by a slip."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import workspaces as places
from console.dialogs.settings.workspace_page import WorkspacePage
from console.dialogs.workspace_dialogs import DeleteWorkspaceDialog, NameWorkspaceDialog
from console.presenters import disk_text
from runtime.domain import commands as c
from tests.fixtures.gone import gone
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another workspace in a home of the test's own."""
    home = tmp_path / "home"
    monkeypatch.setattr(places, "data_home", lambda: home)
    monkeypatch.setattr(places, "demo_folder", lambda: tmp_path / "no-demo")
    other = home / "workspaces" / "other"
    other.mkdir(parents=True)
    (other / places.JOURNAL_FILE).write_bytes(b"")
    return other


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1.0 kB"),
        (999_960, "1.0 MB"),
        (3_800_000, "3.8 MB"),
    ],
)
def test_sizes_are_said_in_powers_of_a_thousand(count: int, said: str) -> None:
    assert disk_text.size(count) == said


def test_space_is_shown_and_cleared(world: WindowWorld, story: SettingsStory, elsewhere: Path) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, WorkspacePage)
        assert "100.0 kB may go" in page.clearable.text()
        page.clear.click()
        await world.until(lambda: not world.busy)
        dialog.reject()

    world.run(gestures())
    assert [type(command) for command in story.performed] == [c.ClearSpace]


def test_a_workspace_is_deleted_only_after_its_name_was_typed(world: WindowWorld, elsewhere: Path) -> None:
    known = next(one for one in places.known_workspaces() if one.folder == elsewhere)

    async def gestures() -> None:
        await world.show(())
        dialog = DeleteWorkspaceDialog(world.context, known, world.window)
        dialog.open()
        assert not dialog.action.isEnabled()
        dialog.name.setText("othe")
        assert not dialog.action.isEnabled()
        dialog.name.setText("other")
        dialog.action.click()
        await world.until(lambda: "secrets stay in the keyring" in dialog.said.accessibleName(), "it is asked again")
        assert dialog.isVisible()
        dialog.action.click()
        await world.until(lambda: gone(dialog), "it is deleted")

    world.run(gestures())
    assert not elsewhere.exists()


def test_a_taken_name_is_told_and_the_dialog_stays(world: WindowWorld, elsewhere: Path) -> None:
    async def gestures() -> None:
        await world.show(())
        dialog = NameWorkspaceDialog(world.context, "New workspace", "It starts empty.", "Make", parent=world.window)
        dialog.open()
        dialog.name.setText("other")
        dialog.action.click()
        await world.until(lambda: not world.busy)
        assert dialog.isVisible()
        assert "There is a workspace other already" in dialog.said.accessibleName()
        dialog.name.setText("fresh")
        dialog.action.click()
        await world.until(lambda: gone(dialog), "it is made")
        assert dialog.folder == places.home() / "fresh"

    world.run(gestures())


def test_the_open_workspace_cannot_be_deleted(world: WindowWorld, story: SettingsStory, elsewhere: Path) -> None:
    (story.folder / places.JOURNAL_FILE).write_bytes(b"")
    places.note_recent(story.folder)

    async def gestures() -> None:
        dialog, page = await opened_settings(world, WorkspacePage)
        page.table.choose_row(page.model.row_of(str(story.folder)))
        assert not page.delete.isEnabled()
        page.table.choose_row(page.model.row_of(str(elsewhere)))
        assert page.delete.isEnabled()
        dialog.reject()

    world.run(gestures())
