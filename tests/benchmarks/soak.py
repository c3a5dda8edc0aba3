"""A working day before the window, compressed: how much memory it holds at the end beyond what it held after warm-up.

``python -m tests.benchmarks.soak --folder F [--minutes 10]`` prints one JSON line. The day has 8 hours: 28,800 recorded
events (one a second), a screen changed each minute, a dialog opened every ten minutes, 240 requests decided, 4,800
keys. In 10 minutes that is a compression of 48: 24 agents record 2 events a second each, and everything a person does
comes 48 times as fast. Shorter runs are a part of the day at the same compression, not the day faster.
"""

import argparse
import asyncio
import itertools
import json
import time
from pathlib import Path

import msgspec

from runtime.domain.agent_spec import Limits
from runtime.domain.commands import Approve, SaveAgent, StopRun
from tests.benchmarks.key_latency import ASKING, AskingToo
from tests.benchmarks.window_gauge import press
from tests.benchmarks.window_load import SIZE, Load, Streaming, loaded_window, rss_mb
from tests.fixtures.room import CLERK

HOURS, COMPRESSION = 8, 48
AGENTS, RECORDED = 24, 2.0
VIEW_EVERY_S, DIALOG_EVERY_S, ASK_EVERY_S, KEY_EVERY_S, SAMPLE_EVERY_S = 1.25, 12.5, 2.5, 0.125, 0.5
VIEWS = (1, 2, 3, 4, 2, 5)
DIALOGS = ("settings", "palette", "keys", "about")
WARM_SHARE = 0.2
KEYS = "jjkjkjjk"


class WorkingDay(Load):
    """The workspace at work and a person who does everything that is done in a day."""

    def streaming(self, recorded: float) -> Streaming:
        return AskingToo(recorded)

    async def opened(self) -> object:
        runtime = await super().opened()
        limits = Limits(turns=10, seconds=100_000, effects=100)
        await self.room.do(SaveAgent(msgspec.structs.replace(CLERK, name=ASKING, limits=limits), "anna"))
        return runtime

    def goes_on(self, agent: str) -> bool:
        """A request comes as often as the day has them: one that was decided brings no other."""
        return agent != ASKING

    async def visit(self, window: object) -> dict[str, float]:
        from console.window import ConsoleWindow

        assert isinstance(window, ConsoleWindow)
        window.resize(*SIZE)
        work = [asyncio.create_task(self.keep_busy()), asyncio.create_task(self.model.flow())]
        views, dialogs, keys = itertools.cycle(VIEWS), itertools.cycle(DIALOGS), itertools.cycle(KEYS)
        due = {"view": 0.0, "dialog": DIALOG_EVERY_S / 2, "ask": 0.0, "sample": 0.0}
        begun, decided = time.monotonic(), 0
        while (now := time.monotonic() - begun) < self.seconds or (not decided and now < 10 * self.seconds):
            if now >= due["sample"]:
                due["sample"] = now + SAMPLE_EVERY_S
                self.rss.append((now, rss_mb()))
            if now >= due["view"]:
                due["view"] = now + VIEW_EVERY_S
                window.show_view(next(views))
                self._open_a_run(window)
            if now >= due["ask"]:
                due["ask"] = now + ASK_EVERY_S
                decided += await self._decide_and_ask()
            if now >= due["dialog"]:
                due["dialog"] = now + DIALOG_EVERY_S
                await self._open_and_leave(window, next(dialogs))
            press(window, next(keys))
            await asyncio.sleep(KEY_EVERY_S)
        for task in work:
            task.cancel()
        await asyncio.gather(*work, return_exceptions=True)
        return self._grown(time.monotonic() - begun, decided)

    async def _decide_and_ask(self) -> int:
        """What waits is approved and its run ended; the next request comes."""
        states, count = self.room.own.engine.states, 0
        for ask in states.open_asks():
            checks = tuple(range(len(ask.raised.checks)))
            await self.room.runtime.perform(Approve(ask.raised.ask_id, "anna", ask.raised.digest, None, checks))
            await self.room.runtime.perform(StopRun(ask.raised.run_id, "anna"))
            count += 1
        await self._start(ASKING)
        return count

    async def _open_and_leave(self, window: object, name: str) -> None:
        getattr(window.dialogs, f"open_{name}")()  # type: ignore[attr-defined]
        await asyncio.sleep(0.3)
        for dialog in list(window.dialogs.shown.values()):  # type: ignore[attr-defined]
            dialog.reject()

    def _grown(self, seconds: float, decided: int) -> dict[str, float]:
        part = max(1, len(self.rss) // 20)
        begun = int(len(self.rss) * WARM_SHARE)
        warm, last = [mb for _, mb in self.rss[begun : begun + part]], [mb for _, mb in self.rss[-part:]]
        warmed, at_end = sum(warm) / len(warm), sum(last) / len(last)
        return {
            "grows MB": at_end - warmed,
            "memory MB warm": warmed,
            "memory MB at the end": at_end,
            "hours of use": seconds * COMPRESSION / 3600,
            "recorded": float(self.recorded),
            "decided": float(decided),
        }


def main() -> None:
    """One JSON line."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--folder", type=Path, required=True)
    reading.add_argument("--minutes", type=float, default=HOURS * 60 / COMPRESSION)
    arguments = reading.parse_args()
    arguments.agents, arguments.recorded = AGENTS, RECORDED
    print(json.dumps(loaded_window(arguments, WorkingDay)))


if __name__ == "__main__":
    main()
