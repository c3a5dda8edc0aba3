"""Wrong ways to come back from a crash, put into a child by the test: the harness must tell them from the right one.

They are not in the product and cannot be switched on there.
"""

from typing import Any

from runtime.domain.loop_commands import FinishUndo, SettleOutcome, StartEffect
from runtime.domain.run_state import Call, Run
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome
from runtime.engine import loop
from runtime.engine.executing import execute
from runtime.engine.parts import AtWork, Parts
from runtime.engine.rolling_back import undo_one
from runtime.operations.new_ids import new_ask_id

RIGHT = "right"


async def blind_retry(parts: Parts, run: Run, call: Call, at_work: AtWork) -> None:
    """Every started effect without an end is simply done again."""
    await parts.record(StartEffect(run.run_id, call.call_id, call.digest))
    await execute(parts, run.run_id, call.call_id, at_work)


async def never_retry(parts: Parts, run: Run, call: Call, at_work: AtWork) -> None:
    """Every such effect is taken for done."""
    await parts.record(SettleOutcome(run.run_id, call.call_id, CallOutcome.OK, "It was started, so it is done."))


async def dropped(parts: Parts, run: Run, call: Call, at_work: AtWork) -> None:
    """Every such effect is taken for not done, and left at that."""
    await parts.record(SettleOutcome(run.run_id, call.call_id, CallOutcome.FAILED, "It has no end: not done."))


async def undo_again(parts: Parts, run: Run, call: Call, at_work: AtWork) -> None:
    """An undo that was started is begun anew under another key, as if it were another one."""
    own = parts.runner.undo

    async def under_another_key(*given: Any, **more: Any) -> tuple[UndoOutcome, str]:
        return await own(*given, **{**more, "key": new_ask_id()})

    parts.runner.undo = under_another_key  # type: ignore[method-assign]
    try:
        await undo_one(parts, run, call, at_work)
    finally:
        parts.runner.undo = own  # type: ignore[method-assign]


async def undo_never(parts: Parts, run: Run, call: Call, at_work: AtWork) -> None:
    """An undo that was started is taken for done."""
    if run.rollback is not None and run.rollback.started == call.call_id:
        await parts.record(FinishUndo(run.run_id, call.call_id, UndoOutcome.UNDONE, "It was started, so it is done."))
    else:
        await undo_one(parts, run, call, at_work)


WRONG = {"blind-retry": blind_retry, "never-retry": never_retry, "dropped": dropped}
"""Of effects."""
WRONG_UNDO = {"undo-again": undo_again, "undo-never": undo_never}
"""Of undos."""


def put_in(name: str) -> None:
    """From now on this process recovers like that."""
    if name in WRONG:
        loop.settle = WRONG[name]  # type: ignore[attr-defined]  # where the loop looks it up
    elif name != RIGHT:
        loop.undo_one = WRONG_UNDO[name]  # type: ignore[attr-defined]
