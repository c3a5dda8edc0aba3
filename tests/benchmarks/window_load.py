"""The real window while 200 agents work: how long its loop stands still, what painting and events take, memory.

``python -m tests.benchmarks.window_load --minutes 10 --folder F``, a process of its own, prints one JSON line. The
program is the real one: workspace, journal, window, one loop. Each agent is worth 50 events a second, as the runtime
delivers them: ``STREAMED`` pieces of a model's streamed answer go through the progress door, and its steps (read tool
calls through gate, journal and read tables) are recorded at about ``RECORDED`` events a second. All go on in one run
after the other; a person changes the screen every few seconds and presses keys all the time. Beside it a second process
shows an empty window of the same size with the same timer: what it notices is the machine, not the program.
"""

import argparse
import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import msgspec

from runtime.domain.agent_spec import AgentSpec, Limits
from runtime.domain.commands import SaveAgent, StartRun
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.events.runs import RunFinished
from runtime.domain.ids import AgentName
from runtime.domain.policy import Rule
from runtime.domain.task import Task
from runtime.domain.words import VerdictKind
from runtime.domain.workspace_state import Agent
from runtime.engine.surroundings import Surroundings
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.scripted import NO_COST
from runtime.operations.new_ids import new_run_id
from tests.benchmarks.measured import percentile
from tests.benchmarks.window_gauge import Gauge, MeasuredApplication
from tests.fixtures.room import CLERK, PLAN, Room, act, bench, done

AGENTS, STREAMED, RECORDED = 200, 48, 2
TURNS = 15
EVENTS_A_STEP = (4 * TURNS + 5) / (TURNS + 2)
"""Of one streamed answer: a run is queued, begins and has a plan; a turn is answered, judged, started and finished; the
last answer ends it. That is 65 events on 17 answers, and decides how long one streams."""
WARM_UP_S = 180.0
"""Until what the program keeps on purpose is full: the writer's 16 MB of pages, the last 500 finished runs, the last
4,096 checked arguments. A shorter form warms up for a third of its time, before they are."""
JUDGED_OVER_MIN = 10.0
"""Minutes over which memory is to be flat."""
SIZE = (1600, 1000)
PIECE = "and the parcel "
VIEWS = (1, 3, 4, 1, 2, 5)
VIEW_EVERY_S, KEY_EVERY_S, SAMPLE_EVERY_S, STREAM_EVERY_S = 10.0, 0.1, 5.0, 0.02


class Streaming:
    """One model for all agents: an answer streams for some seconds, then it is a step; after some steps it is done."""

    label = "streaming"

    def __init__(self, recorded: float) -> None:
        self.answer_s = EVENTS_A_STEP / recorded
        self._streams: dict[int, Callable[[str], None]] = {}
        self._numbers = itertools.count()
        self.streamed = 0

    async def model_for(self, route: str, agent: Agent, spec: AgentSpec) -> Model:
        return self

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        await self._stream(on_text)
        return Answered(PLAN, NO_COST, b"", b"")

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        await self._stream(on_text)
        last = request.turn > TURNS
        return Answered(done() if last else act(bench("read", f"{request.turn}")), NO_COST, b"", b"")

    async def _stream(self, on_text: Callable[[str], None]) -> None:
        number = next(self._numbers)
        self._streams[number] = on_text
        try:
            # Scattered, as models that were asked at the same time do not answer at the same time.
            await asyncio.sleep(self.answer_s * (0.5 + (number * 0.618) % 1))
        finally:
            del self._streams[number]

    async def flow(self) -> None:
        """Hands every streaming answer its next pieces."""
        owed, before = 0.0, time.monotonic()
        while True:
            await asyncio.sleep(STREAM_EVERY_S)
            now = time.monotonic()
            owed, before = owed + (now - before) * STREAMED, now
            pieces, owed = int(owed), owed - int(owed)
            for say in tuple(self._streams.values()):
                for _ in range(pieces):
                    say(PIECE)
                    self.streamed += 1


class Forgotten(list[tuple[str, str, str]]):
    """The calls a test's tools note down; a whole day of them would count as the program's memory."""

    def append(self, call: tuple[str, str, str]) -> None:
        pass


