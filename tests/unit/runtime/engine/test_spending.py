"""Money around one run: reserved before it is asked, settled with its answer, kept after a crash, decided at a cap."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from console.presenters.budget_text import kept_words
from console.presenters.times import clock_time
from runtime.domain.agent_spec import ModelRoute
from runtime.domain.budget import HELD_FOR, Amount, Cap, CapKind, Caps, EnteredPrice
from runtime.domain.commands import AnswerCap, EnterPrice, SetCaps, StopRun
from runtime.domain.decision import Usage
from runtime.domain.envelope import Envelope
from runtime.domain.events.budget import (
    CapNeared,
    CapRaised,
    ReservationExpired,
    ReservationKept,
    ReservationMade,
    ReservationReleased,
    ReservationSettled,
)
from runtime.domain.events.runs import CapReached, ModelAnswered, ModelFailed, PlanProposed
from runtime.domain.ids import RunId
from runtime.domain.money import dollars
from runtime.domain.words import AskState, CapAction, Outcome, RunState
from runtime.models.interface import Attempt, FaultKind, ModelFault
from runtime.models.scripted import Say, ScriptedModel
from tests.fixtures.priced_models import CHEAPER, ROUTE, priced
from tests.fixtures.room import PLAN, Room, act, bench, done, furnished
from tests.fixtures.tables import rebuilt_tables_equal_the_live_ones

USED = Usage(1_000, 100)
"""At $0.25 and $2.00 for a million tokens: 450 micro-dollars."""
COST = 450


def month(room: Room) -> str:
    return room.own.engine.budgeting.day(room.own.clock.now())[:7]


async def journal(room: Room) -> list[Envelope]:
    return await room.log.read(0, 5_000)


async def started(room: Room, title: str, *script: object) -> RunId:
    """A run whose plan and answers cost."""
    return await room.start(title, *script, plan=False)  # type: ignore[arg-type]


async def spends(room: Room, title: str = "work", used: Usage = USED) -> RunId:
    run_id = await started(room, title, Say(PLAN, used), Say(done(), used))
    await room.finished(run_id)
    return run_id


async def test_the_worst_case_is_durable_before_and_the_cost_settled_with_the_answer(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        run_id = await spends(room)
        facts = [one for one in await journal(room) if one.stream.startswith(("budget:", f"run:{run_id}"))]
        kinds = [type(one.event) for one in facts]
        plan = kinds.index(PlanProposed)
        assert kinds.index(ReservationMade) < plan < kinds.index(ReservationSettled)
        assert facts[kinds.index(ReservationSettled)].seq == facts[plan].seq + 1  # one append
        answered, settled = facts[kinds.index(ModelAnswered)].event, facts[-1]
        assert isinstance(answered, ModelAnswered)
        assert answered.usage.cost_micros == COST
        assert answered.usage.prices.startswith("genai-prices ")
        made = [one.event.reservation for one in facts if isinstance(one.event, ReservationMade)]
        assert all(one.worst.micros > COST and one.worst.tokens > 16_384 for one in made)
        book = room.own.engine.states.book(month(room))
        assert book.all.spent == Amount(2 * COST, 2_200)
        assert book.all.held == Amount()
        assert room.run(run_id).cost_micros == 2 * COST
        assert settled.seq > 0
        await room.do(SetCaps(Caps(day=Cap(1_000_000), agent_day=Cap(500_000)), "anna"))
        await room.reopen()
        figures = await room.runtime.history.budget()
        used = {line.kind: (line.limit.micros, line.spent, line.held) for line in figures.lines}
        assert used[CapKind.DAY] == (1_000_000, book.all.spent, Amount())
        assert used[CapKind.AGENT_DAY] == (500_000, book.all.spent, Amount())
        assert figures.lines[0].left.micros == 1_000_000 - 2 * COST
        [task] = await room.runtime.history.task_spend()
        assert (task.run_id, task.cost_micros, task.input_tokens) == (run_id, 2 * COST, 2_000)


async def test_the_playbook_reserves_nothing_and_commits_as_before(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("free", done())
        await room.finished(run_id)
        assert not [one for one in await journal(room) if one.stream.startswith("budget")]


async def test_cache_and_tier_are_counted_as_billed(tmp_path: Path) -> None:
    used = Usage(1_000, 100, cached_input_tokens=800)  # 200 at $0.25, 800 at $0.025, 100 at $2
    async with furnished(tmp_path, spec=priced()) as room:
        run_id = await spends(room, used=used)
        assert room.run(run_id).cost_micros == 2 * (50 + 20 + 200)
        dearer = await spends(room, "fast", replace_usage(used, tier="priority"))
        assert room.run(dearer).cost_micros == 2 * (90 + 36 + 360)  # at $0.45, $0.045 and $3.60


def replace_usage(usage: Usage, **changes: object) -> Usage:
    return msgspec.structs.replace(usage, **changes)


async def test_every_attempt_is_in_the_budget(tmp_path: Path) -> None:
    nothing = ModelFault(FaultKind.PASSING, "Overloaded.")
    broke_off = ModelFault(FaultKind.PASSING, "It broke off.", attempt=Attempt(Usage(known=False)))
    counted = ModelFault(FaultKind.PASSING, "It was cut.", attempt=Attempt(USED))
    async with furnished(tmp_path, spec=priced()) as room:
        script = (nothing, counted, Say(PLAN, USED), broke_off, Say(done(), USED))
        run_id = await started(room, "work", *script)
        await room.finished(run_id)
        events = [one.event for one in await journal(room) if one.stream.startswith("budget:")]
        made = [event for event in events if isinstance(event, ReservationMade)]
        settled = [event for event in events if isinstance(event, ReservationSettled)]
        assert len(made) == 5
        assert sum(isinstance(event, ReservationReleased) for event in events) == 1
        assert [event.sure for event in settled] == [True, True, False, True]
        worst = made[3].reservation.worst.micros
        assert room.run(run_id).cost_micros == 3 * COST + worst
        assert room.own.engine.states.book(month(room)).all.spent.micros == 3 * COST + worst


async def test_a_model_without_a_price_is_not_asked_until_somebody_enters_one(tmp_path: Path) -> None:
    route = "compatible:lab/llama"
    async with furnished(tmp_path, spec=priced(route=route)) as room:
        run_id = await started(room, "unknown")
        run = await room.finished(run_id)
        assert run.outcome is Outcome.ESCALATED
        assert f"The price of {route} is not known" in run.summary
        assert run.cost_micros == 0
        await room.do(EnterPrice(route, EnteredPrice(1_000_000, 2_000_000), "anna"))
        after = await spends(room, "known")
        assert room.run(after).cost_micros == 2 * (1_000 + 200)
        [answered] = [e for e in await room.events(after) if isinstance(e, ModelAnswered)]
        assert answered.usage.prices == "entered price 1"


async def test_stopped_while_it_answers_the_whole_reservation_counts(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        room.models.hold = asyncio.Event()
        run_id = await started(room, "work", Say(PLAN, USED), Say(done(), USED))
        await room.models.asked.wait()
        await room.do(StopRun(run_id, "anna"))
        await room.until(lambda: not room.own.engine.states.book(month(room)).open)
        assert room.own.engine.states.book(month(room)).all.spent.micros == room.run(run_id).cost_micros > 0
        [failed] = [e for e in await room.events(run_id) if isinstance(e, ModelFailed)]
        assert "not known" in failed.sentence
        room.models.hold.set()
        room.models.scripts.clear()


async def test_a_crash_keeps_the_reservation_says_so_and_counts_it_when_its_time_is_up(tmp_path: Path) -> None:
    image = tmp_path / "image"
    async with furnished(tmp_path / "live", spec=priced()) as room:
        room.models.hold = asyncio.Event()
        run_id = await started(room, "work", Say(PLAN, USED), Say(done(), USED))
        await room.models.asked.wait()
        await asyncio.to_thread(copied, room.folder, image)  # what a killed program leaves behind
        room.models.hold.set()
        await room.finished(run_id)
    after = Room(image)
    after.models.scripts["work"] = ScriptedModel([Say(done(), USED)])
    await after.open()
    try:
        await after.finished(run_id)
        held_in = month(after)  # of this very moment: when its time is up it may be the next one
        book = after.own.engine.states.book(held_in)
        [kept] = book.open.values()
        assert kept.kept
        assert book.all.spent.micros == 2 * COST
        assert book.all.held == kept.worst
        said = [one.event for one in await journal(after) if isinstance(one.event, ReservationKept)]
        assert len(said) == 1
        assert "stays reserved" in said[0].sentence
        await after.reopen()  # a further start says it no more
        assert sum(isinstance(one.event, ReservationKept) for one in await journal(after)) == 1
        shown = (await after.runtime.history.budget()).reservations
        assert kept_words(shown) == (
            f"The program ended while 1 call ran. What that cost is not known; {dollars(kept.worst.micros)} stays "
            f"reserved until {clock_time(kept.until)}, then it counts as spent."
        )
        after.pass_time(HELD_FOR // 10**6 + 5)
        await after.until(lambda: not after.own.engine.states.book(held_in).open)
        events = [one.event for one in await journal(after)]
        assert sum(isinstance(event, ReservationExpired) for event in events) == 1
        run = await after.own.engine.states.load_run(run_id)
        assert run is not None
        assert run.cost_micros == 2 * COST + kept.worst.micros
        assert after.own.engine.states.book(held_in).all.held == Amount()
        assert kept_words((await after.runtime.history.budget()).reservations) == ""
    finally:
        await after.close()
    assert after.crashes == []
    await rebuilt_tables_equal_the_live_ones(image)


def copied(folder: Path, image: Path) -> None:
    shutil.copytree(folder, image, ignore=shutil.ignore_patterns("owner.lock"))


NEXT_CALL = 60_000
"""More than one call of the tests reserves, less than two."""


async def at_the_cap(room: Room, *then: object, title: str = "work") -> RunId:
    """The plan is paid for; the next call does not fit any more."""
    await room.do(SetCaps(Caps(day=Cap(NEXT_CALL)), "anna"))
    plan = replace(Say(PLAN), usage=Usage(0, 16_000))
    return await started(room, title, plan, *then)


async def test_at_the_cap_a_person_is_asked_and_may_raise_it_for_this_run(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        run_id = await at_the_cap(room, Say(act(bench("read")), USED), Say(done(), USED))
        ask = await room.asked(run_id, "cap")
        run = room.run(run_id)
        assert run.state is RunState.WAITING
        question = ask.raised.cap
        assert question is not None
        assert question.kinds == (CapKind.DAY,)
        assert question.needed.micros > 0
        assert "So far: 0 of 1 steps" in ask.raised.known
        assert "To finish:" in ask.raised.known
        detail = await room.runtime.history.ask(ask.raised.ask_id)
        assert detail is not None
        assert detail.row.kind == "cap"
        await room.refused(AnswerCap(ask.raised.ask_id, "anna", "raise"))
        await room.refused(AnswerCap(ask.raised.ask_id, "nobody", "stop"))
        await room.do(AnswerCap(ask.raised.ask_id, "anna", "raise", Amount(100_000)))
        run = await room.finished(run_id)
        assert run.outcome is Outcome.COMPLETED
        [given] = [one.event for one in await journal(room) if isinstance(one.event, CapRaised)]
        assert given.extra == Amount(100_000)
        other = await started(room, "other")
        assert (await room.asked(other, "cap")).raised.run_id == other  # it was allowed to that run alone
        await room.do(StopRun(other, "anna"))
        await room.finished(other)


@pytest.mark.parametrize(("answer", "outcome"), [("partial", Outcome.OUT_OF_BUDGET), ("stop", Outcome.STOPPED)])
async def test_the_other_answers_end_it(tmp_path: Path, answer: str, outcome: Outcome) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        run_id = await at_the_cap(room)
        ask = await room.asked(run_id, "cap")
        await room.do(AnswerCap(ask.raised.ask_id, "anna", answer))
        run = await room.finished(run_id)
        assert run.outcome is outcome
        assert "steps of its plan are done" in run.summary
        closed = room.own.engine.states.ask(ask.raised.ask_id)
        assert closed is not None
        assert closed.state is AskState.CLOSED


async def test_nobody_answers_and_it_hands_in_what_there_is(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        run_id = await at_the_cap(room)
        ask = await room.asked(run_id, "cap")
        room.pass_time((ask.expires - ask.answer_by) // 10**6 + 24 * 3_600)
        run = await room.finished(run_id)
        assert run.outcome is Outcome.OUT_OF_BUDGET
        assert run.summary.startswith("Nobody answered in time; nothing more was spent.")


async def test_the_ask_survives_a_restart(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced()) as room:
        run_id = await at_the_cap(room, Say(done(), USED))
        ask = await room.asked(run_id, "cap")
        await room.reopen()
        again = await room.asked(run_id, "cap")
        assert again.raised.ask_id == ask.raised.ask_id
        await room.do(AnswerCap(again.raised.ask_id, "anna", "raise", Amount(100_000)))
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED


async def test_it_goes_on_with_the_cheaper_model_and_says_so_once(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=priced(CapAction.CHEAPER, CHEAPER)) as room:
        run_id = await at_the_cap(room, Say(act(bench("read")), USED), Say(done(), USED))
        run = await room.finished(run_id)
        assert run.outcome is Outcome.COMPLETED
        events = await room.events(run_id)
        [reached] = [event for event in events if isinstance(event, CapReached)]
        assert reached.model == CHEAPER
        asked = [one.event.reservation.model for one in await journal(room) if isinstance(one.event, ReservationMade)]
        assert asked == [ROUTE, CHEAPER, CHEAPER]


@pytest.mark.parametrize("action", [CapAction.PARTIAL, CapAction.STOP])
async def test_partial_and_stop_end_it_without_asking(tmp_path: Path, action: CapAction) -> None:
    async with furnished(tmp_path, spec=priced(action)) as room:
        run_id = await at_the_cap(room)
        run = await room.finished(run_id)
        assert run.outcome is Outcome.OUT_OF_BUDGET
        assert "The workspace's cap of a day is $0.06" in run.summary
        assert ("hands in what there is" in run.summary) is (action is CapAction.PARTIAL)
        assert room.ask_of(run_id) is None


async def test_a_runs_own_limit_is_a_cap_too_and_is_warned_about(tmp_path: Path) -> None:
    spec = priced(CapAction.STOP, cost_micros=45_000)
    async with furnished(tmp_path, spec=spec) as room:
        run_id = await started(room, "work", replace(Say(PLAN), usage=Usage(20_000, 16_000)))
        run = await room.finished(run_id)
        assert run.outcome is Outcome.OUT_OF_BUDGET
        assert run.cost_micros <= 45_000
        assert "The cap of a run is $0.05" in run.summary or "The cap of a run is $0.04" in run.summary
        [neared] = [one.event for one in await journal(room) if isinstance(one.event, CapNeared)]
        assert neared.kind is CapKind.RUN


async def test_the_planner_may_be_free_and_the_actor_not(tmp_path: Path) -> None:
    spec = msgspec.structs.replace(priced(), models=ModelRoute(("playbook",), (ROUTE,)))
    async with furnished(tmp_path, spec=spec) as room:
        run_id = await started(room, "work", PLAN, Say(done(), USED))
        await room.finished(run_id)
        assert room.run(run_id).cost_micros == COST
