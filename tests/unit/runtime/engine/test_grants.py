"""Standing grants at work in a real workspace: given, used in the start's transaction, counted, ended, and recorded."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.ask_state import Ask
from runtime.domain.commands import SaveAgent, SaveOperator, StopRun, TakeBack
from runtime.domain.events.effects import EffectStarted
from runtime.domain.events.grants import Widened
from runtime.domain.grant import Grant, number
from runtime.domain.grant_commands import GrantStanding, GrantTerms, RevokeGrant
from runtime.domain.ids import AgentName, GrantId, RunId
from runtime.domain.policy import Rule
from runtime.domain.settings import Operator
from runtime.domain.words import AskState, EffectKind, Tier, VerdictKind
from runtime.operations.set_back import SET_BACK, end_where_set_back
from storage.errors import StorageUnavailable
from tests.fixtures.room import ASK_ALL, CLERK, Room, act, bench, done, furnished, write

SAME = act(write("a.txt", "x\n"))


async def give(room: Room, ask: Ask, **terms: Any) -> Grant:
    """Approve it and allow it ahead."""
    await room.approve(ask)
    await room.do(GrantStanding(ask.raised.ask_id, "anna", ask.raised.digest, GrantTerms(**terms)))
    return room.own.engine.states.grants_with(ask.raised.ask_id)[0]


async def first_granted(room: Room, *, then: int = 0, **terms: Any) -> tuple[Grant, RunId]:
    """One run in which the action is asked, approved and granted; ``then`` turns more want the same."""
    run_id = await room.start("first", SAME, *([SAME] * then), done())
    grant = await give(room, await room.asked(run_id), **terms)
    return grant, run_id


async def starts(room: Room, run_id: RunId) -> list[str]:
    return [event.grant_id for event in await room.events(run_id) if isinstance(event, EffectStarted)]


async def asked_again(room: Room, title: str = "again", why: str = "") -> Ask:
    """A further run with the same action is asked about; it is turned down."""
    run_id = await room.start(title, SAME, done())
    ask = await room.asked(run_id)
    await room.reject(ask, "Not now.")
    await room.finished(run_id)
    return ask


async def row(room: Room) -> Any:
    return (await room.runtime.history.grants())[0]


async def test_what_is_exactly_alike_goes_without_asking_and_says_under_what(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        grant, first = await first_granted(room, uses=10)
        await room.finished(first)
        second = await room.start("second", SAME, done())
        await room.finished(second)
        assert await starts(room, first) == [""]
        assert await starts(room, second) == [grant.given.grant_id]
        told = await room.runtime.history.timeline(second)
        assert any(step.title.startswith("Allowed by standing grant") for step in told)
        await room.runtime.history.caught_up()
        [entry] = await room.runtime.history.audit(_of_kind("grant-used"))
        assert entry.decided_by == f"grant {number(grant.given.grant_id)}"
        line = await row(room)
        assert (line.used, line.left, line.standing, line.by) == (1, 9, True, "Anna")
        uses = await room.runtime.history.grant_uses(grant.given.grant_id)
        assert [(use.use, use.run_id, use.outcome) for use in uses] == [(1, second, "ok")]


def _of_kind(kind: str) -> Any:
    from runtime.projections.rows import AuditFilter

    return AuditFilter(kinds=(kind,))


async def test_one_byte_more_is_asked_about(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        _, first = await first_granted(room)
        await room.finished(first)
        run_id = await room.start("other", act(write("a.txt", "x \n")), done())
        ask = await room.asked(run_id)
        await room.reject(ask, "No.")
        assert [call.refused for call in (await room.finished(run_id)).calls] == ["rejected"]


async def test_parallel_runs_never_pass_the_count(tmp_path: Path) -> None:
    spec = msgspec.structs.replace(CLERK, at_once=8)
    async with furnished(tmp_path, ASK_ALL, spec=spec) as room:
        grant, first = await first_granted(room, uses=3)
        await room.finished(first)
        room.models.hold = asyncio.Event()
        runs = [await room.start(f"run {n}", SAME, done()) for n in range(8)]
        await room.until(lambda: all(room.run(run).plan is not None for run in runs))
        room.models.hold.set()

        def settled() -> bool:
            asked = sum(room.ask_of(run) is not None for run in runs)
            return asked == 5

        await room.until(settled)
        for run in runs:
            if (ask := room.ask_of(run)) is not None:
                await room.reject(ask, "Enough.")
        for run in runs:
            await room.finished(run)
        under = [grant_id for run in runs for grant_id in await starts(room, run)]
        assert under == [grant.given.grant_id] * 3
        line = await row(room)
        assert (line.used, line.standing, line.over) == (3, False, "It was used 3 of 3 times.")


async def test_its_time_runs_by_the_clock_of_the_program_and_ends(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        _, first = await first_granted(room, seconds=3600)
        await room.finished(first)
        room.hands.set_by_ns = -7200 * 1_000_000_000  # setting the clock back gives it no more time
        room.pass_time(3600)
        await asked_again(room)
        await room.until(lambda: not room.own.engine.states.grants)
        assert (await row(room)).over == "Its time is over."


async def test_it_survives_a_restart_and_ends_by_wall_time(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        grant, first = await first_granted(room, uses=2)
        await room.finished(first)
        await room.reopen()
        second = await room.start("second", SAME, done())
        await room.finished(second)
        assert await starts(room, second) == [grant.given.grant_id]
        await room.close()
        room.hands.set_by_ns = 3600 * 1_000_000_000
        await room.open()
        await asked_again(room)


async def test_a_clock_that_was_set_back_while_the_program_was_closed_gives_it_no_more_time(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        _, first = await first_granted(room, seconds=3600)
        await room.finished(first)
        room.pass_time(3000)
        await room.close()
        room.hands.set_by_ns = -2400 * 1_000_000_000  # to after it was given: ten minutes of its hour have passed
        await room.open()
        assert (await row(room)).over == SET_BACK.sentence
        await asked_again(room)


async def test_a_clock_that_was_set_back_ends_grants_also_where_the_disk_refuses_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        _, first = await first_granted(room, seconds=3600)
        await room.finished(first)
        newest = room.own.clock.now() + 60_000_000

        async def refused(*given: Any, **named: Any) -> Any:
            raise StorageUnavailable("The disk is full.", "", "")

        with monkeypatch.context() as full:
            full.setattr(room.own.engine.ops, "commit", refused)
            await end_where_set_back(room.own.engine.ops, newest)
        assert room.own.engine.states.untimed
        await asked_again(room)  # before or after the next tick has ended it
        await room.until(lambda: not room.own.engine.states.grants)
        assert (await row(room)).over == SET_BACK.sentence


async def test_revoking_ends_it_at_once(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        grant, first = await first_granted(room)
        await room.finished(first)
        await room.do(RevokeGrant(grant.given.grant_id, "ben"))
        await asked_again(room)
        assert (await row(room)).over == "Revoked by Ben."
        await room.runtime.history.caught_up()
        [entry] = await room.runtime.history.audit(_of_kind("grant-ended"))
        told = await room.runtime.history.audit_entry(entry.seq)
        assert told is not None
        assert told.sentence == f"Standing grant {number(grant.given.grant_id)} holds no more: Revoked by Ben."
        assert (await room.refused(RevokeGrant(grant.given.grant_id, "anna"))).code == "state"
        assert (await room.refused(RevokeGrant(GrantId("none"), "anna"))).code == "unknown"


async def test_a_revoke_between_verdict_and_start_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The use is decided under the grant's lock, in the transaction of the start: a verdict of before is not enough."""
    async with furnished(tmp_path, ASK_ALL) as room:
        grant, first = await first_granted(room)
        await room.finished(first)
        gate, judge = room.own.engine.gate, room.own.engine.gate.judge
        once: list[bool] = []

        async def judge_then_revoke(*given: Any) -> Any:
            judgement = await judge(*given)
            if not once:
                once.append(True)
                await room.do(RevokeGrant(grant.given.grant_id, "anna"))
            return judgement

        monkeypatch.setattr(gate, "judge", judge_then_revoke)
        await asked_again(room)
        assert once
        assert (await row(room)).used == 0


