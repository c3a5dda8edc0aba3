"""Killed again and again, a console loses nothing that was confirmed and does nothing twice."""

import asyncio
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from email import message_from_bytes
from pathlib import Path

import pytest

from runtime.operations.upkeep import JOURNAL
from storage.chain_check import verify_chain
from storage.migrate import bring_up_to_date
from tests.fixtures.kill_child import UNDONE
from tests.fixtures.ledger_tool import entries
from tests.fixtures.tables import rebuilt_tables_equal_the_live_ones

CLONE = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(CLONE)}
CHILD = [sys.executable, "-m", "tests.fixtures.kill_child"]
LIVES = 120
"""More than anything here can take."""
RUN_KINDS = ("effect-started", "effect-finished", "ask-raised", "ask-approved", "ask-closed", "run-finished")
KINDS = (*RUN_KINDS, "rollback-started", "undo-started", "undo-finished", "rollback-finished")


class Lives:
    """Lives of consoles. Where a process can be forked they share one start of the interpreter."""

    def __init__(self, nursery: "subprocess.Popen[str] | None") -> None:
        self._nursery = nursery

    def one(self, folder: Path, when: str) -> bool:
        """Live once; True when it ended by itself, False when it was killed."""
        if self._nursery is None:
            code = subprocess.run(
                [*CHILD, "life", when, str(folder)], cwd=CLONE, env=ENVIRONMENT, check=False
            ).returncode
        else:
            assert self._nursery.stdin is not None
            assert self._nursery.stdout is not None
            self._nursery.stdin.write(f"{when} {folder}\n")
            self._nursery.stdin.flush()
            code = int(self._nursery.stdout.readline())
        assert code in (0, -9, 15), f"The life {when} ended with {code}."
        return code == 0


@pytest.fixture(scope="module")
def lives() -> Iterator[Lives]:
    if not hasattr(os, "fork"):
        yield Lives(None)
        return
    with subprocess.Popen(
        [*CHILD, "nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=CLONE, env=ENVIRONMENT, text=True
    ) as nursery:
        yield Lives(nursery)


def furnished(lives: Lives, folder: Path, mails: int) -> Path:
    (folder / "inbox").mkdir(parents=True)
    for at in range(mails):
        (folder / "inbox" / f"{at}.eml").write_text(f"From: anna@example.org\nSubject: mail {at}\n\nHello\n")
    with closing(sqlite3.connect(folder / "shop.sqlite")) as shop:
        shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, title TEXT)")
        shop.commit()
    assert lives.one(folder, "furnish")
    return folder


def kills_of(folder: Path) -> list[str]:
    """What each killed life was about to record, or had just recorded."""
    path = folder / "kills.txt"
    return path.read_text().splitlines() if path.exists() else []


def assert_everything_happened_once(folder: Path, mails: int) -> None:
    titles = [f"mail {at}" for at in range(mails)]
    kept = [title for title in titles if title != UNDONE]
    assert {path.name: path.read_text() for path in (folder / "docs").iterdir()} == {
        f"{title}.txt": f"{title}\n" for title in kept
    }
    with closing(sqlite3.connect(folder / "shop.sqlite")) as shop:
        assert sorted(row[0] for row in shop.execute("SELECT title FROM orders")) == kept
    sent = [message_from_bytes(path.read_bytes())["Subject"] for path in (folder / "outbox").glob("*.eml")]
    assert sorted(sent) == titles
    assert Counter(entry.arguments for entry in entries(folder)) == {f'{{"note":"{title}"}}': 1 for title in titles}
    bring_up_to_date(folder / JOURNAL)
    report = verify_chain(folder / JOURNAL)
    assert report.whole, report.why
    asyncio.run(rebuilt_tables_equal_the_live_ones(folder))
    with closing(sqlite3.connect(folder / JOURNAL)) as journal:
        outcomes = journal.execute("SELECT outcome, count(*) FROM runs GROUP BY outcome").fetchall()
        assert outcomes == [("completed", mails)]
        taken = journal.execute("SELECT count(*) FROM asks WHERE state <> 'closed'").fetchone()
        assert taken == (0,)


def test_killed_at_every_record_of_a_run(lives: Lives, tmp_path: Path) -> None:
    """In turn before a record is written and after it; CONSOLE_TEST_ALL_KILLS=1 does both for every record."""
    template = furnished(lives, tmp_path / "template", 1)
    kills: list[str] = []
    for at in range(2, LIVES):
        sides = ("before", "after") if os.environ.get("CONSOLE_TEST_ALL_KILLS") else (("before", "after")[at % 2],)
        for side in sides:
            folder = tmp_path / f"{side}-{at}"
            shutil.copytree(template, folder)
            assert lives.one(folder, f"{side}:{at}") or lives.one(folder, "never")
            assert_everything_happened_once(folder, 1)
            kills += kills_of(folder)
        if "program-stopped" in kills[-1]:
            break
    assert len(kills) >= 20
    for kind in KINDS:
        assert any(kind in line for line in kills), kind


def test_killed_again_and_again_on_the_way(lives: Lives, tmp_path: Path) -> None:
    """Near the start of a life and a little later: what recovers from a kill is killed too."""
    folder = furnished(lives, tmp_path / "room", 1)
    for life in range(LIVES):
        if lives.one(folder, f"{'after' if life % 2 else 'before'}:{2 + life // 2 % 3}"):
            break
    else:
        pytest.fail("It never came to an end.")
    assert len(kills_of(folder)) >= 15
    assert any("undo-" in line for line in kills_of(folder))
    assert_everything_happened_once(folder, 1)


def test_killed_at_any_moment(lives: Lives, tmp_path: Path) -> None:
    seed = int(os.environ.get("CONSOLE_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
    print(f"CONSOLE_TEST_SEED={seed}")
    dice = random.Random(seed)
    folder = furnished(lives, tmp_path / "room", 5)
    for _ in range(15):
        lives.one(folder, dice.choice([f"time:{dice.uniform(0.05, 0.6):.3f}", f"before:{dice.randrange(2, 15)}"]))
    assert lives.one(folder, "never")
    assert_everything_happened_once(folder, 5)
