"""A journal that is open works with short turns of its threads; shorter ones that somebody asked for stay."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.recorder_sqlite import SqliteRecorder
from storage.turns_of_threads import TURN_S, take_short_turns

LONG_S, SHORTER_S = 0.005, 0.0001


@pytest.fixture(autouse=True)
def given_back() -> Iterator[None]:
    before = sys.getswitchinterval()
    yield
    sys.setswitchinterval(before)


async def test_an_open_journal_takes_short_turns(tmp_path: Path) -> None:
    sys.setswitchinterval(LONG_S)
    recorder = await SqliteRecorder.open(tmp_path / "journal.sqlite")
    await recorder.close()
    assert sys.getswitchinterval() == pytest.approx(TURN_S)


def test_shorter_ones_stay() -> None:
    sys.setswitchinterval(SHORTER_S)
    take_short_turns()
    assert sys.getswitchinterval() == pytest.approx(SHORTER_S)
