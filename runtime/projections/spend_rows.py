"""What is handed out about money: caps and their use, calls under way, entered prices, the cost of finished tasks."""

import msgspec

from runtime.domain.budget import NOTHING, Amount, CapKind, Caps, EnteredPrice


class CapLine(msgspec.Struct, frozen=True):
    """One cap and its use now. Limits 0 = no bound of that kind; ``key`` is the agent, the day or the month."""

    kind: CapKind
    key: str
    limit: Amount
    spent: Amount
    held: Amount
    raised: Amount = NOTHING
    """What people allowed single runs beyond it in this period."""

    @property
    def left(self) -> Amount:
        """What is neither spent nor reserved; 0 for a kind without a bound."""
        micros = self.limit.micros and max(0, self.limit.micros - self.spent.micros - self.held.micros)
        return Amount(micros, self.limit.tokens and max(0, self.limit.tokens - self.spent.tokens - self.held.tokens))


class ReservationRow(msgspec.Struct, frozen=True):
    """A call under way. ``kept``: an earlier life of the program made it; it counts in full from ``until`` on."""

    run_id: str
    agent: str
    model: str
    worst: Amount
    made_at: int
    until: int
    kept: bool


class PriceRow(msgspec.Struct, frozen=True):
    """A price that a person entered."""

    model: str
    price: EnteredPrice
    by: str
    at: int
    note: str = ""


class BudgetFigures(msgspec.Struct, frozen=True):
    """The caps in force, how far each is used now, and what is reserved."""

    caps: Caps
    day: str
    month: str
    lines: tuple[CapLine, ...] = ()
    reservations: tuple[ReservationRow, ...] = ()
    prices: tuple[PriceRow, ...] = ()


class TaskSpend(msgspec.Struct, frozen=True):
    """What one finished task did cost."""

    run_id: str
    title: str
    agent: str
    model: str
    outcome: str
    finished_at: int
    cost_micros: int
    input_tokens: int
    output_tokens: int
    price_unknown: int
