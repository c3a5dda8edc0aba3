"""From the end of a ruling's hold to the start of its effect: 200 asks wait, other runs work, each is approved.

Counted is from the moment the ruling takes effect (the hold's end as it was recorded) to the entry of the tool, which
is after the start is durable, by the workspace's own clock. One bare commit of a row of 600 bytes by ``sqlite3`` (WAL,
FULL) is measured in the same process afterwards. The reference (``--bare``) is what any program has to do on this
machine at this moment: a timer of the loop, a commit in a thread, a call in a thread.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from console.cli.collecting import collected_seldom
from runtime.domain.agent_spec import AgentSpec, Limits
from runtime.domain.commands import Approve, StartRun
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.events.runs import RunFinished
from runtime.domain.ids import AgentName
from runtime.domain.policy import Rule
from runtime.domain.task import Task
from runtime.domain.words import AskState, VerdictKind
from runtime.domain.workspace_state import Agent
from runtime.engine.surroundings import Surroundings
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.scripted import NO_COST
from runtime.operations.new_ids import new_run_id
from runtime.tools.contract import ToolContext, ToolResult
from storage.engine import set_pragmas
from tests.benchmarks.measured import percentile
from tests.fixtures.bench_tools import answer
from tests.fixtures.room import CLERK, PLAN, Room, act, bench, done

ASKS, OTHERS = 200, 20
HOLD_S = 1
TURNS = 20
"""Of each of the other runs; when one is over, its agent gets the next."""
APART_S = 0.03
"""Between two approvals: a person is slower, so this is the harder case."""
THINKS_S = 0.1
"""How long the model of the others takes to answer; together they do up to 200 turns a second."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds."""

    asks: list[float]
    commits: list[float]
    steps_per_s: float
    """What the others did meanwhile."""

    @property
    def p99(self) -> float:
        return percentile(self.asks, 0.99)


class Worker:
    """Answers at once, or after a while: runs that ask propose one change, the others read again and again."""

    label = "worker"

    def __init__(self, thinks_s: float) -> None:
        self.thinks_s = thinks_s
        self.turns = 0

    async def model_for(self, route: str, agent: Agent, spec: AgentSpec) -> Model:
        return self

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        return Answered(PLAN, NO_COST, b"", b"")

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        title = request.task.title
        if title.startswith("ask"):
            wanted = act(bench("change", title)) if request.turn == 1 else done()
            return Answered(wanted, NO_COST, b"", b"")
        await asyncio.sleep(self.thinks_s)
        self.turns += 1
        if request.turn > TURNS:
            return Answered(done(), NO_COST, b"", b"")
        return Answered(act(bench("read", f"{title} {request.turn}")), NO_COST, b"", b"")


async def approve_to_start(folder: Path, thinks_s: float = THINKS_S, asks: int = ASKS) -> Latency:
    """One round over a new workspace in ``folder``."""
    worker = Worker(thinks_s)
    room = Room(folder / "workspace", HOLD_S, Surroundings(models=worker.model_for))
    started: dict[str, int] = {}

    def begin(note: str, context: ToolContext) -> ToolResult:
        started.setdefault(note, room.own.clock.now())
        return answer(note, context)

    room.bench.do = begin
    await room.open()
    others = asyncio.create_task(_others(room))
    try:
        limits = Limits(turns=1_000_000, seconds=100_000, effects=1_000_000)
        spec = msgspec.structs.replace(CLERK, at_once=OTHERS + asks, limits=limits)
        await room.furnish(spec, Rule("ask", VerdictKind.ASK, tools="bench.change"), Rule("all", VerdictKind.ALLOW))
        takes_effect: dict[str, int] = {}
        await _ask(room, asks)
        steps_from, begun = worker.turns, time.monotonic()
        await _approve_all(room, takes_effect)
        while not takes_effect.keys() <= set(started):  # noqa: ASYNC110  (they start in threads)
            await asyncio.sleep(0.05)
        per_s = (worker.turns - steps_from) / (time.monotonic() - begun)
    finally:
        others.cancel()
        await asyncio.gather(others, return_exceptions=True)
        await room.close()
    late = [(started[title] - at) / 1000 for title, at in takes_effect.items()]
    return Latency(late, await asyncio.to_thread(bare_commits, folder / "bare.sqlite"), per_s)


