"""Rulings: who may give them, what refuses, and that one approval is spent once by exactly what was approved."""

import msgspec
import pytest

from runtime.domain import ask_state, run_state
from runtime.domain.action import Action
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ask_state import Ask
from runtime.domain.commands import Approve, Reject, ReleaseHold, TakeBack
from runtime.domain.decide_ask import (
    decide_approve,
    decide_reject,
    decide_release,
    decide_take_back,
)
from runtime.domain.decide_delivery import decide_deliver, decide_expire
from runtime.domain.decide_effect import decide_start_effect
from runtime.domain.envelope import Fact
from runtime.domain.events.asks import AskClosed, AskRaised
from runtime.domain.events.effects import EffectStarted
from runtime.domain.events.runs import ActionJudged, CallRefused, PlanningStarted, PlanProposed, RunQueued
from runtime.domain.ids import AgentName, AskId, CallId, RollbackId, RunId, StepId
from runtime.domain.loop_commands import StartEffect
from runtime.domain.policy import Policy
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.settings import Operator
from runtime.domain.task import Task
from runtime.domain.verdict import Verdict
from runtime.domain.words import AskState, EffectKind, Tier, VerdictKind
from runtime.domain.workspace_state import Agent, Workspace

RUN, ASK, CALL = RunId("r1"), AskId("a1"), CallId("1.1")
ACTION = Action("mail.send", '{"to":"anna@example.org"}', "c1")
MINUTE = 60_000_000
PEOPLE = {"anna": Operator("anna", "Anna"), "ben": Operator("ben", "Ben"), "gone": Operator("gone", "Gone", False)}
WORKSPACE = Workspace(operators=PEOPLE, policy=Policy(3))
SPEC = AgentSpec(AgentName("support"), "Support")
AGENT = Agent(AgentName("support"), (SPEC,))


def an_ask(tier: Tier = Tier.SMALL, checks: tuple[str, ...] = ()) -> Ask:
    return ask_state.start(
        AskRaised(
            ask_id=ASK,
            kind="action",
            run_id=RUN,
            call_id=CALL,
            agent=AgentName("support"),
            revision=1,
            policy_version=3,
            turn=1,
            action=ACTION,
            digest="d1",
            title="Send mail",
            goal="Answer",
            touches="1 recipient",
            effect=EffectKind.IRREVERSIBLE,
            undo_sentence="A mail that left cannot be called back.",
            tier=tier,
            priority=1,
            reasons=(),
            checks=checks,
            answer_by=10 * MINUTE,
            expires=20 * MINUTE,
        )
    )


def a_run() -> Run:
    run = run_state.start(RunQueued(RUN, AgentName("support"), 1, Task("t", "text"), "anna"))
    judged = ActionJudged(
        run_id=RUN,
        call_id=CALL,
        turn=1,
        index=1,
        action=ACTION,
        step_id=StepId(""),
        title="Send mail",
        effect=EffectKind.IRREVERSIBLE,
        resource="mailto:anna@example.org",
        verdict=Verdict(VerdictKind.ASK, (), Tier.FINAL),
        policy_version=3,
        digest="d1",
        ask_id=ASK,
    )
    for event in (PlanningStarted(RUN), PlanProposed(RUN, 1, ()), judged):
        run = run_state.evolve(run, event, 1)
    return run


def approve(ask: Ask, command: Approve, workspace: Workspace = WORKSPACE, now: int = MINUTE) -> list[Fact] | Refusal:
    return decide_approve(ask, a_run(), workspace, AGENT, command, now)


def after(ask: Ask, decided: list[Fact] | Refusal, at: int = MINUTE) -> Ask:
    assert not isinstance(decided, Refusal), decided.sentence
    for fact in decided:
        if fact.stream == f"ask:{ASK}":
            ask = ask_state.evolve(ask, fact.event, at)  # type: ignore[arg-type]  # only ask events in this stream
    return ask


def test_an_approval_is_held_and_then_spent_by_the_very_action() -> None:
    held = after(an_ask(), approve(an_ask(), Approve(ASK, "anna", "d1")))
    assert held.state is AskState.HELD
    assert held.ruling is not None
    start = StartEffect(RUN, CALL, "d1")
    early = decide_start_effect(a_run(), held, start, held.ruling.takes_effect - 1, WORKSPACE, AGENT)
    assert isinstance(early, Refusal)
    assert early.code == "held"
    started = decide_start_effect(a_run(), held, start, held.ruling.takes_effect, WORKSPACE, AGENT)
    assert not isinstance(started, Refusal)
    kinds = [type(fact.event) for fact in started]
    assert AskClosed in kinds
    assert EffectStarted in kinds
    spent = after(held, started)
    again = decide_start_effect(a_run(), spent, start, held.ruling.takes_effect, WORKSPACE, AGENT)
    assert isinstance(again, Refusal)


