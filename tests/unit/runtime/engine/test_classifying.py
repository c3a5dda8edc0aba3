"""What a task is about: the playbook's examples first, a cheap model where they are not sure, a stronger one above."""

from pathlib import Path

import msgspec

from runtime.domain.agent_spec import PLAYBOOK, AgentSpec, ModelRoute
from runtime.domain.decision import Usage
from runtime.domain.events.judgements import TaskClassified
from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec
from runtime.domain.words import Outcome
from runtime.models.choice import Chosen
from runtime.models.scripted import Say
from runtime.models.table import model_faults
from tests.fixtures.chained_models import FIRST, OVERLOADED, SECOND, Routes, chained
from tests.fixtures.room import CLERK, act, bench
from tests.unit.runtime.engine.test_routing import DONE, PLANNED, given, routed

USED = Usage(500, 20)


def intent(name: str, *examples: str) -> IntentSpec:
    return IntentSpec(name, name.capitalize(), examples, steps=(StepSpec("end", f"End {name}", finish="completed"),))


BOOK = PlaybookSpec(
    (
        intent("refund", "I want my money back", "please refund my order", "money back for the broken mug"),
        intent("address", "I have moved to a new house", "please change my delivery address", "new street for parcels"),
    )
)


def sorting(*classifier: str, planner: tuple[str, ...] = (PLAYBOOK,), below: float = 0.0) -> AgentSpec:
    models = ModelRoute(planner, planner, classifier, escalate_below=below)
    return msgspec.structs.replace(CLERK, models=models, playbook=BOOK, at_once=20)


async def test_what_the_examples_are_sure_of_no_model_is_asked(tmp_path: Path) -> None:
    routes = Routes()
    async with routed(tmp_path, sorting(FIRST), routes) as room:
        run = await room.finished(await given(room, "please refund my order, I want my money back"))
        assert (run.outcome, run.intent) == (Outcome.COMPLETED, "refund")
        assert routes[FIRST].asked == 0


async def test_a_cheap_model_is_tried_first_and_a_stronger_one_below_the_confidence(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, Say(Chosen("refund", 0.4, "It may be."), USED))
    routes.says(SECOND, Say(Chosen("address", 0.95, "The writer lives elsewhere now."), USED))
    async with routed(tmp_path, sorting(FIRST, SECOND, below=0.8), routes) as room:
        run = await room.finished(await given(room, "Zelda dwells elsewhere henceforth"))
        assert (run.outcome, run.intent) == (Outcome.COMPLETED, "address")
        [found] = [e for e in await room.events(run.run_id) if isinstance(e, TaskClassified)]
        assert (found.model, found.confidence) == (SECOND, 0.95)
        request = routes[FIRST].requests[0]
        assert request.choice is not None
        assert [option.name for option in request.choice.options] == ["refund", "address", "none"]
        await room.reopen()
        steps = await room.runtime.history.timeline(run.run_id)
        assert any(f"{SECOND} says this is about address, 95% sure" in step.title for step in steps)
        assert run.cost_micros > 0
        assert not any(book.all.held.micros for book in room.own.engine.states.books)


async def test_where_nothing_fits_or_nobody_answers_the_playbook_hands_it_over(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, Say(Chosen("none", 0.9, "A joke."), USED), *[OVERLOADED] * 3)
    async with routed(tmp_path, sorting(FIRST), routes) as room:
        for text in ("Zelda dwells elsewhere", "Another riddle altogether"):
            run = await room.finished(await given(room, text))
            assert run.outcome is Outcome.ESCALATED


async def test_what_no_intent_fits_a_model_plans_and_carries_out(tmp_path: Path) -> None:
    """The playbook is asked first by rule; what it has no steps for goes to the model after it, in both roles."""
    routes = Routes()
    routes.says(FIRST, Say(Chosen("none", 0.2, "Neither."), USED), PLANNED, Say(act(bench("read")), USED), DONE)
    async with routed(tmp_path, sorting(FIRST, planner=(PLAYBOOK, FIRST), below=0.5), routes) as room:
        run = await room.finished(await given(room, "Zelda dwells elsewhere"))
        assert run.outcome is Outcome.COMPLETED
        assert [call.action.tool for call in run.calls] == ["bench.read"]
        sure = await room.finished(await given(room, "please refund my order, I want my money back"))
        assert (sure.outcome, sure.cost_micros) == (Outcome.COMPLETED, 0)


def test_a_classifier_without_a_playbook_that_plans_is_not_saved() -> None:
    spec = msgspec.structs.replace(chained(FIRST), models=ModelRoute((FIRST,), (FIRST,), (SECOND,)))
    assert any("models.classifier" in fault for fault in model_faults(spec))
    assert not any("models.classifier" in fault for fault in model_faults(sorting(SECOND)))
