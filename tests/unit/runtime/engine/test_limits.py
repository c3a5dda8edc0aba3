"""Bounds of a run: turns, time at work, money, repetition, going back and forth."""

import msgspec
import pytest

from runtime.domain.action import Action
from runtime.domain.agent_spec import Limits
from runtime.domain.decision import Decision
from runtime.domain.ids import AgentName, CallId, RunId, StepId
from runtime.domain.run_state import Call, Run
from runtime.domain.task import Task
from runtime.domain.words import CallOutcome, CallStatus, DecisionKind, EffectKind, Outcome, RunState
from runtime.engine.limits import circling, limit_reached

RUN = Run(RunId("r"), AgentName("a"), 1, Task("t", "t"), RunState.RUNNING)
SECOND = 1_000_000


def calls(*results: tuple[str, str]) -> Run:
    made = tuple(
        Call(
            CallId(f"{at}.1"),
            at,
            1,
            Action("files.read", f'{{"path":"{path}"}}'),
            StepId(""),
            f"Read {path}",
            EffectKind.READ,
            path,
            CallStatus.ENDED,
            "d",
            1,
            outcome=CallOutcome.OK,
            output=output,
        )
        for at, (path, output) in enumerate(results, 1)
    )
    return msgspec.structs.replace(RUN, calls=made)


def test_nothing_is_reached_by_a_fresh_run() -> None:
    assert limit_reached(RUN, Limits(), SECOND) is None


def test_turns_time_and_money_end_a_run_in_their_own_words() -> None:
    decided = tuple(Decision(DecisionKind.ACT) for _ in range(3))
    turns = limit_reached(msgspec.structs.replace(RUN, turns=decided), Limits(turns=3), 0)
    at_work = msgspec.structs.replace(RUN, at_work_since=1, worked_us=9 * SECOND)
    time = limit_reached(at_work, Limits(seconds=10), 2 * SECOND)
    money = limit_reached(msgspec.structs.replace(RUN, cost_micros=5), Limits(cost_micros=5), 0)
    assert turns is not None
    assert time is not None
    assert money is not None
    assert (turns.limit, turns.outcome) == ("turns", Outcome.ESCALATED)
    assert (time.limit, time.outcome) == ("time", Outcome.ESCALATED)
    assert (money.limit, money.outcome) == ("money", Outcome.OUT_OF_BUDGET)


def test_waiting_for_a_person_is_not_time_at_work() -> None:
    waits = msgspec.structs.replace(RUN, state=RunState.WAITING, worked_us=SECOND, at_work_since=0)
    assert limit_reached(waits, Limits(seconds=10), 10**12) is None


def test_the_same_action_with_the_same_result_is_stopped() -> None:
    assert circling(calls(("a", "1"), ("a", "1")), 3) is None
    reached = circling(calls(("a", "1"), ("a", "1"), ("a", "1")), 3)
    assert reached is not None
    assert reached.outcome is Outcome.ESCALATED


def test_a_new_result_is_progress() -> None:
    assert circling(calls(("a", "1"), ("a", "2"), ("a", "3")), 3) is None


@pytest.mark.parametrize("rounds", [3, 4])
def test_back_and_forth_between_two_is_stopped(rounds: int) -> None:
    reached = circling(calls(*[("a", "1"), ("b", "2")] * rounds), 3)
    assert reached is not None
    assert reached.limit == "back and forth"
    assert circling(calls(*[("a", "1"), ("b", "2")] * 2), 3) is None