async def _others(room: Room) -> None:
    """So many runs are at work all the time."""
    feed = room.runtime.watch()
    await room.until(lambda: room.own.engine.states.workspace.policy.version > 0)
    for number in range(OTHERS):
        await _start(room, f"other {number}")
    async for batch in feed:
        for envelope in batch:
            if (
                isinstance(envelope.event, RunFinished)
                and (run := room.run(envelope.event.run_id)).task.title[0] == "o"
            ):
                await _start(room, run.task.title)


async def _ask(room: Room, asks: int) -> None:
    for number in range(asks):
        await _start(room, f"ask {number}")
    states = room.own.engine.states
    await room.until(lambda: sum(ask.state is AskState.WAITING for ask in states.open_asks()) == asks)


async def _start(room: Room, title: str) -> None:
    await room.do(StartRun(new_run_id(), AgentName("clerk"), Task(title, title, trusted=True), "anna"))


async def _approve_all(room: Room, takes_effect: dict[str, int]) -> None:
    """One after the other, in no order, through the one way in."""
    waiting = [ask for ask in room.own.engine.states.open_asks() if ask.state is AskState.WAITING]
    random.Random(3).shuffle(waiting)
    for ask in waiting:
        await room.do(Approve(ask.raised.ask_id, "anna", ask.raised.digest))
        ruled = room.own.engine.states.ask(ask.raised.ask_id)
        assert ruled is not None
        assert ruled.ruling is not None
        run = room.run(ask.raised.run_id)
        takes_effect[run.task.title] = ruled.ruling.takes_effect
        await asyncio.sleep(APART_S)


def bare_commits(database: Path, count: int = 200) -> list[float]:
    """Milliseconds of single commits of one 600-byte row."""
    taken = []
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as connection:
        set_pragmas(connection, "write")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS rows (n INTEGER PRIMARY KEY, body BLOB)")
        for _ in range(count):
            begun = time.perf_counter()
            connection.execute("INSERT INTO rows (body) VALUES (?)", (b"x" * 600,))
            taken.append((time.perf_counter() - begun) * 1000)
    return taken


async def bare_wakes(folder: Path, count: int = ASKS) -> list[float]:
    """Milliseconds from the end of a wait to the entry of a thread, with one commit between."""
    with contextlib.closing(
        sqlite3.connect(folder / "bare.sqlite", isolation_level=None, check_same_thread=False)
    ) as connection:
        set_pragmas(connection, "write")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE rows (n INTEGER PRIMARY KEY, body BLOB)")

        async def one() -> float:
            due = time.monotonic() + HOLD_S
            await asyncio.sleep(HOLD_S)
            await asyncio.to_thread(connection.execute, "INSERT INTO rows (body) VALUES (?)", (b"x" * 600,))
            return (await asyncio.to_thread(time.monotonic) - due) * 1000

        waiting = []
        for _ in range(count):
            waiting.append(asyncio.create_task(one()))
            await asyncio.sleep(APART_S)
        return await asyncio.gather(*waiting)


def main() -> None:
    """One JSON line."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--folder", type=Path, required=True)
    reading.add_argument("--bare", action="store_true")
    arguments = reading.parse_args()
    found: dict[str, float] = {}
    if arguments.bare:
        late = asyncio.run(bare_wakes(arguments.folder))
    else:
        with collected_seldom():  # as the program does without a window
            measured = asyncio.run(approve_to_start(arguments.folder))
        late = measured.asks
        commit = percentile(measured.commits, 0.5)
        found = {"over one commit": measured.p99 - commit, "one commit": commit, "others steps/s": measured.steps_per_s}
    shares = {"p99 ms": 0.99, "p50 ms": 0.5, "p95 ms": 0.95, "longest ms": 1.0}
    print(json.dumps({name: percentile(late, share) for name, share in shares.items()} | found))


if __name__ == "__main__":
    main()
