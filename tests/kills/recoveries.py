"""Wrong ways to come back from a crash, put into a child by the test: the harness must tell them from the right one.

They are not in the product and cannot be switched on there.
"""

from runtime.domain.loop_commands import SettleOutcome, StartEffect
from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallOutcome
from runtime.engine import loop
from runtime.engine.executing import execute
from runtime.engine.parts import AtWork, Parts

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


WRONG = {"blind-retry": blind_retry, "never-retry": never_retry, "dropped": dropped}


def put_in(name: str) -> None:
    """From now on this process recovers like that."""
    if name != RIGHT:
        loop.settle = WRONG[name]  # type: ignore[attr-defined]  # where the loop looks it up
