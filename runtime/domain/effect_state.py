"""What the events of an effect make of its run."""

from typing import assert_never

import msgspec

from runtime.domain.call import Call
from runtime.domain.events.effects import (
    ActionReviewed,
    EffectEvent,
    EffectFinished,
    EffectStarted,
    OutcomeAsked,
    OutcomeSettled,
)
from runtime.domain.ids import StepId
from runtime.domain.run import Run, with_call, with_call_at
from runtime.domain.words import CallOutcome, CallStatus, StepStatus


def evolve_effect(run: Run, event: EffectEvent) -> Run:
    """The run after one more event of its effects."""
    match event:
        case EffectStarted():
            return _effect_started(run, event)
        case EffectFinished():
            return _effect_finished(run, event)
        case OutcomeAsked(call_id=call_id, ask_id=ask_id):
            return with_call(run, call_id, status=CallStatus.ASKED, ask_id=ask_id, outcome=CallOutcome.UNKNOWN)
        case OutcomeSettled(do_it=True, call_id=call_id):
            # The request it names is the consent to do it: the approval that was spent, or the answer "do it".
            return with_call(run, call_id, status=CallStatus.ALLOWED, outcome=None)
        case OutcomeSettled(call_id=call_id, outcome=outcome, sentence=sentence):
            refused = "skipped" if event.skipped else ""
            return with_call(run, call_id, status=CallStatus.ENDED, outcome=outcome, summary=sentence, refused=refused)
        case ActionReviewed(call_id=call_id):
            return with_call(run, call_id, reviewed=True)
        case _ as unreachable:
            assert_never(unreachable)


def _effect_started(run: Run, event: EffectStarted) -> Run:
    checkpoints = max(run.checkpoints, event.checkpoint)
    at = run.place_of(event.call_id)
    if at is None:
        return msgspec.structs.replace(run, checkpoints=checkpoints)
    call = run.calls[at]
    if event.arguments:
        call = _as_edited(call, event)
    begun = msgspec.structs.replace(
        call,
        status=CallStatus.STARTED,
        key=event.key,
        attempt=event.attempt,
        checkpoint=event.checkpoint,
        outcome=None,
    )
    return with_call_at(run, at, begun, checkpoints=checkpoints)


def _as_edited(call: Call, event: EffectStarted) -> Call:
    """What a person made of it is what is done: what it touches and its place in the plan as well."""
    edited = msgspec.structs.replace(
        call,
        action=msgspec.structs.replace(call.action, arguments=event.arguments),
        title=event.title or call.title,
        beside=call.beside if event.beside is None else event.beside,
    )
    return msgspec.structs.replace(edited, resource=event.resource, also=event.also) if event.resource else edited


def _effect_finished(run: Run, event: EffectFinished) -> Run:
    steps = steps_with(run, event.step_id, event.moved)
    at = run.place_of(event.call_id)
    if at is None:
        return msgspec.structs.replace(run, steps=steps)
    ended = msgspec.structs.replace(
        run.calls[at],
        status=CallStatus.STARTED if event.outcome is CallOutcome.UNKNOWN or event.again else CallStatus.ENDED,
        outcome=event.outcome,
        refused="",
        summary=event.summary,
        output=event.output,
        output_blob=event.output_blob,
        failure=event.failure,
        undo=event.undo,
    )
    return with_call_at(run, at, ended, steps=steps)


def steps_with(run: Run, step_id: StepId, moved: StepStatus | None) -> dict[StepId, StepStatus]:
    """Its plan steps, one of them moved; None = none moves."""
    return run.steps if moved is None else {**run.steps, step_id: moved}
