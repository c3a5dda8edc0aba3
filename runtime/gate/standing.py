"""Standing grants: after every check spoke, a person's answer given ahead may stand for the one that would be asked.

It lifts nothing but the questions that were asked when it was given. Deny stays deny; what cannot be undone, what is
final, limits, quotas and votes ask whoever granted what.
"""

from collections.abc import Sequence

from runtime.domain.grant import Grant, Wanted, answers, fits, number, why_never
from runtime.domain.verdict import Reason, Verdict
from runtime.domain.words import VerdictKind
from runtime.gate.proposal import Proposal

CHECK = "grant"


def under_grant(proposal: Proposal, verdict: Verdict, grants: Sequence[Grant]) -> Verdict:
    """The verdict; allowed, and saying by whom, where a grant fits this action and answers every question of it."""
    if verdict.kind is not VerdictKind.ASK or why_never(proposal.contract.effect, verdict.tier, verdict.deciding):
        return verdict
    run, appraisal = proposal.run, proposal.appraisal
    resources = (appraisal.resource, *appraisal.also)
    wanted = Wanted(run.agent, run.revision, run.run_id, proposal.action, resources, proposal.contract.effect)
    for grant in grants:
        answered = all(answers(grant, reason) for reason in verdict.deciding)
        if answered and verdict.tier <= grant.given.tier and fits(grant, wanted):
            return Verdict(VerdictKind.ALLOW, (_reason(grant), *verdict.reasons), verdict.tier)
    return verdict


def _reason(grant: Grant) -> Reason:
    given = grant.given
    times = "once" if given.uses == 1 else f"{given.uses:,} times"
    sentence = f"Standing grant {number(given.grant_id)} of {given.by} allows it ({times} at most): {given.title}"
    return Reason(CHECK, VerdictKind.ALLOW, sentence, given.grant_id)
