"""Opening a workspace: what was sealed before is not silently begun anew."""

from pathlib import Path

import pytest

from runtime.assembly import open_workspace
from runtime.operations.unopened import verify_unopened
from storage.errors import DatabaseUnreadable
from tests.fixtures.room import Room, act, done, furnished, write


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
