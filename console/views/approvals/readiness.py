"""Why an ask can't be approved yet, as one sentence; pure, so that every reason has its test. No Qt."""

from dataclasses import dataclass
from enum import Enum

from console.presenters.wording import later, number, say
from runtime.domain.words import AskState, Tier
from runtime.projections.rows import AskRow

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
    LOOKING = "looking"
    UNREAD = "unread"
    PREVIEW = "preview"
    REQUEST = "request"
    TOO_SOON = "too-soon"
    CHECKS = "checks"


NOT_OPEN = frozenset(
    {
        Blocked.STALE,
        Blocked.CHAIN,
        Blocked.OVER,
        Blocked.HELD,
        Blocked.CHANGED,
        Blocked.WORLD,
        Blocked.LOOKING,
        Blocked.SENT,
    }
)
"""What no gesture on the card can clear away: the ask takes no ruling now."""


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
    request_seen: bool = True
    preview_there: bool = True
    """Whether the console's own preview was worked out, or could not be had and says so."""
    looking: bool = False
    """Approve was pressed, and the preview is worked out once more before anything is sent."""


def blocked_by(now: Situation) -> Blocked:
    """The first thing in the way, gravest first."""
    order = (
        (now.stale, Blocked.STALE),
        (now.chain_broken, Blocked.CHAIN),
        (now.state is AskState.CLOSED, Blocked.OVER),
        (now.state is AskState.HELD, Blocked.HELD),
        (now.changed, Blocked.CHANGED),
        (now.world_changed, Blocked.WORLD),
        (now.looking, Blocked.LOOKING),
        (now.sent, Blocked.SENT),
        (not now.end_seen, Blocked.UNREAD),
        (not now.preview_there, Blocked.PREVIEW),
        (not now.request_seen, Blocked.REQUEST),
        (now.tier is Tier.WIDE and now.visible_s < WIDE_VISIBLE_S, Blocked.TOO_SOON),
        (
            now.open_checks > 0,
            Blocked.CHECKS,
        ),  # whatever the tier: what a grant lists is ticked, as the journal demands
    )
    return next((what for is_so, what in order if is_so), Blocked.READY)


def releases(row: AskRow, operator: str, stale: bool) -> bool:
    """Whether a second press of A lets this person's own approval act at once (tiers 1 and 2)."""
    mine = row.ruled_by == operator and row.ruling.startswith("approved")
    return mine and row.state is AskState.HELD and row.tier <= Tier.WIDE and not stale


def hold_ms(tier: Tier) -> int:
    """How long Approve must be held: a second for what can't be undone."""
    return HOLD_MS if tier >= Tier.FINAL else 0


def blocked_sentence(what: Blocked, open_checks: int = 0, held: str = "", together: bool = False) -> str:
    """The words beside the buttons. ``held``: the key to be held once the checks are ticked, where one must be;
    ``together``: a second person has to agree after that."""
    if what is Blocked.CHECKS:
        return checks_sentence(open_checks, held, together)
    return {
        Blocked.READY: "",
        Blocked.STALE: say("Off until the journal answers"),
        Blocked.CHAIN: say("Off: the journal was changed"),
        Blocked.CHANGED: say("This request changed. Look again."),
        Blocked.WORLD: say("What it would do changed. Look again."),
        Blocked.OVER: say("Already answered"),
        Blocked.HELD: say("Decided, not acting yet"),
        Blocked.SENT: say("Sent"),
        Blocked.LOOKING: say("Looking once more at what it would do"),
        Blocked.PREVIEW: say("Waiting for the preview"),
        Blocked.UNREAD: say("Read what will run to its end"),
        Blocked.REQUEST: say("Read the preview to its end"),
        Blocked.TOO_SOON: say("Live after 1.5 s"),
    }[what]


def checks_sentence(open_checks: int, held: str, together: bool = False) -> str:
    """How many checks are open, and the key to be held after them, if any; and that a second person comes then."""
    if held and together:
        one = later("1 check open, then hold {key}, then a second person")
        many = later("{count} checks open, then hold {key}, then a second person")
    elif held:
        one, many = later("1 check open, then hold {key}"), later("{count} checks open, then hold {key}")
    else:
        one, many = later("1 check open"), later("{count} checks open")
    return say(one if open_checks == 1 else many, count=number(open_checks), key=held)
