"""Links never lead out of the granted folder, not even when they are swapped in between check and use."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from runtime.domain.words import CallOutcome
from runtime.tools.contract import Tool, ToolFailed
from runtime.tools.files.family import FilesFamily
from runtime.tools.granted_folder import GrantedFolder
from runtime.tools.open_folder import OpenFolder
from runtime.tools.ran import Ran
from runtime.tools.runner import Runner
from tests.fixtures.tool_cases.case import MemoryBlobs

SECRET = "the outside"


class Place:
    """A workspace with a granted folder, and something outside of it."""

    def __init__(self, root: Path) -> None:
        self.workspace = root / "workspace"
        self.granted = self.workspace / "granted"
        self.granted.mkdir(parents=True)
        self.outside = root / "outside"
        self.outside.mkdir()
        (self.outside / "secret.txt").write_text(SECRET)
        self.runner = Runner(self.workspace, MemoryBlobs(), lambda account: None)
        self.tools: dict[str, Tool] = {tool.contract.name: tool for tool in FilesFamily().tools('{"folder":"granted"}')}

    async def run(self, tool: str, key: str = "k", **arguments: Any) -> Ran:
        chosen = self.tools[f"files.{tool}"]
        text = self.runner.check(chosen, json.dumps(arguments)).arguments
        return await self.runner.run(chosen, text, key, threading.Event())


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def link(at: Path, to: Path) -> None:
    try:
        at.symlink_to(to, target_is_directory=to.is_dir())
    except OSError:
        pytest.skip("This system does not let us make links.")


async def test_links_are_listed_as_links_and_go_nowhere(place: Place) -> None:
    link(place.granted / "file", place.outside / "secret.txt")
    link(place.granted / "folder", place.outside)
    listed = json.loads((await place.run("list", recursive=True)).output)
    assert [(entry["path"], entry["kind"]) for entry in listed["entries"]] == [("file", "link"), ("folder", "link")]
    found = json.loads((await place.run("search", text=SECRET)).output)
    assert found["matches"] == []
    for path in ("file", "folder/secret.txt"):
        for tool, more in (
            ("read", {}),
            ("write", {"content": "x"}),
            ("edit", {"find": "outside", "replace": "x"}),
            ("delete", {}),
            ("move", {"to": "inside.txt"}),
        ):
            ran = await place.run(tool, path=path, **more)
            assert ran.outcome is CallOutcome.FAILED, (tool, path)
            assert ran.failure in ("outside", "not-a-file"), ran.summary
    (place.granted / "own.txt").write_text("own")
    assert (await place.run("move", path="own.txt", to="folder/own.txt")).failure == "outside"
    assert (await place.run("write", path="folder/new/x.txt", content="x")).failure == "outside"
    assert sorted(path.name for path in place.outside.iterdir()) == ["secret.txt"]
    assert (place.outside / "secret.txt").read_text() == SECRET


async def test_the_granted_folder_itself_may_not_be_a_link(place: Place) -> None:
    place.granted.rmdir()
    link(place.granted, place.outside)
    assert (await place.run("read", path="secret.txt")).failure == "outside"
    assert (await place.run("list")).failure == "outside"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no folder handles; there every step resolves again.")
async def test_a_link_swapped_in_after_the_check_changes_nothing_outside(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is swapped for a link at the last moment: when the file is about to be written."""
    inner = place.granted / "inner"
    inner.mkdir()
    genuine = OpenFolder.replace

    def swap_first(self: OpenFolder, *arguments: Any) -> None:
        inner.rename(place.granted / "moved-away")
        inner.symlink_to(place.outside)
        genuine(self, *arguments)

    monkeypatch.setattr(OpenFolder, "replace", swap_first)
    await place.run("write", path="inner/secret.txt", content="overwritten")
    assert (place.outside / "secret.txt").read_text() == SECRET
    assert (place.granted / "moved-away" / "secret.txt").read_text() == "overwritten"


async def test_without_folder_handles_links_are_refused_too(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of systems without folder handles, run here as well."""
    monkeypatch.setattr("runtime.tools.open_folder.HAS_HANDLES", False)
    link(place.granted / "file", place.outside / "secret.txt")
    link(place.granted / "folder", place.outside)
    (place.granted / "own.txt").write_text("own")
    for path in ("file", "folder/secret.txt", "folder/new.txt"):
        ran = await place.run("write", path=path, content="x")
        assert ran.outcome is CallOutcome.FAILED, path
    assert (await place.run("read", path="folder/secret.txt")).failure == "outside"
    assert (await place.run("write", key="k2", path="deep/er/own.txt", content="x")).outcome is CallOutcome.OK
    assert (await place.run("move", key="k3", path="own.txt", to="deep/own.txt")).outcome is CallOutcome.OK
    assert (await place.run("delete", key="k4", path="deep/own.txt")).outcome is CallOutcome.OK
    assert (place.outside / "secret.txt").read_text() == SECRET


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="No named pipes here.")
async def test_a_named_pipe_does_not_hang_anybody(place: Place) -> None:
    os.mkfifo(place.granted / "pipe")
    assert (await place.run("read", path="pipe")).failure == "not-a-file"
    assert (await place.run("search", text="x")).outcome is CallOutcome.OK


async def test_a_folder_that_vanished_is_told(place: Place) -> None:
    place.granted.rmdir()
    ran = await place.run("list")
    assert (ran.outcome, ran.failure) == (CallOutcome.FAILED, "missing")


async def test_a_full_disk_leaves_the_file_as_it_was(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.granted / "a.txt").write_text("before")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    place.runner.memo.remember = lambda key, record: None  # type: ignore[method-assign]
    monkeypatch.setattr("runtime.tools.open_folder.os.fsync", full)
    ran = await place.run("write", path="a.txt", content="after")
    assert (ran.outcome, ran.failure, ran.passing) == (CallOutcome.FAILED, "no-space", True)
    assert [path.name for path in place.granted.iterdir()] == ["a.txt"]
    assert (place.granted / "a.txt").read_text() == "before"


def test_a_grant_that_leads_out_or_to_the_console_is_refused(tmp_path: Path) -> None:
    for folder in ("../x", "/etc", "agents", "AGENTS/x", "keys", "journal.sqlite"):
        with pytest.raises(ValueError, match="folder"):
            FilesFamily().tools(json.dumps({"folder": folder}))
        with pytest.raises(ValueError, match=r"."):
            GrantedFolder(tmp_path, folder)


def test_a_read_only_grant_has_no_tool_that_changes() -> None:
    names = {tool.contract.name for tool in FilesFamily().tools('{"read_only":true}')}
    assert names == {"files.list", "files.read", "files.search"}


def test_a_folder_below_a_plain_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("x")
    with pytest.raises(ToolFailed) as caught, GrantedFolder(tmp_path, "").opened("plain"):
        pass
    assert caught.value.code == "not-a-file"
