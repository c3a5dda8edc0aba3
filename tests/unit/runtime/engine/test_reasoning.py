"""What a model says of how it got there: heard while it streams, kept with its answer, shown under it, never as it."""

import asyncio
from pathlib import Path

from console.models.timeline_model import TimelineModel
from console.presenters.timeline_text import LiveText
from runtime.domain.decision import PlannedWork, Usage
from runtime.domain.events.runs import ModelAnswered, PlanProposed
from runtime.domain.ids import StepId
from runtime.domain.plan import PlanStep
from runtime.domain.redaction import MASK
from runtime.engine.progress import REASONING
from runtime.engine.reasoning import KEPT_CHARACTERS, kept
from runtime.models.scripted import Say
from runtime.projections.rows import TimelineStep
from tests.fixtures.chained_models import FIRST, Routes, chained
from tests.fixtures.room import act, bench
from tests.unit.runtime.engine.test_routing import DONE, given, routed

SECRET = "sesame-opens-nothing-4711"
PLAN = PlannedWork((PlanStep(StepId("s1"), "Do it"),), confidence=0.9)
LONG = "Because. " * 400


async def test_it_streams_apart_from_the_answer_and_stays_under_it(tmp_path: Path) -> None:
    routes = Routes()
    thinks = ("I look first. ", f"The key is {SECRET[:9]}", f"{SECRET[9:]} of it.")
    acts = Say(act(bench("read", "abcde")), Usage(1_000, 100), ("I read.",), (LONG,))
    routes.says(FIRST, Say(PLAN, Usage(1_000, 100), ("So I plan.",), thinks), acts, DONE)
    async with routed(tmp_path, chained(FIRST), routes) as room:
        said: dict[str, str] = {}
        room.own.redactor.learn(SECRET)
        held = routes[FIRST].hold = asyncio.Event()
        run_id = await given(room)
        feed = room.runtime.progress.watch(run_id)

        async def listen() -> None:
            async for what, text in feed:
                said[what] = said.get(what, "") + text

        hearing = asyncio.ensure_future(listen())
        await asyncio.sleep(0)
        held.set()
        await room.finished(run_id)
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        assert said[REASONING] == f"I look first. The key is {MASK} of it.{LONG}"
        assert said[""] == "So I plan.I read."
        events = await room.events(run_id)
        [planned] = [event.reasoning for event in events if isinstance(event, PlanProposed)]
        assert planned == f"I look first. The key is {MASK} of it."
        answers = [event.reasoning for event in events if isinstance(event, ModelAnswered)]
        assert answers == [kept(LONG), ""]
        assert len(answers[0]) == KEPT_CHARACTERS
        await room.reopen()
        steps = await room.runtime.history.timeline(run_id)
        at = [place for place, step in enumerate(steps) if step.mark == "thought"]
        assert [steps[place].output for place in at] == [planned, answers[0]]
        assert {steps[place].title for place in at} == {"How it got there, in the model's own words"}
        assert [steps[place - 1].mark for place in at] == ["plan", "message"]


def test_on_screen_it_streams_as_reasoning_until_its_answer_is_a_step() -> None:
    model = TimelineModel()
    model.show_steps([])
    model.add_live({REASONING: "I look first.", "": "So I plan."})
    live = [line for line in model.rows if isinstance(line, LiveText)]
    assert [(line.title, line.text) for line in live] == [
        ("How it gets there, in the model's own words", "I look first."),
        ("Answering", "So I plan."),
    ]
    model.show_steps([TimelineStep(1, 0, "plan", "So I plan.")])
    assert not [line for line in model.rows if isinstance(line, LiveText)]
