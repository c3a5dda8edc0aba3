"""Why an ask can't be approved yet, as one sentence; pure, so that every reason has its test. No Qt."""

from dataclasses import dataclass
from enum import Enum

from runtime.domain.words import AskState, Tier

WIDE_VISIBLE_S = 1.5
HOLD_MS = 1000


class Blocked(Enum):
    """What stands in the way; READY when nothing does."""

    READY = "ready"
    STALE = "stale"
    CHAIN = "chain"
    CHANGED = "changed"
    WORLD = "world"
    OVER = "over"
    HELD = "held"
    SENT = "sent"
    UNREAD = "unread"
    TOO_SOON = "too soon"
    CHECKS = "checks"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the card knows when Approve is asked for."""

    state: AskState
    tier: Tier
    stale: bool
    chain_broken: bool
    changed: bool
    world_changed: bool
    sent: bool
    end_seen: bool
    visible_s: float
    open_checks: int


def blocked_by(now: Situation) -> Blocked:
    """The first thing in the way, gravest first."""
    order = (
        (now.stale, Blocked.STALE),
        (now.chain_broken, Blocked.CHAIN),
        (now.state is AskState.CLOSED, Blocked.OVER),
        (now.state is AskState.HELD, Blocked.HELD),
        (now.changed, Blocked.CHANGED),
        (now.world_changed, Blocked.WORLD),
        (now.sent, Blocked.SENT),
        (not now.end_seen, Blocked.UNREAD),
        (now.tier is Tier.WIDE and now.visible_s < WIDE_VISIBLE_S, Blocked.TOO_SOON),
        (now.tier >= Tier.FINAL and now.open_checks > 0, Blocked.CHECKS),
    )
    return next((what for is_so, what in order if is_so), Blocked.READY)


def hold_ms(tier: Tier) -> int:
    """How long Approve must be held: a second for what can't be undone."""
    return HOLD_MS if tier >= Tier.FINAL else 0


def blocked_sentence(what: Blocked, open_checks: int = 0) -> str:
    """The words beside the buttons."""
    checks = "1 check open" if open_checks == 1 else f"{open_checks} checks open"
    return {
        Blocked.READY: "",
        Blocked.STALE: "Off until the journal answers",
        Blocked.CHAIN: "Off: the journal was changed",
        Blocked.CHANGED: "This request changed. Look again.",
        Blocked.WORLD: "What it would do changed. Look again.",
        Blocked.OVER: "Already answered",
        Blocked.HELD: "Decided, not acting yet",
        Blocked.SENT: "Sent",
        Blocked.UNREAD: "Read what will run to its end",
        Blocked.TOO_SOON: "Live after 1.5 s",
        Blocked.CHECKS: f"{checks}, then hold A",
    }[what]
