"""What a workspace gets when it is opened for work the first time: an operator, and the demo where it is wanted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.people import first_operator

if TYPE_CHECKING:
    from runtime.interface import Runtime
    from runtime.workspace_runtime import WorkspaceRuntime


async def open_for_work(folder: Path, *, demo: bool, operator: str = "") -> WorkspaceRuntime:
    """Open a workspace with its agents at work. Raises the faults of ``open_workspace`` and CommandRefused."""
    from runtime.assembly import open_workspace

    runtime = await open_workspace(folder, title="Small shop" if demo else "")
    try:
        await prepare(runtime, demo=demo, operator=operator)
    except BaseException:
        await runtime.close()
        raise
    return runtime


async def prepare(runtime: Runtime, *, demo: bool, operator: str = "") -> None:
    """Somebody who decides, and for the demo its files, rules and agents; what is there already stays as it is."""
    await first_operator(runtime, operator)
    if demo and not await runtime.history.agents():
        from runtime.operations.demo_workspace import lay_out_demo

        await asyncio.to_thread(lay_out_demo, runtime.folder)
