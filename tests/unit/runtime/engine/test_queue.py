"""The queue looks after its operator: shelf, holders, look-alikes, floods, repeats, nobody there; restarts too."""

from pathlib import Path

import msgspec
import pytest

from runtime.domain.agent_spec import AskTimes
from runtime.domain.ask_state import Ask
from runtime.domain.commands import ResumeAgent
from runtime.domain.ids import AgentName, AskId, RunId
from runtime.domain.queue_commands import (
    HandOver,
    MarkHarmful,
    NoteAway,
    NoteBack,
    RuleEach,
    SeeAsk,
    SetDuty,
    ShelveAsk,
    UnmarkHarmful,
)
from runtime.domain.refusals import Refusal
from runtime.domain.words import AskState, RunState
from tests.fixtures.room import ASK_ALL, CLERK, Room, act, bench, done, furnished, write

HOUR = 3600
MINUTE = 60


async def asking(room: Room, title: str, content: str = "x", after: int = 1) -> tuple[RunId, Ask]:
    """A run that wants to write a file and waits for a person; the model says it is done after so many answers."""
    run_id = await room.start(title, act(write(f"docs/{title}.md", content)), *([done()] * after))
    return run_id, await room.asked(run_id)


def ask_now(room: Room, ask: Ask) -> Ask:
    found = room.own.engine.states.ask(ask.raised.ask_id)
    assert found is not None
    return found


async def approve_all(room: Room, *runs: RunId) -> None:
    """So that every script is used up."""
    for run_id in runs:
        ask = room.ask_of(run_id)
        assert ask is not None
        await room.approve(ask)
        await room.finished(run_id)


