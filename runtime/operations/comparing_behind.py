"""The comparison of lists, pages and contents with the journal that every start begins by itself, behind all else."""

import asyncio

from runtime.domain.loop_commands import NoteCompared
from runtime.operations.perform import Operations
from runtime.operations.upkeep import WorkspaceUpkeep
from storage.errors import StorageError

COMPARED_AFTER_S = 30.0
"""From the look at the chain that a start begins to the comparison of lists and contents."""


async def compare_behind(ops: Operations, upkeep: WorkspaceUpkeep, look: asyncio.Task[None]) -> None:
    """Some time after ``look``, the one at the chain: nothing of it slows a start. What it found is recorded."""
    await asyncio.wait([look])
    await asyncio.sleep(COMPARED_AFTER_S)
    if ops.states.workspace.chain_broken:
        return
    try:
        report = await upkeep.compare()
    except StorageError:
        return  # ``upkeep.compared`` says so among the troubles; whoever asks for another comparison may end it
    await ops.perform(NoteCompared(report.up_to, report.contents, report.lists))
