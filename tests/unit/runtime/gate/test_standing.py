"""A standing grant at the gate: it speaks after every check; deny stays, and what was never asked before is asked."""

from hypothesis import given
from hypothesis import strategies as st

from runtime.domain.action import Action
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ask_state import Ask
from runtime.domain.grant import Grant
from runtime.domain.ids import StepId
from runtime.domain.policy import Policy
from runtime.domain.verdict import Reason, combine
from runtime.domain.words import EffectKind, Idempotency, Tier, VerdictKind
from runtime.gate.proposal import Proposal, Used
from runtime.gate.standing import under_grant
from runtime.tools.contract import Appraisal, ToolContract
from tests.unit.runtime.domain.test_grant import ACTION, ASKED, NAME, RUN_STATE, an_ask, granted

ASK, DENY, ALLOW = VerdictKind.ASK, VerdictKind.DENY, VerdictKind.ALLOW
CHECKS = ("contract", "permission", "safety", "limits", "effect", "confidence", "plan", "vote")
reasons = st.lists(
    st.builds(
        Reason,
        st.sampled_from(CHECKS),
        st.sampled_from(VerdictKind),
        st.sampled_from(["One.", "Two."]),
        st.sampled_from(["", "a"]),
    ),
    min_size=1,
    max_size=5,
).map(tuple)


def proposal(effect: EffectKind = EffectKind.REVERSIBLE, action: Action = ACTION) -> Proposal:
    from pydantic import BaseModel

    contract = ToolContract(
        action.tool,
        1,
        "",
        BaseModel,
        BaseModel,
        (),
        effect,
        "",
        Idempotency.NEITHER,
        1.0,
        "",
    )
    appraisal = Appraisal("Refund", "orders/1042", "1 order", Tier.SMALL)
    spec, used = AgentSpec(NAME, "Clerk"), Used({}, {})
    return Proposal(RUN_STATE, spec, Policy(3), contract, action, {}, appraisal, 0.9, used, StepId(""))


def grant_of(ask: Ask | None = None) -> Grant:
    return granted(ask=ask)


@given(reasons, st.sampled_from(Tier), st.sampled_from(EffectKind))
def test_it_only_ever_turns_the_questions_it_was_asked_into_yes(
    spoken: tuple[Reason, ...], tier: Tier, effect: EffectKind
) -> None:
    answerable = Reason("permission", ASK, "One.", "a"), Reason("confidence", ASK, "One.")
    grant = grant_of(an_ask(reasons=answerable))
    before = combine(spoken, tier)
    after = under_grant(proposal(effect), before, (grant,))
    if after == before:
        return
    assert before.kind is ASK
    assert after.kind is ALLOW
    assert (tier <= Tier.SMALL, effect) == (True, EffectKind.REVERSIBLE)
    assert all(reason in answerable or reason.check == "confidence" for reason in before.deciding)
    assert after.reasons == (after.reasons[0], *spoken), "every check's reason is still there"
    assert after.grant == grant.given.grant_id


def test_the_verdict_names_the_grant_and_who_gave_it() -> None:
    after = under_grant(proposal(), combine((ASKED,), Tier.SMALL), (grant_of(),))
    assert after.kind is ALLOW
    assert after.grant == "g-000001"
    assert after.reasons[0].sentence == "Standing grant 000001 of anna allows it (100 times at most): Refund order 1042"


def test_deny_beats_it_and_so_does_a_question_nobody_answered() -> None:
    denied = combine((ASKED, Reason("safety", DENY, "Never.", "never")), Tier.SMALL)
    assert under_grant(proposal(), denied, (grant_of(),)) == denied
    quota = combine((ASKED, Reason("limits", ASK, "Quota.", "q")), Tier.SMALL)
    assert under_grant(proposal(), quota, (grant_of(),)) == quota


def test_other_arguments_are_asked_about() -> None:
    verdict = combine((ASKED,), Tier.SMALL)
    other = Action(ACTION.tool, ACTION.arguments.replace("20", "21"), ACTION.contract)
    assert under_grant(proposal(action=other), verdict, (grant_of(),)) == verdict


def test_a_vote_without_agreement_asks_in_spite_of_it() -> None:
    from runtime.engine.voting import with_dispute

    allowed = under_grant(proposal(), combine((ASKED,), Tier.SMALL), (grant_of(),))
    disputed = with_dispute(allowed, "No agreement.")
    assert disputed.kind is ASK
    assert disputed.grant == ""
