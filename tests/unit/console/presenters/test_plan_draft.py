"""A plan while it is edited: order, numbers, ids, and what stands in the way of sending it."""

from console.presenters.plan_draft import PlanDraft
from runtime.domain.ids import StepId
from runtime.domain.plan import PlanStep

STEPS = (
    PlanStep(StepId("s1"), "Look", "files.read"),
    PlanStep(StepId("s2"), "Write", "files.write", needs=(StepId("s1"),), changes="a.txt"),
    PlanStep(StepId("s3"), "Tell"),
)


def test_steps_keep_their_ids_while_they_move_and_new_ones_get_one_of_their_own() -> None:
    draft = PlanDraft(STEPS)
    assert draft.move(2, -1) == 1
    assert draft.move(0, -1) == 0
    place = draft.add(0, "Think")
    assert [step.title for step in draft.steps] == ["Look", "Think", "Tell", "Write"]
    assert draft.steps[place].step_id not in ("s1", "s2", "s3", "")
    assert draft.said == "1 step added, the order changed"
    assert draft.faults == ()


def test_what_is_dropped_is_not_needed_any_more_and_what_has_begun_stays() -> None:
    draft = PlanDraft(STEPS, {StepId("s3")})
    draft.drop(0)
    assert draft.steps[0].needs == ()
    assert draft.said == "1 step dropped, 1 changed"
    assert draft.fixed(1)
    draft.drop(1)
    assert draft.faults == ("Steps that have begun stay in the plan: s3.",)


def test_needs_are_typed_as_numbers_and_wrong_ones_are_told() -> None:
    draft = PlanDraft(STEPS)
    assert draft.needs_text(1) == "1"
    draft.change(2, " Tell Anna ", "", "", "1; 2")
    assert (draft.steps[2].title, draft.steps[2].needs) == ("Tell Anna", ("s1", "s2"))
    draft.change(2, "Tell", "", "", "7")
    assert draft.faults == ("Step 3 needs 7, which is not in the plan.",)
    draft.change(0, "Look", "", "", "2")
    assert list(draft.faults)[:1] == ["Step 1 needs s2, which does not come before it."]
