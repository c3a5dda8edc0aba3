"""A verdict with every reason that spoke, and how reasons combine: deny beats ask beats allow, nothing means deny."""

from typing import Final

import msgspec

from runtime.domain.words import Tier, VerdictKind

PLAN: Final = "plan"
"""The check that speaks about actions outside the plan."""
_WEIGHT = {VerdictKind.ALLOW: 0, VerdictKind.ASK: 1, VerdictKind.DENY: 2}


class Reason(msgspec.Struct, frozen=True, gc=False):
    """One check that had something to say."""

    check: str
    """grant, contract, permission, safety, invariant, limits, risk, confidence, budget, plan."""
    verdict: VerdictKind
    sentence: str
    rule: str = ""
    """The id of the rule or safety check that spoke, if one did."""


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What the gate says about one proposed action."""

    kind: VerdictKind
    reasons: tuple[Reason, ...]
    tier: Tier

    @property
    def deciding(self) -> tuple[Reason, ...]:
        """The reasons that made the verdict what it is."""
        return tuple(reason for reason in self.reasons if reason.verdict == self.kind)

    @property
    def beside_the_plan(self) -> bool:
        """Whether the action is in no step of the plan, whatever step its model names."""
        return any(reason.check == PLAN for reason in self.reasons)

    @property
    def grant(self) -> str:
        """The standing grant that answered for a person; empty where none did."""
        first = self.reasons[0] if self.reasons else None
        answered = first is not None and first.check == "grant" and self.kind is VerdictKind.ALLOW
        return first.rule if answered and first is not None else ""


def combine(reasons: tuple[Reason, ...], tier: Tier) -> Verdict:
    """The strictest reason decides; without any reason the answer is deny."""
    if not reasons:
        nothing = Reason("permission", VerdictKind.DENY, "No rule allows this.")
        return Verdict(VerdictKind.DENY, (nothing,), tier)
    strictest = reasons[0].verdict
    for reason in reasons:
        if _WEIGHT[reason.verdict] > _WEIGHT[strictest]:
            strictest = reason.verdict
    return Verdict(strictest, reasons, tier)
