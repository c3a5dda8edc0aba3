"""Several processes and one workspace: the second door, a second start, an end by signal, an end by kill -9."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from console.first_steps import lay_out
from runtime.assembly import open_workspace

CLONE = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(CLONE), "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals.")


def _words(folder: Path, *words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "console", "--workspace", str(folder), *words]


async def _typed(folder: Path, *words: str) -> tuple[int, str]:
    """A command in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        *_words(folder, *words), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_commands_reach_the_process_that_has_the_workspace_open(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    await lay_out(folder)
    runtime = await open_workspace(folder, at_work=False)
    shown: list[str] = []
    try:
        await runtime.open_door(shown.append)
        status, told = await _typed(folder, "runs", "pause-all")
        assert status == 0, told
        assert (await runtime.history.strip()).everything_paused
        status, told = await _typed(folder, "agents")
        assert (status, "refunds" in told) == (0, True)
        status, told = await _typed(folder, "audit", "verify")
        assert (status, told[:7]) == (0, "Intact.")
        status, told = await _typed(folder, "workspaces", "delete", str(folder), "--yes")
        assert (status, folder.is_dir()) == (1, True)
        assert "open in another process" in told
        status, told = await _typed(folder)
        assert (status, shown) == (0, [""]), told
        assert "in front now" in told
    finally:
        await runtime.close()


async def test_a_second_start_beside_an_owner_without_a_window_is_refused_in_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    await lay_out(folder)
    runtime = await open_workspace(folder, at_work=False)
    try:
        status, told = await _typed(folder, "--no-window")
        assert (status, "already at work without a window" in told) == (1, True), told
        await runtime.open_door()
        status, told = await _typed(folder, "--no-window")
        assert (status, "already at work without a window" in told) == (1, True), told
    finally:
        await runtime.close()


def _until(folder: Path, said: str, number: signal.Signals) -> tuple[int, str]:
    """Start without a window, and end it by a signal as soon as it has said this."""
    process = subprocess.Popen(
        _words(folder, "--demo", "--no-window"), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8",
    )  # fmt: skip
    assert process.stdout is not None
    lines = []
    with process.stdout:
        for line in process.stdout:
            lines.append(line)
            if said in line:
                process.send_signal(number)
                break
        lines += process.stdout.readlines()
    return process.wait(), "".join(lines)


def _finish(folder: Path) -> str:
    told = subprocess.run(
        _words(folder, "--demo", "--no-window"), env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    verified = subprocess.run(_words(folder, "audit", "verify"), env=ENVIRONMENT, capture_output=True, check=False)
    assert verified.returncode == 0, verified.stdout
    return told.stdout


def _nothing_happened_twice(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "journal.sqlite")) as journal:
        kinds = dict(journal.execute("SELECT kind, count(*) FROM records GROUP BY kind").fetchall())
        queued = journal.execute("SELECT stream FROM records WHERE kind = 'run-queued'").fetchall()
    assert kinds["program-started"] == 2
    assert len(queued) == len(set(queued)) >= 55
    with contextlib.closing(sqlite3.connect(folder / "shop.sqlite")) as shop:
        twice = shop.execute("SELECT order_id FROM refunds GROUP BY order_id HAVING count(*) > 1").fetchall()
    assert twice == []


@on_posix
def test_a_log_out_closes_in_order_and_the_next_start_goes_on(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    status, told = _until(folder, "Tool call finished", signal.SIGHUP)
    assert status == 1, told
    assert "the next start goes on from there" in told
    with contextlib.closing(sqlite3.connect(folder / "journal.sqlite")) as journal:
        (last,) = journal.execute("SELECT kind FROM records ORDER BY seq DESC LIMIT 1").fetchone()
    assert last == "program-stopped"
    assert "goes on" in _finish(folder)
    _nothing_happened_twice(folder)


@on_posix
def test_kill_in_the_middle_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    status, _ = _until(folder, "WAITS FOR YOU", signal.SIGKILL)
    assert status == -signal.SIGKILL
    assert "WAITS FOR YOU" in _finish(folder)
    _nothing_happened_twice(folder)
