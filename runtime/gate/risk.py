"""What the kind of effect and the confidence demand, whatever the rules say."""

from runtime.domain.policy import first_match
from runtime.domain.verdict import Reason
from runtime.domain.words import EffectKind, VerdictKind
from runtime.gate.proposal import Proposal

_WILD = set("*?[")


def effect_kind(proposal: Proposal) -> tuple[Reason, ...]:
    """What cannot be undone asks, unless a rule names this very agent and tool and a quota bounds it (SAFETY, Gate)."""
    contract = proposal.contract
    if contract.effect is EffectKind.READ:
        return (Reason("effect", VerdictKind.ALLOW, "It only reads."),)
    if contract.effect in (EffectKind.REVERSIBLE, EffectKind.COMPENSABLE):
        return (Reason("effect", VerdictKind.ALLOW, f"It can be undone. {contract.undo}"),)
    if _bounded(proposal):
        sentence = "It cannot be undone, but a rule names this agent and tool, and a quota bounds it."
        return (Reason("effect", VerdictKind.ALLOW, sentence),)
    return (Reason("effect", VerdictKind.ASK, f"It cannot be undone. {contract.undo}"),)


def _bounded(proposal: Proposal) -> bool:
    name, tool = proposal.spec.name, proposal.contract.name
    rule = first_match(proposal.policy, name, tool, proposal.appraisal.resource, proposal.contract.effect)
    if rule is None or rule.verdict is not VerdictKind.ALLOW or rule.agents != name or rule.tools != tool:
        return False
    return any(quota.tools == tool and quota.per_day is not None for quota in proposal.spec.quotas)


def confidence(proposal: Proposal) -> tuple[Reason, ...]:
    """Below the agent's threshold, or unknown, a person is asked; reads are let through."""
    threshold, stated = proposal.spec.confidence_threshold, proposal.confidence
    if proposal.contract.effect is EffectKind.READ:
        return ()
    if stated is None:
        sentence = f"The agent did not say how sure it is; below {threshold:.0%} a person is asked."
        return (Reason("confidence", VerdictKind.ASK, sentence),)
    if stated < threshold:
        sentence = f"The agent is {stated:.0%} sure; below {threshold:.0%} a person is asked."
        return (Reason("confidence", VerdictKind.ASK, sentence),)
    return ()
