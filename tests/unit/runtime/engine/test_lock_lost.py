"""A workspace whose lock file was removed and taken by another one begins nothing until it is ours again."""

import asyncio
import sys
from pathlib import Path

import pytest

from runtime.domain.words import CallStatus, Outcome
from storage.lock import FILE, WorkspaceLock
from tests.fixtures.room import ALLOW_ALL, act, bench, done, furnished


class NothingHeld:
    """As where the file system locks no folders: the lock file stands alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def is_at(self, folder: Path) -> bool:
        return True

    def release(self) -> None:
        """Nothing is held."""


@pytest.mark.skipif(sys.platform == "win32", reason="A file that is open cannot be removed there.")
async def test_nothing_begins_while_another_one_may_own_the_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.engine.supervisor.TICK_S", 0.01)
    monkeypatch.setattr("storage.lock.FolderLock", NothingHeld)
    async with furnished(tmp_path / "shop", ALLOW_ALL) as room:
        other = WorkspaceLock(room.folder)
        await asyncio.to_thread((room.folder / FILE).unlink)
        await asyncio.to_thread(other.acquire)
        while not room.own.disk.trouble:  # noqa: ASYNC110 - the watch has no event that it begins
            await asyncio.sleep(0.01)
        assert "another one" in room.own.disk.trouble
        room.models.hold = asyncio.Event()
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.models.asked.wait()
        room.models.hold.set()
        await room.until(lambda: bool(room.run(run_id).calls))
        assert room.call(run_id).status is not CallStatus.STARTED  # else it is so in the very record of the call
        assert room.bench.calls == []
        await asyncio.to_thread(other.release)
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert len(room.bench.calls) == 1
