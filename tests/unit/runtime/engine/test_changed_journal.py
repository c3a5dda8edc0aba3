"""A journal that was changed while the program was closed: nothing acts on it, and one record says so."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from runtime.domain.policy import Rule
from runtime.domain.words import VerdictKind
from tests.fixtures.room import ALLOW_ALL, CLERK, Room, act, bench, done, write


def _sql(folder: Path, sql: str) -> int:
    with closing(sqlite3.connect(folder / "journal.sqlite")) as journal, journal:
        return int((journal.execute(sql).fetchone() or (0,))[0])


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Room]:
    """A room with a minute's hold, in which writing files is asked."""
    room = Room(folder, 60)
    await room.open()
    try:
        await room.furnish(CLERK, Rule("asks", VerdictKind.ASK, tools="files.*"), ALLOW_ALL)
        yield room
    finally:
        await room.close()
    assert room.crashes == []


async def test_an_effect_whose_end_was_cut_off_is_not_done_again(tmp_path: Path) -> None:
    async with opened(tmp_path) as room:
        waiting = await room.start("waits", act(write("a.txt", "x\n")), done())
        await room.asked(waiting)
        ran = await room.start("runs", act(bench("keyed")), done())
        await room.finished(ran)
        await room.close()
        _sql(
            room.folder,
            "DELETE FROM records WHERE seq >= (SELECT min(seq) FROM records WHERE kind = 'effect-finished')",
        )
        await room.open()
        ask = room.ask_of(waiting)
        assert ask is not None
        assert (await room.refused(room.approval(ask))).code == "chain"
        await room.runtime.wait_idle()
        assert len(room.bench.calls) == 1


async def test_a_held_approval_on_a_changed_journal_keeps_nobody_waiting(tmp_path: Path) -> None:
    async with opened(tmp_path) as room:
        waiting = await room.start("waits", act(write("a.txt", "x\n")), done())
        await room.approve(await room.asked(waiting))
        await room.close()
        _sql(room.folder, "UPDATE records SET at = at + 1 WHERE seq = 2")
        await room.open()
        await room.runtime.wait_idle()
        assert not (room.folder / "docs/a.txt").exists()


async def test_it_is_noted_once_however_often_the_seal_is_refused(tmp_path: Path) -> None:
    async with opened(tmp_path) as room:
        await room.close()
        _sql(room.folder, "DELETE FROM records WHERE seq > (SELECT max(seq) - 3 FROM records)")
        await room.open()
        for _ in range(5):
            room.own._chain_broken("The end is missing.")
        await room.close()
        assert _sql(room.folder, "SELECT count(*) FROM records WHERE kind = 'chain-found-broken'") <= 2