def test_what_differs_from_what_was_approved_does_not_start() -> None:
    held = after(an_ask(), approve(an_ask(), Approve(ASK, "anna", "d1")))
    refused = decide_start_effect(a_run(), held, StartEffect(RUN, CALL, "d2"), 15 * MINUTE, WORKSPACE, AGENT)
    assert isinstance(refused, Refusal)
    assert refused.code == "changed"


def spend(ask: Ask, now: int, workspace: Workspace = WORKSPACE, agent: Agent = AGENT) -> list[Fact] | Refusal:
    return decide_start_effect(a_run(), ask, StartEffect(RUN, CALL, "d1"), now, workspace, agent)


def test_an_approval_is_not_spent_after_its_deadline() -> None:
    held = after(an_ask(), approve(an_ask(), Approve(ASK, "anna", "d1")))
    assert not isinstance(spend(held, 20 * MINUTE - 1), Refusal)
    late = spend(held, 20 * MINUTE)
    assert isinstance(late, Refusal)
    assert late.code == "expired"
    assert late.sentence == "Its time was over before it could be started; the action was not taken."
    expired = after(held, decide_expire(held, a_run(), 20 * MINUTE))
    late_words = "anna agreed, but it could not be started in time; the action was not taken."
    assert expired.closed_sentence == f"{late_words} It had been looked at."


def test_no_approval_is_taken_whose_hold_would_end_after_the_deadline() -> None:
    late = approve(an_ask(), Approve(ASK, "anna", "d1"), now=20 * MINUTE - 5_000_000)
    assert isinstance(late, Refusal)
    assert late.sentence == "It expires in 5 s, before the hold of 10 s would end. Nothing was approved."


def test_a_rejection_held_past_the_deadline_stays_a_rejection() -> None:
    held = after(an_ask(), decide_reject(an_ask(), WORKSPACE, Reject(ASK, "anna", "wrong"), 20 * MINUTE - 1))
    assert isinstance(decide_expire(held, a_run(), 21 * MINUTE), Refusal)
    assert not isinstance(decide_deliver(held, a_run(), 21 * MINUTE, RollbackId("b1")), Refusal)


@pytest.mark.parametrize("strange", [{"call_id": CallId("2.1")}, {"run_id": RunId("r2")}])
def test_an_approval_of_another_action_starts_nothing(strange: dict[str, str]) -> None:
    held = after(an_ask(), approve(an_ask(), Approve(ASK, "anna", "d1")))
    other = msgspec.structs.replace(held, raised=msgspec.structs.replace(held.raised, **strange))
    refused = spend(other, 15 * MINUTE)
    assert isinstance(refused, Refusal)
    assert refused.sentence == "The approval belongs to another action; nothing was started."


CHANGED = {
    "rules": (msgspec.structs.replace(WORKSPACE, policy=Policy(4)), AGENT, "The rules changed"),
    "revision": (WORKSPACE, Agent(AgentName("support"), (SPEC, SPEC)), "Revision 2 of support was saved"),
    "removed": (WORKSPACE, Agent(AgentName("support"), (SPEC,), removed=True), "support was removed"),
}


@pytest.mark.parametrize("what", CHANGED)
def test_what_it_is_bound_to_changed_so_it_is_neither_approved_nor_spent(what: str) -> None:
    workspace, agent, sentence = CHANGED[what]
    held = after(an_ask(), approve(an_ask(), Approve(ASK, "anna", "d1")))
    approved = decide_approve(an_ask(), a_run(), workspace, agent, Approve(ASK, "anna", "d1"), MINUTE)
    for refused in (spend(held, 15 * MINUTE, workspace, agent), approved):
        assert isinstance(refused, Refusal)
        assert (refused.code, refused.sentence.startswith(sentence)) == ("changed", True)


@pytest.mark.parametrize("by", ["", "nobody", "gone", "agent:support@1", "console"])
def test_only_active_operators_decide(by: str) -> None:
    for decided in (
        approve(an_ask(), Approve(ASK, by, "d1")),
        decide_reject(an_ask(), WORKSPACE, Reject(ASK, by, "no"), MINUTE),
        decide_take_back(an_ask(), WORKSPACE, TakeBack(ASK, by)),
    ):
        assert isinstance(decided, Refusal)
        assert decided.code == "operator"


def test_a_digest_that_is_not_the_shown_one_refuses() -> None:
    refused = approve(an_ask(), Approve(ASK, "anna", "d0"))
    assert isinstance(refused, Refusal)
    assert refused.sentence == "This request changed. Look again."


def test_rules_that_changed_since_refuse() -> None:
    newer = msgspec.structs.replace(WORKSPACE, policy=Policy(4))
    refused = approve(an_ask(), Approve(ASK, "anna", "d1"), newer)
    assert isinstance(refused, Refusal)
    assert refused.code == "changed"


