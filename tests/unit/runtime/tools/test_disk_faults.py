"""A full disk met by a tool: it is told as what it is, and whether anything was done is never guessed."""

import errno
import threading
from pathlib import Path

import pytest

from runtime.domain.action import canonical
from runtime.domain.undo import UndoRecord
from runtime.domain.words import CallOutcome
from runtime.tools.contract import ToolContext, ToolResult
from runtime.tools.runner import Runner
from storage.blobs import BlobStore
from storage.errors import StorageUnavailable
from tests.fixtures.bench_tools import Bench

FULL = OSError(errno.ENOSPC, "No space left on device")


class NoRoom(BlobStore):
    """A blob store on a full disk."""

    def put(self, data: bytes) -> str:
        raise StorageUnavailable(
            "The content could not be stored: no space left.", "Nothing was recorded.", "Free some."
        )


def full(note: str, context: ToolContext) -> ToolResult:
    raise FULL


def keeps_first(note: str, context: ToolContext) -> ToolResult:
    context.blobs.put(b"what it was")
    raise AssertionError("it went on although nothing was kept")


def remembers_first(note: str, context: ToolContext) -> ToolResult:
    context.remember(UndoRecord("{}"))
    raise AssertionError("it went on although nothing was written down")


@pytest.mark.parametrize(
    ("verb", "do", "outcome", "said"),
    [
        ("change", full, CallOutcome.UNKNOWN, "The disk is full. Whether it changed anything is looked up."),
        ("read", full, CallOutcome.FAILED, "The disk is full. "),
        ("change", keeps_first, CallOutcome.FAILED, "no space left. Nothing was done."),
        ("change", remembers_first, CallOutcome.FAILED, "No space left on device. Nothing was done."),
    ],
)
async def test_a_full_disk_is_no_fault_of_the_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str, do: object, outcome: CallOutcome, said: str
) -> None:
    monkeypatch.setattr("runtime.tools.memo.os.replace", lambda *_: (_ for _ in ()).throw(FULL))
    family = Bench()
    family.do = do  # type: ignore[assignment]  # what a test says
    tool = next(tool for tool in family.tools("{}") if tool.contract.name == f"bench.{verb}")
    runner = Runner(tmp_path, NoRoom(tmp_path / "blobs"), lambda account: None)
    ran = await runner.run(tool, canonical({"note": "x"}), "k1", threading.Event())
    assert (ran.outcome, ran.failure, ran.passing) == (outcome, "disk", True)
    assert said in ran.summary
    assert "broken" not in ran.summary
