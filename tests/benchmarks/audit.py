"""The audit log of a million events, through the program's own history: each page asked 30 times, p95 in milliseconds.

``python -m tests.benchmarks.audit [--events N] --folder F``. The journal is built once and kept (large_journal.py).
"""

import argparse
import asyncio
import json
import time
from pathlib import Path

from runtime.journal.subscriptions import Subscriptions
from runtime.operations.upkeep import JOURNAL
from runtime.projections.follower import Follower
from runtime.projections.history import ReadModels
from runtime.projections.rows import AuditFilter
from storage.recorder_sqlite import SqliteRecorder
from tests.benchmarks.large_journal import COMMON_WORD, EVENTS, PHRASE, build, kept_journal, words
from tests.benchmarks.measured import percentile

TIMES = 30
DAY = 86_400_000_000


def questions(now: int) -> dict[str, tuple[AuditFilter, float]]:
    """(filter, how deep in the journal the page begins: 0 = at the newest)."""
    word = words()
    since, until, agent, kind = now - 60 * DAY, now - 30 * DAY, "agent-03", ("ask-raised",)
    return {
        "first page": (AuditFilter(), 0),
        "middle": (AuditFilter(), 0.5),
        "agent": (AuditFilter(agent=agent), 0),
        "agent middle": (AuditFilter(agent=agent), 0.5),
        "kind": (AuditFilter(kinds=kind), 0),
        "person": (AuditFilter(by="anna"), 0),
        "day": (AuditFilter(since=now - 31 * DAY, until=now - 30 * DAY), 0),
        "month": (AuditFilter(since=since, until=until), 0),
        "agent kind": (AuditFilter(agent=agent, kinds=kind), 0),
        "all three": (AuditFilter(agent=agent, kinds=kind, since=since, until=until), 0),
        "common word": (AuditFilter(text=COMMON_WORD), 0),
        "many hits": (AuditFilter(text="bench"), 0),
        "many middle": (AuditFilter(text="bench"), 0.5),
        "rare word": (AuditFilter(text=word[19_000]), 0),
        "no hit": (AuditFilter(text="xyzzyq"), 0),
        "phrase": (AuditFilter(text=PHRASE), 0),
        "two words": (AuditFilter(text=f"{word[5]} {word[300]}"), 0),
        "text agent": (AuditFilter(agent=agent, text=COMMON_WORD), 0),
        "text all": (AuditFilter(agent, "", ("run-queued",), "", since, until, COMMON_WORD), 0),
    }


async def measure(folder: Path) -> dict[str, float]:
    """p95 of every question, and of its count, the questions in turns."""
    recorder = await SqliteRecorder.open(folder / JOURNAL)
    try:
        history = ReadModels(recorder, lambda: time.time_ns() // 1000, Follower(recorder, Subscriptions()))
        head = (await recorder.head()).seq
        newest = (await history.audit(AuditFilter(), 0, 1))[0].at
        asked = questions(newest)
        taken: dict[str, list[float]] = {name: [] for name in asked}
        worked: dict[str, list[float]] = {name: [] for name in asked}
        for _ in range(TIMES):
            for name, (wanted, depth) in asked.items():
                begun, cpu = time.perf_counter(), time.process_time()
                await history.audit(wanted, round(head * depth))
                taken[name].append((time.perf_counter() - begun) * 1000)
                worked[name].append((time.process_time() - cpu) * 1000)
        busiest = max(percentile(values, 0.95) for values in worked.values())
        return {name: percentile(values, 0.95) for name, values in taken.items()} | {"most cpu": busiest}
    finally:
        await recorder.close()


async def _measured(events: int) -> dict[str, float]:
    return await measure(await build(kept_journal(events), events))


def main() -> None:
    """One JSON line."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--folder", type=Path)
    reading.add_argument("--events", type=int, default=EVENTS)
    arguments = reading.parse_args()
    print(json.dumps(asyncio.run(_measured(arguments.events))))


if __name__ == "__main__":
    main()
