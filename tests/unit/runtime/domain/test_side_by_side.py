"""Which calls may run side by side: reads always; changes only of different things, by steps told to be apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.domain.action import Action
from runtime.domain.ids import StepId
from runtime.domain.loop_commands import Judged
from runtime.domain.plan import Plan, PlanStep
from runtime.domain.side_by_side import independent, may_run_beside, needed_by
from runtime.domain.verdict import Reason, combine
from runtime.domain.words import EffectKind, Tier, VerdictKind


def step(number: int, *needs: int, parent: int = 0) -> PlanStep:
    name = StepId(f"s{parent}") if parent else StepId("")
    return PlanStep(StepId(f"s{number}"), "Do it", parent=name, needs=tuple(StepId(f"s{need}") for need in needs))


PLAN = Plan(1, (step(1), step(2), step(3, 1), step(4, 3), step(5, parent=4)), needs_told=True)


def judged(
    number: int, effect: EffectKind = EffectKind.REVERSIBLE, thing: str = "", kind: VerdictKind = VerdictKind.ALLOW
) -> Judged:
    verdict = combine((Reason("permission", kind, "By rule."),), Tier.SMALL)
    resource = thing or f"docs/{number}"
    return Judged(number, Action("t", "{}"), StepId(f"s{number}"), "T", effect, resource, verdict, "d", 1)


def test_reads_run_beside_each_other_whatever_the_plan_says() -> None:
    reads = [judged(number, EffectKind.READ, "docs/a") for number in (1, 3)]
    assert may_run_beside(None, reads[:1], reads[1])


@pytest.mark.parametrize(
    ("other", "may"),
    [
        (judged(2), True),
        (judged(2, EffectKind.READ), True),
        (judged(3), False),  # it needs the first
        (judged(5), False),  # what it belongs to needs it, through another
        (judged(1), False),  # the same step
        (judged(9), False),  # not in the plan
        (judged(2, thing="docs/1"), False),  # the same thing
        (judged(2, EffectKind.IRREVERSIBLE), False),
        (judged(2, kind=VerdictKind.ASK), False),
    ],
)
def test_a_change_runs_beside_what_neither_needs_it_nor_is_about_the_same(other: Judged, may: bool) -> None:
    assert may_run_beside(PLAN, [judged(1)], other) is may
    assert may_run_beside(PLAN, [other], judged(1)) is may


def test_a_plan_that_does_not_say_what_its_steps_need_keeps_its_order() -> None:
    assert not may_run_beside(Plan(1, PLAN.steps), [judged(1)], judged(2))
    assert not may_run_beside(None, [judged(1)], judged(2))


@given(st.lists(st.lists(st.integers(1, 8), max_size=3), min_size=2, max_size=8))
def test_independence_goes_both_ways_and_through_others(needs: list[list[int]]) -> None:
    steps = tuple(step(number, *(need for need in wanted if need < number)) for number, wanted in enumerate(needs, 1))
    plan = Plan(1, steps, needs_told=True)
    for one in steps:
        for other in steps:
            apart = independent(plan, one.step_id, other.step_id)
            assert apart == independent(plan, other.step_id, one.step_id)
            assert not (apart and (other.step_id in needed_by(plan, one.step_id) or one == other))
        for need in one.needs:
            assert needed_by(plan, need) <= needed_by(plan, one.step_id)
