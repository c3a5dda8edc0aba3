"""What a recorded exchange cost by the price table itself, read from the recorded usage without anything of ours."""

from datetime import UTC, datetime
from decimal import ROUND_CEILING
from enum import StrEnum

from genai_prices import extract_usage

from runtime.domain.decision import Decision
from runtime.models.interface import Answered
from runtime.models.prices import Prices, load_table
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, OPENAI
from tests.wire.recorded import Recorded

AT = 1_795_000_000_000_000
"""When all of them are taken to have been asked: November 2026, in microseconds."""
_FLAVORS = {
    ANTHROPIC: ("anthropic", "default"),
    OPENAI: ("openai", "responses"),
    COMPATIBLE: ("openai", "chat"),
}
_ORDINARY = frozenset({"", "auto", "default", "standard", "standard_only"})

load_table()  # here, because the loop of a test must not wait for files


class Priced(StrEnum):
    """What the price table can say of an exchange."""

    TABLE = "table"
    """Its cost is known to the micro-dollar."""
    UNKNOWN = "unknown"
    """Neither the model that answered nor the one that was asked has a price: ours is unknown too, never nothing."""
    TIER = "tier"
    """It was charged at another tier than the ordinary, which the table's own reading of an answer passes over."""
    UNTOLD = "untold"
    """What it used was not told, or it is no answer."""


def how_priced(exchange: Recorded) -> Priced:
    """Which of them it is; every exchange is one."""
    if not exchange.answers or not exchange.usage.known:
        return Priced.UNTOLD
    if exchange.usage.tier.lower() not in _ORDINARY:
        return Priced.TIER
    names = (exchange.expect["model"], exchange.model)
    return Priced.UNKNOWN if all(_recorded_cost(exchange, name) is None for name in names) else Priced.TABLE


def _recorded_cost(exchange: Recorded, model: str) -> int | None:
    """Micro-dollars, rounded up; None where the table has no price of the model."""
    provider, flavor = _FLAVORS[exchange.kind]
    told = {"model": model, "usage": exchange.expect.get("usage")}
    try:
        used = extract_usage(told, provider_id=provider, api_flavor=flavor)
        price = used.calc_price(genai_request_timestamp=datetime.fromtimestamp(AT / 1_000_000, UTC))
    except LookupError:
        return None
    return int((price.total_price * 1_000_000).to_integral_value(ROUND_CEILING))


def wrong_cost(exchange: Recorded, answered: Answered[Decision]) -> list[str]:
    """Whether our price of the answer is the recorded one, or unknown where that is."""
    how = how_priced(exchange)
    route = f"{_FLAVORS[exchange.kind][0]}/{exchange.model}"
    found = Prices({}).cost(route, answered.usage, AT, answered.origin.model)
    ours = found.micros if found is not None else None
    if how in (Priced.TIER, Priced.UNTOLD):
        return []
    wanted = _recorded_cost(exchange, exchange.expect["model"])
    if wanted is None:
        wanted = _recorded_cost(exchange, exchange.model)
    return [] if ours == wanted else [f"it cost {ours} micro-dollars instead of {wanted}"]
