"""The course of one run, folded from its events: confidence and spend over time, and what took how long."""

from collections.abc import Iterable, Sequence

from runtime.domain.decision import Usage
from runtime.domain.envelope import Envelope
from runtime.domain.events.asks import (
    AskApproved,
    AskClosed,
    AskRaised,
    AskRejected,
    CapAnswered,
    OutcomeTold,
    RulingTakenBack,
)
from runtime.domain.events.effects import EffectFinished, EffectStarted, OutcomeAsked, OutcomeSettled
from runtime.domain.events.runs import (
    ActionJudged,
    ModelAnswered,
    ModelFailed,
    PlanningStarted,
    PlanProposed,
    RunFinished,
    RunPaused,
    RunQueued,
    RunResumed,
)
from runtime.projections.picture_rows import RunCourse, Span, SpanKind, SpentAt, StatedAt

_MS = 1_000


def run_course(
    run_id: str, envelopes: Sequence[Envelope], threshold: float, cap_micros: int, now: int
) -> RunCourse | None:
    """None where the run was never queued."""
    since = next((envelope.at for envelope in envelopes if isinstance(envelope.event, RunQueued)), 0)
    if not since:
        return None
    end = next((envelope.at for envelope in envelopes if isinstance(envelope.event, RunFinished)), 0)
    fold = _Fold(since)
    for envelope in envelopes:
        if not end or envelope.at <= end:  # what a rollback does later is not the run's time
            fold.take(envelope)
    until = end or max(now, since)
    spans = tuple(sorted(fold.spans(until), key=lambda span: (span.since, span.kind)))
    stated, spent = tuple(fold.stated), tuple(fold.spent)
    return RunCourse(run_id, since, until, bool(end), threshold, cap_micros, stated, spent, spans)


class _Fold:
    """Spans that are open have a key of their own: a call, an ask, the run."""

    def __init__(self, since: int) -> None:
        self._since = since
        self._titles: dict[str, str] = {}
        self._open: dict[str, tuple[SpanKind, int, str]] = {}
        self._closed: list[Span] = []
        self.stated: list[StatedAt] = []
        self.spent: list[SpentAt] = []

    def spans(self, until: int) -> Iterable[Span]:
        """All of them; what is open goes on until then."""
        yield from self._closed
        for kind, since, title in self._open.values():
            yield Span(kind, since, max(since, until), title)

    def take(self, envelope: Envelope) -> None:
        """One event more."""
        event, at = envelope.event, envelope.at
        match event:
            case RunQueued():
                self._begin("run", "queue", at, "In the queue")
            case PlanningStarted():
                self._finish("run", at)
            case PlanProposed(by_model=model) if model:
                self._answer(at, 0, model, event.usage, event.confidence, event.duration_ms)
            case ModelAnswered():
                sure = event.decision.confidence
                self._answer(at, event.turn, event.model, event.usage, sure, event.duration_ms)
            case ModelFailed():
                self._answer(at, event.turn, event.model, event.usage, None, 0)
            case RunPaused():
                self._begin("pause", "paused", at, "Paused")
            case RunResumed():
                self._finish("pause", at)
            case _:
                self._take_call(envelope)
                self._take_ask(envelope)

    def _take_call(self, envelope: Envelope) -> None:
        event, at = envelope.event, envelope.at
        match event:
            case ActionJudged(call_id=call_id, title=title):
                self._titles[call_id] = title
            case EffectStarted(call_id=call_id):
                self._begin(f"call {call_id}", "tool", at, event.title or self._titles.get(call_id, ""))
            case EffectFinished(call_id=call_id, duration_ms=duration):
                # A crash may lie between start and end: the tool itself took no longer than it says.
                self._finish(f"call {call_id}", at, at - duration * _MS if duration else 0)
            case OutcomeAsked(call_id=call_id) | OutcomeSettled(call_id=call_id):
                self._finish(f"call {call_id}", at)
            case _:
                pass

    def _take_ask(self, envelope: Envelope) -> None:
        event, at = envelope.event, envelope.at
        match event:
            case AskRaised(ask_id=ask_id, title=title):
                self._titles[ask_id] = title
                self._begin(f"ask {ask_id}", "person", at, title)
            case AskApproved(ask_id=ask_id) | AskRejected(ask_id=ask_id):
                self._turn(ask_id, "hold", at)
            case OutcomeTold(ask_id=ask_id) | CapAnswered(ask_id=ask_id):
                self._turn(ask_id, "hold", at)
            case RulingTakenBack(ask_id=ask_id):
                self._turn(ask_id, "person", at)
            case AskClosed(ask_id=ask_id):
                self._finish(f"ask {ask_id}", at)
            case _:
                pass

    def _turn(self, ask_id: str, kind: SpanKind, at: int) -> None:
        self._finish(f"ask {ask_id}", at)
        self._begin(f"ask {ask_id}", kind, at, self._titles.get(ask_id, ""))

    def _answer(self, at: int, turn: int, model: str, usage: Usage, sure: float | None, duration_ms: int) -> None:
        before = self.spent[-1].sum_micros if self.spent else 0
        cost = usage.cost_micros or 0
        self.spent.append(SpentAt(at, turn, model, cost, before + cost, usage.cost_micros is None))
        if sure is not None:
            self.stated.append(StatedAt(at, turn, sure))
        if duration_ms:
            title = f"Turn {turn}, {model}" if turn else f"Plan, {model}"
            self._closed.append(Span("model", max(self._since, at - duration_ms * _MS), at, title))

    def _begin(self, key: str, kind: SpanKind, at: int, title: str) -> None:
        self._finish(key, at)
        self._open[key] = (kind, at, title)

    def _finish(self, key: str, at: int, not_before: int = 0) -> None:
        found = self._open.pop(key, None)
        if found is not None:
            kind, since, title = found
            self._closed.append(Span(kind, min(at, max(since, not_before)), at, title))
