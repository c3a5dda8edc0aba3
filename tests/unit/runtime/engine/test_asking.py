"""A person answers: approved, edited, rejected, expired; what is executed is exactly what was approved."""

from pathlib import Path

import msgspec
import pytest

from runtime.domain.agent_spec import AskTimes, Quota
from runtime.domain.commands import Approve, PauseAll, PauseRun, ReleaseHold, ResumeAll, ResumeRun, TakeBack
from runtime.domain.events.asks import AskApproved
from runtime.domain.events.effects import EffectStarted
from runtime.domain.ids import RunId, ask_stream
from runtime.domain.policy import Rule
from runtime.domain.words import AskState, CallStatus, Outcome, RunState, VerdictKind
from tests.fixtures.room import ASK_ALL, CLERK, Room, act, bench, done, furnished, write

NO_SECRETS = (Rule("no-secrets", VerdictKind.DENY, resources="*secret*"), ASK_ALL)


async def starts(room: Room, run_id: RunId) -> list[EffectStarted]:
    return [event for event in await room.events(run_id) if isinstance(event, EffectStarted)]


async def test_approved_is_done_once_and_nothing_before(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        assert room.run(run_id).state is RunState.WAITING
        assert not (tmp_path / "docs/a.txt").exists()
        await room.approve(ask)
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert (tmp_path / "docs/a.txt").read_text() == "x\n"
        assert [start.ask_id for start in await starts(room, run_id)] == [ask.raised.ask_id]
        assert (await room.refused(room.approval(ask))).code == "closed"


async def test_an_edit_is_recorded_and_its_bytes_are_what_is_executed(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "agent\n")), done())
        ask = await room.asked(run_id)
        await room.approve(ask, {"path": "b.txt", "content": "person\n"})
        await room.finished(run_id)
        assert [path.name for path in (tmp_path / "docs").iterdir()] == ["b.txt"]
        assert (tmp_path / "docs/b.txt").read_text() == "person\n"
        [started] = await starts(room, run_id)
        given = [one.event for one in await room.log.read_stream(ask_stream(ask.raised.ask_id))]
        [approved] = [event for event in given if isinstance(event, AskApproved)]
        assert approved.edited is not None
        assert approved.edited.arguments == started.arguments == room.call(run_id).action.arguments
        assert ask.raised.action.arguments != started.arguments
        assert (await room.told(run_id)).past[0].calls[0].arguments == started.arguments


async def test_an_edit_that_the_rules_forbid_is_refused_and_the_request_still_waits(tmp_path: Path) -> None:
    async with furnished(tmp_path, *NO_SECRETS) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        refused = await room.refused(room.approval(ask, {"path": "secret.txt", "content": "x\n"}))
        assert refused.code == "denied"
        assert (await room.refused(room.approval(ask, {"path": "../out.txt", "content": ""}))).code == "denied"
        assert (await room.asked(run_id)).raised.ask_id == ask.raised.ask_id
        await room.approve(ask)
        await room.finished(run_id)


