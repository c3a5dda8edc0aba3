"""A run so far as a conversation, before it takes the form of one API: each past call paired with what came of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from runtime.domain.action import BadArguments, canonical, parse_arguments
from runtime.models.interface import ModelRequest, PastCall, PastTurn
from runtime.models.providers.added_fields import put_on, take_off
from runtime.models.providers.offer import Offer
from runtime.models.providers.wording import GO_ON, notes_text, task_text

NOT_RUN = "Not carried out: it came together with other calls. Look at their results first, then say it again."
PAUSED_THERE = "Not carried out: your answer was paused there. Make the call again where it is still needed."
NOTED = "Noted."


@dataclass(frozen=True, slots=True)
class ToldCall:
    """A past call under the provider's name, with an id of ours, and its result."""

    call_id: str
    name: str
    arguments: dict[str, Any]
    result: str
    failed: bool


@dataclass(frozen=True, slots=True)
class ToldTurn:
    """One earlier answer. ``items`` is it in the API's own form, where it must be given back as it was."""

    text: str
    calls: tuple[ToldCall, ...]
    items: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The conversation: the task, the turns, and last what a person says (never empty where the API needs one)."""

    opening: str
    turns: tuple[ToldTurn, ...]
    closing: str


def told(request: ModelRequest, offer: Offer, label: str) -> Told:
    """The run so far. ``label`` names the model: items of another one are not given to this one."""
    turns = tuple(_turn(turn, offer, label) for turn in request.past)
    turns = tuple(turn for turn in turns if turn.calls or turn.items or turn.text.strip())
    closing = notes_text(request)
    if not closing and turns and not turns[-1].calls and not turns[-1].items:
        closing = GO_ON
    return Told(task_text(request), turns, closing)


def carry(label: str, items: Sequence[dict[str, Any]]) -> bytes:
    """What is kept with a turn, to be given back to the same model."""
    return json.dumps({"model": label, "items": list(items)}, separators=(",", ":")).encode() if items else b""


def carried_items(carried: bytes, label: str) -> tuple[dict[str, Any], ...]:
    """What an earlier answer of this model must be given back as; empty for another model's."""
    if not carried:
        return ()
    kept = json.loads(carried)
    return tuple(kept["items"]) if kept.get("model") == label else ()


def _turn(turn: PastTurn, offer: Offer, label: str) -> ToldTurn:
    calls = tuple(_call(turn.turn, number, call, offer) for number, call in enumerate(turn.calls, 1))
    return ToldTurn(turn.text, calls, carried_items(turn.carried, label))


def _call(turn: int, number: int, call: PastCall, offer: Offer) -> ToldCall:
    fields = offer.fields_of(call.tool)
    arguments = put_on(call.arguments, call.confidence, call.reason, fields)
    result = result_text(call)
    return ToldCall(f"call_{turn}_{number}", offer.name_of(call.tool), arguments, result, call.outcome != "ok")


def result_text(call: PastCall) -> str:
    """What came of a call, as the model is told. Never empty."""
    if call.outcome == "ok":
        return call.output or "Done."
    words = {"": "It has no result yet", "unknown": "It is not known whether it happened"}
    head = words.get(call.outcome, f"It was not done ({call.outcome})" if call.outcome != "failed" else "It failed")
    detail = call.failure if call.outcome == "failed" and call.failure else call.output
    return f"{head}: {detail}" if detail else f"{head}."


def pair(turn: ToldTurn, wanted: Sequence[tuple[str, str, str]], offer: Offer) -> list[tuple[str, str, bool]]:
    """(id, result, failed) for every call of given-back items, in their order; ``wanted`` is (id, name, arguments).

    Calls were recorded in the order of the answer, without those that end a turn.
    """
    recorded = list(turn.calls)
    results = []
    for call_id, name, arguments in wanted:
        known = offer.named(name)
        if (known is not None and known.ends is not None) or not recorded:
            ends = known is not None and known.ends is not None
            beside = NOT_RUN if turn.calls else PAUSED_THERE
            results.append((call_id, NOTED, False) if ends and not turn.calls else (call_id, beside, True))
            continue
        call = recorded.pop(0)
        edited = _edited(call, arguments, offer)
        results.append((call_id, f"{edited}{call.result}", call.failed))
    return results


def _edited(call: ToldCall, arguments: str, offer: Offer) -> str:
    known = offer.named(call.name)
    if known is None:
        return ""
    try:
        then = canonical(parse_arguments(take_off(arguments, known.fields).arguments))
        now = canonical(parse_arguments(take_off(json.dumps(call.arguments), known.fields).arguments))
    except BadArguments:
        return ""
    return "" if then == now else f"A person changed the arguments to {now}. "
