"""Killed at random moments, started again and approved, every task ends as expected, and nothing is done twice.

CONSOLE_TEST_ALL_KILLS=1 takes every task; CONSOLE_TEST_SEED=<number> repeats a run (the seed is printed).
"""

import asyncio
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from runtime.operations.upkeep import JOURNAL
from storage.chain_check import verify_chain
from tests.domains.killed_clerk import Order
from tests.domains.laid_out import LaidOut
from tests.domains.material import Task, canonical_hash, contents_of, marks_in
from tests.fixtures.dice import seed_of_this_run
from tests.fixtures.tables import rebuilt_tables_equal_the_live_ones
from tests.kills.nursery import Lives, nursery, quick_place

SAMPLE = 6
"""Tasks in the normal run."""
SAMPLE_OF_OUR_OWN = 1
"""Of a domain made here, whose tasks are few and whose tools are the same machinery."""
KILLS_A_TASK = 3


def chosen(bench: LaidOut, tasks: list[Task], dice: random.Random) -> list[Task]:
    """All tasks, or a few of those that may change something."""
    if os.environ.get("CONSOLE_TEST_ALL_KILLS"):
        return tasks
    changing = [task for task in tasks if any(call.name in bench.material.mutating for call in task.calls)]
    return dice.sample(changing, min(SAMPLE_OF_OUR_OWN if bench.domain.make else SAMPLE, len(changing)))


def killed_then_done(room: Lives, folder: Path, dice: random.Random, task: Task) -> int:
    """Kill it some times, then let it come to its end; how often it was killed."""
    kills = 0
    for number in range(KILLS_A_TASK):
        # The first life has at least four boundaries a call (before and after two commits), so it is surely killed.
        # A later one may have less left than what is drawn, or be quicker than the clock, and come to its end.
        when = f"any#{dice.randrange(1, 4 + 4 * len(task.calls))}"
        if number:
            when = dice.choice([when, when, f"time:{dice.uniform(0.02, 0.4):.3f}"])
        if room.one(folder, when):
            return kills
        kills += 1
    assert room.one(folder, "never")
    return kills


@pytest.fixture
def place() -> Iterator[Path]:
    with TemporaryDirectory(prefix="killed-", dir=quick_place()) as folder:
        yield Path(folder)


@pytest.mark.parametrize("roll_back", [False, True], ids=["approved", "rolled-back"])
def test_killed_at_any_moment(bench: LaidOut, tasks: list[Task], place: Path, roll_back: bool) -> None:
    seed = seed_of_this_run()
    print(f"CONSOLE_TEST_SEED={seed} python3 packaging/test.py tests/domains/test_killed.py")
    dice = random.Random(seed)
    tasks, kills = chosen(bench, tasks, dice), 0
    template = place / "template"
    template.mkdir()
    order = Order(bench.domain.name, str(bench.material.folder), bench.database, tasks[0].task_id, roll_back)
    order.put(template)
    with nursery("tests.domains.killed_clerk") as room:
        assert room.one(template, "furnish")
        for task in tasks:
            folder = place / f"task-{task.task_id}"
            shutil.copytree(template, folder)
            database = bench.lay_out(folder)
            order.task_id = task.task_id
            order.put(folder)
            kills += killed_then_done(room, folder, dice, task)
            expected = bench.material.base_hash if roll_back else task.hash
            assert expected in (None, canonical_hash(contents_of(database))), task.task_id
            assert marks_in(database) == bench.effects_of(task), task.task_id
            report = verify_chain(folder / JOURNAL)
            assert report.whole, report.why
            asyncio.run(rebuilt_tables_equal_the_live_ones(folder))
            shutil.rmtree(folder)
    print(f"{len(tasks)} tasks, {kills} kills")
    assert kills >= len(tasks)