async def test_the_shelf_gives_back_at_its_time_also_after_a_restart(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id, ask = await asking(room, "one")
        answer = await room.do(ShelveAsk(ask.raised.ask_id, "anna", "after the call", 30 * MINUTE))
        assert answer.sentence == "Shelved; it returns in 30 min. Its deadlines run on."
        (row,) = await room.runtime.history.asks()
        assert (row.shelf_reason, row.shelved_until > 0) == ("after the call", True)
        await room.reopen()
        assert ask_now(room, ask).shelved_until == row.shelved_until
        room.pass_time(31 * MINUTE)
        await room.until(lambda: ask_now(room, ask).shelved_until == 0)
        assert ask_now(room, ask).expires == ask.expires  # putting it away moved no deadline
        await approve_all(room, run_id)


async def test_who_holds_it_is_known_after_a_restart_and_anybody_may_decide(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id, ask = await asking(room, "one")
        await room.do(HandOver(ask.raised.ask_id, "anna", "ben", "You know this customer."))
        await room.reopen()
        (row,) = await room.runtime.history.asks()
        assert (row.holder, row.handed_by, row.hand_note) == ("ben", "anna", "You know this customer.")
        await approve_all(room, run_id)


async def test_look_alikes_are_ruled_each_for_itself_and_failures_are_told(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        found = [await asking(room, f"n{at}") for at in range(3)]
        first, second, third = (ask.raised for _run, ask in found)
        items = ((first.ask_id, first.digest), (second.ask_id, "another"), (third.ask_id, third.digest))
        answer = await room.do(RuleEach(items, "anna", "approve", looked_ms=9_000))
        told = f"2 of 3 approved. Not approved: {second.title}: This request changed. Look again."
        assert answer.sentence == told
        for run_id, _ask in (found[0], found[2]):
            await room.finished(run_id)
        assert ask_now(room, found[1][1]).state is AskState.WAITING
        await room.runtime.history.caught_up()
        entries = [entry.sentence for entry in [await room.runtime.history.audit_entry(answer.seq)] if entry]
        assert entries[0].endswith("One of 3 alike, each for itself.")
        refused = await room.refused(RuleEach(((second.ask_id, "another"),), "anna", "approve"))
        assert refused.sentence.startswith("0 of 1 approved. Not approved:")
        await approve_all(room, found[1][0])


async def test_a_gesture_for_what_is_not_alike_rules_nothing(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_one, one = await asking(room, "one")
        run_two = await room.start("two", act(bench("read")), done())
        two = await room.asked(run_two)
        items = tuple((ask.raised.ask_id, ask.raised.digest) for ask in (one, two))
        refused = await room.refused(RuleEach(items, "anna", "approve"))
        assert refused.sentence.endswith("Nothing was decided.")
        assert ask_now(room, one).state is AskState.WAITING
        await approve_all(room, run_one, run_two)


async def test_a_flood_begins_is_known_after_a_restart_and_ends_with_its_sum(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        runs = [(await asking(room, f"n{at}"))[0] for at in range(10)]
        await room.until(lambda: room.own.engine.states.workspace.flood_since > 0)
        began = room.own.engine.states.workspace.flood_since
        await approve_all(room, *runs[:4])
        await room.reopen()
        state = await room.runtime.history.queue("anna")
        assert (state.flood_since, state.flood_asks, state.decided_in_30_min) == (began, 10, 4)
        room.pass_time(16 * MINUTE)
        await room.until(lambda: not room.own.engine.states.workspace.flood_since)
        over = (await room.runtime.history.queue()).last_flood
        assert over is not None
        assert (over.began, over.asks, over.by_priority, over.decided, over.waiting) == (began, 10, (0, 0, 10), 4, 6)
        assert over.agents == (("clerk", 10),)
        await approve_all(room, *runs[4:])


async def test_the_third_time_after_a_no_pauses_the_agent(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        first, ask = await asking(room, "n")
        await room.reject(ask, "Not this file.")
        await room.finished(first)
        second, _ask = await again(room, "second")
        assert not room.own.engine.states.agent(AgentName("clerk")).paused_by
        third, _ask = await again(room, "third")
        await room.until(lambda: bool(room.own.engine.states.agent(AgentName("clerk")).paused_by))
        rows = {row.run_id: row for row in await room.runtime.history.asks()}
        assert (rows[second].repeats, rows[third].repeats) == (2, 3)
        assert rows[second].same == rows[third].same
        (card,) = await room.runtime.history.fleet()
        assert card.paused
        await room.do(ResumeAgent(AgentName("clerk"), "anna"))
        for run_id in (second, third):
            waits = room.ask_of(run_id)
            assert waits is not None
            await room.reject(waits, "Still not.")
            await room.finished(run_id)


async def again(room: Room, title: str) -> tuple[RunId, Ask]:
    run_id = await room.start(title, act(write("docs/n.md", "x")), done())
    return run_id, await room.asked(run_id)


HURRIED = msgspec.structs.replace(CLERK, ask_times=AskTimes(answer_by=HOUR, expires=2 * HOUR))


async def everybody_leaves(room: Room) -> None:
    """Anna was before her window and went; Ben ends his duty."""
    await room.do(NoteBack("anna"))
    await room.do(SetDuty("ben", False, "ben"))
    await room.do(NoteAway("anna", room.own.clock.now()))


async def test_nothing_runs_out_while_nobody_is_there_also_after_a_restart(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=HURRIED) as room:
        run_id, ask = await asking(room, "one")
        await everybody_leaves(room)
        room.pass_time(20 * HOUR)
        await room.reopen()
        (row,) = await room.runtime.history.asks()
        assert row.unattended
        assert ask_now(room, ask).open
        await room.do(NoteBack("anna"))
        moved = ask_now(room, ask)
        assert moved.expires - ask.expires >= 20 * HOUR * 1_000_000
        (row,) = await room.runtime.history.asks()
        assert (row.unattended, row.paused_since, row.expires) == (False, 0, moved.expires)
        room.pass_time(2 * HOUR + 1)
        await room.until(lambda: room.ask_of(run_id) is None)
        closed = ask_now(room, ask)
        assert (closed.how, closed.closed_sentence.endswith("Nobody had looked at it.")) == ("expired", True)
        await room.finished(run_id)
        rates = await room.runtime.history.rule_rates()
        assert [(rate.rule, rate.decided, rate.expired_unseen) for rate in rates] == [("all", 0, 1)]


async def test_an_answer_from_elsewhere_counts_though_nobody_is_before_a_window(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=HURRIED) as room:
        run_id, ask = await asking(room, "one")
        await everybody_leaves(room)
        room.pass_time(20 * HOUR)
        await room.approve(ask)
        run = await room.finished(run_id)
        assert run.state is RunState.FINISHED
        assert ask_now(room, ask).how == "spent"


async def test_an_agent_that_may_not_wait_runs_out_and_the_record_says_who_had_looked(tmp_path: Path) -> None:
    spec = msgspec.structs.replace(CLERK, ask_times=AskTimes(answer_by=HOUR, expires=2 * HOUR, may_wait=False))
    async with furnished(tmp_path, ASK_ALL, spec=spec) as room:
        run_id, ask = await asking(room, "one")
        await room.do(SeeAsk(ask.raised.ask_id, "anna"))
        await everybody_leaves(room)
        room.pass_time(3 * HOUR)
        await room.until(lambda: room.ask_of(run_id) is None)
        closed = ask_now(room, ask)
        assert closed.closed_sentence == ("Nobody answered in time; the action was not taken. It had been looked at.")
        await room.finished(run_id)
        figures = await room.runtime.history.queue_health()
        assert (figures.expired_seen, figures.expired_unseen) == (1, 0)
        assert figures.rules == (), "it was looked at, and nobody decided it"


async def test_harm_found_later_is_recorded_counted_and_survives_a_restart(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id, ask = await asking(room, "one")
        ask_id = ask.raised.ask_id
        early = await room.runtime.perform(MarkHarmful(ask_id, "ben", "It hurt"))
        assert early == Refusal("Only what was approved and done can have done harm; nothing was recorded.", "state")
        await approve_all(room, run_id)
        unsaid = await room.runtime.perform(MarkHarmful(ask_id, "ben", " "))
        assert isinstance(unsaid, Refusal)
        assert unsaid.code == "reason"
        await room.do(MarkHarmful(ask_id, "ben", "It went to the wrong list"))
        again = await room.runtime.perform(MarkHarmful(ask_id, "anna", "Twice"))
        assert again == Refusal("It is marked already: It went to the wrong list", "same")
        await room.reopen()
        history = room.runtime.history
        detail = await history.ask(ask_id)
        assert detail is not None
        assert (detail.harmful, detail.harmful_by) == ("It went to the wrong list", "Ben")
        figures = await history.queue_health()
        assert figures.harmful == ((ask_id, ask.raised.title, "anna", "It went to the wrong list"),)
        assert [(rate.approved, rate.undone) for rate in figures.rules] == [(1, 1)]
        other, _ = await asking(room, "two")
        [asked] = [row for row in await history.asks() if row.run_id == other]
        alike = await history.ask(asked.ask_id)
        assert alike is not None
        assert ([one.harmful for one in alike.similar], alike.track.right) == ([True], 0)
        await approve_all(room, other)
        await room.do(UnmarkHarmful(ask_id, "anna"))
        assert (await history.queue_health()).harmful == ()
        assert isinstance(await room.runtime.perform(UnmarkHarmful(ask_id, "anna")), Refusal)


async def test_when_the_program_ends_whoever_was_there_is_away(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        await room.do(NoteBack("anna"))
        await room.do(SetDuty("ben", False, "anna"))
        assert not (await room.runtime.history.queue()).unattended_since
        await room.reopen()
        state = await room.runtime.history.queue()
        assert state.unattended_since
        away = {one.operator_id: (one.on_duty, bool(one.away_since)) for one in state.people}
        assert away == {"anna": (True, True), "ben": (False, False)}


async def test_steps_that_wait_behind_break_a_tie(tmp_path: Path) -> None:
    from runtime.domain.decision import PlannedWork
    from runtime.domain.ids import StepId
    from runtime.domain.plan import PlanStep

    steps = tuple(PlanStep(StepId(f"s{at}"), f"Step {at}") for at in range(1, 5))
    async with furnished(tmp_path, ASK_ALL) as room:
        short, _ask = await asking(room, "short")
        long = await room.start("long", PlannedWork(steps, confidence=0.9), act(write("l.md", "l")), done(), plan=False)
        await room.asked(long)
        rows = await room.runtime.history.asks()
        assert {row.run_id: row.behind for row in rows} == {short: 0, long: 3}
        if rows[0].answer_by // 60_000_000 == rows[1].answer_by // 60_000_000:
            assert [row.run_id for row in rows] == [long, short]
        await approve_all(room, short, long)


@pytest.mark.parametrize("by", ["", "nobody"])
async def test_nobody_is_nobody(tmp_path: Path, by: str) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id, ask = await asking(room, "one")
        ask_id = AskId(ask.raised.ask_id)
        for command in (
            SeeAsk(ask_id, by),
            ShelveAsk(ask_id, by, "later", 600),
            HandOver(ask_id, by, "ben"),
            SetDuty("anna", False, by),
            NoteAway(by, 1),
            NoteBack(by),
            RuleEach(((ask_id, ask.raised.digest),), by, "approve"),
        ):
            await room.refused(command)
        await approve_all(room, run_id)
