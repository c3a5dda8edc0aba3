"""Caps with what is spent, reserved and left of each, from sums a day and agent."""

from collections.abc import Callable, Sequence

import msgspec

from runtime.domain.budget import NOTHING, Amount, Cap, CapKind, Caps, EnteredPrice
from runtime.domain.ids import AgentName
from runtime.projections.names import Names
from runtime.projections.row import Row
from runtime.projections.rows import CapLine, PriceRow, ReservationRow

Wanted = Callable[[Row], bool]


def cap_lines(caps: Caps, day: str, used: Sequence[Row], raised: Sequence[Row]) -> tuple[CapLine, ...]:
    """The caps of the workspace, then of each agent that has one today or used something."""
    lines = [
        _line(CapKind.DAY, day, caps.day, used, raised, lambda row: bool(row["day"] == day)),
        _line(CapKind.MONTH, day[:7], caps.month, used, raised, lambda row: True),
    ]
    names = {row["agent"] for row in used if row["day"] == day} | {str(name) for name in caps.by_agent}
    for name in sorted(names):
        cap = caps.by_agent.get(AgentName(name), caps.agent_day)
        if cap != Cap():
            lines.append(_line(CapKind.AGENT_DAY, name, cap, used, raised, _of_agent(name, day)))
    return tuple(lines)


def _of_agent(name: str, day: str) -> Wanted:
    return lambda row: bool(row["agent"] == name and row["day"] == day)


def _line(kind: CapKind, key: str, cap: Cap, used: Sequence[Row], raised: Sequence[Row], wanted: Wanted) -> CapLine:
    spent = held = extra = NOTHING
    for row in filter(wanted, used):
        spent = spent.plus(Amount(row["spent_micros"], row["spent_tokens"]))
        held = held.plus(Amount(row["held_micros"], row["held_tokens"]))
    for row in filter(wanted, raised):
        if kind in row["kinds"].split(", "):
            extra = extra.plus(Amount(row["micros"], row["tokens"]))
    return CapLine(kind, key, Amount(cap.micros, cap.tokens), spent, held, extra)


def reservation_row(row: Row) -> ReservationRow:
    """A call under way."""
    worst = Amount(row["micros"], row["tokens"])
    whose = (row["run_id"], row["agent"], row["model"])
    return ReservationRow(*whose, worst, row["made_at"], row["until"], bool(row["kept"]))


def price_row(row: Row, names: Names) -> PriceRow:
    """A price that a person entered."""
    price = msgspec.json.decode(row["price"], type=EnteredPrice)
    return PriceRow(row["model"], price, names(row["entered_by"]), row["entered_at"], row["note"])
