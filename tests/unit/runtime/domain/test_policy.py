"""Rules: first match wins, nothing matched is deny, and a new agent may read and must ask for the rest."""

from hypothesis import given
from hypothesis import strategies as st

from runtime.domain.policy import Policy, Rule, first_match, rules_for_new_agent
from runtime.domain.verdict import Reason, combine
from runtime.domain.words import EffectKind, Tier, VerdictKind

ALLOW, ASK, DENY = VerdictKind.ALLOW, VerdictKind.ASK, VerdictKind.DENY


def test_nothing_matched_is_deny() -> None:
    policy = Policy(1, (Rule("r", ALLOW, agents="refunds"),))
    assert first_match(policy, "support", "files.read", "x", EffectKind.READ) is None
    assert combine((), Tier.SMALL).kind is DENY


def test_the_first_rule_that_matches_speaks() -> None:
    policy = Policy(1, (Rule("one", DENY, tools="files.delete"), Rule("two", ALLOW, tools="files.*")))
    delete = first_match(policy, "a", "files.delete", "x", EffectKind.REVERSIBLE)
    write = first_match(policy, "a", "files.write", "x", EffectKind.REVERSIBLE)
    assert delete is not None
    assert write is not None
    assert (delete.rule_id, write.rule_id) == ("one", "two")


def test_a_read_pattern_never_speaks_about_a_change() -> None:
    rule = Rule("r", ALLOW, tools="read:*")
    assert rule.matches("a", "files.read", "x", EffectKind.READ)
    for effect in (EffectKind.REVERSIBLE, EffectKind.COMPENSABLE, EffectKind.IRREVERSIBLE):
        assert not rule.matches("a", "files.read", "x", effect)


def test_resources_are_matched_with_their_case() -> None:
    rule = Rule("r", DENY, resources="secret/*")
    assert rule.matches("a", "t", "secret/x", EffectKind.READ)
    assert not rule.matches("a", "t", "Secret/x", EffectKind.READ)


def test_a_new_agent_reads_and_asks() -> None:
    policy = Policy(1, rules_for_new_agent("new"))
    read = first_match(policy, "new", "files.read", "x", EffectKind.READ)
    write = first_match(policy, "new", "files.write", "x", EffectKind.REVERSIBLE)
    assert read is not None
    assert write is not None
    assert (read.verdict, write.verdict) == (ALLOW, ASK)
    assert first_match(policy, "other", "files.read", "x", EffectKind.READ) is None


@given(st.lists(st.sampled_from([ALLOW, ASK, DENY]), min_size=1))
def test_deny_beats_ask_beats_allow(verdicts: list[VerdictKind]) -> None:
    reasons = tuple(Reason("check", verdict, "because") for verdict in verdicts)
    strictest = DENY if DENY in verdicts else ASK if ASK in verdicts else ALLOW
    verdict = combine(reasons, Tier.SMALL)
    assert verdict.kind is strictest
    assert verdict.reasons == reasons
    assert all(reason.verdict is strictest for reason in verdict.deciding)
