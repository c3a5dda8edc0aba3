"""At a cap after something was done: what is handed in, and what the ask says it takes to finish."""

from pathlib import Path

import msgspec
import pytest

from runtime.domain.budget import Cap, Caps
from runtime.domain.commands import AnswerCap, SetCaps
from runtime.domain.decision import PlannedWork, Usage
from runtime.domain.done_so_far import LONGEST_WORDS, MOST_NAMED, SHORT_WORDS, handed_in, so_far
from runtime.domain.ids import RunId, StepId
from runtime.domain.plan import PlanStep
from runtime.domain.words import CapAction, Outcome, StepStatus
from runtime.models.scripted import Say
from tests.fixtures.priced_models import priced
from tests.fixtures.room import Room, act, bench, furnished
from tests.unit.runtime.engine.test_plan_review import for_step
from tests.unit.runtime.engine.test_spending import COST, NEXT_CALL, USED

STEPS = tuple(PlanStep(StepId(f"s{at}"), title) for at, title in enumerate(("Look", "Ring", "Tell", "Close"), 1))
DEAR = Usage(1_000, 16_000)
DEAR_COST = 32_250
WORDS = "It rang. " + "Nobody came, though the bell can be heard from afar. " * 20


async def after_two_turns(room: Room) -> RunId:
    """A plan of four steps and two turns, of which one looked and one changed something; the next call does not fit."""
    await room.do(SetCaps(Caps(day=Cap(NEXT_CALL)), "anna"))
    ring = msgspec.structs.replace(for_step("s2", bench("change", "hello")), text=WORDS)
    script = (Say(PlannedWork(STEPS), USED), Say(act(bench("read")), USED), Say(ring, DEAR))
    return await room.start("work", *script, plan=False)


@pytest.mark.parametrize("days", [1, 40], ids=["yesterday", "another month"])
async def test_a_clock_that_was_set_back_opens_no_cap_once_more(tmp_path: Path, days: int) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        run_id = await after_two_turns(room)
        await room.do(AnswerCap((await room.asked(run_id, "cap")).raised.ask_id, "anna", "partial"))
        await room.finished(run_id)
        await room.close()
        room.hands.set_by_ns = -days * 86_400_000_000_000
        await room.open()
        run_id = await room.start("again", Say(PlannedWork(STEPS), USED), plan=False)
        ask = await room.asked(run_id, "cap")
        assert "of it on later days: the clock was set back" in ask.raised.known
        room.models.scripts.pop("again")  # it is not asked at all
        await room.do(AnswerCap(ask.raised.ask_id, "anna", "stop"))
        await room.finished(run_id)


DONE = "2 of 4 steps of its plan are done, 2 tool calls succeeded, 1 change was made; $0.03"
NAMED = "Done: Look; Ring. Changed: Say hello (Said hello). Not done: Tell; Close. It last said: It rang."


async def test_what_was_done_and_what_is_missing_is_handed_in(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced(CapAction.PARTIAL)) as room:
        run_id = await after_two_turns(room)
        await room.finished(run_id)
        await room.reopen()
        detail = await room.runtime.history.run(run_id)
        assert detail is not None
        assert detail.row.outcome is Outcome.OUT_OF_BUDGET
        assert f"It hands in what there is: {DONE}" in detail.row.summary
        assert f"{NAMED} Nobody came" in detail.row.summary
        assert detail.row.summary.endswith(WORDS.strip())


async def test_the_ask_tells_what_finishing_takes_by_the_turns_that_were_made(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        run_id = await after_two_turns(room)
        await room.asked(run_id, "cap")
        await room.reopen()
        ask = await room.asked(run_id, "cap")
        run, question = room.run(run_id), ask.raised.cap
        assert question is not None
        assert (run.cost_micros, run.tokens, len(run.turns)) == (2 * COST + DEAR_COST, 2 * 1_100 + 17_000, 2)
        # Two steps are left, and a turn to say that it is done: three, each as dear as the two that were made.
        assert question.finish.micros == run.cost_micros * 3 // 2 > 2 * question.needed.micros
        assert question.finish.tokens >= run.tokens * 3 // 2  # the next call alone may take more
        assert "To finish: 2 steps of its plan left; as it went until now about $0.05" in ask.raised.known
        assert f"So far: {DONE}" in ask.raised.known
        assert "characters more are in its timeline)" in ask.raised.known
        await room.do(AnswerCap(ask.raised.ask_id, "anna", "partial"))
        run = await room.finished(run_id)
        assert run.summary.endswith(WORDS.strip())


async def test_what_is_told_is_bounded_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        run_id = await after_two_turns(room)
        ask = await room.asked(run_id, "cap")
        run = room.run(run_id)
        steps = tuple(PlanStep(StepId(f"x{at}"), f"Step {at}") for at in range(MOST_NAMED + 5))
        assert run.plan is not None
        plan = msgspec.structs.replace(run.plan, steps=steps)
        turns = (*run.turns, msgspec.structs.replace(run.turns[-1], text="word " * 2_000))
        to_do = {step.step_id: StepStatus.TO_DO for step in steps}
        run = msgspec.structs.replace(run, plan=plan, steps=to_do, turns=turns)
        whole, short = handed_in(run), so_far(run)
        assert "Step 19; and 5 more." in whole
        assert "(6,000 characters more are in its timeline)" in whole
        assert len(whole) < LONGEST_WORDS + 1_000
        assert len(short) < SHORT_WORDS + 1_000
        await room.do(AnswerCap(ask.raised.ask_id, "anna", "stop"))
        await room.finished(run_id)
