"""What pictures are drawn from: the course of a run, the record of an agent, the activity of one agent."""

from runtime.domain.decision import Decision, Usage
from runtime.domain.envelope import Envelope
from runtime.domain.events import Event
from runtime.domain.events.asks import AskApproved, AskClosed, RulingTakenBack
from runtime.domain.events.effects import EffectFinished, EffectStarted
from runtime.domain.events.runs import ModelAnswered, PlanningStarted, RunFinished, RunPaused, RunQueued, RunResumed
from runtime.domain.ids import AskId, CallId, RunId, run_stream
from runtime.domain.task import Task
from runtime.domain.words import CallOutcome, DecisionKind, Outcome
from runtime.projections.picture_rows import ConfidenceLevel
from runtime.projections.run_course import run_course
from tests.fixtures.support_desk import DESK, SECOND, raised
from tests.unit.runtime.projections.conftest import Desk

RUN, CALL, ASK = RunId("r"), CallId("1.1"), AskId("a")
QUEUED = RunQueued(RUN, DESK, 1, Task("Broken mug", "It came in two pieces"), "anna")
RAISED = raised("a", "r", "1.1", 0, "Refund order 1042")
APPROVED = AskApproved(ASK, "anna", "d" * 64, 0, 10)


def answered(turn: int, confidence: float | None, cost: int | None) -> ModelAnswered:
    decision = Decision(DecisionKind.ACT, confidence=confidence)
    return ModelAnswered(RUN, turn, "large", decision, Usage(cost_micros=cost), duration_ms=4_000)


def dated(*events: tuple[int, Event]) -> list[Envelope]:
    stream = run_stream(RUN)
    return [Envelope(at, stream, at, second * SECOND, "console", event) for at, (second, event) in enumerate(events, 1)]


def spans(*events: tuple[int, Event], now: int = 100) -> list[tuple[str, int, int]]:
    found = run_course("r", dated(*events), 0.7, 5_000_000, now * SECOND)
    assert found is not None
    return [(span.kind, span.since // SECOND, span.until // SECOND) for span in found.spans]


def test_where_the_time_of_a_run_goes() -> None:
    found = spans(
        (1, QUEUED),
        (3, PlanningStarted(RUN)),
        (10, answered(1, 0.9, 20_000)),
        (11, RAISED),
        (31, APPROVED),
        (35, RulingTakenBack(ASK, "anna")),
        (40, APPROVED),
        (50, AskClosed(ASK, "spent", "")),
        (50, EffectStarted(RUN, CALL, "key", 1, 1)),
        (52, EffectFinished(RUN, CALL, CallOutcome.OK, "done", duration_ms=1_000)),
        (60, RunPaused(RUN, "anna")),
        (70, RunResumed(RUN, "anna")),
        (80, RunFinished(RUN, Outcome.COMPLETED, "done")),
        (90, EffectStarted(RUN, CallId("undo"), "key", 1, 1)),
    )
    assert found == [
        ("queue", 1, 3),
        ("model", 6, 10),
        ("person", 11, 31),
        ("hold", 31, 35),
        ("person", 35, 40),
        ("hold", 40, 50),
        ("tool", 51, 52),
        ("paused", 60, 70),
    ]


def test_what_is_open_goes_on_until_now() -> None:
    assert spans((1, QUEUED), (2, PlanningStarted(RUN)), (5, RAISED), now=65)[-1] == ("person", 5, 65)
    assert run_course("r", dated((1, RAISED)), 0.7, 0, 9) is None


def test_confidence_and_spend_add_up_answer_by_answer() -> None:
    events = dated((1, QUEUED), (5, answered(1, 0.9, 20_000)), (9, answered(2, None, None)), (12, answered(3, 0.6, 5)))
    found = run_course("r", events, 0.7, 5_000_000, 20 * SECOND)
    assert found is not None
    assert [(one.turn, one.confidence) for one in found.stated] == [(1, 0.9), (3, 0.6)]
    assert [(one.micros, one.sum_micros, one.unknown) for one in found.spent] == [
        (20_000, 20_000, False),
        (0, 20_000, True),
        (5, 20_005, False),
    ]


async def test_the_course_of_a_recorded_run(desk: Desk) -> None:
    found = await desk.history.run_course("r1")
    assert found is not None
    assert (found.ended, found.cap_micros, found.spent[-1].sum_micros) == (True, 5_000_000, 50_000)
    assert [one.turn for one in found.stated] == [0, 1]
    assert [(span.kind, span.title) for span in found.spans if span.kind in ("tool", "person")] == [
        ("tool", "Look up order 1042"),
        ("tool", "Set ticket 7 to pending"),
        ("person", "Refund order 1042, $84.00"),
        ("person", "Refund order 1042, $84.00"),
        ("tool", "Refund order 1042, $84.00"),
    ]
    assert await desk.history.run_course("nothing") is None


async def test_the_record_of_an_agent_counts_what_was_undone_or_rejected_as_wrong(desk: Desk) -> None:
    changes, every = await desk.history.agent_record("refunds"), await desk.history.agent_record("refunds", True)
    assert changes is not None
    assert every is not None
    assert changes.levels == (ConfidenceLevel(82, 0.82, 3, 1),)
    assert [(level.cases, level.right) for level in every.levels] == [(4, 2)]
    assert changes.unstated == 0
    assert await desk.history.agent_record("nobody") is None
    idle = await desk.history.agent_record("catalogue")
    assert idle is not None
    assert idle.levels == ()


async def test_activity_of_one_agent(desk: Desk) -> None:
    whole, mine = await desk.history.activity(60), await desk.history.activity(60, "refunds")
    assert mine == whole
    assert [minute.asks for minute in whole if minute.asks] == [1, 1, 1, 1]
    nobody = await desk.history.activity(60, "catalogue")
    assert len(nobody) == 60
    assert not any(minute.actions or minute.asks for minute in nobody)
