"""Killed in the middle of its work, the journal holds everything that was acknowledged, and its chain is whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from storage.chain_check import verify_chain
from storage.migrate import bring_up_to_date

WORK = """
import asyncio, sys
from pathlib import Path
from storage.recorder_sqlite import SqliteRecorder
from storage.records import Add, Append, NewRecord

async def produce(recorder, number):
    for version in range(1, 100_000):
        record = NewRecord(f"run/{number}", version, "thing-happened", 1, version, "ann", b"x" * 200)
        written = await recorder.append(Append((record,), (Add("positions", {"name": "sum"}, {"position": 1}),)))
        print(written.records[0].seq, flush=True)

async def main():
    recorder = await SqliteRecorder.open(Path(sys.argv[1]))
    await asyncio.gather(*(produce(recorder, number) for number in range(20)))

asyncio.run(main())
"""


def test_what_was_acknowledged_survives_a_kill(tmp_path: Path) -> None:
    database = tmp_path / "journal.db"
    with subprocess.Popen(
        [sys.executable, "-c", WORK, str(database)], stdout=subprocess.PIPE, cwd=Path.cwd(), text=True
    ) as worker:
        assert worker.stdout is not None
        acknowledged = [int(worker.stdout.readline()) for _ in range(500)]
        worker.kill()
        acknowledged += [int(line) for line in worker.stdout.read().split("\n")[:-1]]
    bring_up_to_date(database)
    report = verify_chain(database)
    assert report.whole, report.why
    assert report.count >= max(acknowledged)
