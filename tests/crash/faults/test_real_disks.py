"""Real disks that refuse: a small one that is full, a folder mounted read-only, a journal locked by another process."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from runtime.domain.agent_spec import ToolGrant
from runtime.domain.changes import Done
from runtime.domain.commands import SaveOperator
from runtime.domain.policy import Rule
from runtime.domain.refusals import Refusal
from runtime.domain.settings import Operator
from runtime.domain.words import CallOutcome, Outcome, VerdictKind
from runtime.engine.surroundings import Surroundings
from runtime.operations.upkeep import JOURNAL
from runtime.tools.contract import ToolContext, ToolResult
from storage.errors import StorageUnavailable
from tests.fixtures.bench_tools import Answer
from tests.fixtures.ledger_tool import Ledger, entries
from tests.fixtures.room import ALLOW_ALL, CLERK, Room, act, bench, done, furnished, write

CLONE = Path(__file__).resolve().parents[3]
SPEC = msgspec.structs.replace(CLERK, tools=(*CLERK.tools, ToolGrant("ledger")))
RULES = (Rule("ledger", VerdictKind.ASK, tools="ledger.add"), ALLOW_ALL)
LOCKER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.readline()
connection.execute("ROLLBACK")
"""


def mounted(*command: str) -> None:
    """Mount, or skip the test."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("Mounting a disk of its own needs Linux and root.")
    told = subprocess.run(["mount", *command], capture_output=True, text=True, check=False)
    if told.returncode:
        pytest.skip(f"No disk can be mounted here: {told.stderr.strip()}")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted("-t", "tmpfs", "-o", "size=3m", "none", str(disk))
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.journal.disk_watch.FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr("runtime.journal.disk_watch.LONGEST_PAUSE_S", 0.05)
    monkeypatch.setattr("storage.engine.BUSY_MS", 10)


def fill(disk: Path) -> Path:
    """Take all the room there is."""
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
        while True:
            file.write(bytes(1024))
    return filler


async def refused_at_last(room: Room) -> Refusal:
    """A person goes on working until the disk refuses (what the write-ahead log has room for still goes through)."""
    for number in range(10_000):
        answer = await room.runtime.perform(SaveOperator(Operator(f"o{number}", "x" * 900), "anna"))
        if isinstance(answer, Refusal):
            return answer
    raise AssertionError("this disk is never full")


def long_answer(note: str, context: ToolContext) -> ToolResult:
    return ToolResult(Answer(said=note * 20_000), "A long answer")


async def test_on_a_full_disk_nothing_begins_and_when_there_is_room_everything_goes_on(small_disk: Path) -> None:
    folder = small_disk / "workspace"
    around = Surroundings(families=(Ledger(),))
    async with asyncio.timeout(120), furnished(folder, *RULES, spec=SPEC, around=around) as room:
        room.bench.do = room.bench.hang
        steps = [act(bench("keyed", "1")), act(write("a.txt", "one\n"), ("ledger.add", {"note": "paid"})), done()]
        run_id = await room.start("pay", *steps)
        assert await asyncio.to_thread(room.bench.entered.wait, 60)
        filler = await asyncio.to_thread(fill, small_disk)
        refusal = await refused_at_last(room)
        assert "The disk is full" in refusal.sentence
        assert "Free some space" in refusal.sentence
        room.bench.do = long_answer
        room.bench.release.set()
        [trouble] = room.runtime.troubles
        assert "The disk is full" in trouble
        assert await room.runtime.heartbeat() < 5
        assert entries(folder) == []
        assert (await room.refused(SaveOperator(Operator("late", "x" * 900), "anna"))).code == "storage"
        await asyncio.to_thread(filler.unlink)
        await room.approve(await room.asked(run_id))
        run = await room.finished(run_id)
        await room.own.disk.well_again()
        assert room.runtime.troubles == ()
        assert run.outcome is Outcome.COMPLETED
        assert [call.outcome for call in run.calls] == [CallOutcome.OK] * 3
        assert len(entries(folder)) == 1


async def test_a_journal_locked_by_another_program_is_told_and_work_goes_on_when_it_lets_go(tmp_path: Path) -> None:
    around = Surroundings(families=(Ledger(),))
    async with asyncio.timeout(120), furnished(tmp_path, *RULES, spec=SPEC, around=around) as room:
        room.bench.do = room.bench.hang
        run_id = await room.start("pay", act(bench("keyed", "1")), act(("ledger.add", {"note": "paid"})), done())
        assert await asyncio.to_thread(room.bench.entered.wait, 60)
        other = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            LOCKER,
            str(tmp_path / JOURNAL),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert other.stdout is not None
        assert await other.stdout.readline() == b"locked\n"
        room.bench.release.set()
        refusal = await room.refused(SaveOperator(Operator("ben", "Ben"), "anna"))
        assert "locked by another program" in refusal.sentence
        assert "locked by another program" in room.runtime.troubles[0]
        assert entries(tmp_path) == []
        await other.communicate(b"\n")
        await room.approve(await room.asked(run_id))
        run = await room.finished(run_id)
        await room.own.disk.well_again()
        assert (run.outcome, len(entries(tmp_path)), room.runtime.troubles) == (Outcome.COMPLETED, 1, ())


async def test_a_workspace_on_a_read_only_disk_is_refused_in_a_sentence_and_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    async with furnished(folder, ALLOW_ALL):
        pass
    await asyncio.to_thread(mounted, "--bind", str(folder), str(folder))
    try:
        await asyncio.to_thread(mounted, "-o", "remount,ro,bind", str(folder))
        with pytest.raises(StorageUnavailable) as refused:
            await Room(folder).open()
        assert "ead-only" in refused.value.what
        told = await asyncio.to_thread(on_the_command_line, folder, "runs")
        assert (told.returncode, told.stdout) == (3, "")
        assert "ead-only" in told.stderr
        assert "Traceback" not in told.stderr
    finally:
        await asyncio.to_thread(subprocess.run, ["umount", "--lazy", str(folder)], check=True)
    room = Room(folder)
    await room.open()
    assert isinstance(await room.runtime.perform(SaveOperator(Operator("eva", "Eva"), "anna")), Done)
    await room.close()


async def test_a_workspace_cannot_be_made_on_a_full_disk_and_the_command_line_says_so(small_disk: Path) -> None:
    await asyncio.to_thread(fill, small_disk)
    told = await asyncio.to_thread(on_the_command_line, small_disk / "workspace", "--demo", "--no-window")
    assert told.returncode in (1, 3), told
    assert "No space left" in told.stderr
    assert "[(" not in told.stderr
    assert "Traceback" not in told.stderr


async def test_a_workspace_on_a_disk_that_is_full_at_the_start_says_so_keeps_everything_and_opens_when_there_is_room(
    small_disk: Path,
) -> None:
    folder = small_disk / "workspace"
    async with furnished(folder, ALLOW_ALL) as room:
        run_id = await room.start("before", act(write("a.txt", "one\n")), done())
        await room.finished(run_id)
    before = await asyncio.to_thread(bytes_of, folder)
    filler = await asyncio.to_thread(fill, small_disk)
    for words in (("runs",), ("--no-window",)):
        told = await asyncio.to_thread(on_the_command_line, folder, *words)
        assert (told.returncode, "Traceback" in told.stderr) == (3, False), told
        assert told.stderr.count("The disk is full") == 1, told
        assert "Free some space" in told.stderr
    assert await asyncio.to_thread(bytes_of, folder) == before
    await asyncio.to_thread(filler.unlink)
    room = Room(folder)
    await room.open()
    assert [row.outcome for row in await room.runtime.history.runs()] == [Outcome.COMPLETED]
    assert isinstance(await room.runtime.perform(SaveOperator(Operator("eva", "Eva"), "anna")), Done)
    await room.close()


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Everything in it but the lock's words and what SQLite makes anew beside the journal."""
    passing = ("owner.lock", f"{JOURNAL}-wal", f"{JOURNAL}-shm")
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name not in passing}


def test_the_command_line_tells_that_the_disk_is_full_and_works_on_when_it_has_room(small_disk: Path) -> None:
    command = [sys.executable, "-m", "console", "--workspace", str(small_disk / "shop"), "--demo", "--no-window"]
    with subprocess.Popen(command, cwd=CLONE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as program:
        assert program.stdout is not None
        said = next((line for line in program.stdout if line.startswith("The disk is full")), "")
        subprocess.run(["mount", "-o", "remount,size=200m", str(small_disk)], check=True)
        rest = program.stdout.read()
    assert "work then goes on by itself. Free some space." in said
    assert program.returncode == 0, rest
    assert "Traceback" not in rest
    assert "Nothing is at work any more." in rest


def on_the_command_line(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """``operator-console ...`` as a process of its own."""
    command = [sys.executable, "-m", "console", "--workspace", str(folder), *words]
    return subprocess.run(command, cwd=CLONE, capture_output=True, text=True, check=False, timeout=120)
