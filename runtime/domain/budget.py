"""Words of the budget: amounts of money and tokens, caps, prices that a person entered, what a call may cost."""

from enum import StrEnum

import msgspec

from runtime.domain.ids import AgentName, ReservationId, RunId
from runtime.domain.money import dollars

MILLION = 1_000_000
HELD_FOR = 3_600 * 1_000_000
"""µs: how long a reservation of a call that nobody hears of any more stays before it counts in full."""


class CapKind(StrEnum):
    """What a cap bounds. A reservation must fit all of them."""

    RUN = "run"
    AGENT_DAY = "agent and day"
    DAY = "day"
    MONTH = "month"


class Amount(msgspec.Struct, frozen=True):
    """Money (micro-dollars) and tokens, summed and compared together."""

    micros: int = 0
    tokens: int = 0

    def plus(self, other: "Amount") -> "Amount":
        """Both together."""
        return Amount(self.micros + other.micros, self.tokens + other.tokens)

    def minus(self, other: "Amount") -> "Amount":
        """What is left without the other."""
        return Amount(self.micros - other.micros, self.tokens - other.tokens)


NOTHING = Amount()


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A bound in money and one in tokens; 0 = no bound of that kind."""

    micros: int = 0
    tokens: int = 0


NO_CAP = Cap()


class Caps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a workspace bounds. The money of a day is the setting ``day_cap_micros``, shown wherever spend is.

    ``by_agent`` replaces ``agent_day`` for the agents it names. A run is bounded by its agent's own limits as well.
    """

    run: Cap = NO_CAP
    agent_day: Cap = NO_CAP
    day: Cap = NO_CAP
    month: Cap = NO_CAP
    by_agent: dict[AgentName, Cap] = {}


class Answering(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who answered in place of the model that was asked: its id in the price table, and the tier; empty = as asked."""

    model: str = ""
    tier: str = ""


class EnteredPrice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says a model costs, in micro-dollars for a million tokens. None = as for other input."""

    input: int
    output: int
    cached_input: int | None = None
    cache_write: int | None = None


class Reservation(msgspec.Struct, frozen=True):
    """The most one model call may cost, held from before it is made until its cost is known.

    ``day`` (ISO, local) is the day it counts in, also where the answer comes after midnight.
    """

    reservation_id: ReservationId
    run_id: RunId
    agent: AgentName
    day: str
    model: str
    worst: Amount
    until: int
    """µs UTC: when nobody can learn what it cost any more and it is counted in full."""
    prices: str = ""
    """Version of the price table the worst case was made with."""
    kept: bool = False
    """Made by an earlier life of the program, which ended before the answer came."""

    @property
    def asked_at(self) -> int:
        """µs UTC: when it was made, which is when its call was."""
        return max(0, self.until - HELD_FOR)

    @property
    def month(self) -> str:
        """The month whose book holds it."""
        return self.day[:7]


def said(amount: Amount) -> str:
    """``$1.84``, ``$1.84 and 12,000 tokens``."""
    parts = [dollars(amount.micros)] if amount.micros or not amount.tokens else []
    if amount.tokens:
        parts.append(f"{amount.tokens:,} tokens")
    return " and ".join(parts)
