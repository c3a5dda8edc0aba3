"""Commands of people, on a real workspace: who may, who comes second, and what is refused with a sentence."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from runtime.domain.changes import Done
from runtime.domain.commands import (
    Command,
    PauseAgent,
    PauseAll,
    PauseRun,
    Reject,
    RemoveAgent,
    ResumeAgent,
    RollBack,
    SaveAgent,
    SaveOperator,
    SavePolicy,
    StartRun,
    StopRun,
    TakeBack,
)
from runtime.domain.envelope import Fact
from runtime.domain.events import Event
from runtime.domain.events.agents import AgentSaved
from runtime.domain.events.workspace import ChainVerified, OperatorSaved
from runtime.domain.ids import (
    OPERATORS_STREAM,
    POLICY_STREAM,
    WORKSPACE_STREAM,
    AgentName,
    AskId,
    RunId,
    StreamName,
    agent_stream,
)
from runtime.domain.policy import Policy, Rule, SafetyCheck
from runtime.domain.refusals import Refusal
from runtime.domain.settings import Operator
from runtime.domain.task import Task
from runtime.domain.words import Outcome, VerdictKind
from runtime.journal.event_log import EventLog, StreamChange
from runtime.projections.projector import project
from tests.fixtures.room import ALLOW_ALL, ASK_ALL, CLERK, Room, act, done, furnished, write

NAME = CLERK.name
TASK = Task("t", "t")


async def test_of_two_saves_of_one_agent_the_second_is_told(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        changed = [SaveAgent(msgspec.structs.replace(CLERK, role=role), "anna", 1) for role in ("One", "Two")]
        answers = await asyncio.gather(*(room.runtime.perform(command) for command in changed))
        [refused] = [answer for answer in answers if isinstance(answer, Refusal)]
        assert (refused.code, "revision 2" in refused.sentence) == ("moved-on", True)
        events = [envelope.event for envelope in await room.log.read_stream(agent_stream(NAME))]
        assert [event.revision for event in events if isinstance(event, AgentSaved)] == [1, 2]


async def test_of_two_saves_of_the_rules_the_second_is_told(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        version = room.own.engine.states.workspace.policy.version
        saves = [SavePolicy(Policy(0, (Rule(name, VerdictKind.ASK),)), "anna", version) for name in "ab"]
        answers = await asyncio.gather(*(room.runtime.perform(command) for command in saves))
        assert sorted(type(answer).__name__ for answer in answers) == ["Done", "Refusal"]
        assert room.own.engine.states.workspace.policy.version == version + 1


async def test_many_commands_at_once_on_one_run_are_decided_one_after_the_other(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        answers = await asyncio.gather(
            *(room.runtime.perform(room.approval(ask, by=by)) for by in ("anna", "ben") * 10),
            *(room.runtime.perform(Reject(ask.raised.ask_id, "ben", "no")) for _ in range(10)),
        )
        assert sum(isinstance(answer, Done) for answer in answers) == 1
        await room.finished(run_id)


async def decided(room: Room) -> list[Event]:
    """Everything that was recorded, but for the look at the chain, which ends at a time of its own."""
    return [envelope.event for envelope in await room.log.read() if not isinstance(envelope.event, ChainVerified)]


async def test_nothing_is_undone_on_a_changed_journal_and_the_run_is_not_stopped(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), act(write("b.txt", "x\n")), done())
        await room.approve(await room.asked(run_id))
        await room.until(lambda: (ask := room.ask_of(run_id)) is not None and ask.raised.turn == 2)
        states = room.own.engine.states
        await room.chain_looked_at()
        states.workspace = msgspec.structs.replace(states.workspace, chain_broken="One record was changed.")
        refusal = await room.refused(RollBack(run_id, 0, "anna"))
        assert (refusal.code, room.run(run_id).finished) == ("chain", False)
        assert refusal.sentence.startswith("The journal was changed: One record was changed. Nothing is undone")
        states.workspace = msgspec.structs.replace(states.workspace, chain_broken="")
        await room.approve(await room.asked(run_id))
        await room.finished(run_id)


@pytest.mark.parametrize(
    "command",
    [
        PauseRun(RunId("nothing"), "anna"),
        StopRun(RunId("nothing"), "anna"),
        RollBack(RunId("nothing"), 0, "anna"),
        TakeBack(AskId("nothing"), "anna"),
        Reject(AskId("nothing"), "anna", "no"),
        PauseAgent(AgentName("nothing"), "anna"),
        RemoveAgent(AgentName("nothing"), "anna"),
        StartRun(RunId("r"), AgentName("nothing"), TASK, "anna"),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_what_is_not_there_is_said_so(tmp_path: Path, command: Command) -> None:
    async with furnished(tmp_path) as room:
        refused = await room.refused(command)
        assert (refused.code, "There is no" in refused.sentence) == ("unknown", True)


async def test_an_agent_with_work_is_not_removed_and_a_removed_one_takes_none(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")))
        await room.asked(run_id)
        assert (await room.refused(RemoveAgent(NAME, "anna"))).code == "state"
        await room.do(StopRun(run_id, "anna"))
        await room.do(RemoveAgent(NAME, "anna"))
        assert (await room.refused(StartRun(RunId("r"), NAME, TASK, "anna"))).code == "state"
        await room.reopen()
        assert (await room.refused(StartRun(RunId("r"), NAME, TASK, "anna"))).code == "state"
        await room.do(SaveAgent(CLERK, "anna"))
        again = await room.start("again", done())
        assert (await room.finished(again)).revision == 2


async def test_the_same_piece_of_work_is_taken_once(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", done())
        await room.finished(run_id)
        again = StartRun(run_id, NAME, Task("t", "t"), "anna")
        assert (await room.refused(again)).code == "taken"
        await room.reopen()
        assert (await room.refused(again)).code == "taken"


async def test_rules_that_are_not_valid_leave_the_old_ones_and_name_every_fault(tmp_path: Path) -> None:
    async with furnished(tmp_path, ALLOW_ALL) as room:
        version = room.own.engine.states.workspace.policy.version
        checks = (
            SafetyCheck("one", "amount >", VerdictKind.ASK, "s"),
            SafetyCheck("two", "nothing == 1", VerdictKind.ASK, "s"),
        )
        refused = await room.refused(SavePolicy(Policy(0, (ALLOW_ALL,), checks), "anna", version))
        assert refused.code == "invalid"
        assert "one" in refused.sentence
        assert "two" in refused.sentence
        assert room.own.engine.states.workspace.policy.version == version


async def test_operators_come_and_go_but_one_stays(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        await room.do(SaveOperator(Operator("ben", "Ben", active=False), "anna"))
        assert (await room.refused(SaveOperator(Operator("anna", "Anna", active=False), "anna"))).code == "last"
        assert (await room.refused(SaveOperator(Operator("console", "Console"), "anna"))).code == "invalid"
        run_id = await room.start("t", act(write("a.txt", "x\n")))
        ask = await room.asked(run_id)
        assert (await room.refused(room.approval(ask, by="ben"))).code == "operator"


async def test_a_rejection_can_pause_the_agent_with_it(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        await room.reject(await room.asked(run_id), "Something is wrong with it", pause_agent=True)
        await room.until(lambda: bool(room.own.engine.states.agent(NAME).paused_by))
        await room.runtime.wait_idle()
        assert not room.run(run_id).finished
        await room.do(ResumeAgent(NAME, "ben"))
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED


@pytest.mark.parametrize("stream", [OPERATORS_STREAM, WORKSPACE_STREAM, POLICY_STREAM])
async def test_what_somebody_else_recorded_is_read_and_nothing_else_is_forgotten(
    tmp_path: Path, stream: StreamName
) -> None:
    """Pauses, people and rules are folded from three streams into one state."""
    async with furnished(tmp_path, ASK_ALL, hold_seconds=7) as room:
        states = room.own.engine.states
        await room.do(PauseAll("anna"))
        await room.chain_looked_at()
        states.mark_broken("Record 3 was changed.")
        before = states.workspace
        theirs = EventLog(room.own.recorder, project)
        eve = OperatorSaved(Operator("eve", "Eve"))
        await theirs.append([StreamChange(stream, states.version(stream), (eve,))], "anna", room.own.clock.now())
        event: Event = OperatorSaved(Operator("zoe", "Zoe"))
        await room.own.engine.ops.commit([stream], lambda: [Fact(stream, event)], by="anna")
        assert set(states.workspace.operators) == {*before.operators, "eve", "zoe"}
        after = msgspec.structs.replace(states.workspace, operators=before.operators)
        assert after == before
