"""From the end of a ruling's hold to the start of its effect: 200 asks wait, other runs work, each is approved.

Counted is from the moment the ruling takes effect (the hold's end as it was recorded) to the entry of the tool, which
is after the start is durable, by the workspace's own clock. The reference is one bare commit of a row of the same size
by ``sqlite3`` (WAL, FULL), made between the rounds.
"""

import asyncio
import contextlib
import random
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from runtime.domain.agent_spec import AgentSpec, Limits
from runtime.domain.commands import Approve
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.policy import Rule
from runtime.domain.words import AskState, VerdictKind
from runtime.domain.workspace_state import Agent
from runtime.engine.surroundings import Surroundings
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.scripted import NO_COST
from runtime.tools.contract import ToolContext, ToolResult
from storage.engine import set_pragmas
from tests.benchmarks.measured import percentile
from tests.fixtures.bench_tools import answer
from tests.fixtures.room import CLERK, PLAN, Room, act, bench, done

ASKS, OTHERS = 200, 20
HOLD_S = 1
APART_S = 0.03
"""Between two approvals: a person is slower, so this is the harder case."""
THINKS_S = 0.02
"""How long the model of the others takes to answer; each of them so does up to 50 turns a second."""


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

    @property
    def allowed(self) -> float:
        """20 ms plus one commit."""
        return 20 + percentile(self.commits, 0.5)


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
    try:
        limits = Limits(turns=1_000_000, seconds=100_000, effects=1_000_000)
        spec = msgspec.structs.replace(CLERK, at_once=OTHERS + asks, limits=limits)
        await room.furnish(spec, Rule("ask", VerdictKind.ASK, tools="bench.change"), Rule("all", VerdictKind.ALLOW))
        takes_effect = await _work(room, worker, asks)
        steps_from, begun = worker.turns, time.monotonic()
        await _approve_all(room, takes_effect)
        while len([note for note in started if note.startswith("ask")]) < asks:  # noqa: ASYNC110  (tool threads)
            await asyncio.sleep(0.05)
        per_s = (worker.turns - steps_from) / (time.monotonic() - begun)
    finally:
        await room.close()
    late = [(started[title] - at) / 1000 for title, at in takes_effect.items()]
    return Latency(late, await asyncio.to_thread(bare_commits, folder / "bare.sqlite"), per_s)


async def _work(room: Room, worker: Worker, asks: int) -> dict[str, int]:
    for number in range(OTHERS):
        await room.start(f"other {number}")
    for number in range(asks):
        await room.start(f"ask {number}")
    states = room.own.engine.states
    await room.until(lambda: sum(ask.state is AskState.WAITING for ask in states.open_asks()) == asks)
    return {}


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
