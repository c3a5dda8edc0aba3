"""What ended with its run before it was looked up once more: each start looks, until it is known what became of it.

A person said that it did not happen, and to do it; then the run was stopped. The attempt that was given up may have
come to its end all the same: while it was looked, the program may have been killed before it recorded what it found.
"""

import contextlib
from collections.abc import Awaitable, Callable

from runtime.domain.decide_run import WITHDRAWN
from runtime.domain.ids import RunId
from runtime.domain.loop_commands import SettleOutcome
from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallOutcome
from runtime.engine.executing import record_found, to_look_up
from runtime.engine.parts import Parts
from runtime.engine.unknown_outcome import left_behind
from runtime.journal.codec import UnreadableRecord
from runtime.tools.contract import Happened
from storage.errors import StorageError

_LOOKED = "The run ended before this was to be done again. It was looked up at the next start"


async def look_up_late(parts: Parts, perhaps_done: Callable[[], Awaitable[list[str]]]) -> None:
    """Only looks, and records what it finds; where nobody can tell, the next start looks again.

    ``perhaps_done`` answers the ids of runs with such a call.
    """
    if parts.states.workspace.chain_broken:
        return
    with contextlib.suppress(StorageError):  # told by whoever else reads
        for run_id in await perhaps_done():
            with contextlib.suppress(UnreadableRecord):
                await _look_at_run(parts, await parts.states.load_run(RunId(run_id)))


async def _look_at_run(parts: Parts, run: Run | None) -> None:
    if run is None or run.agent not in parts.states.by_name:
        return
    for call in run.calls:
        if call.refused == WITHDRAWN and call.key and call.outcome is None:
            await _look_up(parts, run, call)


async def _look_up(parts: Parts, run: Run, call: Call) -> None:
    tool = to_look_up(parts, run, call)
    if tool is None:
        return
    at_work = left_behind(parts, call)  # before it is looked: it may act and end meanwhile
    probed = await parts.runner.probe(tool, call.action.arguments, call.key)
    if probed.happened is Happened.YES:
        await record_found(parts, run, call, probed, f"{_LOOKED}: {probed.sentence}")
    elif probed.happened is Happened.NO and not at_work:
        sentence = f"{_LOOKED}: {probed.sentence}"
        await parts.record(SettleOutcome(run.run_id, call.call_id, CallOutcome.FAILED, sentence))
