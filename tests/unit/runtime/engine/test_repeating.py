"""What was started and has no end after a crash is repeated only where no rule of now is against it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from runtime.domain.action import canonical
from runtime.domain.agent_spec import AgentSpec, AskTimes, ToolGrant
from runtime.domain.changes import Done
from runtime.domain.commands import PauseAll, RemoveAgent, SaveAgent, SaveOperator, SavePolicy, SaveSettings, StartRun
from runtime.domain.decision import Decision, ProposedCall
from runtime.domain.ids import AgentName, RunId, StepId
from runtime.domain.policy import Policy, Rule
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call
from runtime.domain.settings import Operator
from runtime.domain.task import Task
from runtime.domain.words import CallOutcome, CallStatus, DecisionKind, VerdictKind
from tests.fixtures.room import CLERK, done
from tests.machine.lives import Lives

RUN = RunId("run-1")
SPEC = AgentSpec(
    AgentName("clerk"),
    "Clerk",
    tools=(ToolGrant("outside"),),
    playbook=CLERK.playbook,
    ask_times=AskTimes(3600, 3600),
)
ALLOW, DENY = Rule("all", VerdictKind.ALLOW), Rule("never", VerdictKind.DENY)


async def do(lives: Lives, *commands: object) -> None:
    for command in commands:
        assert isinstance(await lives.gesture(command), Done)  # type: ignore[arg-type]


async def save_rule(lives: Lives, rule: Rule) -> None:
    await do(lives, SavePolicy(Policy(0, (rule,)), "anna", lives.parts.states.workspace.policy.version))


@asynccontextmanager
async def in_flight(folder: Path, verb: str, fault: str) -> AsyncIterator[Lives]:
    """One call is under way, and its end will never be recorded: the program dies while it hangs."""
    lives = Lives(folder)
    await lives.open()
    settings = msgspec.structs.replace(lives.parts.states.workspace.settings, hold_seconds=0)
    await do(lives, SaveOperator(Operator("anna", "Anna"), "anna"), SaveSettings(settings, "anna"))
    await do(lives, SaveAgent(SPEC, "anna"))
    await save_rule(lives, ALLOW)
    call = ProposedCall(f"outside.{verb}", canonical({"note": "n"}), 0.9, "because", StepId("s1"))
    lives.scripts.turns["t"] = (Decision(DecisionKind.ACT, confidence=0.9, calls=(call,)), done())
    lives.outside.faults.append(fault)
    await do(lives, StartRun(RUN, AgentName("clerk"), Task("t", "t", trusted=True), "anna"))
    await lives.outside.hanging.wait()
    try:
        yield lives
        assert lives.crashes == []
    finally:
        await lives.close()


async def after_a_crash(lives: Lives) -> Call:
    await lives.rise()
    assert await lives.settle()
    run = lives.parts.states.run(RUN)
    assert run is not None
    return run.calls[0]


async def test_it_is_repeated_where_nothing_changed(tmp_path: Path) -> None:
    async with in_flight(tmp_path, "keyed", "hang-before") as lives:
        call = await after_a_crash(lives)
        assert (call.outcome, call.attempt, len(lives.outside.done)) == (CallOutcome.OK, 2, 1)


async def test_what_nobody_can_tell_is_asked_where_it_may_not_be_repeated(tmp_path: Path) -> None:
    async with in_flight(tmp_path, "set", "hang-before") as lives:
        lives.outside.blind = True
        assert isinstance(await lives.gesture(RemoveAgent(SPEC.name, "anna")), Refusal)  # not while its runs are open
        await save_rule(lives, DENY)
        call = await after_a_crash(lives)
        ask = lives.parts.states.ask(call.ask_id)
        assert ask is not None
        assert (call.status, call.attempt, lives.outside.done) == (CallStatus.ASKED, 1, [])
        assert ask.raised.kind == "unknown-outcome"
        assert "Nobody can look. It is forbidden by now, so it is not done again: " in ask.raised.known


@pytest.mark.parametrize(
    ("fault", "outcome"), [("hang-before", CallOutcome.FAILED), ("hang-after", CallOutcome.OK)], ids=["not", "done"]
)
async def test_what_can_be_looked_up_is_known_and_not_repeated(
    tmp_path: Path, fault: str, outcome: CallOutcome
) -> None:
    async with in_flight(tmp_path, "keyed", fault) as lives:
        await save_rule(lives, DENY)
        call = await after_a_crash(lives)
        happened = fault == "hang-after"
        assert (call.status, call.outcome, call.attempt) == (CallStatus.ENDED, outcome, 1)
        assert len(lives.outside.done) == happened
        assert ("forbidden by now" in call.summary) is not happened


async def test_paused_it_rests(tmp_path: Path) -> None:
    async with in_flight(tmp_path, "keyed", "hang-before") as lives:
        await do(lives, PauseAll("anna"))
        call = await after_a_crash(lives)
        assert (call.status, call.attempt, lives.outside.done) == (CallStatus.STARTED, 1, [])
