"""The power fails at any moment of a real workspace's work: nothing that was confirmed is lost, nothing looks forged.

The story runs once, in a child process, in front of a layer under Python's own SQLite and under ``os``; what it did to
the disk is then cut off at thousands of points (``tests/crash/power/disk.py`` says what a cut leaves). What is tested
is thus what ships: writer, group commit, chain, seals, blobs, undo notes and the order they sync in.

``CONSOLE_TEST_SEED`` repeats a run (the seed is printed), ``CONSOLE_TEST_CUTS`` says at how many points it is cut.
"""

import asyncio
import os
import pickle
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from pathlib import Path

import pytest

from runtime.domain.events.rollbacks import RollbackStarted
from runtime.domain.ids import RunId
from runtime.domain.words import Outcome
from tests.crash.power.after_the_cut import Reference, faults_of, kept_in_keyring
from tests.crash.power.disk import Disk, Left, Op, Survivors, put
from tests.crash.power.post_office import PostOffice, taken_of
from tests.crash.power.story import (
    LEDGER,
    LETTERS,
    OUTBOX,
    POST,
    SHOP,
    lay_out_shop,
    room_in,
    surroundings,
    work_through,
)
from tests.crash.sqlite_layer import NoLayer, library
from tests.fixtures.dice import seed_of_this_run
from tests.fixtures.keyring_in_memory import KeyringInMemory
from tests.fixtures.ledger_tool import entries
from tests.fixtures.room import Room
from tests.fixtures.tables import rebuilt_tables_equal_the_live_ones

