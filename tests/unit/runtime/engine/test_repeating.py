"""What was started and has no end after a crash is repeated only where no rule of now is against it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.action import canonical
from runtime.domain.agent_spec import AgentSpec, AskTimes, ToolGrant
from runtime.domain.ask_state import Ask
from runtime.domain.changes import Done
from runtime.domain.commands import (
    Approve,
    PauseAll,
    RemoveAgent,
    ResumeAll,
    SaveAgent,
    SaveOperator,
    SavePolicy,
    SaveSettings,
    StartRun,
    StopRun,
    TellOutcome,
)
from runtime.domain.decision import Decision, ProposedCall
from runtime.domain.ids import AgentName, RunId, StepId
from runtime.domain.loop_commands import Judged
from runtime.domain.policy import Policy, Rule
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call
from runtime.domain.settings import Operator
from runtime.domain.task import Task
from runtime.domain.words import CallOutcome, CallStatus, DecisionKind, VerdictKind
from runtime.engine.judging_calls import judge_one
from runtime.tools.runner import Probed, Runner
from tests.fixtures.room import CLERK, done
from tests.machine.lives import Lives
from tests.machine.own_time import in_own_time

RUN = RunId("run-1")
SPEC = AgentSpec(
    AgentName("clerk"),
    "Clerk",
    tools=(ToolGrant("outside"),),
    playbook=CLERK.playbook,
    ask_times=AskTimes(3600, 3600),
)
ALLOW, ASK, DENY = Rule("all", VerdictKind.ALLOW), Rule("ask", VerdictKind.ASK), Rule("never", VerdictKind.DENY)
Change = Callable[[Lives], Awaitable[None]]
pytestmark = pytest.mark.may_block(reason="these programs have no threads, which would outlive them")


async def do(lives: Lives, *commands: object) -> None:
    for command in commands:
        assert isinstance(await lives.gesture(command), Done)  # type: ignore[arg-type]


async def save_rule(lives: Lives, rule: Rule) -> None:
    await do(lives, SavePolicy(Policy(0, (rule,)), "anna", lives.parts.states.workspace.policy.version))


@asynccontextmanager
async def in_flight(folder: Path, verb: str, fault: str, rule: Rule = ALLOW) -> AsyncIterator[Lives]:
    """One call is under way, and its end will never be recorded: the program dies while it hangs.

    Where the rule asks, it was approved.
    """
    lives = Lives(folder)
    lives.outside.reads_fail = True
    await lives.open()
    settings = msgspec.structs.replace(lives.parts.states.workspace.settings, hold_seconds=0)
    await do(lives, SaveOperator(Operator("anna", "Anna"), "anna"), SaveSettings(settings, "anna"))
    await do(lives, SaveAgent(SPEC, "anna"))
    await save_rule(lives, rule)
    call = ProposedCall(f"outside.{verb}", canonical({"note": "n"}), 0.9, "because", StepId("s1"))
    lives.scripts.turns["t"] = (Decision(DecisionKind.ACT, confidence=0.9, calls=(call,)), done())
    lives.outside.faults.append(fault)
    await do(lives, StartRun(RUN, AgentName("clerk"), Task("t", "t", trusted=True), "anna"))
    if rule is ASK:
        assert await lives.settle()
        await approve(lives)
    await lives.outside.hanging.wait()
    try:
        yield lives
        assert lives.crashes == []
    finally:
        await lives.close()


def open_ask(lives: Lives) -> Ask:
    [ask] = lives.parts.states.open_asks()
    return ask


async def approve(lives: Lives) -> None:
    raised = open_ask(lives).raised
    await do(lives, Approve(raised.ask_id, "anna", raised.digest, ticked=tuple(range(len(raised.checks)))))


async def after_a_crash(lives: Lives) -> Call:
    await lives.rise()
    assert await lives.settle()
    run = lives.parts.states.run(RUN)
    assert run is not None
    return run.calls[0]


@in_own_time
async def test_it_is_repeated_where_nothing_changed(tmp_path: Path) -> None:
    async with in_flight(tmp_path, "keyed", "hang-before") as lives:
        call = await after_a_crash(lives)
        assert (call.outcome, call.attempt, len(lives.outside.done)) == (CallOutcome.OK, 2, 1)


@in_own_time
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
@in_own_time
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


@in_own_time
async def test_paused_it_rests(tmp_path: Path) -> None:
    async with in_flight(tmp_path, "keyed", "hang-before") as lives:
        await do(lives, PauseAll("anna"))
        call = await after_a_crash(lives)
        assert (call.status, call.attempt, lives.outside.done) == (CallStatus.STARTED, 1, [])


async def asks_again_by_rule(lives: Lives) -> None:
    await save_rule(lives, ASK)


async def other_rules(lives: Lives) -> None:
    await save_rule(lives, msgspec.structs.replace(ASK, rule_id="other"))


async def newer_revision(lives: Lives) -> None:
    await do(lives, SaveAgent(msgspec.structs.replace(SPEC, instructions="Be careful."), "anna"))


async def other_tool(lives: Lives) -> None:
    lives.outside.version = 2


async def late(lives: Lives) -> None:
    lives.passed_ns += 3601 * 10**9


CHANGES: list[tuple[Rule, Change, str]] = [
    (ALLOW, asks_again_by_rule, "It needs a person by now: "),
    (ALLOW, other_tool, "The tool outside.keyed changed since it was started."),
    (ASK, other_rules, "The rules changed since this was asked."),
    (ASK, newer_revision, "Revision 2 of clerk was saved since this was asked; this run goes on with revision 1."),
    (ASK, other_tool, "The tool outside.keyed changed since this was asked."),
    (ASK, late, "The time for which it was approved is over."),
]
changes = pytest.mark.parametrize(
    ("rule", "change", "why"), CHANGES, ids=[f"{rule.rule_id}-{change.__name__}" for rule, change, _ in CHANGES]
)


@in_own_time
async def test_what_a_person_approved_is_repeated_where_nothing_changed(tmp_path: Path) -> None:
    async with in_flight(tmp_path, "keyed", "hang-before", ASK) as lives:
        lives.outside.blind = True
        call = await after_a_crash(lives)
        assert (call.outcome, call.attempt, len(lives.outside.done)) == (CallOutcome.OK, 2, 1)


@changes
@in_own_time
async def test_what_it_was_started_by_no_longer_stands_and_nobody_can_look(
    tmp_path: Path, rule: Rule, change: Change, why: str
) -> None:
    """It is not repeated silently: a person is asked, and their "do it" is a consent of now."""
    async with in_flight(tmp_path, "keyed", "hang-after", rule) as lives:
        lives.outside.blind = True
        await change(lives)
        call = await after_a_crash(lives)
        raised = open_ask(lives).raised
        assert (call.status, call.attempt, raised.kind) == (CallStatus.ASKED, 1, "unknown-outcome")
        assert why in raised.known
        await do(lives, TellOutcome(raised.ask_id, "anna", "do-it"))
        assert await lives.settle()
        run = lives.parts.states.run(RUN)
        assert run is not None
        assert (run.calls[0].outcome, run.calls[0].attempt) == (CallOutcome.OK, 2)
        assert len(lives.outside.done) == 1  # under the same key


@changes
@in_own_time
async def test_what_it_was_started_by_no_longer_stands_and_it_did_not_happen(
    tmp_path: Path, rule: Rule, change: Change, why: str
) -> None:
    """It is asked anew like any other call, saying why, and is done once when that is approved."""
    async with in_flight(tmp_path, "keyed", "hang-before", rule) as lives:
        await change(lives)
        call = await after_a_crash(lives)
        if rule is ALLOW and change is other_tool:  # the rule of now allows what the tool is now
            assert (call.outcome, len(lives.outside.done)) == (CallOutcome.OK, 1)
            return
        raised = open_ask(lives).raised
        assert (call.status, raised.kind, lives.outside.done) == (CallStatus.ASKED, "action", [])
        assert raised.anew.startswith(why)
        await approve(lives)
        assert await lives.settle()
        assert len(lives.outside.done) == 1


@in_own_time
async def test_a_do_it_of_before_is_no_consent_under_rules_of_now(tmp_path: Path) -> None:
    async with in_flight(tmp_path, "final", "hang-before", ASK) as lives:
        await after_a_crash(lives)
        told = open_ask(lives).raised
        await do(lives, PauseAll("anna"), TellOutcome(told.ask_id, "anna", "do-it"))
        await save_rule(lives, msgspec.structs.replace(ASK, rule_id="other"))
        await do(lives, ResumeAll("anna"))
        assert await lives.settle()
        raised = open_ask(lives).raised
        assert (raised.kind, raised.anew, lives.outside.done) == (
            "action",
            "The rules changed since this was asked.",
            [],
        )


@in_own_time
async def test_a_read_that_needs_a_person_by_now_is_asked_for(tmp_path: Path) -> None:
    async with in_flight(tmp_path, "read", "hang-before") as lives:
        await save_rule(lives, ASK)
        call = await after_a_crash(lives)
        assert (call.status, open_ask(lives).raised.kind) == (CallStatus.ASKED, "action")


@in_own_time
async def test_a_run_that_was_stopped_while_it_was_looked_what_happened_does_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_flight(tmp_path, "probed", "hang-before") as lives:
        probe = Runner.probe

        async def slow(*given: Any) -> Probed:
            while lives._runtime is None:  # noqa: ASYNC110 - it looks while the new life is still being opened
                await asyncio.sleep(0)
            await lives.gesture(StopRun(RUN, "anna"))
            return await probe(*given)

        monkeypatch.setattr(Runner, "probe", slow)
        call = await after_a_crash(lives)
        assert (call.status, call.outcome, lives.outside.done) == (CallStatus.ENDED, CallOutcome.FAILED, [])


@in_own_time
async def test_rules_saved_between_the_look_and_the_start_are_heeded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with in_flight(tmp_path, "keyed", "hang-before") as lives:
        lives.outside.blind = True
        saved: list[bool] = []

        async def slow(*given: Any, **more: Any) -> Judged:
            judged = await judge_one(*given, **more)
            if not saved:
                saved.append(True)
                while lives._runtime is None:  # noqa: ASYNC110 - it looks while the new life is still being opened
                    await asyncio.sleep(0)
                await save_rule(lives, ASK)
            return judged

        monkeypatch.setattr("runtime.engine.standing.judge_one", slow)
        call = await after_a_crash(lives)
        assert (call.status, call.attempt, lives.outside.done) == (CallStatus.ASKED, 1, [])


@in_own_time
async def test_another_attempt_after_a_failure_that_may_pass_heeds_a_new_rule(tmp_path: Path) -> None:
    async with in_flight(tmp_path, "keyed", "late") as lives:
        await save_rule(lives, ASK)
        lives.outside.go_on.set()
        assert await lives.settle()
        raised = open_ask(lives).raised
        assert (raised.kind, lives.outside.done) == ("action", [])
        assert raised.anew.startswith("It needs a person by now: ")
