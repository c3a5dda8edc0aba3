"""Where workspaces live: names, the recent list, deleting."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import workspaces
from console.workspaces import WorkspaceFault
from runtime.operations.upkeep import JOURNAL


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(workspaces, "data_home", lambda: tmp_path / "data")
    monkeypatch.setattr(workspaces, "_CLONE", tmp_path / "clone")
    return tmp_path / "data" / "workspaces"


def made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / workspaces.JOURNAL_FILE).touch()
    return folder


def test_the_journal_is_named_as_the_runtime_names_it() -> None:
    assert workspaces.JOURNAL_FILE == JOURNAL


def test_a_name_is_a_folder_below_home_and_a_path_is_itself(home: Path, tmp_path: Path) -> None:
    assert workspaces.folder_named("Small shop") == home / "Small shop"
    assert workspaces.folder_named(str(tmp_path / "other")) == tmp_path / "other"
    for bad in ("", " x", "a\x00b", "x" * 61, "a:b", "con."):
        with pytest.raises(WorkspaceFault, match="cannot be the name"):
            workspaces.folder_named(bad)


def test_a_known_workspace_is_found_by_its_name_wherever_it_is(tmp_path: Path) -> None:
    elsewhere = made(tmp_path / "far" / "shop")
    workspaces.note_recent(elsewhere)
    assert workspaces.folder_named("shop") == elsewhere


def test_the_recent_list_leads_and_knows_what_is_gone(home: Path) -> None:
    one, two = made(home / "one"), made(home / "two")
    workspaces.note_recent(one)
    workspaces.note_recent(two)
    workspaces.note_recent(one)
    assert workspaces.recent_folders() == [one, two]
    assert workspaces.default_folder() == one
    workspaces.delete_folder(one)
    assert workspaces.recent_folders() == [two]
    (two / workspaces.JOURNAL_FILE).unlink()
    assert [(known.name, known.there) for known in workspaces.known_workspaces()] == [("two", False)]
    assert workspaces.default_folder() == home / "main"


def test_what_a_kill_left_half_restored_or_half_deleted_is_no_workspace(home: Path) -> None:
    for name in ("shop", ".restore-ab12", ".shop.deleted"):
        made(home / name)
    assert [known.name for known in workspaces.known_workspaces()] == ["shop"]


def test_a_damaged_recent_list_is_an_empty_one(home: Path) -> None:
    home.parent.mkdir(parents=True)
    (home.parent / workspaces.RECENT_FILE).write_text("{")
    assert workspaces.recent_folders() == []


def test_the_demo_of_a_clone_stays_in_the_clone(tmp_path: Path) -> None:
    (tmp_path / "clone" / "packaging").mkdir(parents=True)
    (tmp_path / "clone" / "packaging" / "start.py").touch()
    demo = workspaces.demo_folder()
    assert tmp_path / "clone" / ".local" in demo.parents
    workspaces.note_recent(demo)
    assert not (tmp_path / "data").exists()
    assert tmp_path / "clone" / ".local" in workspaces.settings_file(demo).parents


def test_nothing_that_is_no_workspace_is_deleted_or_made_over(home: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").touch()
    with pytest.raises(WorkspaceFault, match="is not a workspace"):
        workspaces.delete_folder(full)
    with pytest.raises(WorkspaceFault, match="is not empty"):
        workspaces.new_folder(str(full))
    made(home / "shop")
    with pytest.raises(WorkspaceFault, match="already"):
        workspaces.new_folder("shop")
    assert (full / "mine.txt").exists()
