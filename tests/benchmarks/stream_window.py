"""The real window while 50 agents stream from a provider through the real SDKs, at 50 events a second each.

``python -m tests.benchmarks.stream_window --folder F [--seconds 60]`` prints one JSON line. The provider is a process
of its own on this machine. A person watches a run, walks through the runs, and walks through 200 requests that wait, in
turns; keys are measured while they walk, what streams while they watch, and the loop all the time.
"""

import argparse
import asyncio
import itertools
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.decision import Decision, PlannedWork, Usage
from runtime.domain.workspace_state import Agent
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.providers.calling import ProviderModel
from runtime.models.providers.known import PROVIDERS
from runtime.models.scripted import NO_COST
from tests.benchmarks.key_latency import ASKING, AskingToo, KeysUnderLoad
from tests.benchmarks.measured import percentile
from tests.benchmarks.stream_server import EVENTS_A_SECOND
from tests.benchmarks.streams_seen import SeeingGauge
from tests.benchmarks.window_load import SIZE, Streaming, blocked, loaded_window
from tests.fixtures.kinds import KINDS
from tests.fixtures.room import PLAN, done
from tests.wire.replaying import connection_to, key

AGENTS, TURNS = 50, 15
PHASE_S, SETTLED_S, WARM_UP_S, KEY_EVERY_S = 10.0, 1.5, 8.0, 0.25


class Provided(AskingToo):
    """Agents in turn have a model of each API; what is planned, and when a run is over, is said here."""

    label = "provided"

    def __init__(self, recorded: float, address: str) -> None:
        super().__init__(recorded)
        self.models: list[ProviderModel] = [
            PROVIDERS[kind](connection_to(f"{address}/{kind}", kind), "m", key, "m") for kind in KINDS
        ]
        self.paces: list[float] = []
        """Of each answer: pieces of text a second, from its first to its last."""

    async def model_for(self, route: str, agent: Agent, spec: AgentSpec) -> Model:
        return self

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        return Answered(PLAN, NO_COST, b"", b"")

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        name = request.agent.name
        if name == ASKING:
            return await super().act(request, on_text)
        if request.turn > TURNS:
            return Answered(done(), NO_COST, b"", b"")

        times: list[float] = []

        def heard(text: str) -> None:
            self.streamed += 1
            times.append(time.perf_counter())
            on_text(text)

        model = self.models[int(name.rpartition("-")[2]) % len(self.models)]
        answered = await model.act(request, heard)
        self.paces += [(len(times) - 1) / (times[-1] - times[0])] if len(times) > 1 else []
        return Answered(answered.value, Usage(), answered.sent, answered.received)

    async def flow(self) -> None:
        """The provider streams by itself; its connections are closed at the end."""
        try:
            await asyncio.Event().wait()
        finally:
            for model in self.models:
                await model.close()


class StreamsUnderLoad(KeysUnderLoad):
    """A person who watches what streams, then walks through runs and requests."""

    gauge: SeeingGauge

    def __init__(self, folder: Path, arguments: argparse.Namespace) -> None:
        self.address: str = arguments.address
        super().__init__(folder, arguments)
        self._watched = 0
        self.gauge = SeeingGauge()
        self.gauge.seen.watch()  # before there is a window: Qt remembers which method paints

    def streaming(self, recorded: float) -> Streaming:
        return Provided(recorded, self.address)

    async def visit(self, window: object) -> dict[str, float]:
        from console.views.table import APPROVALS, RUNS
        from console.window import ConsoleWindow

        assert isinstance(window, ConsoleWindow)
        window.resize(*SIZE)
        work = [asyncio.create_task(self.keep_busy()), asyncio.create_task(self.model.flow())]
        window.show_view(RUNS)
        await asyncio.sleep(min(WARM_UP_S, self.seconds))
        self._measure_from_now()
        begun = time.monotonic()
        for phase in itertools.cycle(("watch", "watch", "runs", "watch", "requests")):
            if time.monotonic() - begun >= self.seconds:
                break
            window.show_view(APPROVALS if phase == "requests" else RUNS)
            if phase == "watch":
                await self._watch(window)
            else:
                await self._walk(window)
        seconds = time.monotonic() - begun
        self.gauge.stop()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        return self._found(seconds)

    async def _watch(self, window: object) -> None:
        """One run that works, newest below, as it is opened."""
        from console.window import ConsoleWindow

        assert isinstance(window, ConsoleWindow)
        runs = self.room.own.engine.states.runs
        working = [run.run_id for run in runs if not run.finished and run.agent != ASKING]
        window.open_run(next(itertools.islice(itertools.cycle(working), self._watched, None)))
        self._watched += 1
        await asyncio.sleep(SETTLED_S)
        self.gauge.seen.since = time.perf_counter()
        await asyncio.sleep(PHASE_S - SETTLED_S)
        self.gauge.seen.since = None

    async def _walk(self, window: object) -> None:
        from PySide6.QtWidgets import QWidget

        assert isinstance(window, QWidget)
        for letter, _ in zip(itertools.cycle("jjjkjjkjjj"), range(round(PHASE_S / KEY_EVERY_S)), strict=False):
            self.gauge.press(window, letter)
            await asyncio.sleep(KEY_EVERY_S)

    def _found(self, seconds: float) -> dict[str, float]:
        gauge, seen, paints = self.gauge, self.gauge.seen, self.gauge.handled["paint"]
        assert isinstance(self.model, Provided)
        return {
            "first text p95 ms": percentile(seen.first, 0.95),
            "first text p50 ms": percentile(seen.first, 0.5),
            "first text longest ms": percentile(seen.first, 1.0),
            "first texts": float(len(seen.first)),
            "piece p95 ms": percentile(seen.later, 0.95),
            "pieces": float(len(seen.later)),
            "key to frame p95 ms": percentile(gauge.key_to_frame, 0.95),
            "keys": float(len(gauge.key_to_frame)),
            "paint p95 ms": percentile(paints, 0.95),
            "paint p99 ms": percentile(paints, 0.99),
            **blocked(gauge),
            "streamed/s": self.model.streamed / seconds,
            "pace p5 /s": percentile(self.model.paces, 0.05),
            "recorded/s": self.recorded / seconds,
            "waiting": float(len(self.room.own.engine.states.open_asks())),
            "cpu share": (time.process_time() - self.cpu_from) / seconds,
        }


def main() -> None:
    """One JSON line."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--folder", type=Path, required=True)
    reading.add_argument("--seconds", type=float, default=60.0)
    reading.add_argument("--agents", type=int, default=AGENTS)
    arguments = reading.parse_args()
    arguments.minutes, arguments.recorded = arguments.seconds / 60, EVENTS_A_SECOND
    command = [sys.executable, "-m", "tests.benchmarks.stream_server"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        arguments.address = server.stdout.readline().strip()
        found = loaded_window(arguments, StreamsUnderLoad)
        server.communicate()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
