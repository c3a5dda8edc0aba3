"""Stored contents that somebody deleted or changed are counted by a verification, wherever it is asked for."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from console.__main__ import main
from runtime.domain.changes import Done
from runtime.domain.commands import CompareWithJournal
from runtime.domain.events import Event
from runtime.operations.unopened import compare_unopened
from runtime.operations.upkeep import BLOBS, JOURNAL
from runtime.projections.named_contents import lacking_contents, names_of
from tests.fixtures.room import ALLOW_ALL, Room, act, done, furnished, write

LONG = "a long line of a former text\n" * 2_000


@pytest.fixture
async def written(tmp_path: Path) -> AsyncIterator[Room]:
    """Two files were overwritten and a long one was read: former texts and an answer are stored contents."""
    async with furnished(tmp_path / "shop", ALLOW_ALL) as room:
        for name in ("a.txt", "b.txt"):
            await asyncio.to_thread((room.folder / "docs" / name).write_text, f"{name}\n{LONG}")
        read = ("files.read", {"path": "c.txt"})
        await asyncio.to_thread((room.folder / "docs" / "c.txt").write_text, LONG)
        run_id = await room.start("t", act(read), act(write("a.txt", "1\n")), act(write("b.txt", "2\n")), done())
        await room.finished(run_id)
        yield room


def contents(folder: Path) -> list[Path]:
    return sorted((folder / BLOBS).glob("*/*"))


async def lacking(room: Room, *, in_child: bool = False) -> str:
    return await lacking_contents(room.folder / JOURNAL, room.folder / BLOBS, in_child=in_child)


async def test_every_content_that_is_stored_is_named(written: Room) -> None:
    records = await written.own.recorder.read(0, 10_000)
    named = set().union(*(names_of(record.body) for record in records))
    there = {path.parent.name + path.name for path in await asyncio.to_thread(contents, written.folder)}
    assert len(there) >= 3
    assert there <= named
    assert await lacking(written) == ""
    assert await lacking(written, in_child=True) == ""
    assert isinstance(await written.runtime.perform(CompareWithJournal("anna")), Done)


async def test_a_missing_and_a_damaged_content_are_told_by_the_open_workspace(written: Room) -> None:
    gone, bent, *_ = await asyncio.to_thread(contents, written.folder)
    kept, whole = await asyncio.to_thread(gone.read_bytes), await asyncio.to_thread(bent.read_bytes)
    await asyncio.to_thread(gone.unlink)
    await asyncio.to_thread(bent.write_bytes, b"another text")
    for in_child in (False, True):
        assert (await lacking(written, in_child=in_child)).startswith("1 content is missing and 1 content is damaged")
    refused = await written.refused(CompareWithJournal("anna"))
    assert refused.code == "contents"
    assert refused.sentence.startswith("1 content is missing")
    assert not written.own.engine.states.workspace.chain_broken
    await written.reopen()
    assert refused.sentence in written.runtime.troubles, "what was found is known before this start has compared"
    await asyncio.to_thread(gone.write_bytes, kept)
    await asyncio.to_thread(bent.write_bytes, whole)
    assert isinstance(await written.runtime.perform(CompareWithJournal("anna")), Done)
    assert written.runtime.troubles == ()
    await written.reopen()
    assert written.runtime.troubles == ()


async def test_a_deleted_folder_of_contents_is_told_at_the_command_line(
    written: Room, capsys: pytest.CaptureFixture[str]
) -> None:
    await written.close()
    amount = len(await asyncio.to_thread(contents, written.folder))
    await asyncio.to_thread(shutil.rmtree, written.folder / BLOBS)
    report = await compare_unopened(written.folder)
    assert report.contents.startswith(f"{amount} contents are missing, of {amount} that the records name")
    status = await asyncio.to_thread(main, ["--workspace", str(written.folder), "audit", "verify"])
    told = capsys.readouterr().out
    assert status == 1
    assert told.startswith("Intact.")
    assert f"{amount} contents are missing" in told
    assert await asyncio.to_thread(main, ["--workspace", str(written.folder), "doctor"]) == 1
    assert "MISSING Contents" in capsys.readouterr().out


def test_no_field_of_an_event_that_holds_contents_is_overlooked() -> None:
    """A field is a name of contents by how it is called; a new one that is called otherwise is seen here."""
    digest, found = "0123456789abcdef" * 4, 0
    for kind in get_args(Event):
        for part in parts(msgspec.inspect.type_info(kind), set()):
            for field in part.fields:
                if "blob" in field.name or field.name == "carried":
                    found += 1
                    value = [digest] if isinstance(field.type, msgspec.inspect.VarTupleType) else digest
                    assert names_of(msgspec.json.encode({"a": [{field.name: value}]})) == {digest}, field.name
    assert found > 10
    assert names_of(b'{"output_blob":"' + digest.encode() + b'"') == set()


def parts(kind: msgspec.inspect.Type, seen: set[type]) -> list[msgspec.inspect.StructType]:
    """This struct and those inside it."""
    if isinstance(kind, msgspec.inspect.StructType):
        if kind.cls in seen:
            return []
        seen.add(kind.cls)
        return [kind, *(part for field in kind.fields for part in parts(field.type, seen))]
    inner = [getattr(kind, name) for name in ("item_type", "value_type") if hasattr(kind, name)]
    inner += [*getattr(kind, "types", ()), *getattr(kind, "item_types", ())]
    return [part for one in inner for part in parts(one, seen)]
