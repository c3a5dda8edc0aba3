"""What a person answers to a request, and how an answer is taken back or let go."""

import msgspec

from runtime.domain.budget import NOTHING, Amount
from runtime.domain.ids import AskId
from runtime.domain.secret import Secret


class Approve(msgspec.Struct, frozen=True):
    """Approve the exact action with ``digest``; ``arguments`` (JSON) when it was edited first.

    ``ticked`` are the indexes of the checks that were ticked; ``looked_ms`` how long the card was on screen.
    """

    ask_id: AskId
    by: str
    digest: str
    arguments: str | None = None
    ticked: tuple[int, ...] = ()
    looked_ms: int = 0
    second: str = ""
    """The second person, where the tier demands one."""
    passphrase: Secret | None = None
    """What the second person typed."""
    group: int = 0
    """How many look-alikes the gesture was for; 0 = this one alone."""


class Reject(msgspec.Struct, frozen=True):
    """Say no with a reason, which the agent is told."""

    ask_id: AskId
    by: str
    reason: str
    looked_ms: int = 0
    pause_agent: bool = False


class TellOutcome(msgspec.Struct, frozen=True):
    """Answer an ask about an unknown outcome: ``happened``, ``do-it`` or ``skip``."""

    ask_id: AskId
    by: str
    answer: str
    looked_ms: int = 0


class AnswerCap(msgspec.Struct, frozen=True):
    """Answer an ask about a cap: ``raise`` (by ``extra``, for this run), ``partial`` or ``stop``."""

    ask_id: AskId
    by: str
    answer: str
    extra: Amount = NOTHING
    looked_ms: int = 0


class TakeBack(msgspec.Struct, frozen=True):
    """Take a ruling back while it is held."""

    ask_id: AskId
    by: str


class ReleaseHold(msgspec.Struct, frozen=True):
    """Let a ruling take effect at once (tiers 1 and 2)."""

    ask_id: AskId
    by: str


AskCommand = Approve | Reject | TellOutcome | AnswerCap | TakeBack | ReleaseHold
