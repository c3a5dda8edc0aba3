"""Quit while a tool runs: the window goes, what is waited for is shown, the call ends as it would, no other begins."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.domain.ids import RunId
from runtime.domain.words import CallOutcome
from tests.fixtures.room import Room

pytestmark = pytest.mark.window
ROOT = Path(__file__).resolve().parents[3]
HARD_LIMIT_S = 120


def test_a_call_in_flight_is_shown_and_let_end(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fixtures.closing_child", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=HARD_LIMIT_S,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["headline"] == "Waiting for 1 tool call to end"
    assert told["waiting"] == "Say slow"
    assert told["in_flight"] == ["Say slow"]
    assert told["window"] is False
    assert told["left"] == []
    assert [call[:2] for call in told["calls"]] == [["bench.keyed", "slow"]], "what came next was not begun"
    assert asyncio.run(outcomes(tmp_path / "ws")) == [CallOutcome.OK]


async def outcomes(folder: Path) -> list[CallOutcome | None]:
    """How the calls ended, as the journal says after the program ended."""
    room = Room(folder)
    room.bench.release.set()
    await room.open()
    try:
        [row] = await room.runtime.history.runs()
        return [call.outcome for call in room.run(RunId(row.run_id)).calls]
    finally:
        await room.close()
