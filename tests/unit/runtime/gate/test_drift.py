"""What is not in the plan is asked for: also where nobody reviewed it, and beside what a step names."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.commands import EditPlan
from runtime.domain.decision import PlannedWork
from runtime.domain.events.runs import ActionJudged
from runtime.domain.ids import RunId, StepId
from runtime.domain.plan import PlanStep
from runtime.domain.words import Outcome, PlanReview
from runtime.engine import executing, thinking
from runtime.engine.judging_calls import judge_one
from runtime.engine.side_by_side import judge_together
from runtime.projections.drift_view import EDITED_AWAY
from runtime.projections.rows import RunDetail
from tests.fixtures.room import ASK_ALL, Room, bench, done, furnished, write
from tests.unit.runtime.engine.test_plan_review import LOOK, PLAN, WRITE, for_step, of_kind, reviewed

READS = PlannedWork((LOOK,))
RING = PlanStep(StepId("s1"), "Ring", "bench.change")
NOTE = PlanStep(StepId("s2"), "Write it down", "files.write", changes="a.txt")


async def shown(room: Room, run_id: RunId) -> RunDetail:
    detail = await room.runtime.history.run(run_id)
    assert detail is not None
    return detail


def beside(detail: RunDetail) -> list[tuple[str, str, bool]]:
    return [(line.step.tool, line.status.value, line.unreviewed) for line in detail.drift]


async def test_a_change_beside_a_plan_that_was_to_change_nothing_is_asked_for(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed(PlanReview.WRITES)) as room:
        look = ("files.list", {"path": ""})
        script = (for_step("", look), for_step("s1", write("a.txt", "x\n")), done())
        run_id = await room.start("t", READS, *script, plan=False)
        await room.asked(run_id)
        await room.reopen()
        ask = await room.asked(run_id)
        assert ask.raised.reasons[-1].sentence == (
            "It is not in the plan (revision 1): no step of it uses files.write. Plans of this agent are reviewed "
            "where they change something; nobody reviewed this one."
        )
        detail = await shown(room, run_id)
        assert beside(detail) == [("files.write", "waiting", False)]  # to look is free
        assert detail.drift[0].why == ask.raised.reasons[-1].sentence
        assert detail.plan_standing == "Not reviewed; a change that is not in it is asked for"
        assert not (tmp_path / "docs/a.txt").exists()
        await room.approve(ask)
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED


@pytest.mark.parametrize("review", [PlanReview.WRITES, PlanReview.ALWAYS])
async def test_a_plan_without_steps_lets_nothing_be_changed_unseen(tmp_path: Path, review: PlanReview) -> None:
    async with furnished(tmp_path, spec=reviewed(review)) as room:
        run_id = await room.start("t", PlannedWork(()), for_step("", bench("change")), done(), plan=False)
        ask = await room.asked(run_id)
        assert "It is not in the plan (revision 1)" in ask.raised.reasons[-1].sentence
        await room.approve(ask)
        await room.finished(run_id)


async def test_what_a_person_put_into_an_unreviewed_plan_is_in_it(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed(PlanReview.WRITES)) as room:
        room.models.hold = hold = asyncio.Event()
        script = (for_step("s2", write("a.txt", "x\n")), for_step("s2", write("a.txt", "y\n")), done())
        run_id = await room.start("t", READS, *script, plan=False)
        await room.models.asked.wait()
        await room.do(EditPlan(run_id, "anna", (LOOK, NOTE), over=1))
        hold.set()
        ask = await room.asked(run_id)
        assert "It is not in the plan (revision 2): the one step with files.write" in ask.raised.reasons[-1].sentence
        await room.approve(ask)
        await room.finished(run_id)
        judged = await of_kind(room, run_id, ActionJudged)
        assert [one.verdict.reasons[-1].check for one in judged] == ["effect", "plan"]


async def test_a_step_that_names_what_it_changes_covers_nothing_else(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed()) as room:
        script = (for_step("s2", write("b.txt", "x\n")), for_step("s2", write("a.txt", "x\n")), done())
        run_id = await room.start("t", PLAN, *script, plan=False)
        await room.approve(await room.asked(run_id, "plan"))
        await room.asked(run_id)
        await room.reopen()
        ask = await room.asked(run_id)
        assert ask.raised.reasons[-1].sentence == (
            "It is not in the approved plan (revision 1): with files.write its step 2 changes a.txt, "
            "and this changes docs/b.txt."
        )
        assert beside(await shown(room, run_id)) == [("files.write", "waiting", False)]
        assert [line.status.value for line in (await shown(room, run_id)).plan] == ["to do", "to do"]
        await room.approve(ask)
        run = await room.finished(run_id)  # what was asked for by itself used no step up: a.txt is still in the plan
        assert run.outcome is Outcome.COMPLETED
        assert (tmp_path / "docs/a.txt").exists()
        assert beside(await shown(room, run_id)) == [("files.write", "done", False)]
        assert [line.status.value for line in (await shown(room, run_id)).plan] == ["skipped", "done"]


async def test_what_is_done_beside_the_plan_carries_out_no_step_of_it(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed()) as room:
        run_id = await room.start("t", PLAN, for_step("s2", write("b.txt", "x\n")), done(), plan=False)
        await room.approve(await room.asked(run_id, "plan"))
        await room.approve(await room.asked(run_id))
        await room.finished(run_id)
        assert (tmp_path / "docs/b.txt").exists()
        assert [line.status.value for line in (await shown(room, run_id)).plan] == ["skipped", "skipped"]


async def test_an_action_edited_on_approval_counts_by_what_is_done(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=reviewed()) as room:
        script = (*(for_step("s2", write(path, "x\n")) for path in ("a.txt", "b.txt", "a.txt")), done())
        run_id = await room.start("t", PLAN, *script, plan=False)
        await room.approve(await room.asked(run_id, "plan"))
        away = await room.asked(run_id)
        assert away.raised.reasons[-1].check != "plan"
        await room.approve(away, {"path": "c.txt", "content": "x\n"})
        back = await room.asked(run_id)
        assert "its step 2 changes a.txt, and this changes docs/b.txt" in back.raised.reasons[-1].sentence
        detail = await shown(room, run_id)
        assert (detail.drift[0].step.title, detail.drift[0].why) == (room.run(run_id).calls[0].title, EDITED_AWAY)
        assert [line.status.value for line in detail.plan] == ["to do", "to do"]
        await room.approve(back, {"path": "a.txt", "content": "x\n"})
        await room.reopen()
        again = await room.asked(run_id)
        assert again.raised.reasons[-1].sentence.endswith("the one step with files.write was carried out already.")
        await room.reject(again, "Once is enough.")
        await room.finished(run_id)
        touched = ["docs/c.txt", "docs/a.txt", "docs/a.txt"]
        assert [call.resource for call in room.run(run_id).calls] == touched
        rows = await room.own.recorder.raw_rows("SELECT resource FROM effects ORDER BY turn")
        assert [row[0] for row in rows] == touched  # what conflicts with a later run's effect is told by these
        assert beside(await shown(room, run_id)) == [("files.write", "done", False), ("files.write", "skipped", False)]
        assert [line.status.value for line in (await shown(room, run_id)).plan] == ["skipped", "done"]


async def test_no_start_slips_between_the_gate_and_an_edit_of_the_plan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, elsewhere = msgspec.structs.replace(LOOK, title="Look well"), msgspec.structs.replace(WRITE, changes="b.txt")
    async with furnished(tmp_path, spec=reviewed()) as room:
        edits = [
            EditPlan(RunId(""), "anna", (other, WRITE), over=1),
            EditPlan(RunId(""), "ben", (other, elsewhere), over=2),
        ]

        def edited_after(look: Any) -> Any:
            async def looked(*given: Any, **named: Any) -> Any:
                judged = await look(*given, **named)
                if edits:  # what a person does in this moment; the gate saw the plan as it was
                    await room.do(msgspec.structs.replace(edits.pop(0), run_id=run_id))
                return judged

            return looked

        monkeypatch.setattr(thinking, "judge_together", edited_after(judge_together))
        monkeypatch.setattr(executing, "judge_one", edited_after(judge_one))
        run_id = await room.start("t", PLAN, for_step("s2", write("a.txt", "x\n")), done(), plan=False)
        await room.approve(await room.asked(run_id, "plan"))
        ask = await room.asked(run_id)
        assert edits == []
        assert ask.raised.reasons[-1].sentence == (
            "It is not in the approved plan (revision 3): with files.write its step 2 changes b.txt, and this changes "
            "docs/a.txt."
        )
        assert not (tmp_path / "docs/a.txt").exists()
        assert [line.status.value for line in (await shown(room, run_id)).plan] == ["to do", "to do"]
        await room.approve(ask)
        await room.finished(run_id)


async def test_what_a_step_says_in_words_is_not_compared_and_the_plan_says_so(tmp_path: Path) -> None:
    words = PlannedWork((PlanStep(StepId("s1"), "Write it down", "files.write", changes="the notes of the shop"),))
    async with furnished(tmp_path, spec=reviewed()) as room:
        run_id = await room.start("t", words, for_step("s1", write("b.txt", "x\n")), done(), plan=False)
        ask = await room.asked(run_id, "plan")
        assert "(tool files.write; changes, in words that are not compared: the notes of the shop)" in ask.raised.known
        await room.approve(ask)
        await room.finished(run_id)
        assert (await shown(room, run_id)).drift == ()


async def test_the_step_a_call_names_counts_also_where_others_are_left(tmp_path: Path) -> None:
    two = PlannedWork((NOTE, PlanStep(StepId("s3"), "And again", "files.write", changes="b.txt")))
    async with furnished(tmp_path, spec=reviewed()) as room:
        script = (for_step("s2", write("a.txt", "x\n")), for_step("s2", write("a.txt", "y\n")), done())
        run_id = await room.start("t", two, *script, plan=False)
        await room.approve(await room.asked(run_id, "plan"))
        ask = await room.asked(run_id)
        assert ask.raised.reasons[-1].sentence.endswith("its step 1, which this is for, was carried out already.")
        await room.approve(ask)
        await room.finished(run_id)


async def test_a_new_plan_nobody_reviewed_does_not_take_the_place_of_the_approved_one(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed(PlanReview.WRITES)) as room:
        room.failing(2, "no", passing=False)
        again = PlannedWork((PlanStep(StepId("s1"), "List what there is", "files.list"),))
        script = (
            for_step("s1", bench("change")),
            again,
            for_step("s3", ("files.list", {"path": ""})),
            for_step("s2", write("a.txt", "x\n")),
            done(),
        )
        run_id = await room.start("t", PlannedWork((RING, NOTE)), *script, plan=False)
        await room.approve(await room.asked(run_id, "plan"))
        look = await room.asked(run_id)
        await room.reopen()
        look = await room.asked(run_id)
        assert look.raised.reasons[-1].sentence == (
            "It is not in the approved plan (revision 1): no step of it uses files.list. Revision 2, made by the "
            "planner since, was not reviewed."
        )
        detail = await shown(room, run_id)
        assert beside(detail) == [("files.list", "waiting", True)]
        standing = "Revision 1 approved by Anna still holds, revision 2 by the planner was not reviewed"
        assert (detail.plan_revision, detail.plan_standing) == (2, standing)
        await room.approve(look)
        change = await room.asked(run_id)
        assert "what it says of files.write was dropped by a later revision" in change.raised.reasons[-1].sentence
        await room.approve(change)
        run = await room.finished(run_id)
        assert (run.outcome, run.approved_revision) == (Outcome.COMPLETED, 1)


async def test_an_edit_of_a_new_plan_that_is_then_rejected_does_not_count_as_approved(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=reviewed(PlanReview.WRITES)) as room:
        room.failing(2, "no", passing=False)
        again, reads = PlannedWork((NOTE,)), PlannedWork((PlanStep(StepId("s1"), "Look", "bench.read"),))
        script = (for_step("s1", bench("change")), again, reads, for_step("s3", write("a.txt", "x\n")), done())
        run_id = await room.start("t", PlannedWork((RING,)), *script, plan=False)
        await room.approve(await room.asked(run_id, "plan"))
        await room.until(lambda: (plan := room.run(run_id).plan) is not None and plan.revision == 2)
        waits = room.run(run_id).plan
        assert waits is not None
        await room.do(EditPlan(run_id, "ben", waits.steps[::-1], over=2))
        await room.reject(await room.asked(run_id, "plan"), "Write nothing.")
        ask = await room.asked(run_id)
        assert "It is not in the approved plan (revision 1): no step of it uses files.write" in (
            ask.raised.reasons[-1].sentence
        )
        await room.approve(ask)
        assert (await room.finished(run_id)).approved_revision == 1
