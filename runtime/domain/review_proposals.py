"""Rules from reviews: where a person said that an action should have been asked, one that asks for it. Pure."""

from collections.abc import Iterable

import msgspec

from runtime.domain.policy import Policy, Rule
from runtime.domain.rule_proposals import RuleProposal, resource_pattern
from runtime.domain.words import VerdictKind


class NotFine(msgspec.Struct, frozen=True):
    """An action that should have been asked. ``rule`` allowed it; ``by`` is the name of who said so, ``why`` their
    words."""

    rule: str
    agent: str
    tool: str
    resource: str
    why: str
    by: str


def stricter(reviewed: Iterable[NotFine], policy: Policy) -> tuple[RuleProposal, ...]:
    """One for each (rule, agent, tool), newest first; nothing where the rule is gone or one asks already."""
    allowing = {rule.rule_id for rule in policy.rules if rule.verdict is VerdictKind.ALLOW}
    taken = {rule.rule_id for rule in policy.rules}
    patterns: dict[tuple[str, str, str], list[NotFine]] = {}
    for one in reviewed:
        if one.rule in allowing:
            patterns.setdefault((one.rule, one.agent, one.tool), []).append(one)
    found = []
    for (rule, agent, tool), some in patterns.items():
        name = f"{rule}-{agent}-{tool}-asks".replace(".", "-").replace(" ", "-")
        if name in taken:
            continue
        pattern = resource_pattern([one.resource for one in some]) or "*"
        newest = some[0]
        more = f", {len(some)} times" if len(some) > 1 else ""
        said = f"{newest.by} said of {tool} by {agent} that it should have been asked{more}: {newest.why}"
        sentence = f"{said.rstrip('.')}. Rule {rule} allowed it. Ask for it on {pattern}."
        asks = Rule(name, VerdictKind.ASK, agent, tool, pattern, f"{newest.by}: {newest.why}"[:200])
        found.append(RuleProposal(f"{name} {pattern}", rule, sentence, asks))
    return tuple(found)
