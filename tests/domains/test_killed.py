"""Killed at random moments, started again and approved, every task ends as expected, and nothing is done twice.

CONSOLE_TEST_ALL_KILLS=1 takes every task; CONSOLE_TEST_SEED=<number> repeats a run (the seed is printed).
"""

import asyncio
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runtime.operations.upkeep import JOURNAL
from storage.chain_check import verify_chain
from tests.domains.killed_clerk import Order
from tests.domains.laid_out import LaidOut
from tests.domains.material import Task, canonical_hash, contents_of, marks_in
from tests.fixtures.tables import rebuilt_tables_equal_the_live_ones

CLONE = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(CLONE)}
CHILD = [sys.executable, "-m", "tests.domains.killed_clerk"]
SAMPLE = 6
"""Tasks in the normal run."""
KILLS_A_TASK = 3

pytestmark = pytest.mark.alone


class Lives:
    """Lives of consoles. Where a process can be forked they share one start of the interpreter."""

    def __init__(self, nursery: "subprocess.Popen[str] | None") -> None:
        self._nursery = nursery

    def one(self, folder: Path, when: str) -> bool:
        """Live once; True when it ended by itself, False when it was killed."""
        if self._nursery is None:
            done = subprocess.run([*CHILD, "life", when, str(folder)], cwd=CLONE, env=ENVIRONMENT, check=False)
            code = done.returncode
        else:
            assert self._nursery.stdin is not None
            assert self._nursery.stdout is not None
            self._nursery.stdin.write(f"{when} {folder}\n")
            self._nursery.stdin.flush()
            code = int(self._nursery.stdout.readline())
        assert code in (0, -9, 15), f"The life {when} ended with {code}."
        return code == 0


@contextmanager
def lives() -> Iterator[Lives]:
    if not hasattr(os, "fork"):
        yield Lives(None)
        return
    pipe = subprocess.PIPE
    command = [*CHILD, "nursery"]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, cwd=CLONE, env=ENVIRONMENT, text=True) as nursery:
        yield Lives(nursery)


def chosen(bench: LaidOut, dice: random.Random) -> list[Task]:
    """Tasks that change something; a few of them, or all."""
    changing = [task for task in bench.material.tasks if any(call.changes for call in task.calls)]
    if os.environ.get("CONSOLE_TEST_ALL_KILLS"):
        return changing
    return dice.sample(changing, min(SAMPLE, len(changing)))


def killed_then_done(room: Lives, folder: Path, dice: random.Random, task: Task) -> int:
    """Kill it some times, then let it come to its end; how often it was killed."""
    kills = 0
    for _ in range(KILLS_A_TASK):
        # From the first record on; a life that has less left than that comes to its end.
        when = f"{dice.choice(['before', 'after'])}:{dice.randrange(2, 6 + 3 * len(task.calls))}"
        if room.one(folder, dice.choice([when, when, f"time:{dice.uniform(0.05, 0.5):.3f}"])):
            return kills
        kills += 1
    assert room.one(folder, "never")
    return kills


@pytest.mark.parametrize("roll_back", [False, True], ids=["approved", "rolled-back"])
def test_killed_at_any_moment(bench: LaidOut, tmp_path: Path, roll_back: bool) -> None:
    seed = int(os.environ.get("CONSOLE_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
    print(f"CONSOLE_TEST_SEED={seed}")
    dice = random.Random(seed)
    tasks, kills = chosen(bench, dice), 0
    template = tmp_path / "template"
    template.mkdir()
    order = Order(bench.domain.name, str(bench.material.folder), bench.database, tasks[0].task_id, roll_back)
    order.put(template)
    with lives() as room:
        assert room.one(template, "furnish")
        for task in tasks:
            folder = tmp_path / f"task-{task.task_id}"
            shutil.copytree(template, folder)
            database = bench.lay_out(folder)
            order.task_id = task.task_id
            order.put(folder)
            kills += killed_then_done(room, folder, dice, task)
            expected = bench.material.base_hash if roll_back else task.hash
            assert canonical_hash(contents_of(database)) == expected, task.task_id
            assert marks_in(database) == sum(call.changes for call in task.calls), task.task_id
            report = verify_chain(folder / JOURNAL)
            assert report.whole, report.why
            asyncio.run(rebuilt_tables_equal_the_live_ones(folder))
            shutil.rmtree(folder)
    print(f"{len(tasks)} tasks, {kills} kills")
    assert kills >= len(tasks) // 2
