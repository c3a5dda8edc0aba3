"""Opening a workspace: what was sealed before is not silently begun anew."""

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from runtime.assembly import open_workspace
from runtime.domain.refusals import Refusal
from runtime.operations.unopened import verify_unopened
from storage.errors import DatabaseTooNew, DatabaseUnreadable
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Append, NewRecord
from tests.fixtures.room import ASK_ALL, Room, act, bench, done, furnished, write


@pytest.mark.parametrize("how", ["removed", "emptied"])
async def test_a_journal_that_was_sealed_and_is_gone_is_refused(tmp_path: Path, how: str) -> None:
    runtime = await open_workspace(tmp_path / "shop", title="Shop")
    await runtime.close()
    journal = tmp_path / "shop" / "journal.sqlite"
    if how == "removed":
        journal.unlink()
    else:
        journal.write_bytes(b"")
    with pytest.raises(DatabaseUnreadable, match="gone or empty"):
        await open_workspace(tmp_path / "shop")
    if how == "emptied":
        assert journal.read_bytes() == b""


async def test_a_journal_whose_wal_is_gone_before_it_was_folded_in_is_told_so_and_opens_when_it_is_back(
    tmp_path: Path,
) -> None:
    shop, copy = tmp_path / "shop", tmp_path / "copy"
    async with furnished(shop) as room:
        await room.own.sealer.close()  # the last seal: what is copied after it holds what it names
        await asyncio.to_thread(shutil.copytree, shop, copy, ignore=shutil.ignore_patterns("owner.lock", "*-shm"))
    sealed = json.loads((copy / "keys" / "seal.json").read_text())["seal"]["seq"]
    wal, aside = copy / "journal.sqlite-wal", tmp_path / "aside"
    wal.rename(aside)
    before = (copy / "journal.sqlite").read_bytes()
    for opened in (open_workspace, verified):
        with pytest.raises(DatabaseUnreadable, match="holds no record, but its seal says that there were") as told:
            await opened(copy)
        assert all(words in str(told.value) for words in (f"were {sealed:,}:", "Put journal.sqlite-wal back"))
    assert ((copy / "journal.sqlite").read_bytes(), wal.exists()) == (before, False)
    aside.rename(wal)
    again = await open_workspace(copy)
    assert (await again.verify_chain()).intact
    await again.close()


async def test_a_damaged_name_in_the_file_is_told_and_not_raised_through(tmp_path: Path) -> None:
    """SQLite quotes it in what it says, which is then no text."""
    await (await open_workspace(tmp_path)).close()
    journal = tmp_path / "journal.sqlite"
    whole = journal.read_bytes()
    assert whole.count(b"CREATE TABLE agents ") == 1
    journal.write_bytes(whole.replace(b"CREATE TABLE agents ", b"CREATE \xacABLE agents "))
    with pytest.raises(DatabaseUnreadable, match="could not be read"):
        await open_workspace(tmp_path)
    report = await verify_unopened(tmp_path)
    assert (report.intact, "the file is damaged there" in report.sentence) == (False, True)


@pytest.mark.parametrize("stream", ["workspace", "policy", "operators", "budget", "agent:clerk"])
@pytest.mark.parametrize("how", ["newer", "damaged"])
async def test_what_a_newer_version_or_damage_left_unreadable_is_told(tmp_path: Path, stream: str, how: str) -> None:
    """Of a newer version, or damaged rules: refused, for what holds is not known. Else no approval, and no run ends."""
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(bench("keyed")))
        ask = await room.asked(run_id)
    recorder = await SqliteRecorder.open(tmp_path / "journal.sqlite")
    version = len(await recorder.read_stream(stream)) + 1
    kind, body = ("future-thing", b"{}") if how == "newer" else ("backup-made", b"{")
    await recorder.append(Append((NewRecord(stream, version, kind, 1, 1, "console", body),), ()))
    seq = (await recorder.head()).seq
    await recorder.close()
    again = Room(tmp_path)
    if how == "newer" or stream in ("workspace", "policy"):
        kind_of_error = DatabaseTooNew if how == "newer" else DatabaseUnreadable
        words = "newer version" if how == "newer" else "content is damaged"
        with pytest.raises(kind_of_error, match=f"Record {seq} cannot be read: .*{words}"):
            await again.open()
        return
    await again.open()
    try:
        await again.chain_looked_at()
        assert any(f"Record {seq} cannot be read" in trouble for trouble in again.runtime.troubles)
        assert isinstance(await again.runtime.perform(again.approval(ask)), Refusal)
        kept = await again.runtime.history.run(run_id)
        assert kept is not None
        assert (kept.row.state, again.crashes) == ("waiting", [])
    finally:
        await again.close()


async def verified(folder: Path) -> None:
    """As the command line verifies a workspace that is not open."""
    report = await verify_unopened(folder)
    assert not report.intact
    raise DatabaseUnreadable(report.sentence, "", "")


@pytest.mark.parametrize("share", [0.9, 0.5, 0.1, 0.0])
async def test_a_journal_cut_off_in_its_middle_is_refused_left_alone_and_nothing_of_it_is_lost(
    tmp_path: Path, share: float
) -> None:
    """Not at the end of a page or a record: the file says of itself how long it is."""
    async with furnished(tmp_path / "shop") as room:
        run_id = await room.start("t", act(write("a.txt", "x" * 3_000)), done("It is done."))
        await room.finished(run_id)
    journal = tmp_path / "shop" / "journal.sqlite"
    whole = journal.read_bytes()
    cut = whole[: int(len(whole) * share) + 57]
    journal.write_bytes(cut)
    with pytest.raises(DatabaseUnreadable, match=r"damaged\. It was left as it is\. Restore the workspace from a"):
        await open_workspace(tmp_path / "shop")
    report = await verify_unopened(tmp_path / "shop")
    assert (report.intact, report.first_bad) == (False, 1)
    assert "the file is damaged there" in report.sentence
    assert journal.read_bytes() == cut
    journal.write_bytes(whole)
    again = Room(tmp_path / "shop")
    await again.open()
    try:
        kept = await again.runtime.history.run(run_id)
        assert kept is not None
        assert kept.row.summary == "It is done."
        assert (await again.runtime.verify_chain()).intact
    finally:
        await again.close()
