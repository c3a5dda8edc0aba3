"""A plan that waits for a person: approved, edited, rejected, expired, and all of it across a restart."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.agent_spec import AgentSpec, ModelRoute, Planning
from runtime.domain.commands import EditPlan, LeaveNote, PauseRun, ResumeRun, StopRun
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.events.plans import PlanApproved, PlanRejected
from runtime.domain.events.runs import ActionJudged, ModelAnswered, PlanProposed
from runtime.domain.ids import RunId, StepId
from runtime.domain.plan import PlanStep
from runtime.domain.words import AskState, CallStatus, Outcome, PlanReview, RunState
from tests.fixtures.room import CLERK, Room, act, bench, done, furnished, write

ROUTE = "openai/gpt-5-mini"
LOOK = PlanStep(StepId("s1"), "Look at it", "bench.read")
WRITE = PlanStep(StepId("s2"), "Write it down", "files.write", needs=(StepId("s1"),), changes="a.txt")
PLAN = PlannedWork((LOOK, WRITE), confidence=0.9)


def reviewed(review: PlanReview = PlanReview.ALWAYS, replans: int = 2) -> AgentSpec:
    return msgspec.structs.replace(CLERK, models=ModelRoute((ROUTE,), (ROUTE,)), planning=Planning(review, replans))


def for_step(step: str, *calls: tuple[str, dict[str, Any]]) -> Decision:
    decision = act(*calls)
    named = tuple(msgspec.structs.replace(call, step_id=StepId(step)) for call in decision.calls)
    return msgspec.structs.replace(decision, calls=named)


async def of_kind(room: Room, run_id: RunId, kind: type) -> list[Any]:
    return [event for event in await room.events(run_id) if isinstance(event, kind)]


@pytest.mark.parametrize(
    ("review", "steps", "waits"),
    [
        (PlanReview.NEVER, (LOOK, WRITE), False),
        (PlanReview.ALWAYS, (PlanStep(StepId("s1"), "Think"),), True),
        (PlanReview.WRITES, (PlanStep(StepId("s1"), "Read it", "files.read"),), False),
        (PlanReview.WRITES, (PlanStep(StepId("s1"), "Write it", "files.write"),), True),
        (PlanReview.WRITES, (PlanStep(StepId("s1"), "Say so", changes="the customer knows"),), True),
        (PlanReview.ALWAYS, (), False),
    ],
)
async def test_whether_a_plan_waits_is_the_agents_setting(
    tmp_path: Path, review: PlanReview, steps: tuple[PlanStep, ...], waits: bool
) -> None:
    async with furnished(tmp_path, spec=reviewed(review)) as room:
        run_id = await room.start("t", PlannedWork(steps), done(), plan=False)
        if waits:
            ask = await room.asked(run_id, "plan")
            assert room.run(run_id).state is RunState.WAITING
            assert await of_kind(room, run_id, ModelAnswered) == []
            await room.approve(ask)
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert len(await of_kind(room, run_id, PlanApproved)) == int(waits)


async def test_an_approved_plan_is_carried_out_without_further_questions(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed()) as room:
        run_id = await room.start("t", PLAN, for_step("s2", write("a.txt", "x\n")), done(), plan=False)
        ask = await room.asked(run_id, "plan")
        assert "2. Write it down (tool files.write; changes: a.txt; needs step 1)" in ask.raised.known
        await room.reopen()
        ask = await room.asked(run_id, "plan")
        assert (await room.refused(msgspec.structs.replace(room.approval(ask), digest="0" * 64))).code == "changed"
        await room.approve(ask)
        run = await room.finished(run_id)
        assert (tmp_path / "docs/a.txt").read_text() == "x\n"
        assert (run.outcome, run.approved_revision) == (Outcome.COMPLETED, 1)
        detail = await room.runtime.history.run(run_id)
        assert detail is not None
        assert (detail.plan_standing, detail.plan_waits, detail.drift) == ("Revision 1 approved by Anna", "", ())


async def test_an_edit_while_approving_is_a_whole_new_revision_with_its_difference(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed(), hold_seconds=10) as room:
        run_id = await room.start("t", PLAN, done(), plan=False)
        ask = await room.asked(run_id, "plan")
        later = PlanStep(StepId("x1"), "Tell somebody")
        steps = msgspec.to_builtins((LOOK, later))
        circle = msgspec.to_builtins((msgspec.structs.replace(LOOK, needs=(StepId("x1"),)), later))
        assert (await room.refused(room.approval(ask, {"steps": circle}))).code == "invalid"
        assert (await room.refused(room.approval(ask, {"steps": []}))).code == "invalid"
        assert (await room.refused(room.approval(ask, {"stops": []}))).code == "invalid"
        await room.approve(ask, {"steps": steps})
        await room.reopen()  # held: the hold begins anew
        held = room.ask_of(run_id)
        assert held is not None
        assert held.state is AskState.HELD
        assert len(await of_kind(room, run_id, PlanProposed)) == 1
        await room.until(lambda: room.ask_of(run_id) is not None and room.own.engine.holds != {})
        room.pass_time(11)
        await room.do(LeaveNote(run_id, "anna", "Go on."))
        run = await room.finished(run_id)
        first, second = await of_kind(room, run_id, PlanProposed)
        assert (first.revision, second.revision, second.by) == (1, 2, "anna")
        assert second.steps == (LOOK, later)
        assert (second.diff.added, second.diff.dropped) == (("x1",), ("s2",))
        assert (run.approved_revision, run.retired) == (2, ("s2",))
        assert (await room.told(run_id)).plan == run.plan


async def test_a_plan_edited_while_it_waits_is_asked_for_anew(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed()) as room:
        run_id = await room.start("t", PLAN, done(), plan=False)
        first = await room.asked(run_id, "plan")
        again = await room.refused(EditPlan(run_id, "ben", (LOOK, WRITE), over=1))
        assert again.code == "same"
        await room.do(EditPlan(run_id, "ben", (WRITE_FIRST, LOOK), over=1))
        assert (await room.refused(EditPlan(run_id, "anna", (LOOK,), over=1))).code == "changed"
        assert (await room.refused(room.approval(first))).code == "closed"
        await room.reopen()
        second = await room.asked(run_id, "plan")
        assert second.raised.ask_id != first.raised.ask_id
        assert second.raised.digest != first.raised.digest
        assert second.raised.anew == "Edited by ben: 1 step changed, the order changed."
        await room.approve(second)
        assert (await room.finished(run_id)).approved_revision == 2


WRITE_FIRST = msgspec.structs.replace(WRITE, needs=())


async def test_a_rejected_plan_is_made_anew_with_the_reason_and_within_limits(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed(replans=1)) as room:
        run_id = await room.start("t", PLAN, PlannedWork((LOOK,)), plan=False)
        await room.reject(await room.asked(run_id, "plan"), "Write nothing.")
        await room.until(lambda: (plan := room.run(run_id).plan) is not None and plan.revision == 2)
        told = await room.told(run_id)
        assert told.replan.startswith("A person did not approve the plan: Write nothing.")
        await room.reopen()
        second = await room.asked(run_id, "plan")
        assert [step.step_id for step in room.run(run_id).plan.steps] == ["s3"]  # type: ignore[union-attr]
        await room.reject(second, "Still no.")
        run = await room.finished(run_id)
        assert run.outcome is Outcome.ESCALATED
        assert run.summary == "The plan was not approved: Still no."
        assert len(await of_kind(room, run_id, PlanRejected)) == 2


async def test_nobody_reviews_it_in_time_and_nothing_is_done(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed()) as room:
        run_id = await room.start("t", PLAN, plan=False)
        ask = await room.asked(run_id, "plan")
        room.pass_time(25 * 3600)
        await room.until(lambda: room.run(run_id).finished)
        run = room.run(run_id)
        assert (run.outcome, run.calls) == (Outcome.ESCALATED, ())
        assert "Nobody reviewed it in time" in run.summary
        assert (await room.refused(room.approval(ask))).code == "closed"


async def test_stop_and_pause_while_it_waits(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed()) as room:
        run_id = await room.start("t", PLAN, plan=False)
        await room.asked(run_id, "plan")
        await room.do(PauseRun(run_id, "anna"))
        await room.do(ResumeRun(run_id, "anna"))
        await room.do(LeaveNote(run_id, "anna", "I look at it after lunch."))
        assert room.run(run_id).state is RunState.WAITING
        await room.do(StopRun(run_id, "anna"))
        assert room.ask_of(run_id) is None
        assert (await room.finished(run_id)).outcome is Outcome.STOPPED


async def test_what_is_not_in_the_approved_plan_is_asked_for_and_shown_as_drift(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed()) as room:
        script = (
            for_step("s2", write("a.txt", "x\n")),
            for_step("s2", write("b.txt", "x\n")),
            for_step("", bench("keyed")),
            done(),
        )
        run_id = await room.start("t", PLAN, *script, plan=False)
        await room.approve(await room.asked(run_id, "plan"))
        second = await room.asked(run_id)
        assert "the one step with files.write was carried out already" in second.raised.reasons[-1].sentence
        assert (tmp_path / "docs/a.txt").exists()
        assert not (tmp_path / "docs/b.txt").exists()
        await room.reopen()
        await room.approve(await room.asked(run_id))
        third = await room.asked(run_id)
        assert "no step of it uses bench.keyed" in third.raised.reasons[-1].sentence
        detail = await room.runtime.history.run(run_id)
        assert detail is not None
        assert [(line.step.tool, line.status.value) for line in detail.drift] == [
            ("files.write", "done"),
            ("bench.keyed", "waiting"),
        ]
        await room.approve(third)
        await room.finished(run_id)
        reasons = [judged.verdict.reasons[-1].check for judged in await of_kind(room, run_id, ActionJudged)]
        assert reasons == ["effect", "plan", "plan"]


async def test_a_plan_nobody_reviewed_binds_nobody(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed(PlanReview.NEVER)) as room:
        run_id = await room.start("t", PLAN, for_step("", bench("change")), done(), plan=False)
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert room.call(run_id).status is CallStatus.ENDED


async def test_a_step_that_fails_is_planned_anew_within_limits(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed(PlanReview.NEVER, replans=1)) as room:
        plan = PlannedWork((PlanStep(StepId("s1"), "Ring", "bench.change"), PlanStep(StepId("s2"), "Say so")))
        room.failing(99, "gone", passing=False)
        again = PlannedWork((PlanStep(StepId("s1"), "Ring again", "bench.change"),))
        script = (for_step("s1", bench("change")), again, for_step("s3", bench("change")), done("Nobody answers."))
        run_id = await room.start("t", plan, *script, plan=False)
        run = await room.finished(run_id)
        first, second = await of_kind(room, run_id, PlanProposed)
        assert first.because == ""
        assert second.because.startswith("The step “Ring” failed: Not now.")
        assert [step.step_id for step in second.steps] == ["s1", "s3"]
        assert (second.diff.added, second.diff.dropped) == (("s3",), ("s2",))
        assert (run.replans, run.plan.revision if run.plan else 0) == (1, 2)
        requests = room.models.scripts["t"].requests
        assert requests[2].replan.endswith("1. Ring [bench.change]: failed\n2. Say so: to do")
        assert [bool(request.replan) for request in requests] == [False, False, True, False, False]


async def test_where_the_world_differs_the_planner_is_told_how_and_plans_anew(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed(replans=1)) as room:
        (tmp_path / "docs/a.txt").write_text("old\n")
        plan = PlannedWork((PlanStep(StepId("s1"), "Mend it", "files.edit", changes="a.txt"),))
        again = PlannedWork((PlanStep(StepId("s1"), "Write it anew", "files.write", changes="a.txt"),))
        edit = ("files.edit", {"path": "a.txt", "find": "old", "replace": "new"})
        script = (for_step("s1", edit), again, for_step("s2", write("a.txt", "x\n")), done())
        run_id = await room.start("t", plan, *script, plan=False)
        first = await room.asked(run_id, "plan")
        (tmp_path / "docs/a.txt").write_text("somebody else wrote this\n")
        await room.approve(first)
        second = await room.asked(run_id, "plan")
        assert second.raised.known.startswith("The planner was asked again: The step “Mend it” failed: ")
        assert "old" not in (tmp_path / "docs/a.txt").read_text()
        await room.approve(second)
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert (tmp_path / "docs/a.txt").read_text() == "x\n"
        told = room.models.scripts["t"].requests[2].replan
        assert "a.txt" in told.split("failed: ")[1]


async def test_a_new_plan_that_writes_waits_for_a_person_where_the_first_only_read(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed(PlanReview.WRITES)) as room:
        room.failing(2, "gone", passing=False)
        again = PlannedWork((msgspec.structs.replace(WRITE_FIRST, step_id=StepId("s1")),))
        script = (for_step("s1", bench("read")), again, for_step("s2", write("a.txt", "x\n")), done())
        run_id = await room.start("t", PlannedWork((LOOK,)), *script, plan=False)
        ask = await room.asked(run_id, "plan")
        assert ask.raised.known.startswith("The planner was asked again: The step “Look at it” failed: Not now.")
        assert ask.raised.reasons[0].sentence == (
            "The plan changes something: its step “Write it down” uses files.write."
        )
        await room.reopen()
        assert not (tmp_path / "docs/a.txt").exists()
        await room.approve(await room.asked(run_id, "plan"))
        run = await room.finished(run_id)
        assert (run.outcome, run.approved_revision) == (Outcome.COMPLETED, 2)
        assert (tmp_path / "docs/a.txt").read_text() == "x\n"
        detail = await room.runtime.history.run(run_id)
        assert detail is not None
        assert (detail.plan_standing, detail.drift) == ("Revision 2 approved by Anna", ())
        assert [line.status.value for line in detail.plan] == ["failed", "done"]
        assert len(await of_kind(room, run_id, PlanApproved)) == 1


async def test_a_new_plan_of_a_reviewed_agent_waits_again(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed()) as room:
        plan = PlannedWork((PlanStep(StepId("s1"), "Ring", "bench.change"),))
        room.failing(2, "gone", passing=False)
        again = PlannedWork((PlanStep(StepId("s1"), "Ring again", "bench.change"),))
        script = (for_step("s1", bench("change")), again, for_step("s2", bench("change")), done())
        run_id = await room.start("t", plan, *script, plan=False)
        first = await room.asked(run_id, "plan")
        await room.approve(first)
        await room.until(lambda: room.run(run_id).replans == 1)
        second = await room.asked(run_id, "plan")
        assert second.raised.known.startswith("The planner was asked again: The step “Ring” failed")
        assert len(room.run(run_id).calls) == 1
        await room.reopen()
        await room.approve(await room.asked(run_id, "plan"))
        run = await room.finished(run_id)
        assert (run.outcome, run.approved_revision) == (Outcome.COMPLETED, 2)
