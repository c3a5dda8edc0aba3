"""One start of the program with its window on a workspace: seconds to the first frame, to that of the main window, to
live, and to a filled screen. The first frame is that of the window that says what is being opened.

``python -m tests.benchmarks.start --folder F [--events N]``: a workspace with a journal of N events (built once and
kept), or one that was opened once before and is empty else: to make a new one takes longer, which would favour us. The
start is that of the program in a process of its own, so Python's and Qt's own start counts.
Live means: agents are taken up, and what somebody does comes through the journal and the feed to the window.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.window import ConsoleWindow
    from runtime.interface import Runtime

STANDING = {"follow the journal", "heartbeat"}


def one_start(folder: Path) -> dict[str, float]:
    """Figures of a start in a new process."""
    spawned = time.monotonic()
    words = [sys.executable, "-m", "tests.benchmarks.start", "--inside", str(folder), "--spawned", str(spawned)]
    told = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


def inside(folder: Path, spawned: float) -> dict[str, float]:
    """In the new process: the program's own start, looked at from within."""
    from console.app import WindowOptions, run_window

    found: dict[str, float] = {"to python": time.monotonic() - spawned}
    from PySide6.QtCore import QEvent, QObject, QTimer
    from PySide6.QtGui import QPaintEvent

    from console.plain_imports import import_as_python_does

    import_as_python_does()
    from console.opening_window import OpeningWindow

    def note(name: str) -> None:
        found.setdefault(name, time.monotonic() - spawned)

    class FirstPaint(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.UpdateRequest and "window" not in found:
                QTimer.singleShot(0, lambda: note("window"))
            return False

    def first(own: OpeningWindow, event: QPaintEvent) -> None:
        before(own, event)
        QTimer.singleShot(0, lambda: note("first frame"))

    before, OpeningWindow.paintEvent = OpeningWindow.paintEvent, first  # type: ignore[method-assign, assignment]

    async def opened() -> Runtime:
        note("to open")
        from console.cli.people import first_operator
        from runtime.assembly import open_workspace
        from runtime.engine.surroundings import Surroundings
        from tests.fixtures.bench_tools import Bench

        runtime = await open_workspace(folder, around=Surroundings(families=(Bench(),)))
        await first_operator(runtime, "Anna")
        note("opened")
        return runtime

    async def visit(window: ConsoleWindow) -> None:
        window.bridge.recorded.connect(lambda _envelopes: note("live"))
        from runtime.domain.commands import SaveOperator
        from runtime.domain.settings import Operator

        while "window" not in found:  # noqa: ASYNC110  (a frame of Qt's)
            await asyncio.sleep(0.001)
        by = window.context.operator()
        await window.context.runtime.perform(SaveOperator(Operator("benchmark", "Benchmark"), by))
        while "live" not in found or set(window.context.tasks.names) - STANDING:  # noqa: ASYNC110  (any task)
            await asyncio.sleep(0.001)
        note("filled")
        window.close()

    visits: list[asyncio.Task[None]] = []
    paint = FirstPaint()

    def begin(window: ConsoleWindow) -> None:
        window.installEventFilter(paint)
        visits.append(asyncio.ensure_future(visit(window)))

    run_window(opened, WindowOptions(folder.parent / "start.ini", on_window=begin))
    visits[0].result()
    return found


def main() -> None:
    """One JSON line."""
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--folder", type=Path)
    reading.add_argument("--events", type=int, default=0)
    reading.add_argument("--inside", type=Path)
    reading.add_argument("--spawned", type=float, default=0.0)
    arguments = reading.parse_args()
    if arguments.inside is not None:
        print(json.dumps(inside(arguments.inside, arguments.spawned)))
        return
    folder = arguments.folder / "workspace"
    if arguments.events:
        # Not on top: what builds the journal loads half the program and pytest, which is no part of a start.
        from tests.benchmarks.large_journal import build, kept_journal

        folder = asyncio.run(build(kept_journal(arguments.events), arguments.events))
    else:
        one_start(folder)
    found = one_start(folder)
    print(json.dumps({name: round(seconds, 3) for name, seconds in found.items()}))


if __name__ == "__main__":
    main()
