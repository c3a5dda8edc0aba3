"""The playbook in the place of models that are away: by a plan of its own, and only where it can tell what is left."""

from pathlib import Path

import msgspec
import pytest

from runtime.domain.agent_spec import PLAYBOOK as BY_STEPS
from runtime.domain.agent_spec import AgentSpec, ModelRoute, Planning
from runtime.domain.commands import ResumeRun, StopRun
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.events.runs import PlanProposed
from runtime.domain.ids import StepId
from runtime.domain.plan import PlanStep
from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec
from runtime.domain.words import Outcome, PlanReview
from runtime.models.scripted import Say
from tests.fixtures.chained_models import BAD_KEY, FIRST, Routes, chained
from tests.fixtures.room import bench, done
from tests.unit.runtime.engine.test_plan_review import for_step, of_kind
from tests.unit.runtime.engine.test_routing import USED, given, routed, waits

RING = StepSpec("ring", "Ring", "bench.change", {"note": "hello"})
TELL = StepSpec("tell", "Say so", "bench.keyed", {"note": "told"})
END = StepSpec("end", "End", finish="completed", say="All rung.")
PLAYBOOK = PlaybookSpec((IntentSpec("ring", "Ring the bell", ("ring the bell",), steps=(RING, TELL, END)),))
MODELS = PlannedWork((PlanStep(StepId("s1"), "Look", "bench.read"), PlanStep(StepId("s2"), "Ring", "bench.change")))


def first_says(routes: Routes, *answers: object) -> None:
    routes.says(FIRST, *(one if one is BAD_KEY else Say(one, USED) for one in answers))  # type: ignore[arg-type]


async def test_it_plans_anew_where_a_models_plan_stands_and_nothing_was_changed(tmp_path: Path) -> None:
    routes = Routes()
    first_says(routes, MODELS, for_step("s1", bench("read")), BAD_KEY)
    spec = chained(FIRST, playbook=PLAYBOOK)
    spec = msgspec.structs.replace(spec, planning=Planning(PlanReview.WRITES))
    async with routed(tmp_path, spec, routes) as room:
        run_id = await given(room, "ring the bell")
        await room.approve(await room.asked(run_id, "plan"))
        ask = await room.asked(run_id, "plan")  # its plan is reviewed as any other
        await room.reopen()
        ask = await room.asked(run_id, "plan")
        assert "the playbook plans anew and takes over" in ask.raised.known
        await room.approve(ask)
        run = await room.finished(run_id)
        assert (run.outcome, run.summary) == (Outcome.COMPLETED, "All rung.")
        assert [call[0] for call in room.bench.calls] == ["bench.read", "bench.change", "bench.keyed"]
        _, second = await of_kind(room, run_id, PlanProposed)
        assert [step.step_id for step in second.steps] == ["ring", "tell", "end"]
        assert second.diff.dropped == ("s1", "s2")
        steps = await room.runtime.history.timeline(run_id)
        assert any("planned anew" in step.title for step in steps)
        assert any("the playbook takes over" in step.title for step in steps)


async def test_it_does_nothing_twice_where_a_model_changed_something_by_its_own_plan(tmp_path: Path) -> None:
    routes = Routes()
    first_says(routes, MODELS, for_step("s2", bench("change", "hello")), BAD_KEY)
    async with routed(tmp_path, chained(FIRST, playbook=PLAYBOOK), routes) as room:
        run_id = await given(room, "ring the bell")
        run = await waits(room, run_id)
        assert "it waits for openai" in run.waiting_for
        assert "The playbook does not take over: 1 change was made by the model's plan already" in run.waiting_for
        await room.reopen()
        assert room.run(run_id).waits_for is not None
        first_says(routes, done())
        await room.do(ResumeRun(run_id, "anna"))
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert len(room.bench.calls) == 1


async def test_it_stays_out_of_what_it_does_not_know(tmp_path: Path) -> None:
    routes = Routes()
    first_says(routes, MODELS, for_step("s1", bench("read")), BAD_KEY)
    async with routed(tmp_path, chained(FIRST, playbook=PLAYBOOK), routes) as room:
        run_id = await given(room, "write a sonnet about autumn")
        run = await waits(room, run_id)
        assert "The playbook does not take over: Not sure what this is about" in run.waiting_for
        first_says(routes, done())
        await room.do(ResumeRun(run_id, "anna"))
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED


async def test_what_a_person_made_of_a_models_plan_is_not_replaced(tmp_path: Path) -> None:
    routes = Routes()
    first_says(routes, MODELS, BAD_KEY)
    spec = msgspec.structs.replace(chained(FIRST, playbook=PLAYBOOK), planning=Planning(PlanReview.ALWAYS))
    async with routed(tmp_path, spec, routes) as room:
        run_id = await given(room, "ring the bell")
        await room.approve(await room.asked(run_id, "plan"), {"steps": msgspec.to_builtins(MODELS.steps[:1])})
        run = await waits(room, run_id)
        assert "does not take over: a person edited the plan that stands." in run.waiting_for
        await room.do(StopRun(run_id, "anna"))
        await room.finished(run_id)


async def test_it_goes_on_with_its_own_plan_after_what_a_model_did_of_it(tmp_path: Path) -> None:
    routes = Routes()
    first_says(routes, for_step("ring", bench("change", "hello")), for_step("", bench("read")), BAD_KEY)
    async with routed(tmp_path, by_its_plan(), routes) as room:
        run = await room.finished(await given(room, "ring the bell"))
        assert (run.outcome, run.summary) == (Outcome.COMPLETED, "All rung.")
        assert [call[0] for call in room.bench.calls] == ["bench.change", "bench.read", "bench.keyed"]


@pytest.mark.parametrize(
    ("did", "why"),
    [
        (for_step("", bench("change", "hello")), "a model did beside its steps: Say hello."),
        (for_step("tell", bench("change", "hello")), "a model did beside its steps: Say hello."),
        (for_step("tell", bench("keyed", "told")), "a model took its steps in another order and left Ring."),
    ],
)
async def test_it_stays_out_where_a_model_strayed_from_its_plan(tmp_path: Path, did: Decision, why: str) -> None:
    routes = Routes()
    first_says(routes, did, BAD_KEY)
    async with routed(tmp_path, by_its_plan(), routes) as room:
        run_id = await given(room, "ring the bell")
        run = await waits(room, run_id)
        assert f"The playbook does not take over: {why}" in run.waiting_for
        first_says(routes, done())
        await room.do(ResumeRun(run_id, "anna"))
        await room.finished(run_id)
        assert len(room.bench.calls) == 1


def by_its_plan() -> AgentSpec:
    spec = chained(FIRST, playbook=PLAYBOOK)
    return msgspec.structs.replace(spec, models=ModelRoute((BY_STEPS,), (FIRST,)))
