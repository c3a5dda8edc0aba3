"""Policy of a workspace: permission rules (first match wins, nothing matched = deny), safety checks and quotas."""

from fnmatch import fnmatchcase

import msgspec

from runtime.domain.words import EffectKind, VerdictKind

READS = "read:"


class Rule(msgspec.Struct, frozen=True):
    """First match wins. Patterns are shell globs over agent name, tool name and resource, case kept.

    A tool pattern that starts with ``read:`` speaks only about actions that change nothing (``read:*`` = all reads).
    """

    rule_id: str
    verdict: VerdictKind
    agents: str = "*"
    tools: str = "*"
    resources: str = "*"
    note: str = ""

    def matches(self, agent: str, tool: str, resource: str, effect: EffectKind) -> bool:
        """Whether this rule speaks about the action."""
        pattern = self.tools
        if pattern.startswith(READS):
            if effect is not EffectKind.READ:
                return False
            pattern = pattern.removeprefix(READS)
        return _fits(agent, self.agents) and _fits(tool, pattern) and _fits(resource, self.resources)


def _fits(name: str, pattern: str) -> bool:
    return pattern == "*" or fnmatchcase(name, pattern)


class SafetyCheck(msgspec.Struct, frozen=True):
    """A typed CEL condition over the action and the run; where it holds, ``verdict`` (ask or deny) speaks."""

    check_id: str
    when: str
    verdict: VerdictKind
    sentence: str
    agents: str = "*"
    tools: str = "*"
    priority: int = 0
    """1 raises the ask to friction tier 3 at least; 0 leaves the tier alone."""


class Policy(msgspec.Struct, frozen=True):
    """Everything a person has said about what may be done. ``version`` counts saves from 1; 0 = none saved yet."""

    version: int = 0
    rules: tuple[Rule, ...] = ()
    checks: tuple[SafetyCheck, ...] = ()


def first_match(policy: Policy, agent: str, tool: str, resource: str, effect: EffectKind) -> Rule | None:
    """The rule that speaks, or None, which means deny."""
    for rule in policy.rules:
        if rule.matches(agent, tool, resource, effect):
            return rule
    return None


def rules_for_new_agent(agent: str) -> tuple[Rule, ...]:
    """A new agent may read what it was granted and must ask for the rest."""
    return (
        Rule(f"{agent}-reads", VerdictKind.ALLOW, agent, f"{READS}*", "*", "It may read what it was granted."),
        Rule(f"{agent}-asks", VerdictKind.ASK, agent, "*", "*", "Everything else needs a person."),
    )
