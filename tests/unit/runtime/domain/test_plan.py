"""A plan as a value: what is wrong with one, what an edit made of it, and how it goes on after a failure."""

import msgspec

from runtime.domain.events.runs import PlanProposed
from runtime.domain.ids import RunId, StepId
from runtime.domain.plan import Plan, PlanStep, continued, difference, faults_of


def step(name: str, title: str = "Look", needs: tuple[str, ...] = (), tool: str = "") -> PlanStep:
    return PlanStep(StepId(name), title, tool, needs=tuple(StepId(need) for need in needs))


def test_a_step_needs_only_what_comes_before_it() -> None:
    assert faults_of((step("s1"), step("s2", needs=("s1",)))) == ()
    assert faults_of((step("s2", needs=("s1",)), step("s1"))) == ("Step 1 needs s1, which does not come before it.",)
    assert faults_of((step("s1", needs=("s1",)),)) == ("Step 1 needs s1, which does not come before it.",)
    assert faults_of((step("s1", needs=("s9",)),)) == ("Step 1 needs s9, which is not in the plan.",)


def test_a_plan_has_steps_with_titles_and_ids_of_their_own_and_keeps_those_that_have_begun() -> None:
    assert faults_of(()) == ("A plan needs at least one step.",)
    assert faults_of((step("s1"), step("s1"))) == ("Every step needs its own id.",)
    assert faults_of((step("s1", " "),)) == ("Step 1 has no title.",)
    assert faults_of((step("s2"),), {StepId("s1")}) == ("Steps that have begun stay in the plan: s1.",)
    assert len(faults_of(tuple(step(f"s{number}") for number in range(51)))) == 1


def test_the_difference_of_two_plans_names_what_was_added_dropped_changed_and_moved() -> None:
    before = (step("s1"), step("s2"), step("s3"), step("s4"))
    after = (step("s3"), step("s1", "Look twice"), step("s4"), step("s5"))
    found = difference(before, after)
    assert (found.added, found.dropped, found.changed) == (("s5",), ("s2",), ("s1",))
    assert found.moved == ("s3", "s1")
    assert found.sentence == "1 step added, 1 dropped, 1 changed, the order changed"
    assert difference(before, before).sentence == ""


def test_a_plan_that_goes_on_keeps_what_has_begun_and_gives_new_steps_ids_nobody_had() -> None:
    plan = Plan(1, (step("s1"), step("s2", needs=("s1",)), step("s3")))
    new = (step("s1", "Ask"), step("s2", "Answer", needs=("s1",)))
    steps = continued(plan, {StepId("s1"), StepId("s2")}, new, {StepId("s7")})
    assert [one.step_id for one in steps] == ["s1", "s2", "s5", "s6"]
    assert [one.title for one in steps] == ["Look", "Look", "Ask", "Answer"]
    assert steps[3].needs == ("s5",)
    assert faults_of(steps, {StepId("s1"), StepId("s2")}) == ()


def test_a_plan_of_an_older_program_reads_as_one_that_does_not_tell_dependencies() -> None:
    old = b'{"type":"plan-proposed","run_id":"r","revision":1,"steps":[{"step_id":"s1","title":"Look","tool":"",'
    event = msgspec.json.decode(old + b'"parent":""}],"by_model":"m"}', type=PlanProposed)
    assert event == PlanProposed(RunId("r"), 1, (step("s1"),), by_model="m")