def test_a_broken_journal_turns_approvals_off() -> None:
    broken = msgspec.structs.replace(WORKSPACE, chain_broken="Record 7 was changed.")
    refused = approve(an_ask(), Approve(ASK, "anna", "d1"), broken)
    assert isinstance(refused, Refusal)
    assert refused.code == "chain"


def test_open_checks_are_named() -> None:
    ask = an_ask(Tier.FINAL, ("The recipient is right", "The text is right"))
    refused = approve(ask, Approve(ASK, "anna", "d1", ticked=(0,)))
    assert isinstance(refused, Refusal)
    assert "The text is right" in refused.sentence
    assert not isinstance(approve(ask, Approve(ASK, "anna", "d1", ticked=(0, 1))), Refusal)


@pytest.mark.parametrize("second", ["", "anna", "gone", "nobody"])
def test_tier_four_needs_a_second_person(second: str) -> None:
    refused = approve(an_ask(Tier.FINAL_AND_WIDE), Approve(ASK, "anna", "d1", second=second))
    assert isinstance(refused, Refusal)
    assert refused.code == "second"
    assert not isinstance(approve(an_ask(Tier.FINAL_AND_WIDE), Approve(ASK, "anna", "d1", second="ben")), Refusal)


def test_who_started_the_run_is_no_second_person() -> None:
    started = msgspec.structs.replace(a_run(), started_by="ben")
    command = Approve(ASK, "anna", "d1", second="ben")
    refused = decide_approve(an_ask(Tier.FINAL_AND_WIDE), started, WORKSPACE, AGENT, command, MINUTE)
    assert isinstance(refused, Refusal)
    assert refused.sentence.startswith("Ben started this run")


def test_who_comes_second_is_told_who_was_first() -> None:
    held = after(an_ask(), approve(an_ask(), Approve(ASK, "ben", "d1")))
    refused = approve(held, Approve(ASK, "anna", "d1"))
    assert isinstance(refused, Refusal)
    assert refused.sentence.startswith("Ben approved this ")
    assert " ago. " in refused.sentence


def test_a_ruling_can_be_taken_back_while_held_and_not_after() -> None:
    held = after(an_ask(), decide_reject(an_ask(), WORKSPACE, Reject(ASK, "anna", "wrong order"), MINUTE))
    back = after(held, decide_take_back(held, WORKSPACE, TakeBack(ASK, "ben")))
    assert back.state is AskState.WAITING
    assert back.ruling is None
    delivered = after(held, decide_deliver(held, a_run(), 30 * MINUTE, RollbackId("b1")))
    assert isinstance(decide_take_back(delivered, WORKSPACE, TakeBack(ASK, "ben")), Refusal)


def test_a_rejection_reaches_the_agent_with_its_reason_after_the_hold() -> None:
    held = after(an_ask(), decide_reject(an_ask(), WORKSPACE, Reject(ASK, "anna", "wrong order"), MINUTE))
    assert isinstance(decide_deliver(held, a_run(), MINUTE, RollbackId("b1")), Refusal)
    delivered = decide_deliver(held, a_run(), MINUTE + 10_000_000, RollbackId("b1"))
    assert not isinstance(delivered, Refusal)
    told = [fact.event for fact in delivered if isinstance(fact.event, CallRefused)]
    assert [event.why for event in told] == ["rejected"]
    assert "wrong order" in told[0].sentence


def test_a_rejection_without_a_reason_refuses() -> None:
    assert isinstance(decide_reject(an_ask(), WORKSPACE, Reject(ASK, "anna", "  "), MINUTE), Refusal)


def test_expiry_is_not_a_rejection() -> None:
    assert isinstance(decide_expire(an_ask(), a_run(), 20 * MINUTE - 1), Refusal)
    expired = decide_expire(an_ask(), a_run(), 20 * MINUTE)
    assert not isinstance(expired, Refusal)
    told = [fact.event for fact in expired if isinstance(fact.event, CallRefused)]
    assert [event.why for event in told] == ["expired"]
    assert "ejected" not in told[0].sentence
    closed = after(an_ask(), expired)
    assert isinstance(approve(closed, Approve(ASK, "anna", "d1")), Refusal)


def test_nothing_is_approved_after_its_time() -> None:
    refused = approve(an_ask(), Approve(ASK, "anna", "d1"), now=20 * MINUTE)
    assert isinstance(refused, Refusal)
    assert refused.code == "expired"


def test_what_cannot_be_undone_is_held_to_the_end() -> None:
    final = an_ask(Tier.FINAL)
    held = after(final, approve(final, Approve(ASK, "anna", "d1")))
    assert isinstance(decide_release(held, WORKSPACE, ReleaseHold(ASK, "anna"), MINUTE), Refusal)
    small = after(an_ask(), approve(an_ask(), Approve(ASK, "anna", "d1")))
    released = after(small, decide_release(small, WORKSPACE, ReleaseHold(ASK, "anna"), MINUTE))
    assert released.ruling is not None
    assert released.ruling.takes_effect == MINUTE
