"""The program without a window: works through every inbox, prints what happens and how to answer, ends when idle."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.cli.exit_status import DONE
from console.cli.following import LOOK_AGAIN_S, RunTeller, watching
from console.cli.opening import close_in_order, open_door
from console.cli.printing import Printer, cut
from console.cli.run import summary
from console.cli.short_ids import short
from console.cli.wording import beginning, command
from console.first_steps import open_for_work
from runtime.domain.words import RunState

if TYPE_CHECKING:
    from runtime.domain.envelope import Envelope
    from runtime.interface import Subscription
    from runtime.workspace_runtime import WorkspaceRuntime


async def windowless(folder: Path, printer: Printer, *, demo: bool, operator: str, why: str) -> int:
    """Exit status 0 when everything that can be done without a person is done."""
    printer.say(f"{why} Working without one.", "windowless", why=why)
    await asyncio.to_thread(beginning, folder)
    own = await open_for_work(folder, demo=demo, operator=operator)
    try:
        printer.say(f"Workspace {own.title} in {folder}.", "workspace", title=own.title, folder=str(folder))
        async with watching(own) as feed:
            await open_door(own, printer, None)
            ids = await _work(own, feed, printer)
        await _end(own, ids, printer)
    finally:
        await close_in_order(own, printer)
    return DONE


class TroubleTeller:
    """Says what is wrong around the workspace (a full disk, an inbox that vanished) as it comes, each once."""

    def __init__(self, printer: Printer) -> None:
        self._printer = printer
        self._told: set[str] = set()

    def tell(self, troubles: Sequence[str]) -> None:
        """What was over and comes again is said again."""
        for sentence in troubles:
            if sentence not in self._told:
                self._printer.say(sentence, "trouble", sentence=sentence)
        self._told = set(troubles)


async def _work(own: WorkspaceRuntime, feed: Subscription, printer: Printer) -> list[str]:
    """Print until nothing is at work; answers the runs that were seen."""
    teller, troubles = RunTeller(printer, own.folder), TroubleTeller(printer)
    seen: dict[str, None] = {}
    for row in await own.history.runs(limit=1000):
        teller.know(row.run_id, row.agent)
        if row.state is not RunState.FINISHED:
            seen[row.run_id] = None
            told = f"[{short(row.run_id)} {row.agent}] goes on ({row.state.value}): {cut(row.title, 76)}"
            printer.say(told, "goes-on", run=row)
    batches = aiter(feed)
    coming: asyncio.Future[Sequence[Envelope]] = asyncio.ensure_future(anext(batches))
    idle = asyncio.ensure_future(own.wait_idle())
    try:
        while not idle.done():
            both: set[asyncio.Future[Any]] = {coming, idle}
            await asyncio.wait(both, timeout=LOOK_AGAIN_S, return_when=asyncio.FIRST_COMPLETED)
            troubles.tell(own.troubles)
            if coming.done():
                batch = coming.result()
                teller.tell(batch)
                seen.update({one.stream[4:]: None for one in batch if one.stream.startswith("run:")})
                coming = asyncio.ensure_future(anext(batches))
        idle.result()
        troubles.tell(own.troubles)
    finally:
        for task in (coming, idle):
            task.cancel()
        await asyncio.gather(coming, idle, return_exceptions=True)
    return list(seen)


async def _end(own: WorkspaceRuntime, ids: list[str], printer: Printer) -> None:
    printer.text("\nNothing is at work any more.")
    await summary(own, ids, printer)
    printer.text(f"All that waits: {command(own.folder, 'asks')}")
    printer.text(f"What was done:  {command(own.folder, 'runs')}")
