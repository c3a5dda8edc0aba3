"""An ask as the fold of its events."""

from typing import assert_never

import msgspec

from runtime.domain.action import Action
from runtime.domain.budget import NOTHING, Amount
from runtime.domain.events.ask_care import (
    AfterwardsRead,
    AskFoundHarmful,
    AskFoundHarmless,
    AskHandedOver,
    AskReturned,
    AskSeen,
    AskShelved,
)
from runtime.domain.events.asks import (
    AskApproved,
    AskClosed,
    AskEvent,
    AskRaised,
    AskRejected,
    CapAnswered,
    DeadlinesMoved,
    HoldReleased,
    HoldRestarted,
    OutcomeTold,
    RulingTakenBack,
)
from runtime.domain.words import AskState


class Ruling(msgspec.Struct, frozen=True):
    """What a person answered, while it is held. ``kind``: approved | rejected | told | cap."""

    kind: str
    by: str
    takes_effect: int
    hold_seconds: int
    edited: Action | None = None
    edited_digest: str = ""
    edited_title: str = ""
    reason: str = ""
    pause_agent: bool = False
    answer: str = ""
    extra: Amount = NOTHING
    """What a run is allowed beyond a cap."""
    released: bool = False
    at: int = 0
    """When it was given, µs UTC."""
    second: str = ""
    """The second person who agreed, where the tier demanded one."""


class Ask(msgspec.Struct, frozen=True):
    """One approval request."""

    raised: AskRaised
    state: AskState
    answer_by: int
    expires: int
    ruling: Ruling | None = None
    how: str = ""
    closed_sentence: str = ""
    closed_at: int = 0
    raised_at: int = 0
    moved_at: int = 0
    """When its deadlines were moved last."""
    seen_at: int = 0
    """When somebody looked at it for the first time; 0 = nobody did."""
    shelved_until: int = 0
    holder: str = ""
    """Who looks after it; empty = whoever comes."""
    harmful: str = ""
    """Why what was approved did harm, as a person said afterwards; empty = nobody says so."""

    @property
    def open(self) -> bool:
        """Whether it is not over yet."""
        return self.state is not AskState.CLOSED

    @property
    def action(self) -> Action:
        """What would run: the edited action once it was approved with an edit."""
        if self.ruling is not None and self.ruling.edited is not None:
            return self.ruling.edited
        return self.raised.action

    @property
    def digest(self) -> str:
        """The digest of what would run."""
        if self.ruling is not None and self.ruling.edited is not None:
            return self.ruling.edited_digest
        return self.raised.digest


def start(event: AskRaised) -> Ask:
    """The state after the first event."""
    return Ask(event, AskState.WAITING, event.answer_by, event.expires)


def evolve(ask: Ask, event: AskEvent, at: int) -> Ask:
    """The state after one more event."""
    change = msgspec.structs.replace
    match event:
        case AskRaised():
            return change(ask, raised_at=at)
        case AskApproved() as given:
            ruling = Ruling(
                "approved",
                given.by,
                given.takes_effect,
                given.hold_seconds,
                edited=given.edited,
                edited_digest=given.edited_digest,
                edited_title=given.edited_title,
                second=given.second,
            )
            return _ruled(ask, ruling, at)
        case AskRejected() as given:
            ruling = Ruling(
                "rejected",
                given.by,
                given.takes_effect,
                given.hold_seconds,
                reason=given.reason,
                pause_agent=given.pause_agent,
            )
            return _ruled(ask, ruling, at)
        case OutcomeTold() as given:
            ruling = Ruling("told", given.by, given.takes_effect, given.hold_seconds, answer=given.answer)
            return _ruled(ask, ruling, at)
        case CapAnswered() as given:
            hold = given.hold_seconds
            ruling = Ruling("cap", given.by, given.takes_effect, hold, answer=given.answer, extra=given.extra)
            return _ruled(ask, ruling, at)
        case RulingTakenBack():
            return change(ask, state=AskState.WAITING, ruling=None)
        case HoldReleased(takes_effect=takes_effect):
            return _with_hold(ask, takes_effect, released=True)
        case HoldRestarted(takes_effect=takes_effect):
            return _with_hold(ask, takes_effect, released=False)
        case DeadlinesMoved(answer_by=answer_by, expires=expires):
            return change(ask, answer_by=answer_by, expires=expires, moved_at=at)
        case AskClosed(how=how, sentence=sentence):
            return change(ask, state=AskState.CLOSED, how=how, closed_sentence=sentence, closed_at=at)
        case AskSeen():
            return change(ask, seen_at=ask.seen_at or at)
        case AskShelved(until=until):
            return change(ask, shelved_until=until)
        case AskReturned():
            return change(ask, shelved_until=0)
        case AskHandedOver(to=to):
            return change(ask, holder=to)
        case AskFoundHarmful(why=why):
            return change(ask, harmful=why)
        case AskFoundHarmless():
            return change(ask, harmful="")
        case AfterwardsRead():
            return ask
        case _ as unreachable:
            assert_never(unreachable)


def _ruled(ask: Ask, ruling: Ruling, at: int) -> Ask:
    """Held; whoever rules has looked, and what is ruled is on no shelf."""
    seen_at = ask.seen_at or at
    given = msgspec.structs.replace(ruling, at=at)
    return msgspec.structs.replace(ask, state=AskState.HELD, ruling=given, seen_at=seen_at, shelved_until=0)


def expired(ask: Ask, sentence: str) -> AskClosed:
    """Its end unanswered. The record tells what ran out unseen from what somebody had before them."""
    seen = bool(ask.seen_at)
    looked = "It had been looked at." if seen else "Nobody had looked at it."
    return AskClosed(ask.raised.ask_id, "expired", f"{sentence} {looked}", seen=seen)


def _with_hold(ask: Ask, takes_effect: int, *, released: bool) -> Ask:
    if ask.ruling is None:
        return ask
    ruling = msgspec.structs.replace(ask.ruling, takes_effect=takes_effect, released=released)
    return msgspec.structs.replace(ask, ruling=ruling)
