"""Durable steps of ours: gate, journal FULL, chain, projections. Alone: `python -m tests.benchmarks.steps --help`."""

import argparse
import asyncio
import cProfile
import io
import json
import os
import pstats
import sqlite3
import tempfile
import time
from pathlib import Path

from runtime.workspace_runtime import WorkspaceRuntime
from tests.benchmarks.workspace import STEPS, at_work, run_together

LINES_OF_PROFILE = 70


async def measure(
    folder: Path, runs: int, steps: int, repeat: int, profile: cProfile.Profile | None
) -> dict[str, float]:
    """One warm-up, then ``repeat`` times so many runs at once."""
    async with at_work(folder, steps=steps, at_once=runs) as runtime:
        await run_together(runtime, min(runs, 20))
        await runtime.history.caught_up()
        before = await _records(runtime)
        if profile is not None:
            profile.enable()
        cpu, taken = time.process_time(), 0.0
        for _ in range(repeat):
            taken += await run_together(runtime, runs)
        cpu = time.process_time() - cpu
        if profile is not None:
            profile.disable()
        records = await _records(runtime) - before
        behind = time.perf_counter()
        await runtime.history.caught_up()
        behind = time.perf_counter() - behind
    done = runs * steps * repeat
    return {
        "steps/s": done / taken,
        "ms a step of one run": taken * 1000 / (steps * repeat),
        "records a step": records / done,
        "cpu ms a step": cpu * 1000 / done,
        "search behind s": behind,
    }


async def _records(runtime: WorkspaceRuntime) -> int:
    return (await runtime._own.recorder.head()).seq


def profile_text(profile: cProfile.Profile) -> str:
    """The profile of the loop's thread, by own time and by time with what was called."""
    text = io.StringIO()
    for order in ("tottime", "cumulative"):
        pstats.Stats(profile, stream=text).strip_dirs().sort_stats(order).print_stats(LINES_OF_PROFILE)
    return text.getvalue()


def main() -> None:
    """Print the figures as one JSON object."""
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1, help="runs at once")
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each run")
    parser.add_argument("--repeat", type=int, default=1, help="how often, one after another")
    parser.add_argument("--folder", type=Path, help="where the workspace is made (a new folder)")
    parser.add_argument(
        "--profile", type=Path, nargs="?", const=Path("steps-profile.txt"), help="write a profile there"
    )
    options = parser.parse_args()
    profile = cProfile.Profile() if options.profile else None
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        figures = asyncio.run(measure(Path(folder) / "workspace", options.runs, options.steps, options.repeat, profile))
    if profile is not None:
        options.profile.write_text(profile_text(profile), encoding="utf-8")
    print(json.dumps({**figures, "sqlite": sqlite3.sqlite_version}))


if __name__ == "__main__":
    main()
