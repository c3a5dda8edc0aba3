"""Any sequence of file changes, undone newest first, gives the tree of before: bytes and permissions."""

import tempfile
import threading
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.undo import UndoOutcome, UndoRecord
from runtime.tools.contract import Tool, ToolContext, ToolFailed
from runtime.tools.files.family import FilesFamily
from runtime.tools.memo import Memo
from tests.fixtures.tool_cases.case import MemoryBlobs, tree

NAMES = st.sampled_from(["a.txt", "b.txt", "d/a.txt", "d/e/c.txt", "d", "f/g"])
TEXTS = st.sampled_from(["", "x", "x\n", "one\ntwo\n", "ä\r\n€", "x" * 500])
STEPS = st.one_of(
    st.builds(lambda path, content: ("files.write", {"path": path, "content": content}), NAMES, TEXTS),
    st.builds(lambda path, to: ("files.move", {"path": path, "to": to}), NAMES, NAMES),
    st.builds(lambda path: ("files.delete", {"path": path}), NAMES),
    st.builds(lambda path: ("files.edit", {"path": path, "find": "x", "replace": "yy"}), NAMES),
)
TOOLS: dict[str, Tool] = {tool.contract.name: tool for tool in FilesFamily().tools("{}")}


def context(folder: Path, blobs: MemoryBlobs, key: str) -> ToolContext:
    memo = Memo(folder)
    return ToolContext(
        folder=folder,
        key=key,
        blobs=blobs,
        cancelled=threading.Event(),
        progress=lambda text: None,
        secret=lambda account: None,
        remember=lambda record: memo.remember(key, record),
        recall=lambda: memo.recall(key),
    )


def carried_out(
    folder: Path, blobs: MemoryBlobs, steps: list[tuple[str, dict[str, Any]]]
) -> list[tuple[str, UndoRecord]]:
    done = []
    for number, (name, arguments) in enumerate(steps):
        tool = TOOLS[name]
        try:
            result = tool.run(tool.contract.input.model_validate(arguments), context(folder, blobs, f"k{number}"))
        except ToolFailed:
            continue
        assert result.undo is not None
        done.append((name, result.undo))
    return done


@settings(max_examples=120)
@given(st.lists(STEPS, max_size=8))
def test_undoing_in_reverse_gives_the_tree_of_before(steps: list[tuple[str, dict[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, blobs = Path(name), MemoryBlobs()
        (folder / "a.txt").write_bytes(b"x once\r\n")
        (folder / "a.txt").chmod(0o600)
        (folder / "d").mkdir()
        (folder / "d" / "a.txt").write_bytes(b"\xff\x00 no text")
        (folder / "d" / "a.txt").chmod(0o755)
        before = tree(folder)
        for tool, record in reversed(carried_out(folder, blobs, steps)):
            forecast = TOOLS[tool].forecast_undo(record, context(folder, blobs, "undo"))
            assert forecast.outcome is UndoOutcome.UNDONE, forecast.sentence
            outcome, sentence = TOOLS[tool].undo(record, context(folder, blobs, "undo"), overwrite=False)
            assert outcome is UndoOutcome.UNDONE, sentence
        assert tree(folder) == before
