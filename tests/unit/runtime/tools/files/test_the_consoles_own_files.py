"""An agent that was granted the whole workspace folder reaches nothing of the console, whatever it calls."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from runtime.domain.words import CallOutcome
from runtime.tools.contract import Tool
from runtime.tools.files.family import FilesFamily
from runtime.tools.runner import Runner
from runtime.tools.sentences import ContractBroken
from tests.fixtures.tool_cases.case import MemoryBlobs

OWN = (
    "journal.sqlite", "journal.sqlite-wal", "owner.lock", "policy.json", "agents/clerk.json", "keys/seal.json",
    "blobs/ab/cdef", "undo/note", "backups/old.zip", "logs/console.log", ".local/settings",
)  # fmt: skip
NOT_THERE_YET = ("keys/new", "agents/new.json", "policy.yaml", "journal.sqlite-shm", "logs/new/deep.log", ".new")
SPELLED = (
    "JOURNAL.SQLITE", "Agents/clerk.json", "docs/../owner.lock", "./owner.lock", "docs//../keys/seal.json",
    "/proc/self/environ", "/proc/self/cwd/owner.lock", "\uff4bey\u0073/seal.json", "o\u0077ner.lock ",
    "keys\u200b/seal.json", "../outside.txt", "docs/e\u0301.txt", "C:/x", "docs\\..\\owner.lock",
)  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    for name in OWN:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"own {name}", "utf-8")
    (folder / "docs").mkdir()
    (folder / "docs" / "a.txt").write_text("a", "utf-8")
    (tmp_path / "outside.txt").write_text("outside", "utf-8")
    return folder


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.parent.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("path", [*OWN, *NOT_THERE_YET, *SPELLED])
async def test_it_is_neither_read_nor_changed_nor_made(workspace: Path, path: str) -> None:
    tools: dict[str, Tool] = {tool.contract.name: tool for tool in FilesFamily().tools('{"folder":""}')}
    runner = Runner(workspace, MemoryBlobs(), lambda account: None)
    before = everything(workspace)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("read", {"path": path}),
        ("write", {"path": path, "content": "mine"}),
        ("edit", {"path": path, "find": "own", "replace": "mine"}),
        ("delete", {"path": path}),
        ("move", {"path": path, "to": "docs/taken.txt"}),
        ("move", {"path": "docs/a.txt", "to": path}),
        ("list", {"path": path}),
    ]
    for at, (verb, given) in enumerate(calls):
        tool = tools[f"files.{verb}"]
        try:
            text = runner.check(tool, json.dumps(given)).arguments
        except ContractBroken:
            continue
        ran = await runner.run(tool, text, f"k{at}", threading.Event())
        assert ran.outcome is CallOutcome.FAILED, (verb, ran.output)
        assert ran.failure in ("outside", "not-a-file", "missing"), ran.summary
    assert everything(workspace) == before


async def test_what_is_not_the_consoles_is_within_reach(workspace: Path) -> None:
    """The same calls do succeed beside it."""
    tools: dict[str, Tool] = {tool.contract.name: tool for tool in FilesFamily().tools('{"folder":""}')}
    runner = Runner(workspace, MemoryBlobs(), lambda account: None)
    given = json.dumps({"path": "docs/agents/journal.txt", "content": "x"})
    tool = tools["files.write"]
    ran = await runner.run(tool, runner.check(tool, given).arguments, "k", threading.Event())
    assert ran.outcome is CallOutcome.OK
    listed = await runner.run(tools["files.list"], '{"recursive":true}', "l", threading.Event())
    assert not any(entry["path"].startswith(("keys", "agents")) for entry in json.loads(listed.output)["entries"])
