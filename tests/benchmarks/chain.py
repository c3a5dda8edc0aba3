"""Verifying a journal of a million events in the open program: how long, how often the count moved, and the window.

``python -m tests.benchmarks.chain [--events N] --folder F``: the real window on the kept journal; its loop is watched
for some seconds while nothing happens, then while key V's two parts are done, one after the other: the chain, whose
result is told as soon as it is known, then lists, pages and contents held against the records. ``cpu s`` is what the
child processes worked.
"""

import argparse
import asyncio
import json
import sys
import time
from pathlib import Path

from tests.benchmarks.large_journal import EVENTS, build, kept_journal
from tests.benchmarks.measured import Durations, percentile
from tests.benchmarks.window_gauge import Gauge, MeasuredApplication

QUIET_S = 5.0
STANDING = {"follow the journal", "heartbeat"}


def verify_in_window(folder: Path) -> dict[str, float]:
    """The figures."""
    from console.app import WindowOptions, run_window
    from console.cli.people import first_operator
    from console.window import ConsoleWindow
    from runtime.assembly import open_workspace
    from runtime.domain.changes import Done
    from runtime.domain.commands import CompareWithJournal, VerifyChain
    from runtime.engine.progress import CHAIN_PROGRESS, COMPARISON_PROGRESS
    from runtime.engine.surroundings import Surroundings
    from runtime.operations import comparing_behind
    from runtime.workspace_runtime import WorkspaceRuntime
    from tests.fixtures.bench_tools import Bench

    app = MeasuredApplication(Gauge())
    found: dict[str, float] = {}
    comparing_behind.COMPARED_AFTER_S = 3_600.0  # the comparison that a start begins by itself would come in between

    async def opened() -> WorkspaceRuntime:
        runtime = await open_workspace(folder, around=Surroundings(families=(Bench(),)))
        await first_operator(runtime, "Anna")
        return runtime

    async def visit(window: ConsoleWindow) -> None:
        runtime, counts = window.context.runtime, []

        async def count(what: str) -> None:
            async for _, checked in runtime.progress.watch(what):
                counts.append(checked)

        counting = [asyncio.create_task(count(what)) for what in (CHAIN_PROGRESS, COMPARISON_PROGRESS)]
        by = window.context.operator()
        window.show_view(4)
        await _checked_at_start(runtime)
        await asyncio.sleep(1)
        quiet = await _watched(asyncio.sleep(QUIET_S))
        blocked = {"quiet": quiet[0]}
        for part, command in (("chain", VerifyChain(by)), ("comparison", CompareWithJournal(by))):
            counts.clear()
            begun, cpu = time.perf_counter(), _children()
            blocked[part], answer = await _watched(runtime.perform(command))
            found[f"{part} s"] = time.perf_counter() - begun
            assert isinstance(answer, Done), answer
            found.update({f"{part} cpu s": _children() - cpu, f"{part} counts": len(counts)})
        for name, values in blocked.items():
            found[f"blocked {name} p99.9 ms"] = percentile(values, 0.999)
            found[f"blocked {name} longest ms"] = values.longest
        for one in counting:
            one.cancel()
        window.close()

    async def _watched(work: "object") -> tuple[Durations, object]:
        app.gauge = gauge = Gauge()
        gauge.start()
        answer = await work  # type: ignore[misc]
        gauge.stop()
        return gauge.blocked, answer

    async def _checked_at_start(runtime: "object") -> None:
        """The program verifies at every start; that is over before anything is measured."""
        assert isinstance(runtime, WorkspaceRuntime)
        while any(task.get_name() == "chain" for task in runtime._tasks):  # noqa: ASYNC110  (a task of the program)
            await asyncio.sleep(0.05)

    visits: list[asyncio.Task[None]] = []
    options = WindowOptions(
        folder.parent / "chain.ini", on_window=lambda window: visits.append(asyncio.ensure_future(visit(window)))
    )
    run_window(opened, options)
    visits[0].result()
    return found


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
