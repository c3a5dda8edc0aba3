"""The program with a window: one QApplication, one qasync loop, one theme, and a workspace shown in a window."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.system_check import check_qt, installed_qt_version

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from console.context import ConsoleContext
    from console.notices.centre import NoticeCentre
    from console.opening_window import OpeningWindow
    from console.theme.theme import Theme
    from console.window import ConsoleWindow
    from runtime.interface import Runtime

EXIT_DONE, EXIT_BROKEN = 0, 3

OpenRuntime = Callable[[], "Awaitable[Runtime]"]
HEAVY = ("sqlalchemy", "runtime.assembly", "console.window")
"""What takes longest to import, loaded piece by piece while the opening window is there."""


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """``settings_file``: where geometry and taste are kept. ``open_workspace`` opens another folder in its place.

    ``on_window`` is called with each window once it is shown (tests and screenshots use it).
    """

    settings_file: Path
    operator: str = ""
    name: str = ""
    """Of the workspace that is opened first, as long as nothing more is known of it."""
    open_workspace: Callable[[Path], Awaitable[Runtime]] | None = None
    on_window: Callable[[ConsoleWindow], None] | None = None
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that never jump, for guards and look times."""
    start_maximized: bool = False


def refuse_bad_qt() -> str:
    """Why this pair of Python and PySide6 can't be started, or nothing. Asked before Qt is loaded."""
    finding = check_qt(sys.version_info[:2], installed_qt_version())
    return "" if finding.ok else f"{finding.sentence} {finding.mend_command}".strip()


async def _loaded() -> None:
    """Everything a window needs is imported; between the pieces the loop gets its turn."""
    for module in HEAVY:
        importlib.import_module(module)
        await asyncio.sleep(0)


def run_window(open_runtime: OpenRuntime, options: WindowOptions) -> int:
    """Show the workspace until its window is closed; answers the exit status."""
    refusal = refuse_bad_qt()
    if refusal:
        print(refusal, file=sys.stderr)
        return EXIT_BROKEN
    from PySide6.QtCore import QSettings
    from PySide6.QtWidgets import QApplication

    from console.plain_imports import import_as_python_does

    import_as_python_does()
    from console.garbage import GarbageRounds
    from console.language import choose_language
    from console.loop import WindowLoop
    from console.notices.centre import NoticeCentre

    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Operator console")
    app.setQuitOnLastWindowClosed(False)  # the loop ends when the workspace is closed in order
    settings = QSettings(str(options.settings_file), QSettings.Format.IniFormat)
    choose_language(app, str(settings.value("window/language", "")))
    notices = NoticeCentre()
    loop = WindowLoop(app)
    asyncio.set_event_loop(loop)
    # QThreads of qasync would be one more kind of thread to end in order; the standard pool is ended by the loop.
    loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="worker"))
    notices.own_hooks(loop)
    rounds = GarbageRounds()
    rounds.start()
    try:
        status: int = loop.run_until_complete(_Session(app, settings, notices, options).show(open_runtime))
        return status
    finally:
        rounds.stop()
        notices.release_hooks()
        asyncio.set_event_loop(None)
        loop.close()


def ending_signals() -> list[signal.Signals]:
    """What asks a program to end, as far as this system knows it: a log-out sends SIGHUP, SIGTERM or both.

    What is ignored already stays ignored: that is how ``nohup`` keeps a program running.
    """
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
    known = [found for name in names if (found := getattr(signal, name, None)) is not None]
    return [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]


def saved_theme(app: QApplication, settings: QSettings) -> Theme:
    """The look a person chose last; the keys are ``look/scheme``, ``contrast``, ``scale`` and ``motion``."""
    from console.theme.icons import read_icons
    from console.theme.theme import Theme

    scheme, contrast = str(settings.value("look/scheme", "system")), str(settings.value("look/contrast", "system"))
    try:
        scale = float(str(settings.value("look/scale", "1.0")))
    except ValueError:
        scale = 1.0
    theme = Theme(
        "dark" if scheme == "dark" else "light" if scheme == "light" else "system",
        "high" if contrast == "high" else "normal" if contrast == "normal" else "system",
        scale,
    )
    motion = str(settings.value("look/motion", "system"))
    theme.motion = "full" if motion == "full" else "reduced" if motion == "reduced" else "system"
    theme.apply(app)
    read_icons()
    return theme


