"""What has to be true of an exchange that was played: compared with what the official SDK made of it."""

import json
from typing import Any

from runtime.domain.decision import Decision
from runtime.domain.words import DecisionKind
from runtime.models.interface import Answered, FaultKind, ModelFault
from runtime.models.providers.stops import Ending
from tests.wire.priced import wrong_cost
from tests.wire.recorded import Recorded
from tests.wire.replaying import KEY, Outcome

FINAL_STATUSES = frozenset({400, 401, 402, 403, 404, 405, 413, 422})


def faults_of(exchange: Recorded, outcome: Outcome) -> list[str]:
    """Everything that is not as recorded, in sentences; empty where all is."""
    if not exchange.answers:
        return _wrong_fault(exchange, outcome)
    if outcome.answered is None:
        return [f"it failed: {outcome.fault}"]
    return [*_wrong_answer(exchange, outcome.answered), *_wrong_stream(exchange, outcome), *_leaks(outcome.answered)]


def _wrong_answer(exchange: Recorded, answered: Answered[Decision]) -> list[str]:
    expect, decision = exchange.expect, answered.value
    found = wrong_cost(exchange, answered)
    calls = calls_of(decision)
    if calls != exchange.calls:
        found.append(f"calls {calls} instead of {exchange.calls}")
    text, ending = exchange.text, exchange.ending
    if ending in (Ending.WHOLE, Ending.PAUSED):
        if decision.text != text:
            found.append(f"text {decision.text[:200]!r} instead of {text[:200]!r}")
        kind = DecisionKind.ACT if exchange.calls or ending is Ending.PAUSED else DecisionKind.RESPOND
        if decision.kind is not kind:
            found.append(f"it is {decision.kind}, not {kind}")
    elif decision.kind is not DecisionKind.ESCALATE or (text or exchange.refusal).strip() not in decision.text:
        found.append(f"stopped with {exchange.stop}, and is {decision.kind}: {decision.text[:200]!r}")
    if answered.origin.stop != exchange.stop:
        found.append(f"stop {answered.origin.stop!r} instead of {exchange.stop!r}")
    if answered.origin.model != expect["model"]:
        found.append(f"model {answered.origin.model!r} instead of {expect['model']!r}")
    if answered.usage != exchange.usage:
        found.append(f"usage {answered.usage} instead of {exchange.usage}")
    if answered.received != exchange.body:
        found.append("the bytes that are kept are not those that came")
    return found


def _wrong_stream(exchange: Recorded, outcome: Outcome) -> list[str]:
    expect = exchange.expect
    told = exchange.text or exchange.refusal
    heard = "".join(outcome.heard.text)
    found = (
        []
        if heard in (told, exchange.text + exchange.refusal)
        else [f"heard {heard[:200]!r} instead of {told[:200]!r}"]
    )
    thinking = expect.get("thinking") or ""
    assert outcome.answered is not None
    if thinking and outcome.answered.reasoning.replace("\n\n", "") != thinking.replace("\n\n", ""):
        found.append("the reasoning is not the recorded one")
    if "".join(outcome.heard.thought).replace("\n\n", "") != outcome.answered.reasoning.replace("\n\n", ""):
        found.append("the reasoning that was heard is not that of the answer")
    return found


def _wrong_fault(exchange: Recorded, outcome: Outcome) -> list[str]:
    fault = outcome.fault
    if fault is None:
        return ["it answered, and there is nothing in it that a run can go by"]
    found = []
    if fault.kind is not expected_kind(exchange):
        found.append(f"{fault.kind} instead of {expected_kind(exchange)}: {fault.sentence}")
    if exchange.status != 200 and str(exchange.status) not in fault.sentence:
        found.append(f"the status is not told: {fault.sentence}")
    pause = exchange.headers.get("retry-after")
    milliseconds = exchange.headers.get("retry-after-ms")
    if milliseconds is not None and fault.retry_after != float(milliseconds) / 1000:
        found.append(f"pause {fault.retry_after} instead of {milliseconds} ms")
    told = milliseconds is None and pause is not None and pause.isdigit() and fault.kind is FaultKind.PASSING
    if told and fault.retry_after != float(pause or 0):
        found.append(f"pause {fault.retry_after} instead of {pause}")
    if fault.attempt.received != exchange.body:
        found.append("the bytes that are kept are not those that came")
    return found + _secret_in(fault)


def expected_kind(exchange: Recorded) -> FaultKind:
    """By the issue: never retried is what cannot succeed."""
    if exchange.status in FINAL_STATUSES:
        return FaultKind.FINAL
    text = exchange.body.decode()
    if exchange.status == 429 and ("insufficient_quota" in text or "Request too large" in text):
        return FaultKind.FINAL
    return FaultKind.PASSING


def calls_of(decision: Decision) -> list[tuple[str, Any]]:
    """(tool, arguments as data) of a decision's calls."""
    return [(call.tool, json.loads(call.arguments)) for call in decision.calls]


def cut_faults(exchange: Recorded, outcome: Outcome, at: int) -> list[str]:
    """What is wrong after a cut: a call that is half, twice or too early; a fault that is not passing."""
    if outcome.answered is not None:
        if at < exchange.whole_from:
            return [f"cut at {at}: it counts as whole, and the provider had not said so"]
        if not exchange.answers:
            return [] if exchange.fails else [f"cut at {at}: it answered, and nothing in it is an answer"]
        return [f"cut at {at}: {one}" for one in _wrong_answer_cut(exchange, outcome.answered, at)]
    assert outcome.fault is not None
    passing = outcome.fault.kind is FaultKind.PASSING
    if not passing and exchange.status == 200:
        return [f"cut at {at}: {outcome.fault.kind}: {outcome.fault.sentence}"]
    return _secret_in(outcome.fault)


def _wrong_answer_cut(exchange: Recorded, answered: Answered[Decision], at: int) -> list[str]:
    found = [one for one in _wrong_answer(exchange, answered) if "bytes that are kept" not in one]
    if at < exchange.counted_from and not answered.usage.known:  # unknown, which is never nothing
        found = [one for one in found if not one.startswith(("usage", "it cost"))]
    return found


def _leaks(answered: Answered[Decision]) -> list[str]:
    held = [answered.sent, answered.received, answered.carried, repr(answered).encode()]
    return ["the key is in what is kept"] if any(KEY.encode() in one for one in held) else []


def _secret_in(fault: ModelFault) -> list[str]:
    held = repr((fault, fault.args, fault.sentence, fault.attempt, fault.__cause__, fault.__context__))
    return ["the key is in the fault"] if KEY in held else []
