"""What the rules of attention look at and what they answer; plain values, no Qt and no clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from runtime.projections.rows import PersonState


@dataclass(frozen=True, slots=True)
class WaitingAsk:
    """An ask that waits for a person now. Times in µs since the epoch, UTC.

    ``deadline`` is when an answer is wanted. ``stands_still``: its run is paused, and its deadlines with it.
    """

    ask_id: str
    priority: int
    deadline: int
    agent: str = ""
    final: bool = False
    """It cannot be undone."""
    stands_still: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """The world at one moment. ``link_lost_since`` (µs): the journal has not answered since; 0 = it answers.

    ``failed_runs`` (run ids) and ``reached_caps`` (ids of the asks about them, or empty) happened since the facts
    before these; everything else is a state.
    """

    now: int
    asks: tuple[WaitingAsk, ...] = ()
    window_in_front: bool = False
    on_duty: bool = True
    quiet_until: int = 0
    """Do-not-disturb ends then (µs); 0 = off."""
    flood: bool = False
    asks_per_10_min: int = 0
    link_lost_since: int = 0
    chain_broken: bool = False
    failed_runs: tuple[str, ...] = ()
    reached_caps: tuple[str, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Nobody wants to be called now."""
        return not self.on_duty or self.quiet_until > self.now


def held_by_another(holder: str, me: str, people: Sequence[PersonState]) -> bool:
    """Whether somebody else looks after an ask: on duty and still deciding here. Else whoever is there is called.

    ``people``: those who decide here now.
    """
    return holder != me and any(one.operator_id == holder and one.on_duty for one in people)


class Kind(StrEnum):
    """What a person is called for."""

    URGENT = "urgent"
    SOON = "soon"
    FLOOD = "flood"
    LINK = "link"
    CHAIN = "chain"
    CAP = "cap"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Call:
    """One notification. The same ``key`` takes the place of an earlier one; nothing in it names what would be done.

    ``again``: 0 for the first call, 50 or 80 for the share of the time that is gone.
    """

    key: str
    kind: Kind
    critical: bool = False
    sound: bool = False
    count: int = 1
    ask_id: str = ""
    run_id: str = ""
    agent: str = ""
    """Whom "Pause agent" pauses; never part of the text."""
    final: bool = False
    deadline: int = 0
    again: int = 0
    since: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be shown now, and what is to be taken away because it is over."""

    calls: tuple[Call, ...] = ()
    withdrawn: tuple[str, ...] = ()
