"""Journal appends of ours: 1,000 producers, each waiting for its commit; chain on, FULL. Alone: `--help`."""

import argparse
import asyncio
import cProfile
import json
import os
import tempfile
import time
from pathlib import Path

from storage.recorder import Recorder
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Append, NewRecord
from tests.benchmarks.steps import profile_text

PRODUCERS = 1_000
BODY_BYTES = 600


async def measure(database: Path, each: int, profile: cProfile.Profile | None) -> dict[str, float]:
    """A short warm-up, then every producer appends ``each`` records to a stream of its own, one after another."""
    recorder = await SqliteRecorder.open(database, database.parent / "backups")
    try:
        await _produce(recorder, "warm-up", 5)
        if profile is not None:
            profile.enable()
        taken = await _produce(recorder, "run", each)
        if profile is not None:
            profile.disable()
    finally:
        await recorder.close()
    return {"records/s": PRODUCERS * each / taken, "records": float(PRODUCERS * each)}


async def _produce(recorder: Recorder, name: str, each: int) -> float:
    body, at = os.urandom(BODY_BYTES), time.time_ns() // 1000

    async def producer(number: int) -> None:
        stream = f"{name}-{number:05}"
        for version in range(1, each + 1):
            record = NewRecord(stream, version, "effect-started", 1, at, "bench", body)
            await recorder.append(Append((record,)))

    started = time.perf_counter()
    await asyncio.gather(*(producer(number) for number in range(PRODUCERS)))
    return time.perf_counter() - started


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=100, help="records of each of the 1,000 producers")
    parser.add_argument("--folder", type=Path, help="where the journal is made (a new folder)")
    parser.add_argument("--profile", type=Path, nargs="?", const=Path("appends-profile.txt"), help="write one there")
    options = parser.parse_args()
    profile = cProfile.Profile() if options.profile else None
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        figures = asyncio.run(measure(Path(folder) / "journal.sqlite", options.each, profile))
    if profile is not None:
        options.profile.write_text(profile_text(profile), encoding="utf-8")
    print(json.dumps({**figures, "settings": "journal_mode wal, synchronous FULL, hash chain"}))


if __name__ == "__main__":
    main()
