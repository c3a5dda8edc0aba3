"""When a run of an all-or-nothing agent failed half-way, so that it rolls itself back.

It did when it ends by itself after it changed something (or may have), and

- its outcome is not "completed": it failed, was handed to a person, reached a limit or ran out of budget; or
- it says "completed", but a step of it that would have changed something was denied, rejected, not answered in time,
  or failed for good, and was not made good: no later call of the same plan step, or of the same tool, happened.
  Reading changes nothing and is no such step, nor is one that a person, asked whether it happened, wanted skipped.

A person who stops the run, or rolls it back, decides themselves what stays: that is not failing half-way.
"""

from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallOutcome, CallStatus, EffectKind, Outcome

SKIPPED = "skipped"
_WHY = {
    "denied": "was denied",
    "rejected": "was rejected",
    "expired": "was not answered in time",
}


def half_way(run: Run, outcome: Outcome) -> str:
    """Why it failed half-way, in a sentence; empty where it did not."""
    touched = any(call.happened or call.perhaps or call.status is CallStatus.STARTED for call in run.calls)
    unknown = any(call.open and call.outcome is CallOutcome.UNKNOWN for call in run.calls)
    if not touched and not unknown:
        return ""
    if outcome is not Outcome.COMPLETED:
        return f"It ended half-way ({outcome.value})."
    lost = next((call for at, call in enumerate(run.calls) if _not_done(call) and not _made_good(run, at)), None)
    if lost is None:
        return ""
    return f"It ended half-way: “{lost.title}” {_WHY.get(lost.refused, 'was not done')}."


def _not_done(call: Call) -> bool:
    if call.effect is EffectKind.READ or call.refused == SKIPPED:
        return False
    return call.refused in _WHY or (call.status is CallStatus.ENDED and call.outcome is not CallOutcome.OK)


def _made_good(run: Run, at: int) -> bool:
    lost = run.calls[at]
    return any(
        later.happened and (later.action.tool == lost.action.tool or (lost.step_id and later.step_id == lost.step_id))
        for later in run.calls[at + 1 :]
    )
