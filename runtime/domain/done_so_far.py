"""What a run has done until now, in words: what an ask at a cap tells, and what a run at its end hands in. Pure."""

from collections.abc import Sequence
from typing import Final

from runtime.domain.budget import Amount, said
from runtime.domain.run_state import Call, Run
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome, StepStatus

MOST_NAMED: Final = 20
"""So many steps or changes are named; of more the number is told."""
LONGEST_WORDS: Final = 4_000
"""Characters of what the model said last that are handed in; the timeline has all of it."""
SHORT_WORDS: Final = 400
"""The same on an ask, beside which the timeline stands."""


def so_far(run: Run) -> str:
    """What a run did, for somebody who is asked about it: counts, steps, changes, what is left, its last words."""
    return _told(run, SHORT_WORDS)


def handed_in(run: Run) -> str:
    """The same as the result of a run that ends here, with its last words whole where they are of a sensible length."""
    return _told(run, LONGEST_WORDS)


def said_spent(run: Run) -> str:
    """``$1.84 and 12,000 tokens``."""
    return said(Amount(run.cost_micros, run.tokens))


def _told(run: Run, longest: int) -> str:
    done = sum(status is StepStatus.DONE for status in run.steps.values())
    changes = [call for call in run.calls if call.happened]
    calls = sum(call.outcome is CallOutcome.OK for call in run.calls)
    steps = f"{done} of {len(run.steps)} steps of its plan are done" if run.steps else "It has no plan yet"
    changed = "1 change was made" if len(changes) == 1 else f"{len(changes)} changes were made"
    made = "1 tool call succeeded" if calls == 1 else f"{calls} tool calls succeeded"
    parts = [
        f"{steps}, {made}, {changed}; {said_spent(run)} spent.",
        _named("Done", _titles(run, StepStatus.DONE)),
        _named("Changed", [_result(call) for call in changes if call.undone is not UndoOutcome.UNDONE]),
        _named("Nobody knows whether this was done", [call.title for call in run.calls if call.perhaps]),
        _named("Failed", _titles(run, StepStatus.FAILED)),
        _named("Not done", _titles(run, StepStatus.TO_DO, StepStatus.RUNNING, StepStatus.WAITING)),
        _last_words(run, longest),
    ]
    return " ".join(part for part in parts if part)


def _titles(run: Run, *standing: StepStatus) -> list[str]:
    """Steps of its plan that stand so; those that only gather others are not named."""
    steps = run.plan.steps if run.plan is not None else ()
    parents = {step.parent for step in steps}
    return [step.title for step in steps if run.steps.get(step.step_id) in standing and step.step_id not in parents]


def _result(call: Call) -> str:
    """What was to be changed, and what the tool said came of it."""
    return f"{call.title} ({call.summary})" if call.summary and call.summary != call.title else call.title


def _named(what: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f"; and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f"{what}: {'; '.join(name.rstrip('.') for name in names[:MOST_NAMED])}{more}."


def _last_words(run: Run, longest: int) -> str:
    """What its model said last; cut between words where it is longer, and then that is said."""
    last = next((turn.text.strip() for turn in reversed(run.turns) if turn.text.strip()), "")
    if len(last) <= longest:
        return f"It last said: {last}" if last else ""
    kept = last[: longest + 1].rsplit(None, 1)[0][:longest]
    return f"It last said: {kept} … ({len(last) - len(kept):,} characters more are in its timeline)"
