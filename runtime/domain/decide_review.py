"""Decisions about the sample of what ran without a person (UX section 4, tier 0), and how that sample is drawn.

Of the newest ``NEWEST`` actions those are in the sample whose start has a record hash that begins with one of
``BYTES`` of the 256 values a byte has: 1 in 16. The hash is that of the journal's chain, so it hangs on everything
recorded before: it is the same for everybody and after a restart, and nobody, neither agent nor reviewer, chooses it.
At most ``AT_ONCE`` are offered at a time, the newest first; each is reviewed once.
"""

from typing import Final

from runtime.domain.call import Call
from runtime.domain.decide_queue import may_look
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Fact
from runtime.domain.events.effects import ActionReviewed
from runtime.domain.ids import run_stream
from runtime.domain.queue_commands import ReviewAction
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import CallStatus
from runtime.domain.workspace_state import Workspace

NEWEST: Final = 2_000
"""Actions, whoever allowed them; older ones are not offered any more."""
BYTES: Final = 16
"""Of 256: a share of 1 in 16."""
AT_ONCE: Final = 3


def ran_by_itself(call: Call) -> bool:
    """Whether it ran to an end, allowed by a rule: no person was asked, and none had granted it ahead."""
    ended = call.status is CallStatus.ENDED and call.attempt > 0 and not call.refused
    return ended and not call.ask_id and not call.grant_id


def is_drawn(start: bytes) -> bool:
    """Whether an action is in the sample, by the hash of the record of its last start."""
    return start[0] < BYTES


def decide_review(run: Run, workspace: Workspace, command: ReviewAction, *, drawn: bool) -> Decided:
    """Once for each action that was ``drawn``, also where newer ones took its place meanwhile; that it should have
    been asked needs a reason."""
    if refusal := may_look(workspace, command.by):
        return refusal
    call = run.call(command.call_id)
    if call is None or not ran_by_itself(call):
        return Refusal("Only what ran to its end without a person is reviewed; nothing was recorded.", "state")
    if not drawn:
        told = "This action is not in the sample, which the journal draws and nobody chooses. Nothing was recorded."
        return Refusal(told, "not-drawn")
    if call.reviewed:
        return Refusal("Somebody reviewed this action already.", "same")
    if not command.fine and not command.why.strip():
        return Refusal("Say why it should have been asked; it is in the record, and a rule is proposed.", "reason")
    why = "" if command.fine else command.why.strip()
    reviewed = ActionReviewed(run.run_id, command.call_id, command.by, command.fine, why, command.looked_ms)
    return [Fact(run_stream(run.run_id), reviewed)]
