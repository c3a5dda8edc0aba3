"""Times a peer: a warm-up, then runs at once, so often. It runs in the peers' environment and needs nothing else."""

import argparse
import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

OUTPUT_BYTES = 200
FOLDED_IN = "PRAGMA wal_checkpoint(TRUNCATE)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many runs at once, of so many steps each, so often; the peer's file in this folder."""

    runs: int
    steps: int
    repeat: int
    folder: Path

    @property
    def done(self) -> int:
        """Steps in all, the warm-up left out."""
        return self.runs * self.steps * self.repeat


class Tool:
    """What every peer's tool does: 200 bytes that differ from step to step. It counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def answer(self, note: str) -> str:
        self.calls += 1
        return note.ljust(OUTPUT_BYTES, ".")


def wanted() -> Wanted:
    """What the benchmark asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--folder", type=Path, required=True)
    given = parser.parse_args()
    return Wanted(given.runs, given.steps, given.repeat, given.folder)


async def timed(one_run: Callable[[str], Awaitable[None]], of: Wanted, tool: Tool) -> dict[str, float]:
    """Steps a second. ``one_run`` is given a name that no other run has. Steps that were not taken are an error."""
    await one_run("warm-up")
    tool.calls = 0
    cpu, taken = time.process_time(), 0.0
    for turn in range(of.repeat):
        started = time.perf_counter()
        await asyncio.gather(*(one_run(f"run {turn}.{number}") for number in range(of.runs)))
        taken += time.perf_counter() - started
    cpu = time.process_time() - cpu
    if tool.calls != of.done:
        raise SystemExit(f"The tool was called {tool.calls} times instead of {of.done}.")
    return {"steps/s": of.done / taken, "cpu ms a step": cpu * 1000 / of.done}


def bytes_a_step(database: Path, of: Wanted) -> float:
    """The file's size once the WAL is folded in, for each step, the warm-up's included."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute(FOLDED_IN)
    return database.stat().st_size / (of.done + of.steps)


def tell(figures: dict[str, float], settings: str) -> None:
    """The one line the benchmark reads."""
    print(json.dumps({**figures, "settings": settings}))
