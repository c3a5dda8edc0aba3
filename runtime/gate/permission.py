"""Permission rules: the first that matches agent, tool and resource speaks; none means deny."""

from runtime.domain.policy import first_match
from runtime.domain.verdict import Reason
from runtime.domain.words import VerdictKind
from runtime.gate.proposal import Proposal

_WORDS = {VerdictKind.ALLOW: "allows this", VerdictKind.ASK: "asks a person", VerdictKind.DENY: "forbids this"}


def permission(proposal: Proposal) -> tuple[Reason, ...]:
    """One reason for each resource it touches: the rule that speaks, or that none does. The strictest decides."""
    appraisal = proposal.appraisal
    if not appraisal.also:
        return (_reason(proposal, appraisal.resource),)
    resources = (appraisal.resource, *appraisal.also)
    return tuple(dict.fromkeys(_reason(proposal, resource) for resource in resources))


def _reason(proposal: Proposal, resource: str) -> Reason:
    contract = proposal.contract
    rule = first_match(proposal.policy, proposal.spec.name, contract.name, resource, contract.effect)
    if rule is None:
        sentence = f"No rule allows {proposal.spec.name} to use {contract.name} on {resource}."
        return Reason("permission", VerdictKind.DENY, sentence)
    note = f": {rule.note}" if rule.note else "."
    return Reason("permission", rule.verdict, f"Rule {rule.rule_id} {_WORDS[rule.verdict]}{note}", rule.rule_id)
