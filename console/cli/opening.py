"""Opens the workspace a command is about: here when nobody has it open, else through the second door of its owner."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console import workspaces
from console.cli.collecting import collected_seldom
from console.cli.exit_status import CommandRefused
from console.cli.printing import Printer

if TYPE_CHECKING:
    from runtime.interface import Runtime
    from runtime.workspace_runtime import WorkspaceRuntime

REACH_WITHIN_S = 60.0
"""How long an owner without a door is waited for: a short command, or a program that begins or ends."""
TELL_AFTER_S = 2.0
BETWEEN_TRIES_S = 0.2


class OwnerWentAway(Exception):
    """The owner closed the workspace before anything was asked of it that changes something: begin again."""


@dataclass(frozen=True, slots=True)
class Opened:
    """``own`` is None when another process owns the workspace; its agents work there, not here."""

    runtime: Runtime
    own: WorkspaceRuntime | None


def must_be_there(folder: Path) -> None:
    """Refuse a folder without a workspace, so that a typing mistake does not make one. Blocks shortly."""
    if workspaces.is_workspace(folder):
        return
    state = "is not a workspace" if folder.is_dir() else "is not there"
    raise CommandRefused(
        f"{folder} {state}. Nothing was changed. `operator-console workspaces list` shows those that are known; "
        "`operator-console workspaces create NAME` makes one.",
        "no-workspace",
    )


@contextlib.asynccontextmanager
async def opened(
    folder: Path, printer: Printer, *, at_work: bool, on_show: Callable[[str], None] | None = None, door: bool = True
) -> AsyncIterator[Opened]:
    """The workspace, closed in order at the end. ``at_work`` False: its agents do nothing meanwhile."""
    from runtime.door.client import DoorClosed

    found = await _open_or_reach(folder, printer, at_work)
    if found.own is None:
        try:
            yield found
        except DoorClosed as closed:
            if found.runtime.performed:  # type: ignore[attr-defined]  # it is the one behind the door
                raise
            raise OwnerWentAway from closed
        return
    try:
        if at_work and door:
            await open_door(found.own, printer, on_show)
        with collected_seldom() if at_work else contextlib.nullcontext():
            yield found
    finally:
        await close_in_order(found.own, printer)


async def _open_or_reach(folder: Path, printer: Printer, at_work: bool) -> Opened:
    from runtime.assembly import open_workspace
    from runtime.door.client import DoorClosed, connect

    now = asyncio.get_running_loop().time
    begun = now()
    while True:
        try:
            own = await open_workspace(folder, at_work=at_work)
            printer.passing("")
            return Opened(own, own)
        except Exception as error:
            # Only the fault that names an owner leads to the second door; its class belongs to storage, not seen here.
            address = getattr(error, "socket", None)
            if address is None:
                raise
            late = now() > begun + REACH_WITHIN_S
            if not address and late:
                raise
            if not address and now() > begun + TELL_AFTER_S:
                printer.passing(f"Another process works in this workspace; waiting {REACH_WITHIN_S:.0f} s at most.")
        if address:
            try:
                reached = Opened(await connect(address), None)
                printer.passing("")
                return reached
            except DoorClosed:
                if late:
                    raise
        # The owner is a short command that has no door, or is just starting or ending.
        await asyncio.sleep(BETWEEN_TRIES_S)


async def open_door(own: WorkspaceRuntime, printer: Printer, on_show: Callable[[str], None] | None) -> None:
    from runtime.door.address import NoPlaceForDoor

    try:
        await own.open_door(on_show)
    except NoPlaceForDoor as error:
        printer.text(str(error))
    except OSError as error:
        printer.text(f"Other processes cannot reach this workspace: {error.strerror or error}. Everything else works.")


async def close_in_order(own: WorkspaceRuntime, printer: Printer) -> None:
    """No new step starts; calls in flight are waited for and named. A second interrupt leaves them to recovery."""
    busy = own.in_flight
    if busy:
        printer.say(f"Closing. Still finishing: {', '.join(busy)}.", "closing", in_flight=list(busy))
    closing = asyncio.ensure_future(own.close())
    try:
        await asyncio.shield(closing)
    except asyncio.CancelledError:
        closing.cancel()
        await asyncio.gather(closing, return_exceptions=True)
        raise
