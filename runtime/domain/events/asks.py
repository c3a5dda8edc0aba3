"""Events of an ask: raised, ruled, held, taken back, closed. One stream per ask."""

import msgspec

from runtime.domain.action import Action
from runtime.domain.budget import NOTHING, Amount, CapKind
from runtime.domain.events.ask_care import (
    AfterwardsRead,
    AskFoundHarmful,
    AskFoundHarmless,
    AskHandedOver,
    AskReturned,
    AskSeen,
    AskShelved,
)
from runtime.domain.ids import AgentName, AskId, CallId, RunId
from runtime.domain.verdict import Reason
from runtime.domain.words import EffectKind, Tier


class CapQuestion(msgspec.Struct, frozen=True, gc=False):
    """What an ask about a cap is about: which caps the next call does not fit, and what would be enough.

    ``needed``: beyond what is left, for the next call; ``finish``: an estimate for the rest of the run.
    """

    kinds: tuple[CapKind, ...]
    day: str
    needed: Amount
    finish: Amount = NOTHING
    done: str = ""
    """What the run did so far, in words."""


class AskRaised(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ask-raised"):
    """An action waits for a person. Everything the person needs is in here; times are µs since the epoch, UTC.

    ``kind`` is ``action``, ``unknown-outcome`` (it may or may not have happened), or ``cap`` (the next model call does
    not fit a cap).
    """

    ask_id: AskId
    kind: str
    run_id: RunId
    call_id: CallId
    agent: AgentName
    revision: int
    policy_version: int
    turn: int
    action: Action
    digest: str
    title: str
    goal: str
    touches: str
    effect: EffectKind
    undo_sentence: str
    tier: Tier
    priority: int
    reasons: tuple[Reason, ...]
    checks: tuple[str, ...]
    """What to tick before approving; empty below tier 3."""
    answer_by: int
    expires: int
    confidence: float | None = None
    agent_words: str = ""
    cost_micros: int = 0
    step: int = 0
    steps: int = 0
    folder: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    resource: str = ""
    known: str = ""
    """For an unknown outcome: what the console knows about it. For a cap: what was done, what it would take."""
    newest_revision: int = 0
    """The newest saved revision of the agent when this was asked; 0 = not recorded, the run's own."""
    anew: str = ""
    """Why this is asked anew, where an earlier request for the same action did not stand any more."""
    cap: CapQuestion | None = None
    may_wait: bool = False
    """Its deadlines stand still while nobody attends."""


class AskApproved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ask-approved"):
    """A person approved. No effect starts before ``takes_effect`` (µs UTC); ``edited``: what it became first."""

    ask_id: AskId
    by: str
    digest: str
    takes_effect: int
    hold_seconds: int
    edited: Action | None = None
    edited_digest: str = ""
    edited_title: str = ""
    ticked: tuple[int, ...] = ()
    looked_ms: int = 0
    second: str = ""
    """The second person, where the tier demands one."""
    group: int = 0
    """How many look-alikes the gesture was for; 0 = this one alone."""


class AskRejected(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ask-rejected"):
    """A person said no, with a reason the agent is told."""

    ask_id: AskId
    by: str
    reason: str
    takes_effect: int
    hold_seconds: int
    looked_ms: int = 0
    pause_agent: bool = False


class OutcomeTold(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="outcome-told"):
    """The answer to an ask about an unknown outcome: happened | do-it | skip."""

    ask_id: AskId
    by: str
    answer: str
    takes_effect: int
    hold_seconds: int
    looked_ms: int = 0


class CapAnswered(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="cap-answered"):
    """The answer to an ask about a cap: raise (by ``extra``, for this run) | partial | stop."""

    ask_id: AskId
    by: str
    answer: str
    takes_effect: int
    hold_seconds: int
    extra: Amount = NOTHING
    looked_ms: int = 0


class RulingTakenBack(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ruling-taken-back"):
    """The ruling was taken back within its hold; the ask waits again."""

    ask_id: AskId
    by: str


class HoldReleased(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="hold-released"):
    """The person did not want to wait for the end of the hold (tiers 1 and 2)."""

    ask_id: AskId
    by: str
    takes_effect: int


class HoldRestarted(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="hold-restarted"):
    """The program was restarted while the ruling was held; the hold begins anew."""

    ask_id: AskId
    takes_effect: int


class DeadlinesMoved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="deadlines-moved"):
    """The run was paused for a while, or nobody attended (``unattended``), so its deadlines moved by as much."""

    ask_id: AskId
    answer_by: int
    expires: int
    unattended: bool = False


class AskClosed(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ask-closed"):
    """The ask is over: spent (its effect started) | rejected | expired | withdrawn | told. It is answered once."""

    ask_id: AskId
    how: str
    sentence: str
    seen: bool = True


AskEvent = (
    AskRaised
    | AskApproved
    | AskRejected
    | OutcomeTold
    | CapAnswered
    | RulingTakenBack
    | HoldReleased
    | HoldRestarted
    | DeadlinesMoved
    | AskClosed
    | AskSeen
    | AskShelved
    | AskReturned
    | AskHandedOver
    | AskFoundHarmful
    | AskFoundHarmless
    | AfterwardsRead
)
