"""Rules from history: where people nearly always (or hardly ever) approved what a rule asks about, another rule. Pure.

More than 95 % of at least 30 (UX section 7): a rule before it that allows just the pattern seen, with a check that asks
about anything beyond it. Less than 50 %: a rule before it that denies what was never approved, or the whole pattern.
What cannot be undone is never proposed to be allowed.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec

from runtime.domain.action import BadArguments, canonical, parse_arguments
from runtime.domain.policy import Policy, Rule, SafetyCheck
from runtime.domain.words import EffectKind, Tier, VerdictKind

LEAST: Final = 30
OFTEN, SELDOM = 0.95, 0.5
NEVER_FROM: Final = 5
"""How many rejections of one resource, and no approval, say that it is never approved."""
FEW: Final = 5
"""A text with at most so many values is a choice."""
_SPECIAL = re.compile(r"([*?[])")


class RuledAsk(msgspec.Struct, frozen=True):
    """One request that a rule raised and a person approved or rejected. ``undone``: it was rolled back later."""

    rule: str
    agent: str
    tool: str
    resource: str
    arguments: str
    effect: EffectKind
    tier: Tier
    approved: bool
    undone: bool = False


class RuleProposal(msgspec.Struct, frozen=True):
    """``key`` stays the same while the pattern does. ``rule`` stands before ``before``; ``check`` bounds it, if any."""

    key: str
    before: str
    sentence: str
    rule: Rule
    check: SafetyCheck | None = None

    def into(self, policy: Policy) -> Policy:
        """The policy with it; the same where the rule it is about is gone."""
        ids = [rule.rule_id for rule in policy.rules]
        if self.before not in ids:
            return policy
        at = ids.index(self.before)
        rules = (*policy.rules[:at], self.rule, *policy.rules[at:])
        return Policy(policy.version, rules, (*policy.checks, *([self.check] if self.check is not None else [])))


def proposals(ruled: Iterable[RuledAsk], policy: Policy) -> tuple[RuleProposal, ...]:
    """One for each pattern (rule, agent, tool) that history speaks clearly about; rules that are gone say nothing."""
    asking = {rule.rule_id for rule in policy.rules if rule.verdict is VerdictKind.ASK}
    taken = {rule.rule_id for rule in policy.rules} | {check.check_id for check in policy.checks}
    patterns: dict[tuple[str, str, str], list[RuledAsk]] = {}
    for one in ruled:
        if one.rule in asking:
            patterns.setdefault((one.rule, one.agent, one.tool), []).append(one)
    found = []
    for (rule, agent, tool), asks in sorted(patterns.items()):
        name = f"{rule}-{agent}-{tool}".replace(".", "-")
        if len(asks) < LEAST or {f"{name}-allowed", f"{name}-denied"} & taken:
            continue
        share = sum(one.approved for one in asks) / len(asks)
        if share > OFTEN and (allowed := _allowed(name, rule, asks)) is not None:
            found.append(allowed)
        elif share < SELDOM:
            found.append(_denied(name, rule, asks))
    return tuple(found)


def _said(asks: Sequence[RuledAsk]) -> str:
    first, approved = asks[0], sum(one.approved for one in asks)
    undone = sum(one.undone for one in asks)
    later = f", {undone:,} of them rolled back" if undone else ""
    return f"{approved:,} of {len(asks):,} requests of {first.agent} for {first.tool} were approved{later}"


def _allowed(name: str, before: str, asks: Sequence[RuledAsk]) -> RuleProposal | None:
    seen = [one for one in asks if one.approved]
    if any(one.effect is EffectKind.IRREVERSIBLE or one.tier >= Tier.FINAL for one in asks):
        return None
    pattern = resource_pattern([one.resource for one in seen])
    rule = Rule(f"{name}-allowed", VerdictKind.ALLOW, seen[0].agent, seen[0].tool, pattern, f"{_said(asks)}.")
    beyond = bounds([one.arguments for one in seen])
    sentence = f"{_said(asks)} (rule {before}). Allow it on {pattern}, within what was approved so far."
    if not beyond:
        return RuleProposal(f"{name}-allowed {pattern}", before, sentence, rule)
    check = SafetyCheck(
        f"{name}-beyond", beyond, VerdictKind.ASK, "It goes beyond what was approved so far.", rule.agents, rule.tools
    )
    return RuleProposal(f"{name}-allowed {pattern}", before, sentence, rule, check)


def _denied(name: str, before: str, asks: Sequence[RuledAsk]) -> RuleProposal:
    by_resource: dict[str, list[bool]] = {}
    for one in asks:
        by_resource.setdefault(one.resource, []).append(one.approved)
    never = [resource for resource, said in by_resource.items() if len(said) >= NEVER_FROM and not any(said)]
    resources = never or list(by_resource)
    pattern = resource_pattern(resources)
    if any(any(said) for resource, said in by_resource.items() if _fits(resource, pattern)) and never:
        pattern = resource_pattern([max(never, key=lambda resource: len(by_resource[resource]))])
    rule = Rule(f"{name}-denied", VerdictKind.DENY, asks[0].agent, asks[0].tool, pattern, f"{_said(asks)}.")
    what = "was never approved there" if never else "is mostly rejected"
    sentence = f"{_said(asks)} (rule {before}). Deny it on {pattern}: it {what}. The rest goes on asking."
    return RuleProposal(f"{name}-denied {pattern}", before, sentence, rule)


def _fits(resource: str, pattern: str) -> bool:
    from fnmatch import fnmatchcase

    return fnmatchcase(resource, pattern)


def resource_pattern(resources: Sequence[str]) -> str:
    """The one resource exactly, or what all begin with up to a separator, and anything after it."""
    different = sorted(set(resources))
    if len(different) == 1:
        return _SPECIAL.sub(r"[\1]", different[0])
    first, last = different[0], different[-1]  # sorted: what these two share, all share
    same = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    shared = first[:same]
    cut = max(shared.rfind(mark) for mark in "/:#@") + 1
    begins = _SPECIAL.sub(r"[\1]", shared[:cut])
    return f"{begins}*"


def bounds(arguments: Sequence[str]) -> str:
    """A CEL condition that holds where arguments go beyond those seen: other names, larger or smaller numbers, another
    choice. Empty where nothing can be said."""
    seen: dict[str, list[Any]] = {}
    for text in arguments:
        try:
            for name, value in parse_arguments(text).items():
                seen.setdefault(name, []).append(value)
        except BadArguments:
            return ""
    if not seen:
        return ""
    names = canonical(sorted(seen))
    return " || ".join([f"arguments.exists(name, !(name in {names}))", *_values(seen)])


def _values(seen: dict[str, list[Any]]) -> list[str]:
    found = []
    for name, values in sorted(seen.items()):
        at, there = f"arguments[{canonical(name)}]", f"{canonical(name)} in arguments"
        if all(type(value) is int for value in values):
            found.append(f"({there} && ({at} < {min(values)} || {at} > {max(values)}))")
        elif all(type(value) is float for value in values):
            found.append(f"({there} && ({at} < {float(min(values))!r} || {at} > {float(max(values))!r}))")
        elif all(isinstance(value, str | bool) for value in values) and len(set(map(canonical, values))) <= FEW:
            choices = ", ".join(sorted(set(map(canonical, values))))
            found.append(f"({there} && !({at} in [{choices}]))")
    return found
