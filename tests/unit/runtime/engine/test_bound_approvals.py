"""What an approval is bound to: spent once, in time, by its own action, under the rules, revision and tool of then."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.agent_spec import AskTimes
from runtime.domain.ask_state import Ask
from runtime.domain.commands import ReleaseHold, SaveAgent, TellOutcome
from runtime.domain.events.effects import EffectStarted
from runtime.domain.ids import RunId
from runtime.domain.loop_commands import StartEffect
from runtime.domain.policy import Rule
from runtime.domain.refusals import Refusal
from runtime.domain.words import AskState, CallOutcome, Outcome, VerdictKind
from runtime.engine.surroundings import Surroundings
from runtime.gate.gate import Gate, Judgement
from runtime.tools.contract import ToolContext, ToolResult
from storage.recorder import Recorder
from storage.records import Append, Written
from tests.fixtures.bench_tools import answer
from tests.fixtures.room import ASK_ALL, CLERK, Room, act, bench, done, furnished, write

HOUR = msgspec.structs.replace(CLERK, ask_times=AskTimes(answer_by=3600, expires=3600))
NEWER = msgspec.structs.replace(CLERK, instructions="Be careful.")
SAVED = "Revision 2 of clerk was saved since this was asked; this run goes on with revision 1."


async def starts(room: Room, run_id: RunId) -> list[EffectStarted]:
    return [event for event in await room.events(run_id) if isinstance(event, EffectStarted)]


async def asked_anew(room: Room, first: Ask, why: str) -> Ask:
    """The new request, which says why; the old one is over and says it too."""

    def anew() -> bool:
        ask = room.ask_of(first.raised.run_id)
        return ask is not None and ask.raised.ask_id != first.raised.ask_id

    await room.until(anew)
    second = room.ask_of(first.raised.run_id)
    old = room.own.engine.states.ask(first.raised.ask_id)
    assert second is not None
    assert old is not None
    assert (second.state, second.raised.anew) == (AskState.WAITING, why)
    assert old.closed_sentence == f"Asked anew: {why}"
    assert (await room.refused(room.approval(first))).code == "closed"
    shown = await room.runtime.history.ask(second.raised.ask_id)
    assert shown is not None
    assert shown.anew == why
    return second


@pytest.mark.parametrize("held", [False, True], ids=["waiting", "held"])
async def test_a_newer_revision_of_the_agent_asks_anew(tmp_path: Path, held: bool) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        first = await room.asked(run_id)
        if held:
            await room.approve(first)
        await room.do(SaveAgent(NEWER, "anna"))
        second = await asked_anew(room, first, SAVED)
        assert await starts(room, run_id) == []
        await room.approve(second)
        await room.do(ReleaseHold(second.raised.ask_id, "anna"))
        assert (await room.finished(run_id)).revision == 1
        assert [start.ask_id for start in await starts(room, run_id)] == [second.raised.ask_id]


async def test_a_revision_saved_while_the_start_is_being_checked_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        first = await room.asked(run_id)
        judge = Gate.judge

        async def slow(gate: Gate, *given: Any) -> Judgement:
            monkeypatch.undo()
            await room.do(SaveAgent(NEWER, "anna"))
            return await judge(gate, *given)

        monkeypatch.setattr(Gate, "judge", slow)
        await room.approve(first)
        second = await asked_anew(room, first, SAVED)
        assert not (tmp_path / "docs/a.txt").exists()
        await room.approve(second)
        await room.finished(run_id)


@pytest.mark.parametrize("held", [False, True], ids=["waiting", "held"])
async def test_a_tool_that_changed_with_the_program_asks_anew(tmp_path: Path, held: bool) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        first = await room.asked(run_id)
        if held:
            await room.approve(first)
        room.bench.version = 2
        await room.reopen()
        second = await asked_anew(room, first, "The tool bench.keyed changed since this was asked.")
        assert room.bench.calls == []
        await room.approve(second)
        await room.do(ReleaseHold(second.raised.ask_id, "anna"))
        await room.finished(run_id)


async def test_that_an_edit_is_not_carried_over_is_said(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(write("a.txt", "agent\n")), done())
        first = await room.asked(run_id)
        await room.approve(first, {"path": "b.txt", "content": "person\n"})
        await room.rules(Rule("new", VerdictKind.ASK))
        why = "The rules changed since this was asked. Your edit is not carried over."
        second = await asked_anew(room, first, why)
        assert (second.action.arguments, second.ruling) == (first.action.arguments, None)
        await room.reject(second, "No")
        await room.do(ReleaseHold(second.raised.ask_id, "anna"))
        await room.finished(run_id)


async def test_an_approval_older_than_its_deadline_is_not_spent_after_a_restart(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=HOUR, hold_seconds=60) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.approve(await room.asked(run_id))
        await room.close()
        room.pass_time(2 * 3600)
        await room.open()
        await room.finished(run_id)
        told = (await room.told(run_id)).past[0].calls[0]
        assert (told.outcome, room.bench.calls) == ("expired", [])
        assert told.output == "anna agreed, but it could not be started in time; the action was not taken."


async def test_a_spent_approval_starts_nothing_more(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(bench("keyed")), act(bench("keyed", "y")), done())
        first = await room.asked(run_id)
        await room.approve(first)
        second = await room.asked(run_id)
        ops = room.own.engine.ops
        for call_id in ("1.1", "2.1"):  # its own call, over by now; and another one
            refused = await ops.perform(StartEffect(run_id, room.call(run_id, call_id).call_id, first.raised.digest))
            assert isinstance(refused, Refusal)
            assert refused.sentence in ("This call has already ended.", "Nobody has approved this.")
        assert len(room.bench.calls) == 1
        await room.approve(second)
        await room.finished(run_id)


class Witness:
    """Notes what becomes durable and what happens outside, in the order in which it does."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self._own: Recorder | None = None

    def recorder(self, own: Recorder) -> Any:
        self._own = own
        return self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    async def append(self, append: Append) -> Written:
        assert self._own is not None
        written = await self._own.append(append)
        self.seen += [record.kind for record in append.records if record.stream.startswith("run:")]
        return written


