"""Priority of an ask from its tier and the time left until an answer is wanted (UX section 4)."""

from runtime.domain.words import Tier

_SECOND = 1_000_000


def priority(tier: Tier, answer_by: int, now: int) -> int:
    """1: not reversible, or to be answered within 5 min; 2: wide, or within 30 min; 3: the rest. Times in µs."""
    left = answer_by - now
    if tier >= Tier.FINAL or left <= 5 * 60 * _SECOND:
        return 1
    if tier is Tier.WIDE or left <= 30 * 60 * _SECOND:
        return 2
    return 3
