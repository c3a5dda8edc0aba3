"""Opening a workspace: what was sealed before is not silently begun anew."""

from pathlib import Path

import pytest

from runtime.assembly import open_workspace
from storage.errors import DatabaseUnreadable


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
