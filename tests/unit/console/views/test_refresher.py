"""One reading of a screen at a time; what could not be read is read with the next change."""

from __future__ import annotations

import asyncio

from console.change_set import EVERYTHING, ChangeSet
from console.tasks import Tasks
from console.views.refresher import Refresher


async def test_what_was_not_read_is_read_with_the_next_change() -> None:
    read: list[ChangeSet] = []
    failed: list[BaseException] = []
    tasks = Tasks(lambda error, _name: failed.append(error))

    async def refresh(change: ChangeSet) -> None:
        read.append(change)
        if len(read) == 2:
            raise OSError("the disk is away")

    async def ended() -> None:
        while tasks.names:  # noqa: ASYNC110  (one turn after the other)
            await asyncio.sleep(0)

    refresher = Refresher(refresh, tasks, "refresh a screen")
    refresher.show(True)
    await ended()
    refresher.touch(ChangeSet(asks=frozenset({"ask-1"})))
    await ended()
    assert len(failed) == 1
    refresher.touch(ChangeSet(runs=frozenset({"run-1"})))
    await ended()
    assert read == [
        EVERYTHING,
        ChangeSet(asks=frozenset({"ask-1"})),
        ChangeSet(asks=frozenset({"ask-1"}), runs=frozenset({"run-1"})),
    ]
