"""A run of an all-or-nothing agent that fails half-way undoes itself; what cannot be undone becomes an ask."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.agent_spec import AskTimes, Limits
from runtime.domain.ask_state import Ask
from runtime.domain.commands import PauseAll, ResumeAll, RollBack, StopRun, TellOutcome
from runtime.domain.decision import Decision
from runtime.domain.events.rollbacks import LeftoverAsked, LeftoverSettled, RollbackStarted, UndoFinished
from runtime.domain.ids import CallId, RunId
from runtime.domain.loop_commands import FinishRun
from runtime.domain.policy import Rule
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome, DecisionKind, Outcome, VerdictKind
from tests.fixtures.bench_tools import answer
from tests.fixtures.room import ALLOW_ALL, ASK_ALL, CLERK, Room, act, bench, done, furnished, write

WHOLE = msgspec.structs.replace(CLERK, all_or_nothing=True)
SEND = ("mail.send", {"to": ["anna@example.org"], "subject": "Hello", "text": "Hello"})
NO_B = (Rule("no-b", VerdictKind.DENY, resources="*b.txt"), ALLOW_ALL)
ESCALATE = Decision(DecisionKind.ESCALATE, "I cannot go on.")
UNDONE = "All or nothing: what it did is undone."


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "docs").iterdir()}


async def of_kind(room: Room, run_id: RunId, kind: type) -> list[Any]:
    return [event for event in await room.events(run_id) if isinstance(event, kind)]


async def at_its_end(room: Room, run_id: RunId) -> None:
    """Until the run is over, has undone itself where it must, and waits for nothing but a person."""
    await room.finished(run_id)
    await room.until(lambda: not room.run(run_id).undo_all and room.run(run_id).rollback is None)


async def leftover(room: Room, run_id: RunId) -> Ask:
    return await room.asked(run_id, "not-undone")


HALF_WAY: dict[str, tuple[tuple[Rule, ...], list[Any], Limits, Outcome, str]] = {
    "it handed the case to a person": ((), [ESCALATE], Limits(), Outcome.ESCALATED, "I cannot go on. "),
    "a limit was reached": ((), [], Limits(turns=1), Outcome.ESCALATED, "1 turns were taken"),
    "a step was denied": (
        NO_B,
        [act(write("b.txt", "2\n")), done()],
        Limits(),
        Outcome.FAILED,
        "It ended half-way: “Create b.txt, 1 line” was denied. ",
    ),
    "a tool failed for good": (
        (),
        [act(("files.move", {"path": "a.txt", "to": "c.txt"}), bench("keyed")), done()],
        Limits(),
        Outcome.FAILED,
        "It ended half-way: “Say x” was not done. ",
    ),
}


@pytest.mark.parametrize("case", HALF_WAY)
async def test_what_was_done_is_undone_when_it_fails_half_way(tmp_path: Path, case: str) -> None:
    rules, rest, limits, outcome, summary = HALF_WAY[case]
    spec = msgspec.structs.replace(WHOLE, limits=limits)
    async with furnished(tmp_path, *rules, spec=spec) as room:
        (tmp_path / "docs/a.txt").write_text("before\n")
        room.failing(until=99, code="no", passing=False)
        run_id = await room.start("t", act(write("a.txt", "1\n")), *rest)
        await at_its_end(room, run_id)
        run = room.run(run_id)
        assert files(tmp_path) == {"a.txt": "before\n"}
        assert (run.outcome, run.summary[: len(summary)], run.summary[-len(UNDONE) :]) == (outcome, summary, UNDONE)
        [started] = await of_kind(room, run_id, RollbackStarted)
        assert (started.by, started.by_itself) == ("agent:clerk@1", True)
        assert room.ask_of(run_id) is None
        assert (await room.refused(RollBack(run_id, 0, "anna"))).code == "nothing"
        shown = await room.runtime.history.timeline(run_id)
        assert next(step.undone for step in shown if step.mark == "call") is True
        assert any("All or nothing: clerk failed half-way" in step.title for step in shown)
        detail = await room.runtime.history.run(run_id)
        assert detail is not None
        assert (detail.all_or_nothing, detail.row.rolled_back) == (True, True)


@pytest.mark.parametrize(
    "script",
    [
        [act(write("a.txt", "1\n")), done()],
        [act(write("b.txt", "no\n")), act(write("a.txt", "1\n")), done()],  # denied, then made good
        [act(bench("read")), act(("files.read", {"path": "b.txt"})), act(write("a.txt", "1\n")), done()],
    ],
    ids=["all went well", "made good", "only reading was refused"],
)
async def test_what_succeeded_stays(tmp_path: Path, script: list[Any]) -> None:
    async with furnished(tmp_path, *NO_B, spec=WHOLE) as room:
        run_id = await room.start("t", *script)
        await at_its_end(room, run_id)
        assert room.run(run_id).outcome is Outcome.COMPLETED
        assert files(tmp_path) == {"a.txt": "1\n"}
        assert await of_kind(room, run_id, RollbackStarted) == []


async def test_a_step_that_a_person_skipped_is_no_failure(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=WHOLE) as room:
        room.bench.do = lambda note, context: 1 / 0  # type: ignore[assignment,return-value]
        run_id = await room.start("t", act(write("a.txt", "1\n")), act(bench("keyed")), done())
        ask = await room.asked(run_id, "unknown-outcome")
        await room.do(TellOutcome(ask.raised.ask_id, "anna", "skip"))
        await at_its_end(room, run_id)
        assert room.run(run_id).outcome is Outcome.COMPLETED
        assert files(tmp_path) == {"a.txt": "1\n"}
        assert (await room.told(run_id)).past[1].calls[0].outcome == "skipped"


async def test_other_agents_keep_what_they_did_half_way(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n")), ESCALATE)
        await at_its_end(room, run_id)
        assert files(tmp_path) == {"a.txt": "1\n"}


async def test_a_person_who_stops_it_decides_themselves(tmp_path: Path) -> None:
    async with furnished(tmp_path, Rule("b", VerdictKind.ASK, resources="*b.txt"), ALLOW_ALL, spec=WHOLE) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n"), write("b.txt", "2\n")))
        await room.asked(run_id)
        await room.do(StopRun(run_id, "anna"))
        await at_its_end(room, run_id)
        assert files(tmp_path) == {"a.txt": "1\n"}
        assert await of_kind(room, run_id, RollbackStarted) == []


async def _left_half_way(room: Room) -> RunId:
    """It wrote a file and sent a mail, then gave up: the mail cannot be called back."""
    run_id = await room.start("t", act(write("a.txt", "1\n"), SEND), ESCALATE)
    await room.approve(await room.asked(run_id))
    await at_its_end(room, run_id)
    return run_id


async def test_what_cannot_be_undone_is_asked_about_and_a_person_deals_with_it(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=WHOLE) as room:
        run_id = await _left_half_way(room)
        assert files(tmp_path) == {}
        ask = await leftover(room, run_id)
        assert ask.raised.title == "1 step could not be undone: t"
        assert ask.raised.known.startswith("Send ")
        assert "Cannot be undone." in ask.raised.known
        await room.reopen()
        again = await leftover(room, run_id)
        assert again.raised == ask.raised
        assert [row.kind for row in await room.runtime.history.asks()] == ["not-undone"]
        assert (await room.refused(room.approval(ask))).code == "kind"
        assert (await room.refused(TellOutcome(ask.raised.ask_id, "anna", "happened"))).code == "kind"
        await room.do(TellOutcome(ask.raised.ask_id, "anna", "dealt-with"))
        await room.until(lambda: room.ask_of(run_id) is None)
        [settled] = await of_kind(room, run_id, LeftoverSettled)
        assert settled.sentence == "anna says: what is left has been dealt with."
        assert room.run(run_id).leftover_ask == ""
        assert (await room.refused(TellOutcome(ask.raised.ask_id, "anna", "try-again"))).code == "closed"


async def test_trying_again_asks_again_until_it_is_undone(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=WHOLE) as room:
        room.bench.do = lambda note, context: _meddle(tmp_path, note, context)
        run_id = await room.start("t", act(write("a.txt", "1\n"), bench("read")), ESCALATE)
        await at_its_end(room, run_id)
        first = await leftover(room, run_id)
        assert files(tmp_path) == {"a.txt": "somebody\n"}
        await room.do(TellOutcome(first.raised.ask_id, "anna", "try-again"))
        await room.until(lambda: len(room.own.engine.states.asks_of(run_id)) == 2)
        second = await leftover(room, run_id)
        assert second.raised.ask_id != first.raised.ask_id
        (tmp_path / "docs/a.txt").write_text("1\n")  # whoever changed it puts it back
        await room.do(TellOutcome(second.raised.ask_id, "anna", "try-again"))
        await room.until(lambda: room.ask_of(run_id) is None and room.run(run_id).rollback is None)
        assert files(tmp_path) == {}
        outcomes = [event.outcome for event in await of_kind(room, run_id, UndoFinished)]
        assert outcomes == [UndoOutcome.CONFLICT, UndoOutcome.CONFLICT, UndoOutcome.UNDONE]


def _meddle(folder: Path, note: str, context: Any) -> Any:
    (folder / "docs/a.txt").write_text("somebody\n")
    return answer(note, context)


async def test_the_ask_is_over_when_a_person_overwrites_what_was_in_the_way(tmp_path: Path) -> None:
    async with furnished(tmp_path, spec=WHOLE) as room:
        room.bench.do = lambda note, context: _meddle(tmp_path, note, context)
        run_id = await room.start("t", act(write("a.txt", "1\n"), bench("read")), ESCALATE)
        await at_its_end(room, run_id)
        ask = await leftover(room, run_id)
        await room.roll_back(run_id, overwrite=(CallId("1.1"),))
        await room.until(lambda: room.ask_of(run_id) is None)
        known = room.own.engine.states.ask(ask.raised.ask_id)
        assert known is not None
        assert known.closed_sentence == "Everything is undone by now."
        assert files(tmp_path) == {}


async def test_nobody_answers_so_it_stays_as_it_is(tmp_path: Path) -> None:
    spec = msgspec.structs.replace(WHOLE, ask_times=AskTimes(answer_by=3600, expires=3600))
    async with furnished(tmp_path, spec=spec) as room:
        run_id = await _left_half_way(room)
        ask = await leftover(room, run_id)
        room.pass_time(7200)
        await room.until(lambda: room.ask_of(run_id) is None)
        known = room.own.engine.states.ask(ask.raised.ask_id)
        assert known is not None
        stays = "Nobody answered in time; what could not be undone stays as it is."
        assert known.closed_sentence == f"{stays} Nobody had looked at it."


async def test_pausing_everything_holds_it_back_and_it_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with furnished(tmp_path, Rule("b", VerdictKind.ASK, resources="*b.txt"), ALLOW_ALL, spec=WHOLE) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n"), write("b.txt", "2\n")))
        await room.asked(run_id)
        await room.do(PauseAll("anna"))
        await room.own.engine.ops.perform(FinishRun(run_id, Outcome.FAILED, "The program made a mistake."))
        for _ in range(2):
            await room.reopen()
            await room.runtime.wait_idle()
            assert (room.run(run_id).undo_all, files(tmp_path)) == (True, {"a.txt": "1\n"})
        await room.do(ResumeAll("anna"))
        await at_its_end(room, run_id)
        assert files(tmp_path) == {}


async def test_a_person_undoes_a_part_while_it_is_held_back_and_it_undoes_the_rest(tmp_path: Path) -> None:
    async with furnished(tmp_path, Rule("c", VerdictKind.ASK, resources="*c.txt"), ALLOW_ALL, spec=WHOLE) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n"), write("b.txt", "2\n"), write("c.txt", "3\n")))
        await room.asked(run_id)
        await room.do(PauseAll("anna"))
        await room.own.engine.ops.perform(FinishRun(run_id, Outcome.FAILED, "The program made a mistake."))
        await room.do(RollBack(run_id, 1, "anna"))
        await room.until(lambda: (rollback := room.run(run_id).rollback) is not None and rollback.by_itself)
        assert files(tmp_path) == {"a.txt": "1\n"}
        await room.reopen()
        await room.do(ResumeAll("anna"))
        await at_its_end(room, run_id)
        assert files(tmp_path) == {}


async def test_what_may_have_happened_is_settled_before_it_undoes_itself(tmp_path: Path) -> None:
    """The run is over by a mistake of the program while a person is still to say what happened."""
    async with furnished(tmp_path, spec=WHOLE) as room:
        room.bench.do = lambda note, context: 1 / 0  # type: ignore[assignment,return-value]
        run_id = await room.start("t", act(write("a.txt", "1\n"), bench("keyed")))
        ask = await room.asked(run_id, "unknown-outcome")
        await room.own.engine.ops.perform(FinishRun(run_id, Outcome.FAILED, "The program made a mistake."))
        await room.reopen()
        assert files(tmp_path) == {"a.txt": "1\n"}
        waiting = await room.asked(run_id, "unknown-outcome")
        assert waiting.raised.ask_id == ask.raised.ask_id
        await room.do(TellOutcome(ask.raised.ask_id, "anna", "happened"))
        await at_its_end(room, run_id)
        assert files(tmp_path) == {}
        assert room.call(run_id, "1.2").outcome is CallOutcome.OK
        assert [event.calls for event in await of_kind(room, run_id, LeftoverAsked)] == [(CallId("1.2"),)]
        await room.do(TellOutcome((await leftover(room, run_id)).raised.ask_id, "anna", "dealt-with"))
        await room.until(lambda: room.ask_of(run_id) is None)


async def test_a_rejected_step_undoes_the_ones_before(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, spec=WHOLE) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n"), write("b.txt", "2\n")), done())
        await room.approve(await room.asked(run_id))
        await room.reject(await room.asked(run_id), "Wrong customer")
        await at_its_end(room, run_id)
        assert room.run(run_id).summary == f"It ended half-way: “Create b.txt, 1 line” was rejected. {UNDONE}"
        assert files(tmp_path) == {}