class _Session:
    """One workspace after the other in one program."""

    def __init__(self, app: QApplication, settings: QSettings, notices: NoticeCentre, options: WindowOptions) -> None:
        self._app, self._settings, self._notices, self._options = app, settings, notices, options
        self._theme = saved_theme(app, settings)

    async def show(self, open_runtime: OpenRuntime) -> int:
        """Until a person closes the window without asking for another workspace."""
        from console.opening_window import OpeningWindow

        wanted: Path | None = None
        opening = open_runtime
        while True:
            meanwhile = OpeningWindow(self._theme, self._settings, wanted.name if wanted else self._options.name)
            await meanwhile.seen()
            try:
                await _loaded()
                runtime = await opening()
            except Exception as error:
                from console.not_opened import tell_not_opened

                meanwhile.end()
                await tell_not_opened(error)
                if wanted is None:
                    return EXIT_BROKEN
                wanted, opening = None, open_runtime
                continue
            if meanwhile.was_closed:
                from console.shutdown import shut_down
                from console.tasks import Tasks

                meanwhile.end()
                await shut_down(Tasks(self._notices.failed), runtime)
                return EXIT_DONE
            wanted = await self._until_closed(runtime, meanwhile)
            if wanted is None or self._options.open_workspace is None:
                return EXIT_DONE
            other, folder = self._options.open_workspace, wanted
            opening = lambda: other(folder)  # noqa: E731, B023  (used before the next round)

    async def _until_closed(self, runtime: Runtime, meanwhile: OpeningWindow) -> Path | None:
        from console.attention.attention import Attention
        from console.closing_list import ClosingList
        from console.shutdown import shut_down
        from console.tasks import Tasks
        from console.watchdog import Watchdog
        from console.window import ConsoleWindow

        tasks = Tasks(self._notices.failed)
        context = await self._context(runtime, tasks)
        ended = asyncio.Event()
        wanted: list[Path] = []
        window = ConsoleWindow(context)

        def another(folder: Path) -> None:
            wanted.append(folder)
            window.quit()

        attention = Attention(context, window)
        attention.start()

        window.closed.connect(ended.set)
        window.workspace_wanted.connect(another)
        window.start(empty=not (await runtime.history.strip()).agents)
        if self._options.start_maximized:
            window.showMaximized()
        else:
            window.show()
        meanwhile.end()
        if self._options.on_window is not None:
            self._options.on_window(window)
        watchdog = Watchdog()
        watchdog.stood_still.connect(window.was_still)
        watchdog.start()
        closing = ClosingList(self._theme, runtime.title, lambda: runtime.in_flight)
        try:
            with self._end_on_signals(window):  # a second signal, as at a log-out, must not cut the closing short
                await ended.wait()
                watchdog.stop()
                window.hide()
                closing.begin()
                await attention.close()
                for ending in tuple(context.endings):
                    await ending()
                await shut_down(tasks, runtime)
        finally:
            watchdog.stop()
            closing.end()
        self._notices.stop_listening()
        window.deleteLater()
        return wanted[0] if wanted else None

    async def _context(self, runtime: Runtime, tasks: object) -> ConsoleContext:
        from console.actions import Actions
        from console.context import ConsoleContext
        from console.key_choice import LETTERS, own_keys
        from console.operations.operation import OperationRunner
        from console.tasks import Tasks

        assert isinstance(tasks, Tasks)
        people = [person.operator_id for person in await runtime.history.operators() if person.active]
        chosen = self._options.operator or str(self._settings.value("operator", ""))
        seat = [chosen if chosen in people else next(iter(people), "")]

        def sit_down(operator_id: str) -> None:
            seat[0] = operator_id
            self._settings.setValue("operator", operator_id)

        def remapped(action_id: str) -> tuple[str, ...] | None:
            return own_keys(self._settings, action_id)

        letters = str(self._settings.value(LETTERS, "true")).lower() != "false"
        runner = OperationRunner(runtime, tasks, self._notices)
        return ConsoleContext(
            runtime,
            self._theme,
            tasks,
            runner,
            lambda: seat[0],
            Actions(remapped, letters),
            self._notices,
            self._settings,
            monotonic=self._options.monotonic,
            set_operator=sit_down,
        )

    @contextlib.contextmanager
    def _end_on_signals(self, window: ConsoleWindow) -> Iterator[None]:
        """Ctrl+C, the end of the terminal and a log-out close the window in order."""
        loop = asyncio.get_running_loop()

        def close(_number: int, _frame: object) -> None:
            loop.call_soon_threadsafe(window.quit)

        def log_out(_session: object) -> None:
            window.quit()

        before = {number: signal.signal(number, close) for number in ending_signals()}
        self._app.commitDataRequest.connect(log_out)
        try:
            yield
        finally:
            self._app.commitDataRequest.disconnect(log_out)
            for number, handler in before.items():
                signal.signal(number, handler)
