"""What a recorded exchange cost by the price table itself, read from the recorded usage without anything of ours."""

from datetime import UTC, datetime
from decimal import ROUND_CEILING
from typing import Any

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


def recorded_cost(exchange: Recorded) -> int | None:
    """Micro-dollars, rounded up; None where the table has no price of the model, or the usage was not told."""
    provider, flavor = _FLAVORS[exchange.kind]
    told = {"model": exchange.expect["model"], "usage": exchange.expect.get("usage")}
    if not exchange.usage.known:
        return None
    try:
        used = extract_usage(told, provider_id=provider, api_flavor=flavor)
        price = used.calc_price(genai_request_timestamp=datetime.fromtimestamp(AT / 1_000_000, UTC))
    except LookupError:
        return None
    return int((price.total_price * 1_000_000).to_integral_value(ROUND_CEILING))


def wrong_cost(exchange: Recorded, answered: Answered[Decision]) -> list[str]:
    """Whether our price of the answer is the recorded one. Other tiers than the ordinary are not priced here."""
    wanted = recorded_cost(exchange)
    if wanted is None or answered.usage.tier.lower() not in _ORDINARY:
        return []
    route = f"{_FLAVORS[exchange.kind][0]}/{exchange.model}"
    found: Any = Prices({}).cost(route, answered.usage, AT, answered.origin.model)
    ours = found.micros if found is not None else None
    return [] if ours == wanted else [f"it cost {ours} micro-dollars instead of {wanted}"]
