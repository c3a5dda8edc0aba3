"""Starts the program: in a window where one can be shown, else without; a second start shows the first one's window."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from console import workspaces
from console.cli.exit_status import BROKEN, DONE, CommandRefused
from console.cli.opening import must_be_there
from console.cli.printing import Printer
from console.cli.session import run
from console.cli.short_ids import resolve
from console.system_check import check_libraries, check_qt, installed_qt_version
from console.system_libraries import has_display

if TYPE_CHECKING:
    from console.window import ConsoleWindow
    from runtime.interface import Runtime


def start(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """The exit status."""
    asked: list[int] = []

    async def look() -> int:
        if args.workspace is not None and not args.demo:
            await asyncio.to_thread(must_be_there, folder)
        asked.append(await show_the_other(folder, printer, args.open))
        return DONE

    status = run(look, printer)
    if status != DONE or asked[0]:
        return status
    workspaces.note_recent(folder)
    why = why_no_window(args.no_window)
    if why:
        return _without_window(args, folder, printer, why)
    return _in_a_window(args, folder, printer)


async def show_the_other(folder: Path, printer: Printer, ask: str = "") -> int:
    """1 when the workspace is open elsewhere and its window came to the front; 0 when nobody has it open.

    ``ask`` is then on its card there; it can be shortened as everywhere on the command line. Raises CommandRefused
    when it is open elsewhere and there is no window to show.
    """
    from runtime.door.ownership import owner

    held = await owner(folder)
    if held is None:
        return 0
    from runtime.door.client import DoorClosed, connect, show_window

    who = f"process {held.pid} on {held.host}, since {held.since}"
    try:
        ask_id = await full_ask_id(await connect(held.socket), ask) if ask and held.socket else ""
        shown = bool(held.socket) and await show_window(held.socket, ask_id)
    except DoorClosed:
        raise CommandRefused(
            f"This workspace is already open ({who}), and that process does not answer. Nothing was changed. "
            "Close it, or end it if it hangs; the journal is whole either way.",
            "open",
        ) from None
    if not shown:
        raise CommandRefused(
            f"This workspace is already at work without a window ({who}). Nothing was changed. "
            "Wait until it ends; meanwhile `operator-console asks` and `operator-console runs` reach it.",
            "open",
        )
    what = "the request is on its card" if ask else "its window is in front now"
    printer.say(f"This workspace is already open; {what}.", "shown")
    return 1


def why_no_window(wanted: bool) -> str:
    """The reason to work without a window, or nothing."""
    if wanted:
        return "No window was wanted (--no-window)."
    if not has_display():
        return "There is no display (DISPLAY and WAYLAND_DISPLAY are not set), so no window can be shown."
    libraries = check_libraries()
    if not libraries.ok:
        return f"{libraries.sentence} Mend it with: {libraries.mend_command or 'operator-console doctor'}."
    return ""


def _without_window(args: argparse.Namespace, folder: Path, printer: Printer, why: str) -> int:
    async def work() -> int:
        from console.cli.windowless import windowless

        return await windowless(folder, printer, demo=args.demo, operator=args.operator or "", why=why)

    return run(work, printer)


def _in_a_window(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    qt = check_qt(_python(), installed_qt_version())
    if not qt.ok:
        printer.trouble(f"{qt.sentence} {qt.mend_command}".strip(), "broken")
        return BROKEN
    from console.app import WindowOptions, run_window

    windows: list[ConsoleWindow] = []
    wanted: list[tuple[str, str]] = []

    async def open_first() -> Runtime:
        runtime = await _opened(folder, args.demo, args.operator or "", windows)
        if args.open:
            wanted.append(await _found(runtime, args.open))
        return runtime

    def shown(window: ConsoleWindow) -> None:
        windows.append(window)
        if wanted:
            ask_id, why_not = wanted.pop()
            window.open_ask(ask_id) if ask_id else window.context.notices.refused(why_not)

    async def open_other(other: Path) -> Runtime:
        runtime = await _opened(other, False, args.operator or "", windows)
        await asyncio.to_thread(workspaces.note_recent, other)
        return runtime

    options = WindowOptions(
        workspaces.settings_file(folder), args.operator or "", folder.name, open_workspace=open_other, on_window=shown
    )
    return run_window(open_first, options)


async def full_ask_id(runtime: Runtime, typed: str) -> str:
    """The request that was meant. Raises CommandRefused."""
    history = runtime.history
    known = [row.ask_id for row in [*await history.asks(), *await history.decided_asks()]]
    return resolve(typed, known, "request", "operator-console asks")


async def _found(runtime: Runtime, typed: str) -> tuple[str, str]:
    """(its id, "") or ("", why there is none): the window is shown either way."""
    try:
        return await full_ask_id(runtime, typed), ""
    except CommandRefused as refused:
        return "", str(refused)


def _python() -> tuple[int, int]:
    import sys

    return sys.version_info[:2]


async def _opened(folder: Path, demo: bool, operator: str, windows: list[ConsoleWindow]) -> Runtime:
    """The workspace at work, with its second door open for other processes."""
    from console.cli.opening import open_door
    from console.first_steps import open_for_work

    runtime = await open_for_work(folder, demo=demo, operator=operator)
    await open_door(runtime, Printer(False), lambda ask_id: windows[-1].to_front(ask_id) if windows else None)
    return runtime
