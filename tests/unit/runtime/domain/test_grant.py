"""Standing grants: what one fits, what it answers, who may give it, when it ends; nothing that differs passes."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runtime.domain import ask_state, run_state
from runtime.domain import grant as grant_state
from runtime.domain.action import Action, canonical
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ask_state import Ask
from runtime.domain.decide_grant import decide_end, decide_grant, decide_revoke, with_use
from runtime.domain.envelope import Fact
from runtime.domain.events.asks import AskApproved, AskClosed, AskRaised
from runtime.domain.events.effects import EffectStarted
from runtime.domain.events.grants import GrantEnded, GrantGiven, GrantUsed, Widened
from runtime.domain.events.runs import RunQueued
from runtime.domain.grant import Grant, Wanted, answers, begun, evolve, fits, why_over
from runtime.domain.grant_commands import EndGrant, GrantStanding, GrantTerms, RevokeGrant
from runtime.domain.ids import AgentName, AskId, CallId, GrantId, RunId, run_stream
from runtime.domain.policy import Policy
from runtime.domain.refusals import Refusal
from runtime.domain.settings import Operator
from runtime.domain.task import Task
from runtime.domain.verdict import Reason
from runtime.domain.words import AskState, EffectKind, Tier, VerdictKind
from runtime.domain.workspace_state import Agent, Workspace

ARGUMENTS = {"order": "1042", "amount": 20, "notify": True}
ACTION = Action("orders.refund", canonical(ARGUMENTS), "c1")
NAME, RUN, ASK, GRANT, CALL = AgentName("clerk"), RunId("r1"), AskId("a1"), GrantId("g-000001"), CallId("1.1")
SECOND, HOUR = 1_000_000, 3600 * 1_000_000
PEOPLE = {"anna": Operator("anna", "Anna"), "gone": Operator("gone", "Gone", False)}
WORKSPACE = Workspace(operators=PEOPLE, policy=Policy(3))
AGENT = Agent(NAME, (AgentSpec(NAME, "Clerk"),))
RUN_STATE = run_state.start(RunQueued(RUN, NAME, 1, Task("t", "t"), "anna"))
EXACT = GrantTerms()
ASKED = Reason("permission", VerdictKind.ASK, "Rule asks asks a person.", "asks")


def an_ask(**changes: Any) -> Ask:
    """Approved by Anna, and the action was started."""
    values: dict[str, Any] = {
        "ask_id": ASK,
        "kind": "action",
        "run_id": RUN,
        "call_id": CALL,
        "agent": NAME,
        "revision": 1,
        "policy_version": 3,
        "turn": 1,
        "action": ACTION,
        "digest": "d1",
        "title": "Refund order 1042",
        "goal": "Answer",
        "touches": "1 order",
        "effect": EffectKind.REVERSIBLE,
        "undo_sentence": "",
        "tier": Tier.SMALL,
        "priority": 3,
        "reasons": (ASKED,),
        "checks": (),
        "answer_by": HOUR,
        "expires": HOUR,
        "resource": "orders/1042",
    }
    asked = ask_state.start(AskRaised(**(values | changes)))
    approved = ask_state.evolve(asked, AskApproved(ASK, "anna", "d1", 0, 0), 0)
    return ask_state.evolve(approved, AskClosed(ASK, "spent", "Approved by anna; it was started."), 0)


def command(**terms: Any) -> GrantStanding:
    return GrantStanding(ASK, "anna", "d1", GrantTerms(**terms))


def granted(terms: GrantTerms = EXACT, ask: Ask | None = None) -> Grant:
    decided = decide_grant(
        ask or an_ask(), RUN_STATE, WORKSPACE, AGENT, GrantStanding(ASK, "anna", "d1", terms), 0, GRANT
    )
    assert isinstance(decided, list), decided
    event = decided[0].event
    assert isinstance(event, GrantGiven)
    return grant_state.start(event, 0)


def refused(ask: Ask | None = None, by: str = "anna", **terms: Any) -> str:
    asked = msgspec.structs.replace(command(**terms), by=by)
    decided = decide_grant(ask or an_ask(), RUN_STATE, WORKSPACE, AGENT, asked, 0, GRANT)
    assert isinstance(decided, Refusal), decided
    return decided.sentence


def wanted(**changes: Any) -> Wanted:
    return msgspec.structs.replace(Wanted(NAME, 1, RUN, ACTION, ("orders/1042",), EffectKind.REVERSIBLE), **changes)


def with_arguments(**changes: Any) -> Wanted:
    return wanted(action=Action(ACTION.tool, canonical(ARGUMENTS | changes), "c1"))


scalars = st.one_of(st.booleans(), st.integers(-50, 50), st.floats(-50, 50), st.text("ab1", max_size=3))
arguments = st.dictionaries(st.sampled_from(["order", "amount", "notify", "x"]), scalars, max_size=4)


def test_the_very_action_fits() -> None:
    assert fits(granted(), wanted())


@pytest.mark.parametrize(
    "other",
    [
        wanted(agent=AgentName("other")),
        wanted(revision=2),
        wanted(action=Action("orders.cancel", ACTION.arguments, "c1")),
        wanted(action=Action(ACTION.tool, ACTION.arguments, "c2")),
        wanted(resources=("orders/1043",)),
        wanted(effect=EffectKind.COMPENSABLE),
        with_arguments(amount=21),
        with_arguments(notify=1),
        with_arguments(order="1042 "),
        with_arguments(more=1),
    ],
)
def test_nothing_else_fits(other: Wanted) -> None:
    assert not fits(granted(), other)


def test_a_grant_for_one_run_fits_no_other_run() -> None:
    assert fits(granted(GrantTerms(this_run=True)), wanted())
    assert not fits(granted(GrantTerms(this_run=True)), wanted(run_id=RunId("r2")))


@given(arguments)
def test_exact_arguments_are_exact(given_arguments: dict[str, Any]) -> None:
    text = canonical(given_arguments)
    assert fits(granted(), wanted(action=Action(ACTION.tool, text, "c1"))) == (text == ACTION.arguments)


@given(arguments, st.integers(-30, 20), st.integers(20, 40))
def test_a_widened_argument_keeps_to_its_limits_and_the_others_stay_as_they_are(
    found: dict[str, Any], least: int, most: int
) -> None:
    grant = granted(GrantTerms(widened=(Widened("amount", least=least, most=most),)))
    amount = found.get("amount")
    number = isinstance(amount, int | float) and not isinstance(amount, bool)
    same = json.dumps({**found, "amount": 0}, sort_keys=True) == json.dumps({**ARGUMENTS, "amount": 0}, sort_keys=True)
    expected = same and number and least <= float(amount or 0) <= most
    assert fits(grant, wanted(action=Action(ACTION.tool, canonical(found), "c1"))) == expected


@given(st.integers(-100, 100), st.text("ab", max_size=6))
def test_widened_choices_and_texts(amount: int, order: str) -> None:
    choice = granted(GrantTerms(widened=(Widened("amount", one_of=("20", "25")),)))
    assert fits(choice, with_arguments(amount=amount)) == (amount in (20, 25))
    text = granted(GrantTerms(widened=(Widened("order", longest=4),)))
    assert fits(text, with_arguments(order=order)) == (len(order) <= 4)


def test_where_arguments_vary_every_resource_has_to_fit() -> None:
    terms = GrantTerms(widened=(Widened("order", longest=9),), resources="orders/*")
    grant = granted(terms)
    assert fits(grant, wanted(resources=("orders/7",)))
    assert not fits(grant, wanted(resources=("orders/7", "customers/7")))
    assert not fits(granted(GrantTerms(widened=terms.widened)), wanted(resources=("orders/7",)))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (an_ask(effect=EffectKind.IRREVERSIBLE), "cannot be undone is asked every time"),
        (an_ask(tier=Tier.FINAL), "final is asked every time"),
        (an_ask(tier=Tier.FINAL_AND_WIDE), "final is asked every time"),
        (an_ask(reasons=(Reason("limits", VerdictKind.ASK, "Quota q: 5 of 4.", "q"),)), "Quota q"),
        (an_ask(reasons=(Reason("vote", VerdictKind.ASK, "No agreement."),)), "No agreement"),
        (an_ask(kind="cap"), "Only an action"),
        (an_ask(policy_version=2), "The rules changed"),
    ],
)
def test_what_cannot_be_granted(ask: Ask, said: str) -> None:
    assert said in refused(ask)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"seconds": 59}, "60 seconds to 7 days"),
        ({"seconds": 8 * 86_400}, "60 seconds to 7 days"),
        ({"uses": 0}, "1 to 1,000"),
        ({"uses": 1_001}, "1 to 1,000"),
        ({"widened": (Widened("colour", longest=3),)}, "no argument 'colour'"),
        ({"widened": (Widened("amount"),)}, "needs one limit"),
        ({"widened": (Widened("amount", least=1, most=30, longest=3),)}, "needs one limit"),
        ({"widened": (Widened("amount", least=1),)}, "a least and a most"),
        ({"widened": (Widened("amount", least=30, most=1),)}, "a least and a most"),
        ({"widened": (Widened("amount", least=1, most=19),)}, "outside these limits"),
        ({"widened": (Widened("amount", one_of=("20", " 1")),)}, "not a value"),
        ({"widened": (Widened("amount", one_of=("20", "{")),)}, "not a value"),
        ({"widened": (Widened("order", longest=3),)}, "outside these limits"),
        ({"widened": (Widened("order", longest=9), Widened("order", longest=8))}, "widened twice"),
        ({"resources": "customers/*"}, "does not fit"),
    ],
)
def test_terms_without_explicit_limits_are_refused(terms: dict[str, Any], said: str) -> None:
    assert said in refused(**terms)


@pytest.mark.parametrize("by", ["gone", "console", "agent:clerk@1"])
def test_only_an_operator_grants(by: str) -> None:
    assert "operator of this workspace" in refused(by=by)


def test_nobody_grants_nothing() -> None:
    assert "Nobody is named" in refused(by="")


def test_only_what_was_approved_as_it_was_proposed_is_granted() -> None:
    waiting = msgspec.structs.replace(an_ask(), state=AskState.WAITING, ruling=None)
    assert "Approve the request first" in refused(waiting)
    ask = an_ask()
    assert ask.ruling is not None
    edited = msgspec.structs.replace(ask, ruling=msgspec.structs.replace(ask.ruling, edited=ACTION))
    assert "with an edit" in refused(edited)
    other = msgspec.structs.replace(command(), digest="d2")
    assert isinstance(decide_grant(ask, RUN_STATE, WORKSPACE, AGENT, other, 0, GRANT), Refusal)


def test_it_answers_the_questions_that_were_asked_and_no_other() -> None:
    unsure = Reason("confidence", VerdictKind.ASK, "The agent is 40% sure; below 70% a person is asked.")
    grant = granted(ask=an_ask(reasons=(ASKED, unsure)))
    assert answers(grant, ASKED)
    assert answers(grant, msgspec.structs.replace(unsure, sentence="The agent is 41% sure."))
    assert not answers(grant, msgspec.structs.replace(ASKED, rule="other"))
    assert not answers(grant, msgspec.structs.replace(ASKED, sentence="Rule asks asks a person: since today."))
    assert not answers(granted(), unsure)
    assert not answers(grant, Reason("effect", VerdictKind.ASK, "It cannot be undone."))


@pytest.mark.parametrize(
    ("workspace", "agent", "now", "said"),
    [
        (WORKSPACE, AGENT, HOUR, "time is over"),
        (WORKSPACE, AGENT, -1, "time is over"),
        (msgspec.structs.replace(WORKSPACE, policy=Policy(4)), AGENT, 0, "rules changed"),
        (msgspec.structs.replace(WORKSPACE, chain_broken="Record 7."), AGENT, 0, "journal was found changed"),
        (
            msgspec.structs.replace(WORKSPACE, operators={"anna": Operator("anna", "A", False)}),
            AGENT,
            0,
            "decides nothing",
        ),
        (WORKSPACE, msgspec.structs.replace(AGENT, removed=True), 0, "was removed"),
        (WORKSPACE, msgspec.structs.replace(AGENT, revisions=AGENT.revisions * 2), 0, "Revision 2"),
    ],
)
def test_what_ends_a_grant(workspace: Workspace, agent: Agent, now: int, said: str) -> None:
    grant = granted()
    assert why_over(grant, WORKSPACE, AGENT, an_ask(), 0) is None
    over = why_over(grant, workspace, agent, an_ask(), now)
    assert over is not None
    assert said in over.sentence
    ended = decide_end(grant, workspace, agent, an_ask(), EndGrant(GRANT), now)
    assert isinstance(ended, list)
    assert evolve(grant, ended[0].event).over == over.sentence  # type: ignore[arg-type]


def test_it_begins_when_the_approval_has_acted_and_ends_where_that_came_to_nothing() -> None:
    ask = an_ask()
    held = msgspec.structs.replace(ask, state=AskState.HELD, how="")
    expired = msgspec.structs.replace(ask, how="expired", closed_sentence="Nobody answered in time.")
    waiting = msgspec.structs.replace(ask, state=AskState.WAITING, how="")
    assert [begun(one) for one in (ask, held, expired, waiting, None)] == [True, False, False, False, True]
    sentences = [why_over(granted(), WORKSPACE, AGENT, one, 0) for one in (held, expired, waiting)]
    assert sentences[0] is None
    assert [over.sentence.split(":")[0] for over in sentences[1:] if over] == [
        "The approval it was given with came to nothing",
        "The approval it was given with was taken back.",
    ]


def test_the_contract_and_the_run_end_it_too() -> None:
    changed = decide_end(granted(), WORKSPACE, AGENT, an_ask(), EndGrant(GRANT, contract="c2"), 0)
    over = decide_end(granted(GrantTerms(this_run=True)), WORKSPACE, AGENT, an_ask(), EndGrant(GRANT, run_over=True), 0)
    assert isinstance(changed, list)
    assert isinstance(over, list)
    assert isinstance(decide_end(granted(), WORKSPACE, AGENT, an_ask(), EndGrant(GRANT, "c1", True), 0), Refusal)


def test_it_is_revoked_once() -> None:
    decided = decide_revoke(granted(), RevokeGrant(GRANT, "anna"))
    assert isinstance(decided, list)
    gone = evolve(granted(), decided[0].event)  # type: ignore[arg-type]
    assert isinstance(decide_revoke(gone, RevokeGrant(GRANT, "anna")), Refusal)


@given(st.integers(1, 6), st.integers(0, 8))
def test_each_start_is_one_use_and_the_last_one_ends_it(uses: int, starts: int) -> None:
    grant = granted(GrantTerms(uses=uses))
    done = 0
    for at in range(starts):
        assume(at < 8)
        if why_over(grant, WORKSPACE, AGENT, an_ask(), 0) is not None:
            break
        start = [Fact(run_stream(RUN), EffectStarted(RUN, CALL, "k", 1, 1))]
        facts = with_use(start, grant, CALL)
        assert [type(fact.event) for fact in facts[:2]] == [EffectStarted, GrantUsed]
        assert isinstance(facts[-1].event, GrantEnded) == (at + 1 == uses)
        for fact in facts[1:]:
            grant = evolve(grant, fact.event)  # type: ignore[arg-type]
        done += 1
    assert done == min(starts, uses)


def test_what_starts_nothing_or_is_another_attempt_uses_nothing() -> None:
    again = [Fact(run_stream(RUN), EffectStarted(RUN, CALL, "k", 2, 1))]
    other = [Fact(run_stream(RUN), EffectStarted(RUN, CallId("1.2"), "k", 1, 1))]
    assert with_use([], granted(), CALL) == []
    assert with_use(again, granted(), CALL) == again
    assert with_use(other, granted(), CALL) == other
