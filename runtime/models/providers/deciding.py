"""From a whole answer to the decision the run goes by."""

import json

from runtime.domain.decision import Decision, ProposedCall
from runtime.domain.ids import StepId
from runtime.domain.words import DecisionKind
from runtime.models.interface import ModelRequest
from runtime.models.providers.added_fields import TakenOff, sound, take_off
from runtime.models.providers.answer import Answer, StreamedFault, Unreadable, Wanted
from runtime.models.providers.offer import TEXT, Offer, Offered
from runtime.models.providers.stops import CONSEQUENCES, Ending, Stops, ending_of

LONGEST_WORDS = 4_000
MOST_CALLS = 64


class EmptyAnswer(Exception):
    """A whole answer that says nothing and calls nothing."""


def decision_from(answer: Answer, offer: Offer, request: ModelRequest, stops: Stops) -> Decision:
    """What the model chose, by its provider's words for stopping. Raises Unreadable, StreamedFault, EmptyAnswer."""
    refused = bool(answer.refusal) and not answer.text and not answer.calls
    ending = ending_of(stops, answer.stop, refused)
    if ending is Ending.BROKEN:
        raise StreamedFault(None, answer.stop, CONSEQUENCES[ending].sentence)
    if ending is Ending.PAUSED:
        return Decision(DecisionKind.ACT, answer.text, reason=CONSEQUENCES[ending].sentence)
    if ending is not Ending.WHOLE:
        return Decision(DecisionKind.ESCALATE, _told(ending, answer))
    return _chosen(answer, offer, request)


def _told(ending: Ending, answer: Answer) -> str:
    """The sentence of the table, the provider's word where it is strange, and what the model said."""
    sentence = CONSEQUENCES[ending].sentence
    if ending is Ending.STRANGE:
        sentence += f" Its word was {answer.stop[:100]!r}."
    words = (answer.refusal or answer.text).strip()[:LONGEST_WORDS]
    return f"{sentence} It said: {words}" if words else sentence


def _chosen(answer: Answer, offer: Offer, request: ModelRequest) -> Decision:
    check_calls(answer.calls)
    wanted = [(call, offer.named(call.name)) for call in answer.calls]
    ends = [(call, known) for call, known in wanted if known is not None and known.ends is not None]
    if len(ends) < len(wanted):
        # An end beside calls would be said before their results were seen: it is passed over, the model is asked again.
        return _act(answer, offer, request)
    if ends:
        ends.sort(key=lambda one: one[1].ends is not DecisionKind.ESCALATE)
        return _end(answer, *ends[0])
    if answer.text.strip():
        return Decision(DecisionKind.RESPOND, answer.text)
    raise EmptyAnswer


def check_calls(calls: tuple[Wanted, ...]) -> None:
    """Raises Unreadable for calls that cannot be told apart, have no name, or are too many."""
    ids = [call.call_id for call in calls if call.call_id]
    if len(set(ids)) != len(ids):
        raise Unreadable("two of its calls have the same id, so that one may be the other again")
    if any(not call.name for call in calls):
        raise Unreadable("one of its calls names no tool")
    if len(calls) > MOST_CALLS:
        raise Unreadable(f"it holds {len(calls)} calls; at most {MOST_CALLS} are taken")


def _act(answer: Answer, offer: Offer, request: ModelRequest) -> Decision:
    taken = _steps_taken(request)
    calls = []
    for wanted in answer.calls:
        known = offer.named(wanted.name)
        if known is not None and known.ends is not None:
            continue
        tool = known.tool if known is not None else sound(wanted.name)
        off = take_off(wanted.arguments, offer.fields_of(tool))
        calls.append(ProposedCall(tool, off.arguments, off.confidence, off.reason, _step_for(request, tool, taken)))
    stated = [call.confidence for call in calls]
    least = None if None in stated else min(one for one in stated if one is not None)
    return Decision(DecisionKind.ACT, answer.text, least, calls[0].reason, tuple(calls))


def _end(answer: Answer, call: Wanted, known: Offered) -> Decision:
    off: TakenOff = take_off(call.arguments, known.fields)
    try:
        found = json.loads(off.arguments)
    except ValueError:
        found = None
    text = found.get(TEXT) if isinstance(found, dict) else None
    text = sound(text) if isinstance(text, str) and text.strip() else answer.text
    if not text.strip():
        raise Unreadable(f"it calls {known.name} and does not say anything with it")
    assert known.ends is not None
    return Decision(known.ends, text, off.confidence, off.reason)


def _steps_taken(request: ModelRequest) -> set[str]:
    """Plan steps that earlier calls were for and that need no other call: those that came to a good end."""
    return {call.step_id for turn in request.past for call in turn.calls if call.step_id and call.outcome == "ok"}


def _step_for(request: ModelRequest, tool: str, taken: set[str]) -> StepId:
    """The first step of the plan with this tool that no call is for yet."""
    for step in request.plan.steps if request.plan is not None else ():
        if step.tool == tool and step.step_id not in taken:
            taken.add(step.step_id)
            return step.step_id
    return StepId("")
