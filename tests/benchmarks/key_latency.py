"""From a key to what it changes on screen, with 200 requests waiting and 50 events a second being recorded.

``python -m tests.benchmarks.key_latency --folder F [--seconds 60]`` prints one JSON line. The program is the real one;
a key is posted as the window system would, and the clock stops when the first frame after it has been painted. The
card behind a chosen request is measured by itself: it is read from the journal and previewed first.
"""

import argparse
import asyncio
import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from runtime.domain.agent_spec import Limits
from runtime.domain.commands import SaveAgent
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.ids import AgentName
from runtime.models.interface import Answered, ModelRequest
from runtime.models.scripted import NO_COST
from tests.benchmarks.measured import percentile
from tests.benchmarks.window_load import SIZE, Load, Streaming, loaded_window
from tests.fixtures.room import CLERK, PLAN, act, bench

WAITING, AGENTS, RECORDED = 200, 25, 2.0
KEYS = "jjjkjjkjjj"
KEY_EVERY_S, WARM_UP_S = 0.25, 5.0
ASKING = AgentName("asking")


class AskingToo(Streaming):
    """One agent more, whose runs ask at once and wait."""

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        if request.agent.name == ASKING:
            return Answered(PLAN, NO_COST, b"", b"")
        return await super().plan(request, on_text)

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        if request.agent.name == ASKING:
            return Answered(act(bench("final", request.task.title)), NO_COST, b"", b"")
        return await super().act(request, on_text)


class KeysUnderLoad(Load):
    """A person who walks through the requests."""

    def streaming(self, recorded: float) -> Streaming:
        return AskingToo(recorded)

    async def opened(self) -> object:
        """As every load, and the requests."""
        runtime = await super().opened()
        limits = Limits(turns=10, seconds=100_000, effects=100)
        await self.room.do(SaveAgent(msgspec.structs.replace(CLERK, name=ASKING, limits=limits), "anna"))
        for _ in range(WAITING):
            await self._start(ASKING)
        while len(self.room.own.engine.states.open_asks()) < WAITING:  # noqa: ASYNC110  (any task of the engine)
            await asyncio.sleep(0.02)
        return runtime

    async def visit(self, window: object) -> dict[str, float]:
        from console.views.approvals_view import ApprovalsView
        from console.views.table import APPROVALS
        from console.window import ConsoleWindow

        assert isinstance(window, ConsoleWindow)
        window.resize(*SIZE)
        work = [asyncio.create_task(self.keep_busy()), asyncio.create_task(self.model.flow())]
        window.show_view(APPROVALS)
        view = window.view(APPROVALS)
        assert isinstance(view, ApprovalsView)
        await asyncio.sleep(min(WARM_UP_S, self.seconds))
        view.pane.list.setFocus()
        self._measure_from_now()
        cards: list[float] = []
        begun, keys = time.monotonic(), itertools.cycle(KEYS)
        while time.monotonic() - begun < self.seconds:
            pressed = time.perf_counter()
            self.gauge.press(window, next(keys))
            await asyncio.sleep(0)
            while time.perf_counter() - pressed < KEY_EVERY_S:
                shown = view.desk.detail.row.ask_id if view.desk.detail is not None else ""
                if shown == view.pane.selected and len(cards) < len(self.gauge.key_to_frame):
                    cards.append((time.perf_counter() - pressed) * 1000)
                await asyncio.sleep(0.002)
        seconds = time.monotonic() - begun
        self.gauge.stop()
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        paints = self.gauge.handled["paint"]
        return {
            "key to frame p95 ms": percentile(self.gauge.key_to_frame, 0.95),
            "key to frame p50 ms": percentile(self.gauge.key_to_frame, 0.5),
            "card there p95 ms": percentile(cards, 0.95),
            "paint p95 ms": percentile(paints, 0.95),
            "paint p99 ms": percentile(paints, 0.99),
            "keys": float(len(self.gauge.key_to_frame)),
            "waiting": float(len(self.room.own.engine.states.open_asks())),
            "recorded/s": self.recorded / seconds,
        }


def main() -> None:
    """One JSON line."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--folder", type=Path, required=True)
    reading.add_argument("--seconds", type=float, default=60.0)
    arguments = reading.parse_args()
    arguments.minutes, arguments.agents, arguments.recorded = arguments.seconds / 60, AGENTS, RECORDED
    print(json.dumps(loaded_window(arguments, KeysUnderLoad)))


if __name__ == "__main__":
    main()
