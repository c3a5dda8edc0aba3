"""What became of what a rule asked, in words, beside the rule in Settings (UX section 7, approve rate). No Qt."""

from collections.abc import Sequence

from console.presenters.health_text import ENOUGH, OFTEN, SELDOM, share
from console.presenters.wording import number, say
from runtime.projections.rows import RuleRate

RATED_DAYS = 90


def rate_of(rates: Sequence[RuleRate], rule_id: str) -> RuleRate | None:
    """All that this rule asked, also together with others; None where it asked nothing that ended in that time."""
    its = [one for one in rates if rule_id in one.rule.split(", ")]
    if not its:
        return None
    parts = ((one.decided, one.approved, one.rejected, one.undone, one.expired_unseen) for one in its)
    return RuleRate(rule_id, *map(sum, zip(*parts, strict=True)))


def is_beyond(rate: RuleRate | None) -> bool:
    """Whether it is approved nearly always or seldom, and often enough asked to say so."""
    if rate is None or rate.decided < ENOUGH:
        return False
    return not SELDOM <= rate.approved / rate.decided <= OFTEN


def rate_words(rate: RuleRate | None) -> str:
    """For a cell of the table."""
    if rate is None:
        return say("none")
    if not rate.decided:
        return say("{count} unseen", count=number(rate.expired_unseen))
    return say("{share} yes", share=share(rate.approved, rate.decided))


def rate_sentence(rate: RuleRate | None) -> str:
    """Below the table, of the chosen rule."""
    if rate is None:
        return say("It asked nothing that ended in the last {days} days.", days=RATED_DAYS)
    return say(
        "In {days} days: approved {approved}, rejected {rejected}, expired unseen {unseen}; "
        "undone or harmful later {undone}.",
        days=RATED_DAYS,
        approved=share(rate.approved, rate.decided),
        rejected=number(rate.rejected),
        unseen=number(rate.expired_unseen),
        undone=number(rate.undone),
    )