async def test_a_rejection_reaches_the_model_in_the_persons_words(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        await room.reject(await room.asked(run_id), "Wrong customer")
        await room.finished(run_id)
        told = (await room.told(run_id)).past[0].calls[0]
        assert told.outcome == "rejected"
        assert "Wrong customer" in told.output
        assert await starts(room, run_id) == []


async def test_silence_is_told_as_silence_and_not_as_a_no(tmp_path: Path) -> None:
    spec = msgspec.structs.replace(CLERK, ask_times=AskTimes(answer_by=0, expires=0))
    async with furnished(tmp_path, ASK_ALL, spec=spec) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        await room.finished(run_id)
        told = (await room.told(run_id)).past[0].calls[0]
        assert (told.outcome, told.output) == ("expired", "Nobody answered in time; the action was not taken.")
        assert not (tmp_path / "docs/a.txt").exists()


@pytest.mark.parametrize("by", ["", "nobody", "console", "trigger:inbox"])
async def test_only_an_operator_decides(tmp_path: Path, by: str) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")))
        ask = await room.asked(run_id)
        assert (await room.refused(room.approval(ask, by=by))).code == "operator"
        wrong = Approve(ask.raised.ask_id, "anna", "0" * 64)
        assert (await room.refused(wrong)).code == "changed"
        assert (await room.asked(run_id)).state is AskState.WAITING


async def test_a_ruling_is_taken_back_within_its_hold_and_released_before_its_end(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        await room.approve(ask)
        assert (await room.refused(room.approval(ask, by="ben"))).code == "ruled"
        await room.do(TakeBack(ask.raised.ask_id, "ben"))
        assert (await room.asked(run_id)).state is AskState.WAITING
        await room.approve(ask)
        assert room.call(run_id).status is CallStatus.ASKED
        await room.do(ReleaseHold(ask.raised.ask_id, "anna"))
        await room.finished(run_id)
        assert len(await starts(room, run_id)) == 1


async def test_what_cannot_be_undone_is_held_to_the_end(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(bench("final")))
        ask = await room.asked(run_id)
        await room.approve(ask)
        assert (await room.refused(ReleaseHold(ask.raised.ask_id, "anna"))).code == "tier"
        assert room.bench.calls == []


async def test_the_hold_begins_anew_after_a_restart(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        await room.approve(ask)
        held = room.ask_of(run_id)
        assert held is not None
        assert held.ruling is not None
        before = held.ruling.takes_effect
        await room.reopen()

        def anew() -> bool:
            now = room.ask_of(run_id)
            return now is not None and now.ruling is not None and now.ruling.takes_effect > before

        await room.until(anew)
        assert room.call(run_id).status is CallStatus.ASKED
        await room.do(ReleaseHold(ask.raised.ask_id, "anna"))
        await room.finished(run_id)
        assert len(await starts(room, run_id)) == 1


async def test_a_request_survives_a_restart_and_is_answered_after_it(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        await room.reopen()
        await room.approve(await room.asked(run_id))
        await room.finished(run_id)
        assert [start.ask_id for start in await starts(room, run_id)] == [ask.raised.ask_id]


async def test_rules_changed_while_it_waits_ask_anew_and_void_the_old_approval(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        first = await room.asked(run_id)
        await room.approve(first)  # held; nothing happened yet
        await room.rules(Rule("new", VerdictKind.ASK))
        second = await room.asked(run_id)
        assert second.raised.ask_id != first.raised.ask_id
        assert (await room.refused(room.approval(first))).code == "closed"
        assert await starts(room, run_id) == []
        await room.rules(Rule("never", VerdictKind.DENY))
        await room.finished(run_id)
        assert (await room.told(run_id)).past[0].calls[0].outcome == "denied"


async def test_a_file_changed_after_the_approval_is_asked_anew(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        (tmp_path / "docs/a.txt").write_text("one\n")
        run_id = await room.start("t", act(write("a.txt", "agent\n")), done())
        first = await room.asked(run_id)
        await room.approve(first)
        (tmp_path / "docs/a.txt").write_text("somebody else\n")
        await room.do(ReleaseHold(first.raised.ask_id, "anna"))
        second = await room.asked(run_id)
        assert second.raised.ask_id != first.raised.ask_id
        assert second.raised.anew == "a.txt changed since this was asked."
        assert (tmp_path / "docs/a.txt").read_text() == "somebody else\n"
        await room.approve(second)
        await room.do(ReleaseHold(second.raised.ask_id, "anna"))
        await room.finished(run_id)
        assert (tmp_path / "docs/a.txt").read_text() == "agent\n"
        assert len(await starts(room, run_id)) == 1


@pytest.mark.parametrize("everything", [False, True])
async def test_deadlines_stand_still_while_paused(tmp_path: Path, everything: bool) -> None:
    spec = msgspec.structs.replace(CLERK, ask_times=AskTimes(answer_by=600, expires=600))
    async with furnished(tmp_path, ASK_ALL, spec=spec) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        await room.do(PauseAll("anna") if everything else PauseRun(run_id, "anna"))
        room.pass_time(3600)
        await room.approve(ask)  # the deadline has not passed: it stood still
        await room.do(TakeBack(ask.raised.ask_id, "anna"))
        await room.do(ResumeAll("anna") if everything else ResumeRun(run_id, "anna"))
        waiting = await room.asked(run_id)
        assert waiting.expires >= ask.expires + 3600 * 1_000_000
        room.pass_time(700)
        await room.finished(run_id)
        assert (await room.told(run_id)).past[0].calls[0].outcome == "expired"


async def test_what_a_quota_forbids_by_now_is_not_done_whoever_approved_it(tmp_path: Path) -> None:
    quota = Quota("one", "bench.change", per_day=1, verdict=VerdictKind.DENY)
    spec = msgspec.structs.replace(CLERK, quotas=(quota,))
    async with furnished(tmp_path, ASK_ALL, spec=spec) as room:
        first, second = [await room.start(f"t{at}", act(bench("change", str(at))), done()) for at in range(2)]
        asks = [await room.asked(run_id) for run_id in (first, second)]
        await room.approve(asks[0])
        await room.finished(first)
        await room.approve(asks[1])
        await room.finished(second)
        assert len(room.bench.calls) == 1
        assert room.call(second).refused == "denied"
        withdrawn = room.own.engine.states.ask(asks[1].raised.ask_id)
        assert withdrawn is not None
        assert withdrawn.closed_sentence == "Withdrawn: It is not allowed any more."
