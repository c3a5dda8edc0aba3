"""Standing grants where the clock was set back while the program was closed: nobody knows what is left of their time.

While the program runs its time is carried on by a clock that nobody sets. A start reads wall time anew; where that is
before the newest record, a grant for an hour would hold for as much longer as the clock was set back.
"""

import contextlib
from typing import Final

from runtime.domain.ask_state import Ask
from runtime.domain.decide_grant import ended
from runtime.domain.decide_run import Decided
from runtime.domain.grant import Grant, Over, why_over
from runtime.domain.ids import RUNTIME, grant_stream
from runtime.operations.folded_states import FoldedStates
from runtime.operations.perform import Operations
from storage.errors import StorageError

SLACK_US: Final = 3_000_000
"""Smaller differences are the ordinary slewing of a synchronised clock."""
SET_BACK: Final = Over(
    "expired", "The clock was set back since it was given, so nobody knows what is left of its time."
)


async def end_where_set_back(ops: Operations, newest: int) -> None:
    """All that stand end, in one commit, before anything else is recorded. ``newest``: when the last record was made.

    Where the disk refuses that, they allow nothing in this process all the same, and end when it can be recorded.
    """
    states = ops.states
    if not states.grants or ops.now() >= newest - SLACK_US:
        return
    states.untimed = frozenset(grant.given.grant_id for grant in states.grants)
    streams = [grant_stream(grant_id) for grant_id in states.untimed]

    def decided() -> Decided:
        standing = [grant for grant in states.grants if grant.given.grant_id in states.untimed]
        return [fact for grant in standing for fact in ended(grant, SET_BACK)]

    with contextlib.suppress(StorageError):
        await ops.commit(streams, decided, by=RUNTIME)


def why_over_now(states: FoldedStates, grant: Grant, ask: Ask | None, now: int) -> Over | None:
    """Why a grant holds no more at ``now`` (µs UTC), or None; also where its time cannot be known."""
    if grant.given.grant_id in states.untimed:
        return SET_BACK
    return why_over(grant, states.workspace, states.agent(grant.given.agent), ask, now)