async def test_start_and_end_are_durable_before_anything_else_of_the_run(tmp_path: Path) -> None:
    witness = Witness()
    async with furnished(tmp_path, around=Surroundings(recorder=witness.recorder)) as room:

        def noted(note: str, context: ToolContext) -> ToolResult:
            witness.seen.append(f"tool {note}")
            return answer(note, context)

        room.bench.do = noted
        run_id = await room.start("t", act(bench("keyed", "a"), bench("keyed", "b")), done())
        await room.finished(run_id)
    shown = [word for word in witness.seen if word.startswith("tool") or word in ("effect-started", "effect-finished")]
    expected = ["effect-started", "tool a", "effect-finished", "effect-started", "tool b", "effect-finished"]
    assert shown == expected
    after = witness.seen[witness.seen.index("tool b") + 1 :]
    assert after[0] == "effect-finished"  # no answer, verdict or end of the run stands before it


CHOICES = {
    "happened": (CallOutcome.OK, 1, "anna says: it happened."),
    "do-it": (CallOutcome.OK, 2, "Said x"),
    "skip": (CallOutcome.FAILED, 1, "anna says: it did not happen; skip it."),
}


@pytest.mark.parametrize("choice", CHOICES)
async def test_a_person_says_what_became_of_it_also_after_a_restart(tmp_path: Path, choice: str) -> None:
    outcome, calls, summary = CHOICES[choice]
    async with furnished(tmp_path) as room:
        room.bench.do = lambda note, context: 1 / 0  # type: ignore[assignment,return-value]
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.asked(run_id, "unknown-outcome")
        room.bench.do = answer
        await room.reopen()
        ask = await room.asked(run_id, "unknown-outcome")
        shown = await room.runtime.history.ask(ask.raised.ask_id)
        assert shown is not None
        assert shown.known.startswith("It may or may not have happened. What I know: ")
        await room.do(TellOutcome(ask.raised.ask_id, "anna", choice))
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        call = room.call(run_id)
        assert (call.outcome, len(room.bench.calls), call.summary) == (outcome, calls, summary)
        assert len({key for _, _, key in room.bench.calls}) == 1


async def test_what_is_forbidden_by_now_is_not_done_again_whoever_wants_it(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do = lambda note, context: 1 / 0  # type: ignore[assignment,return-value]
        run_id = await room.start("t", act(bench("keyed")), done())
        ask = await room.asked(run_id, "unknown-outcome")
        room.bench.do = answer
        await room.rules(Rule("never", VerdictKind.DENY))
        await room.do(TellOutcome(ask.raised.ask_id, "anna", "do-it"))
        await room.finished(run_id)
        assert len(room.bench.calls) == 1
        assert room.call(run_id).refused == "denied"


async def test_an_unknown_outcome_that_nobody_told_is_listed_and_not_undone(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=HOUR) as room:
        room.bench.do = lambda note, context: 1 / 0  # type: ignore[assignment,return-value]
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.asked(run_id, "unknown-outcome")
        room.pass_time(2 * 3600)
        await room.finished(run_id)
        assert room.call(run_id).outcome is CallOutcome.UNKNOWN
        sheet = await room.runtime.rollback_sheet(run_id, 0)
        assert isinstance(sheet, list)
        sentence = "It is not known whether it happened. There is no record of what it was before."
        assert [(line.outcome, line.sentence) for line in sheet] == [("cannot be undone", sentence)]
