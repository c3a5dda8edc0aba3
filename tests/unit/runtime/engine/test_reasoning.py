"""What a model says of how it got there: heard while it streams, kept with its answer, shown under it, never as it."""

import asyncio
from pathlib import Path

from console.models.timeline_model import TimelineModel
from console.presenters.timeline_text import LiveText
from runtime.domain.decision import PlannedWork, Usage
from runtime.domain.events.runs import ModelAnswered, PlanProposed
from runtime.domain.ids import StepId, run_stream
from runtime.domain.plan import PlanStep
from runtime.domain.redaction import MASK
from runtime.engine.progress import REASONING, answering, of_answer
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
        begun: list[int] = []
        room.own.redactor.learn(SECRET)
        held = routes[FIRST].hold = asyncio.Event()
        run_id = await given(room)
        feed = room.runtime.progress.watch(run_id)

        async def listen() -> None:
            async for key, text in feed:
                answer = of_answer(key)
                assert answer is not None
                what, began = answer
                said[what] = said.get(what, "") + text
                if what == "" and began not in begun:
                    begun.append(began)

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
        # A step of the journal says the answers that began before it, and none that began after it.
        records = await room.log.read_stream(run_stream(run_id))
        seqs = [one.seq for one in records if isinstance(one.event, PlanProposed | ModelAnswered)]
        assert begun[0] < seqs[0] <= begun[1] < seqs[1]
        await room.reopen()
        steps = await room.runtime.history.timeline(run_id)
        at = [place for place, step in enumerate(steps) if step.mark == "thought"]
        assert [steps[place].output for place in at] == [planned, answers[0]]
        assert {steps[place].title for place in at} == {"How it got there, in the model's own words"}
        assert [steps[place - 1].mark for place in at] == ["plan", "message"]


def test_on_screen_it_streams_as_reasoning_until_its_answer_is_a_step() -> None:
    model = TimelineModel()
    model.show_steps([])
    model.add_live({answering(REASONING, 0): "I look first.", answering("", 0): "So I plan."})
    live = [line for line in model.rows if isinstance(line, LiveText)]
    assert [(line.title, line.text) for line in live] == [
        ("How it gets there, in the model's own words", "I look first."),
        ("Answering", "So I plan."),
    ]
    model.show_steps([TimelineStep(1, 0, "plan", "So I plan.")])
    assert not [line for line in model.rows if isinstance(line, LiveText)]


def test_the_newest_words_stay_when_the_step_before_them_is_read_late() -> None:
    """The next answer streams already when the page comes to read the step that says the one before."""
    model = TimelineModel()
    model.show_steps([])
    model.add_live({answering("", 3): '{"steps": ['})
    model.add_live({answering("", 7): "I read ", "c1": "a tool says"})
    plan = TimelineStep(6, 0, "plan", "So I plan.")
    model.show_steps([plan])
    model.add_live({answering("", 7): "the file."})
    assert [line.text for line in model.rows if isinstance(line, LiveText)] == [
        "I read the file.",
        "a tool says",
    ]
    model.show_steps([plan, TimelineStep(9, 0, "warning", "It broke off.")])
    model.add_live({answering("", 9): "I read it."})
    assert [line.text for line in model.rows if isinstance(line, LiveText)] == ["a tool says", "I read it."]
