"""Clearing space takes what nothing names, and never what the undo of an effect needs whose end was not recorded."""

import asyncio
import os
import threading
from hashlib import sha256
from pathlib import Path

from runtime.domain.action import canonical
from runtime.domain.commands import ClearSpace, CompareWithJournal
from runtime.domain.undo import UndoOutcome
from runtime.operations.upkeep import BLOBS
from runtime.tools.contract import Tool
from runtime.tools.memo import FOLDER
from tests.fixtures.room import ALLOW_ALL, CLERK, Room, furnished

FORMER = "a long line of a former text\n" * 2_000
LONG_AGO = 1_000_000_000
NAME = sha256(FORMER.encode()).hexdigest()


def grow_old(folder: Path) -> list[Path]:
    """Every stored content, as if it had been stored long ago."""
    found = sorted((folder / BLOBS).glob("*/*"))
    for path in found:
        os.utime(path, (LONG_AGO, LONG_AGO))
    return found


async def overwritten_and_killed(room: Room) -> Tool:
    """A file is overwritten and its end never recorded: the note is there, as after ``kill -9``."""
    file = room.folder / "docs" / "a.txt"
    await asyncio.to_thread(file.write_text, FORMER)
    tool = room.own.registry.tools_for(CLERK)["files.write"]
    given = room.own.engine.runner.check(tool, canonical({"path": "a.txt", "content": "1\n"})).arguments
    await room.own.engine.runner.run(tool, given, "k", threading.Event())
    assert await asyncio.to_thread(file.read_text) == "1\n"
    return tool


async def test_what_only_the_note_of_an_undo_names_is_kept_and_the_rest_goes(tmp_path: Path) -> None:
    async with furnished(tmp_path / "shop", ALLOW_ALL) as room:
        tool = await overwritten_and_killed(room)
        await room.reopen()
        spare = await room.own.blobs.put_async(b"nobody names this")
        await asyncio.to_thread(grow_old, room.folder)
        assert "1 contents that no record names" in (await room.do(ClearSpace("anna"))).sentence
        assert await asyncio.to_thread(room.own.blobs.missing, [spare]) == [spare]
        runner = room.own.engine.runner
        record = await asyncio.to_thread(runner.memo.recall, "k")
        assert record is not None
        assert (await runner.undo(tool, record, key="k"))[0] is UndoOutcome.UNDONE
        assert await asyncio.to_thread((room.folder / "docs" / "a.txt").read_text) == FORMER


async def test_a_note_that_cannot_be_read_keeps_everything_and_a_lacking_content_is_told(tmp_path: Path) -> None:
    async with furnished(tmp_path / "shop", ALLOW_ALL) as room:
        await overwritten_and_killed(room)
        content = next(path for path in await asyncio.to_thread(grow_old, room.folder) if path.name == NAME[2:])
        note = room.folder / FOLDER / "k.json"
        whole = await asyncio.to_thread(note.read_bytes)
        await asyncio.to_thread(note.write_bytes, whole[:-7])
        refused = await room.refused(ClearSpace("anna"))
        assert refused.code == "notes"
        assert "k.json" in refused.sentence
        assert "Nothing was cleared" in refused.sentence
        assert await asyncio.to_thread(content.exists)
        assert "k.json" in (await room.refused(CompareWithJournal("anna"))).sentence
        await asyncio.to_thread(note.write_bytes, whole)
        await asyncio.to_thread(content.unlink)
        lacking = (await room.refused(CompareWithJournal("anna"))).sentence
        assert "1 content is missing" in lacking
        assert "the first is named by the note of an undo" in lacking
