"""Rules from history: 95 % and 50 % of at least 30, only the pattern seen, never what cannot be undone."""

import msgspec
import pytest

from runtime.domain.action import canonical
from runtime.domain.condition import compile_condition
from runtime.domain.policy import Policy, Rule, first_match
from runtime.domain.rule_proposals import RuledAsk, bounds, proposals, resource_pattern
from runtime.domain.words import EffectKind, Tier, VerdictKind

POLICY = Policy(1, (Rule("reads", VerdictKind.ALLOW, tools="read:*"), Rule("asks", VerdictKind.ASK)))


def ask(number: int, *, approved: bool = True, resource: str = "", amount: int = 20) -> RuledAsk:
    arguments = canonical({"order": str(number), "amount": amount})
    where = resource or f"orders/{number}"
    return RuledAsk("asks", "clerk", "shop.change", where, arguments, EffectKind.REVERSIBLE, Tier.SMALL, approved)


def test_what_was_nearly_always_approved_is_proposed_as_far_as_it_was_seen() -> None:
    asks = [ask(number, amount=10 + number % 5) for number in range(40)] + [ask(99, approved=False)]
    [found] = proposals(asks, POLICY)
    assert (found.rule.verdict, found.rule.agents, found.rule.tools) == (VerdictKind.ALLOW, "clerk", "shop.change")
    assert found.rule.resources == "orders/*"
    assert "40 of 41 requests of clerk for shop.change were approved" in found.sentence
    new = found.into(POLICY)
    speaks = first_match(new, "clerk", "shop.change", "orders/7", EffectKind.REVERSIBLE)
    assert speaks == found.rule
    other = first_match(new, "clerk", "shop.change", "people/7", EffectKind.REVERSIBLE)
    assert other is not None
    assert other.rule_id == "asks"
    assert found.check is not None
    beyond = compile_condition(found.check.when, {"arguments": "map"})
    assert not beyond.holds({"arguments": {"order": "1", "amount": 12}})
    assert beyond.holds({"arguments": {"order": "1", "amount": 15}})
    assert beyond.holds({"arguments": {"order": "1", "amount": 12, "force": True}})
    assert proposals(asks, new) == (), "it is there already"


@pytest.mark.parametrize(("approved", "rejected"), [(29, 0), (38, 2), (20, 20), (60, 4)])
def test_between_them_and_with_too_few_nothing_is_proposed(approved: int, rejected: int) -> None:
    asks = [ask(n) for n in range(approved)] + [ask(n, approved=False) for n in range(rejected)]
    assert proposals(asks, POLICY) == ()


@pytest.mark.parametrize("change", [{"effect": EffectKind.IRREVERSIBLE}, {"tier": Tier.FINAL}])
def test_what_cannot_be_undone_is_never_proposed(change: dict[str, object]) -> None:
    asks = [msgspec.structs.replace(ask(number), **change) for number in range(50)]
    assert proposals(asks, POLICY) == ()


def test_what_was_hardly_ever_approved_is_proposed_to_be_denied_where_it_never_was() -> None:
    asks = [ask(n, approved=False, resource="prices/mug") for n in range(30)] + [ask(n) for n in range(10)]
    [found] = proposals(asks, POLICY)
    assert (found.rule.verdict, found.rule.resources) == (VerdictKind.DENY, "prices/mug")
    assert found.check is None


def test_a_rule_that_is_gone_or_does_not_ask_says_nothing() -> None:
    asks = [msgspec.structs.replace(ask(number), rule="gone") for number in range(50)]
    assert proposals(asks, POLICY) == ()


def test_patterns_of_resources_and_bounds_of_arguments() -> None:
    assert resource_pattern(["a[1].txt"]) == "a[[]1].txt"
    assert resource_pattern(["docs/a.txt", "docs/b.txt"]) == "docs/*"
    assert resource_pattern(["a", "b"]) == "*"
    assert bounds(["{}"]) == ""
    choice = compile_condition(bounds(['{"status":"open"}', '{"status":"closed"}']), {"arguments": "map"})
    assert [choice.holds({"arguments": {"status": one}}) for one in ("open", "gone")] == [False, True]