CLONE = Path(__file__).resolve().parents[3]
SEED = seed_of_this_run()
CUTS = int(os.environ.get("CONSOLE_TEST_CUTS") or 2_000)
LIVED_ON = max(16, CUTS // 125)
"""After so many of the cuts the whole program is started again and works to the end."""
CONTROL_CUTS = 60
pytestmark = pytest.mark.may_log("aiosmtpd, the other company's server, warns about itself")
RUNS = 4


def recorded(folder: Path, broken: str = "") -> list[Op]:
    """What the story does to the disk."""
    try:
        library()
    except NoLayer as why:
        pytest.skip(str(why))
    log = folder / "log"
    command = [sys.executable, "-m", "tests.crash.power.story", str(folder / "recorded"), str(log), str(RUNS)]
    told = subprocess.run([*command, *([broken] if broken else [])], cwd=CLONE, capture_output=True, check=False)
    assert told.returncode == 0, told.stderr.decode()
    ops: list[Op] = pickle.loads(log.read_bytes())
    shutil.rmtree(folder / "recorded")
    return ops


def cuts(ops: list[Op], count: int) -> Iterator[tuple[int, Left]]:
    """The power fails after every operation in turn, and again with other remains until there are ``count``."""
    times = [count // len(ops)] * len(ops)
    for one in random.Random(SEED).sample(range(len(ops)), count % len(ops)):
        times[one] += 1
    disk = Disk()
    for at, op in enumerate(ops):
        disk.do(op)
        for again in range(times[at]):
            yield at, disk.cut(random.Random(f"{SEED} {at} {again}"))


async def found_after(ops: list[Op], count: int, folder: Path) -> tuple[int, list[str]]:
    """(points that were looked at, what was wrong at them)."""
    reference = await asyncio.to_thread(Reference, ops, folder)
    looked, wrong = 0, []
    for at, left in cuts(ops, count):
        there = folder / "cut"
        await asyncio.to_thread(put, left, there)
        wrong += [f"seed {SEED}, operation {at}: {fault}" for fault in await faults_of(there, left, reference)]
        await asyncio.to_thread(shutil.rmtree, there)
        looked += 1
    return looked, wrong


async def test_whenever_the_power_fails_the_journal_is_a_beginning_that_holds_all_that_was_confirmed(
    quick: Path,
) -> None:
    print(f"CONSOLE_TEST_SEED={SEED} CONSOLE_TEST_CUTS={CUTS}")
    looked, wrong = await found_after(await asyncio.to_thread(recorded, quick), CUTS, quick)
    assert wrong == []
    assert looked >= CUTS


@pytest.mark.parametrize(
    ("broken", "notices"),
    [
        ("normal", "was confirmed, the journal ends at"),
        ("blob-not-synced", "is damaged"),
        ("blob-folder-not-synced", "is not in the workspace's blobs folder"),
    ],
)
async def test_a_program_that_syncs_less_is_caught(quick: Path, broken: str, notices: str) -> None:
    _, wrong = await found_after(await asyncio.to_thread(recorded, quick, broken), CONTROL_CUTS, quick)
    caught = [fault for fault in wrong if notices in fault]
    print(f"{broken}: {len(caught)} findings at {CONTROL_CUTS} points")
    assert caught


async def test_after_the_cut_the_program_works_on_and_does_nothing_twice(
    quick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ops = await asyncio.to_thread(recorded, quick)
    disk, places = Disk(), places_to_live_on(ops)
    assert places
    for at, op in enumerate(ops):
        disk.do(op)
        if at not in places:
            continue
        manner: Survivors = random.Random(f"{SEED} manner {at}").choice(("nothing", "some", "everything"))
        left = disk.cut(random.Random(f"{SEED} {at}"), manner)
        there = quick / "lived on"
        await asyncio.to_thread(put, left, there)
        try:
            await live_on(there, left, monkeypatch)
        except BaseException as error:
            error.add_note(f"CONSOLE_TEST_SEED={SEED}, after operation {at} ({op.kind} {op.path}), left {manner}")
            raise
        await asyncio.to_thread(shutil.rmtree, there)


def places_to_live_on(ops: list[Op]) -> set[int]:
    """Right after a mail server took something, after something happened to a file or elsewhere, and anywhere."""
    posted = [at for at, op in enumerate(ops) if op.path == POST]
    effects = [at for at, op in enumerate(ops) if op.kind == "outside" or op.path == "docs"]
    rng = random.Random(SEED)
    half = LIVED_ON // 2
    assert posted
    return {*posted, *rng.sample(effects, min(half, len(effects))), *rng.sample(range(len(ops)), LIVED_ON - half)}


async def live_on(folder: Path, left: Left, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start the program again, work to the end, roll everything back, and count."""
    keyring = KeyringInMemory()
    keyring.kept = kept_in_keyring(left)
    monkeypatch.setattr("storage.credentials.KeyringCalls", lambda: keyring.calls())
    ledger, lock = folder / LEDGER, folder / "owner.lock"
    await asyncio.to_thread(ledger.write_bytes, left.outside.get(LEDGER, b""))
    await asyncio.to_thread(lock.write_bytes, b'{"pid": 1, "host": "here", "sin')
    if not left.confirmed:  # the power failed while the shop was being laid out, which is no work of the program
        await asyncio.to_thread(laid_out_anew, folder)
    office = PostOffice(taken_of(left.outside.get(POST, b"")))
    with office.open():
        await _work_on(room_in(folder, surroundings(office)), office, folder)
    await rebuilt_tables_equal_the_live_ones(folder)


async def _work_on(room: Room, office: PostOffice, folder: Path) -> None:
    await room.open()
    try:
        async with asyncio.timeout(120):
            await work_through(room, office)
        assert room.runtime.troubles == ()
        report = await room.runtime.verify_chain()
        assert report.intact, report.sentence
        everything = await room.runtime.history.runs(limit=1000)
        assert {row.outcome for row in everything} <= {Outcome.COMPLETED}
        letters = [row.title for row in everything if row.title.startswith(LETTERS)]
        assert sorted(one.subject for one in office.taken) == sorted(letters)
        rows = [row for row in everything if row.title not in letters]
        rolled_back = [row for row in rows if await was_rolled_back(room, RunId(row.run_id))]
        kept = {row.title for row in rows} - {row.title for row in rolled_back}
        files = await asyncio.to_thread(written, folder)
        assert files == {title: f"{title} is in the ledger\n" for title in kept}
        notes = sorted(entry.arguments for entry in entries(folder))
        assert notes == sorted(f'{{"note":"{row.title}"}}' for row in rows)
        assert await asyncio.to_thread(orders, folder) == sorted(kept)
        assert await asyncio.to_thread(sent, folder) == sorted(row.title for row in rows)
        for row in rows:
            if row not in rolled_back:
                await room.roll_back(RunId(row.run_id))
        assert await asyncio.to_thread(written, folder) == {}
        assert await asyncio.to_thread(orders, folder) == []
    finally:
        await room.close()
    assert room.crashes == []


def written(folder: Path) -> dict[str, str]:
    """What the files say."""
    return {path.stem: path.read_text() for path in (folder / "docs").glob("*.txt")}


def laid_out_anew(folder: Path) -> None:
    """The shop that was there long ago."""
    for path in folder.glob(f"{SHOP}*"):
        path.unlink()
    lay_out_shop(folder)


def orders(folder: Path) -> list[str]:
    """What is in the shop, one entry a row."""
    with closing(sqlite3.connect(folder / SHOP)) as shop:
        return sorted(title for (title,) in shop.execute("SELECT title FROM orders"))


def sent(folder: Path) -> list[str]:
    """Subjects of what is in the outbox, one entry a mail."""
    mails = [path for path in (folder / OUTBOX).glob("*.eml") if not path.name.startswith(".")]
    return sorted(str(message_from_bytes(path.read_bytes())["Subject"]) for path in mails)


async def was_rolled_back(room: Room, run_id: RunId) -> bool:
    """Whether the journal holds the order to; it is carried out then."""
    await room.own.engine.states.load_run(run_id)
    await room.finished(run_id)
    return any(isinstance(event, RollbackStarted) for event in await room.events(run_id))
