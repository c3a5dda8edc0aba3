"""A check beside the tests: what it says comes in its turn, its status counts, and nothing of it outlives its run."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from beside import Beside


def does(code: str, folder: Path) -> Beside:
    return Beside("check", [sys.executable, "-c", code], folder, {})


@pytest.mark.parametrize(("status", "passed"), [(0, True), (1, False)])
def test_it_is_told_in_its_turn(tmp_path: Path, capfd: pytest.CaptureFixture[str], status: int, passed: bool) -> None:
    with does(f"print('found', flush=True); raise SystemExit({status})", tmp_path) as check:
        print("the tests")
        assert check.ended()[:2] == ("check", passed)
    assert capfd.readouterr().out.split() == ["the", "tests", "---", "check", "found"]


def test_who_leaves_before_its_end_ends_it(tmp_path: Path) -> None:
    with does("import time; time.sleep(600)", tmp_path) as check:
        pass
    assert check._process.returncode not in (None, 0)
