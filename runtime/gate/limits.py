"""Per-run and per-day limits: how many effects a run may have, and the quotas of the agent."""

from fnmatch import fnmatchcase

from runtime.domain.agent_spec import Quota
from runtime.domain.verdict import Reason
from runtime.domain.words import EffectKind, VerdictKind
from runtime.gate.proposal import Proposal


def limits(proposal: Proposal) -> tuple[Reason, ...]:
    """A reason for every limit this action would pass."""
    name, reads = proposal.contract.name, proposal.contract.effect is EffectKind.READ
    found: list[Reason] = []
    allowed = proposal.spec.limits.effects
    if not reads and proposal.run.checkpoints >= allowed:
        sentence = f"This run has made {proposal.run.checkpoints} changes; {allowed} are allowed."
        found.append(Reason("limits", VerdictKind.DENY, sentence))
    for quota in proposal.spec.quotas:
        # A quota over many tools counts what they change; one that names a reading tool means how often it reads.
        if quota.tools == name or (not reads and fnmatchcase(name, quota.tools)):
            found += _over(quota, proposal)
    return tuple(found)


def _over(quota: Quota, proposal: Proposal) -> list[Reason]:
    amount = proposal.arguments.get(quota.argument, 0) if quota.argument else 1
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        sentence = f"Quota {quota.quota_id} counts {quota.argument}, which is not a number here."
        return [Reason("limits", VerdictKind.ASK, sentence, quota.quota_id)]
    found: list[Reason] = []
    spans = (
        ("in this run", quota.per_run, proposal.used.in_run.get(quota.quota_id, 0)),
        ("today", quota.per_day, proposal.used.today.get(quota.quota_id, 0)),
    )
    for span, bound, used in spans:
        if bound is not None and used + abs(amount) > bound:
            what = quota.argument or "uses"
            sentence = f"Quota {quota.quota_id}: {used + abs(amount):,.0f} of {bound:,} {what} {span} would be passed."
            found.append(Reason("limits", quota.verdict, sentence, quota.quota_id))
    return found
