"""Events of how people look after an ask: first look, shelved, returned, handed over; what came of it afterwards."""

import msgspec

from runtime.domain.ids import AskId


class AskSeen(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ask-seen"):
    """Somebody had the whole ask before them for the first time: on the card for a second, or printed."""

    ask_id: AskId
    by: str


class AskShelved(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ask-shelved"):
    """A person put it away until ``until`` (µs UTC). Its deadlines run on; nothing about it is decided."""

    ask_id: AskId
    by: str
    reason: str
    until: int


class AskReturned(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ask-returned"):
    """It waits in the list again: its time came, or a person took it back (``by``)."""

    ask_id: AskId
    by: str


class AskHandedOver(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ask-handed-over"):
    """``to`` looks after it from now on; empty = whoever comes. Anybody may still decide it."""

    ask_id: AskId
    by: str
    to: str
    note: str = ""


class AskFoundHarmful(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ask-found-harmful"):
    """What was approved and done did harm, a person says. ``ruled_by`` had approved it. Nothing is undone by it."""

    ask_id: AskId
    by: str
    why: str
    ruled_by: str


class AskFoundHarmless(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="ask-found-harmless"):
    """It did no harm after all."""

    ask_id: AskId
    by: str


class AfterwardsRead(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, tag="afterwards-read"):
    """``by`` had approved it, and read that it was undone since, or (``harm``) found harmful."""

    ask_id: AskId
    by: str
    harm: bool = False


AskCareEvent = AskSeen | AskShelved | AskReturned | AskHandedOver | AskFoundHarmful | AskFoundHarmless | AfterwardsRead
