"""Verifying a journal of a million events in the open program: how long, how often the count moved, and the window.

``python -m tests.benchmarks.chain [--events N] --folder F``: the real window on the kept journal; its loop is watched
for some seconds while nothing happens, then while key V's two parts are done, one after the other: the chain, whose
result is told as soon as it is known, then lists, pages and contents held against the records. ``cpu s`` is what the
child processes worked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.domain.changes import Done
from runtime.engine.progress import CHAIN_PROGRESS, COMPARISON_PROGRESS
from runtime.workspace_runtime import WorkspaceRuntime
from tests.benchmarks.large_journal import EVENTS, build, kept_journal
from tests.benchmarks.measured import Durations, percentile
from tests.benchmarks.window_gauge import Gauge, MeasuredApplication

if TYPE_CHECKING:
    from console.window import ConsoleWindow
    from runtime.domain.commands import Command

QUIET_S = 5.0


class Verifying:
    """Key V in the open window, watched by a gauge; ``found`` are the figures."""

    def __init__(self, app: MeasuredApplication) -> None:
        self._app = app
        self.found: dict[str, float] = {}

    async def visit(self, window: ConsoleWindow) -> None:
        """A quiet time, the chain, the comparison; then the window closes."""
        from runtime.domain.commands import CompareWithJournal, VerifyChain

        runtime, by = window.context.runtime, window.context.operator()
        assert isinstance(runtime, WorkspaceRuntime)
        window.show_view(4)
        await _checked_at_start(runtime)
        await asyncio.sleep(1)
        quiet, _ = await self._watched(asyncio.sleep(QUIET_S))
        self._note("quiet", quiet)
        await self._part("chain", CHAIN_PROGRESS, VerifyChain(by), runtime)
        await self._part("comparison", COMPARISON_PROGRESS, CompareWithJournal(by), runtime)
        window.close()

    async def _part(self, part: str, what: str, command: Command, runtime: WorkspaceRuntime) -> None:
        counts: list[str] = []

        async def count() -> None:
            async for _, checked in runtime.progress.watch(what):
                counts.append(checked)

        counting = asyncio.create_task(count())
        begun, cpu = time.perf_counter(), _children()
        blocked, answer = await self._watched(runtime.perform(command))
        self.found[f"{part} s"] = time.perf_counter() - begun
        assert isinstance(answer, Done), answer
        self.found.update({f"{part} cpu s": _children() - cpu, f"{part} counts": len(counts)})
        self._note(part, blocked)
        counting.cancel()

    async def _watched(self, work: Awaitable[object]) -> tuple[Durations, object]:
        self._app.gauge = gauge = Gauge()
        gauge.start()
        answer = await work
        gauge.stop()
        return gauge.blocked, answer

    def _note(self, part: str, blocked: Durations) -> None:
        self.found[f"blocked {part} p99.9 ms"] = percentile(blocked, 0.999)
        self.found[f"blocked {part} longest ms"] = blocked.longest


async def _checked_at_start(runtime: WorkspaceRuntime) -> None:
    """The program verifies at every start; that is over before anything is measured."""
    while any(task.get_name() == "chain" for task in runtime._tasks):  # noqa: ASYNC110  (a task of the program)
        await asyncio.sleep(0.05)


def verify_in_window(folder: Path) -> dict[str, float]:
    """The figures."""
    from console.app import WindowOptions, run_window
    from console.cli.people import first_operator
    from runtime.assembly import open_workspace
    from runtime.engine.surroundings import Surroundings
    from runtime.operations import comparing_behind
    from tests.fixtures.bench_tools import Bench

    comparing_behind.COMPARED_AFTER_S = 3_600.0  # the comparison that a start begins by itself would come in between
    verifying = Verifying(MeasuredApplication(Gauge()))

    async def opened() -> WorkspaceRuntime:
        runtime = await open_workspace(folder, around=Surroundings(families=(Bench(),)))
        await first_operator(runtime, "Anna")
        return runtime

    visits: list[asyncio.Task[None]] = []
    options = WindowOptions(
        folder.parent / "chain.ini",
        on_window=lambda window: visits.append(asyncio.ensure_future(verifying.visit(window))),
    )
    run_window(opened, options)
    visits[0].result()
    return verifying.found


def _children() -> float:
    """Seconds that child processes which have ended worked; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0.0
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """One JSON line."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--folder", type=Path)
    reading.add_argument("--events", type=int, default=EVENTS)
    arguments = reading.parse_args()
    folder = asyncio.run(build(kept_journal(arguments.events), arguments.events))
    print(json.dumps(verify_in_window(folder)))


if __name__ == "__main__":
    main()
