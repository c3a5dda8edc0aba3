"""Durable steps of ours: gate, journal FULL, chain, projections. Alone: `python -m tests.benchmarks.steps --help`."""

import argparse
import asyncio
import cProfile
import io
import json
import os
import pstats
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from runtime.workspace_runtime import WorkspaceRuntime
from tests.benchmarks.commits import Commits, page_bytes
from tests.benchmarks.workspace import RECEIVED_BYTES, SENT_BYTES, STEPS, at_work, run_together

LINES_OF_PROFILE = 70
LINES_TOLD = 25
SETTINGS = "journal_mode wal, synchronous FULL, hash chain, gate, projections in the same transaction"

EXCHANGES = {
    True: f"a request of {SENT_BYTES} and an answer of {RECEIVED_BYTES} bytes kept as synced blobs each turn, as with a"
    " provider",
    False: "left out, as in the peers: no provider is asked, so no bodies are kept as blobs",
}
"""What is told about the bodies of requests and answers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many runs at once, of how many steps, how often; what else is looked at."""

    runs: int
    steps: int
    repeat: int
    count: bool
    threaded: bool
    exchanges: bool
    behind: bool
    profile: cProfile.Profile | None

    @property
    def forms(self) -> dict[str, bool]:
        """How the workspace works."""
        return {"threaded": self.threaded, "exchanges": self.exchanges}


async def measure(folder: Path, wanted: Wanted) -> dict[str, float]:
    """One warm-up, then ``repeat`` times so many runs at once; commits are counted in a workspace of their own."""
    async with at_work(folder / "timed", steps=wanted.steps, at_once=wanted.runs, **wanted.forms) as runtime:
        await run_together(runtime, min(wanted.runs, 20))
        await runtime.history.caught_up()
        figures = await _timed(runtime, wanted)
    return figures | (await _counted(folder / "counted", wanted) if wanted.count else {})


async def _counted(folder: Path, wanted: Wanted) -> dict[str, float]:
    """Commits and bytes of the same runs; nothing is timed here."""
    commits = Commits()
    with commits.watching():
        async with at_work(folder, steps=wanted.steps, at_once=wanted.runs, **wanted.forms) as runtime:
            await run_together(runtime, 1)
            size, number = await page_bytes(runtime), commits.number
            for _ in range(wanted.repeat):
                await run_together(runtime, wanted.runs)
            size, number = await page_bytes(runtime) - size, commits.number - number
    return {
        "commits a step": number / (wanted.runs * wanted.steps * wanted.repeat),
        "bytes a commit": size / number,
    }


async def _timed(runtime: WorkspaceRuntime, wanted: Wanted) -> dict[str, float]:
    before = await _records(runtime)
    if wanted.profile is not None:
        wanted.profile.enable()
    cpu, loop, taken = time.process_time(), time.thread_time(), 0.0
    for _ in range(wanted.repeat):
        taken += await run_together(runtime, wanted.runs)
    cpu, loop = time.process_time() - cpu, time.thread_time() - loop
    if wanted.profile is not None:
        wanted.profile.disable()
    records = await _records(runtime) - before
    done = wanted.runs * wanted.steps * wanted.repeat
    return {
        "steps/s": done / taken,
        "records a step": records / done,
        "cpu ms a step": cpu * 1000 / done,
        "of it the loop": loop * 1000 / done,
    } | (await _behind(runtime) if wanted.behind else {})


async def _behind(runtime: WorkspaceRuntime) -> dict[str, float]:
    """How long the audit table and its search index take to catch up with what was done."""
    begun = time.perf_counter()
    await runtime.history.caught_up()
    return {"search behind s": time.perf_counter() - begun}


async def _records(runtime: WorkspaceRuntime) -> int:
    return (await runtime._own.recorder.head()).seq


def profile_text(
    profile: cProfile.Profile, lines: int = LINES_OF_PROFILE, orders: tuple[str, ...] = ("tottime", "cumulative")
) -> str:
    """The profile of the loop's thread, by own time and by time with what was called."""
    text = io.StringIO()
    for order in orders:
        pstats.Stats(profile, stream=text).strip_dirs().sort_stats(order).print_stats(lines)
    return "\n".join(line for line in text.getvalue().splitlines() if line.strip())


def main() -> None:
    """Print the figures as one JSON object."""
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=1, help="runs at once")
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each run")
    parser.add_argument("--repeat", type=int, default=1, help="how often, one after another")
    parser.add_argument("--folder", type=Path, help="where the workspace is made (a new folder)")
    parser.add_argument("--count", action="store_true", help="count commits and bytes as well, in a further pass")
    parser.add_argument("--threaded", action="store_true", help="the tool works in a worker thread, not in the loop")
    parser.add_argument("--exchanges", action="store_true", help="a request and an answer are kept as blobs each turn")
    parser.add_argument("--behind", action="store_true", help="measure how long the search index takes to catch up")
    parser.add_argument("--profile", type=Path, nargs="?", const=Path("steps-profile.txt"), help="write one there")
    parser.add_argument("--explain", action="store_true", help="tell the largest parts of a profile in the answer")
    options = parser.parse_args()
    profile = cProfile.Profile() if options.profile or options.explain else None
    wanted = Wanted(
        options.runs,
        options.steps,
        options.repeat,
        options.count,
        options.threaded,
        options.exchanges,
        options.behind,
        profile,
    )
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        figures = asyncio.run(measure(Path(folder) / "workspace", wanted))
    facts = {"settings": SETTINGS, "tool": "in a worker thread" if options.threaded else "a coroutine in the loop"}
    facts["exchanges"] = EXCHANGES[options.exchanges]
    if profile is not None and options.profile:
        options.profile.write_text(profile_text(profile), encoding="utf-8")
    if profile is not None and options.explain:
        facts["profile of the loop's thread"] = profile_text(profile, LINES_TOLD, ("tottime",))
    print(json.dumps({**figures, **facts}))


if __name__ == "__main__":
    main()