async def test_it_waits_for_the_hold_and_is_taken_back_with_the_approval(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("first", SAME)
        ask = await room.asked(run_id)
        await give(room, ask)
        assert (await row(room)).waits
        other = await room.start("other", SAME)
        second = await room.asked(other)
        assert second.state is AskState.WAITING, "while the approval is held the grant does not act"
        await room.do(TakeBack(ask.raised.ask_id, "ben"))
        line = await row(room)
        assert (line.standing, line.over) == (False, "The approval it was given with was taken back.")
        for run in (run_id, other):
            await room.do(StopRun(run, "anna"))
            await room.finished(run)


async def test_a_new_question_is_put_to_a_person(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        _, first = await first_granted(room)
        await room.finished(first)
        run_id = await room.start("unsure", act(write("a.txt", "x\n"), confidence=0.1), done())
        ask = await room.asked(run_id)
        assert {reason.check for reason in ask.raised.reasons if reason.verdict is VerdictKind.ASK} == {
            "permission",
            "confidence",
        }
        await room.reject(ask, "No.")
        await room.finished(run_id)


async def test_changed_rules_a_new_revision_and_a_retired_giver_end_it(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        changes: tuple[Callable[[], Awaitable[object]], ...] = (
            lambda: room.rules(Rule("all", VerdictKind.ASK, note="again")),
            lambda: room.do(SaveAgent(msgspec.structs.replace(CLERK, instructions="Be careful."), "ben")),
            lambda: room.do(SaveOperator(Operator("anna", "Anna", active=False), "ben")),
        )
        sentences = ("The rules changed", "Revision 2 of clerk was saved", "anna, who gave it")
        for number, (change, said) in enumerate(zip(changes, sentences, strict=True)):
            run_id = await room.start(f"run {number}", SAME, done())
            await give(room, await room.asked(run_id))
            await room.finished(run_id)
            await change()
            await room.until(lambda: not room.own.engine.states.grants)
            assert (await row(room)).over.startswith(said)


async def test_a_check_that_denies_beats_it(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        spec = msgspec.structs.replace(CLERK, limits=msgspec.structs.replace(CLERK.limits, effects=1))
        await room.do(SaveAgent(spec, "anna"))
        grant, run_id = await first_granted(room, then=1)
        run = await room.finished(run_id)
        assert [call.refused for call in run.calls] == ["", "denied"]
        assert await starts(room, run_id) == [""]
        assert (await row(room)).used == 0
        assert grant.given.tier is Tier.SMALL


async def test_for_this_run_ends_with_the_run(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        grant, run_id = await first_granted(room, then=1, this_run=True)
        await room.finished(run_id)
        assert await starts(room, run_id) == ["", grant.given.grant_id]
        await room.until(lambda: not room.own.engine.states.grants)
        assert (await row(room)).over == "The run it was given for is over."
        await asked_again(room)


async def test_a_widened_argument_within_its_limits(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        grant, first = await first_granted(room, widened=(Widened("content", longest=4),))
        await room.finished(first)
        second = await room.start("second", act(write("a.txt", "abc\n")), done())
        await room.finished(second)
        assert await starts(room, second) == [grant.given.grant_id]
        third = await room.start("third", act(write("a.txt", "abcd\n")), done())
        await room.reject(await room.asked(third), "Too long.")
        await room.finished(third)


async def test_what_cannot_be_undone_is_never_granted(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("first", act(bench("final")), done())
        ask = await room.asked(run_id)
        assert ask.raised.effect is EffectKind.IRREVERSIBLE
        await room.approve(ask)
        asked = GrantStanding(ask.raised.ask_id, "anna", ask.raised.digest)
        assert "asked every time" in (await room.refused(asked)).sentence
        await room.finished(run_id)


async def test_an_agent_without_grants_reads_nothing_for_them(tmp_path: Path) -> None:
    async with furnished(tmp_path, Rule("all", VerdictKind.ALLOW)) as room:
        states = room.own.engine.states
        assert states.grants_of(AgentName("clerk")) == ()
        loads: list[Any] = []
        load = states.load

        async def counted(streams: Any) -> None:
            loads.append(streams)
            await load(streams)

        states.load = counted  # type: ignore[method-assign]
        run_id = await room.start("first", SAME, done())
        await room.finished(run_id)
        assert [stream for streams in loads for stream in streams if stream.startswith("grant:")] == []