class Load:
    """The workspace at work and the person before the window."""

    def __init__(self, folder: Path, arguments: argparse.Namespace) -> None:
        self.seconds: float = arguments.minutes * 60
        self.agents: int = arguments.agents
        self.model = self.streaming(arguments.recorded)
        self.room = Room(folder / "workspace", 0, Surroundings(models=self.model.model_for))
        self.room.bench.calls = Forgotten()
        self.gauge = Gauge()
        self.rss: list[tuple[float, float]] = []
        self.recorded = 0
        self._titles = itertools.count()

    def streaming(self, recorded: float) -> Streaming:
        """The model of all agents."""
        return Streaming(recorded)

    async def opened(self) -> object:
        """The runtime, furnished, with every agent at work."""
        await self.room.open()
        await self.room.furnish(
            CLERK, Rule("ask", VerdictKind.ASK, tools="bench.final"), Rule("all", VerdictKind.ALLOW)
        )
        for number in range(self.agents):
            limits = Limits(turns=10_000, seconds=100_000, effects=100_000)
            spec = msgspec.structs.replace(CLERK, name=AgentName(f"agent-{number:03d}"), limits=limits)
            await self.room.do(SaveAgent(spec, "anna"))
        return self.room.runtime

    async def keep_busy(self) -> None:
        """Each agent gets a new run when its last one is over."""
        feed = self.room.runtime.watch()
        for number in range(self.agents):
            await self._start(f"agent-{number:03d}")
        async for batch in feed:
            self.recorded += len(batch)
            for envelope in batch:
                if isinstance(envelope.event, RunFinished):
                    run = self.room.own.engine.states.run(envelope.event.run_id)
                    assert run is not None
                    if self.goes_on(run.agent):
                        await self._start(run.agent)

    def goes_on(self, agent: str) -> bool:
        """Whether this agent gets another run when its last one is over."""
        return True

    async def _start(self, agent: str) -> None:
        title = f"Parcel {next(self._titles)}"
        await self.room.do(StartRun(new_run_id(), AgentName(agent), Task(title, title, trusted=True), "anna"))

    async def visit(self, window: "object") -> dict[str, float]:
        """The measured time, with a person at the keyboard."""
        from console.window import ConsoleWindow
        from tests.benchmarks.window_gauge import press

        assert isinstance(window, ConsoleWindow)
        window.resize(*SIZE)
        work = [asyncio.create_task(self.keep_busy()), asyncio.create_task(self.model.flow())]
        begun = time.monotonic()
        self.rss.append((0.0, rss_mb()))
        warm = min(WARM_UP_S, self.seconds / 3)
        views, measuring, shown_at, sampled_at = itertools.cycle(VIEWS), False, -VIEW_EVERY_S, 0.0
        while (now := time.monotonic() - begun) < self.seconds + warm:
            if not measuring and now >= warm:
                measuring = True
                self._measure_from_now()
            if now - shown_at >= VIEW_EVERY_S:
                shown_at = now
                window.show_view(next(views))
                self._open_a_run(window)
            if now - sampled_at >= SAMPLE_EVERY_S:
                sampled_at = now
                self.rss.append((now, rss_mb()))
            press(window, "j" if int(now) % 2 else "k")
            await asyncio.sleep(KEY_EVERY_S)
        self.gauge.stop()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        return self._figures(warm, time.monotonic() - begun - warm)

    def _measure_from_now(self) -> None:
        self.gauge.start()
        self.recorded = self.model.streamed = 0
        self.cpu_from = time.process_time()

    def _open_a_run(self, window: "object") -> None:
        """On the Runs screen one run is open and what it streams is shown."""
        current = getattr(window, "current", 0)
        working = [run.run_id for run in self.room.own.engine.states.runs if not run.finished]
        if current == 3 and working:
            window.open_run(working[0])  # type: ignore[attr-defined]

    def _figures(self, warm: float, seconds: float) -> dict[str, float]:
        after = [mb for at, mb in self.rss if at >= warm]
        tenth, half = max(1, len(after) // 10), len(after) // 2
        warmed, at_end = sum(after[:tenth]) / tenth, sum(after[-tenth:]) / tenth
        handled = self.gauge.handled
        return {
            **blocked(self.gauge),
            "handled p99 ms": percentile(self.gauge.paint_and_events, 0.99),
            "paint p99 ms": percentile(handled["paint"], 0.99),
            "input p99 ms": percentile(handled["input"], 0.99),
            "loop work p99 ms": percentile(handled["loop work"], 0.99),
            "memory MB at start": self.rss[0][1],
            "after warm-up": warmed,
            "at the end": at_end,
            "end to warm-up": at_end / warmed if warmed else 1.0,
            "MB a minute, last half": _grows([(at, mb) for at, mb in self.rss if at >= warm][half:]),
            "recorded/s": self.recorded / seconds,
            "streamed/s": self.model.streamed / seconds,
            "cpu share": (time.process_time() - self.cpu_from) / seconds,
            "seconds": seconds,
        }


def _grows(samples: list[tuple[float, float]]) -> float:
    """MB a minute, from the means of the samples' two halves."""
    half = len(samples) // 2
    if not half:
        return 0.0
    at, mb = ([mean(one[part] for one in some) for some in (samples[:half], samples[half:])] for part in (0, 1))
    return float((mb[1] - mb[0]) / (at[1] - at[0]) * 60)


def blocked(gauge: Gauge) -> dict[str, float]:
    """How long the loop stood still between two rings."""
    shares = {"blocked p99.9 ms": 0.999, "blocked longest ms": 1.0, "blocked p99 ms": 0.99, "blocked p50 ms": 0.5}
    return {name: percentile(gauge.blocked, share) for name, share in shares.items()}


def rss_mb() -> float:
    """Memory that this process holds now; 0 where the system has no file that says so."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def empty_window(seconds: float) -> dict[str, float]:
    """The reference: a window of the same size in which nothing happens, with the same timer."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QWidget

    app = MeasuredApplication(Gauge())
    window = QWidget()
    window.resize(*SIZE)
    window.show()
    app.gauge.start()
    QTimer.singleShot(round(seconds * 1000), app.quit)
    app.exec()
    return blocked(app.gauge)


def loaded_window(arguments: argparse.Namespace, kind: "type[Load] | None" = None) -> dict[str, float]:
    """The program under load, and what its visit measured."""
    from console.app import WindowOptions, run_window

    found: dict[str, float] = {}
    visits: list[asyncio.Task[None]] = []
    with tempfile.TemporaryDirectory(dir=arguments.folder, ignore_cleanup_errors=True) as folder:
        load = (kind or Load)(Path(folder), arguments)
        app = MeasuredApplication(load.gauge)

        async def visited(window: "object") -> None:
            try:
                found.update(await load.visit(window))
            finally:
                window.close()  # type: ignore[attr-defined]

        def begin(window: "object") -> None:
            visits.append(asyncio.ensure_future(visited(window)))

        run_window(load.opened, WindowOptions(Path(folder) / "window.ini", on_window=begin))  # type: ignore[arg-type]
        visits[0].result()
        if load.room.crashes:
            raise load.room.crashes[0]
        del app
    return found


def main() -> None:
    """One JSON line."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--folder", type=Path, required=True)
    reading.add_argument("--minutes", type=float, default=10.0)
    reading.add_argument("--agents", type=int, default=AGENTS)
    reading.add_argument("--recorded", type=float, default=RECORDED, help="recorded events a second of one agent")
    reading.add_argument("--empty", action="store_true", help="only the empty window")
    arguments = reading.parse_args()
    if arguments.empty:
        print(json.dumps(empty_window(arguments.minutes * 60)))
        return
    here = [sys.executable, "-m", "tests.benchmarks.window_load", "--folder", str(arguments.folder), "--empty"]
    beside = subprocess.Popen([*here, "--minutes", str(arguments.minutes)], stdout=subprocess.PIPE, text=True)
    found = loaded_window(arguments)
    told, _ = beside.communicate()
    empty: dict[str, float] = json.loads(told)
    form = "the whole" if arguments.minutes >= JUDGED_OVER_MIN else f"quick: {JUDGED_OVER_MIN:g} are meant"
    watched = {"minutes watched": f"{arguments.minutes:g}, {form}"}
    print(json.dumps(found | {f"empty window {name}": value for name, value in empty.items()} | watched))


if __name__ == "__main__":
    main()
