"""A part of the compressed working day of the benchmark `soak`: memory does not run away, and nothing breaks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.window
CLONE = Path(__file__).resolve().parents[2]
MINUTES = 0.2
"""At 48 times the speed: ten minutes of the day. `packaging/bench.py soak` goes through all eight hours in ten."""
MOST_MB = 50


def test_memory_stays_where_it_is_while_people_and_agents_work(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "tests.benchmarks.soak", "--folder", str(tmp_path), "--minutes", str(MINUTES)]
    ended = subprocess.run(words, cwd=CLONE, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr[-4000:]
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["recorded"] > 0, told
    assert told["decided"] > 0, told
    assert told["grows MB"] < MOST_MB, told
