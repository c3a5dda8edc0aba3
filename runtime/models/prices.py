"""What model calls cost, by the offline price table or a price that a person entered: after a call, at most before it.

A model without a known price costs an unknown amount, never nothing. Everything is rounded up to a micro-dollar.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from runtime.domain.agent_spec import PLAYBOOK
from runtime.domain.budget import MILLION, Answering, EnteredPrice
from runtime.domain.decision import Usage
from runtime.models.providers.known import PROVIDERS, regions_of
from runtime.models.worst_case import ANY_TIER, IN_THE_US

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

_ABOVE: Final = ("priority", "fast")
"""Those that may cost more than the ordinary price."""

_DATE: Final = re.compile(r"-(\d{4}-\d\d-\d\d|\d{8}|\d{4})")
"""How a model's date follows its name, with the year or without."""

_TIERS: Final[dict[str, dict[str, str]]] = {
    "priority": {"service_tier": "priority"},
    "fast": {"service_tier": "fast", "speed": "fast"},
    "flex": {"service_tier": "flex"},
    "batch": {"processing": "batch"},
}
"""From the provider's word for a tier to what the table calls it; every other word is the ordinary price."""


@dataclass(frozen=True, slots=True)
class Priced:
    """An amount and the version of the prices it was made with."""

    micros: int
    prices: str


def is_free(route: str) -> bool:
    """Whether a route asks nobody who charges: the playbook."""
    return route == PLAYBOOK


@cache
def table_version() -> str:
    """``genai-prices 0.2.3``: recorded with each cost. Looks into the installed package once."""
    from importlib.metadata import version

    return f"genai-prices {version('genai-prices')}"


def load_table() -> None:
    """Read the table (a quarter of a second); call it in a worker thread before the first price is wanted."""
    from genai_prices import data_snapshot

    data_snapshot.get_snapshot()
    table_version()


class Prices:
    """``entered`` and ``numbers`` are what people entered, by route; they go before the table."""

    def __init__(self, entered: Mapping[str, EnteredPrice], numbers: Mapping[str, int] | None = None) -> None:
        self._entered = entered
        self._numbers = numbers or {}

    def cost(self, route: str, usage: Usage, at: int, model: str = "") -> Priced | None:
        """What was used costs this; None = price unknown, or counts that contradict each other.

        ``model`` is the exact one that answered, where told.
        """
        if is_free(route):
            return Priced(0, "")
        entered = self._entered.get(route)
        if entered is not None:
            return Priced(_entered_cost(entered, usage), self._number(route))
        found = _found(route, model) or _found(route)
        if found is None:
            return None
        try:
            return Priced(_table_cost(*found, usage, at), table_version())
        except ValueError:
            return None

    def worst(
        self, route: str, input_tokens: int, output_tokens: int, at: int, tier: str = "", model: str = ""
    ) -> Priced | None:
        """The most so many tokens can cost: none of them from a cache, or all, or all written to the dearest one.

        ``ANY_TIER`` bounds every tier. ``model`` is one that may answer in place of the route's. A name without a date
        stands for whichever of its dated models the provider takes: the dearest that the table knows bounds it.
        """
        shapes = [
            Usage(input_tokens, output_tokens, 0, cached, written, long, tier=one)
            for one in (("", *_ABOVE) if tier == ANY_TIER else (tier,))
            for cached, written, long in (
                (0, 0, 0),
                (input_tokens, 0, 0),
                (0, input_tokens, 0),
                (0, input_tokens, input_tokens),
            )
        ]
        meant = (model,) if model else ("", *_dated(route))
        priced = [one for name in meant for shape in shapes if (one := self.cost(route, shape, at, name)) is not None]
        return max(priced, key=lambda one: one.micros) if priced else None

    def dearer(self, route: str, model: str, tier: str, at: int, asked: str = "") -> Answering | None:
        """Who answered, as the table knows it, where that can cost more than what was reserved; else None.

        ``model`` and ``tier`` are the provider's words of its answer, ``asked`` the tier that was reserved.
        """
        found = _found(route, model) if model else None
        own = _found(route)
        name = found[1].id if found is not None and (own is None or found[1].id != own[1].id) else ""
        by = Answering(name, "+".join(one for one in tier.lower().split("+") if one in _TIERS or one == IN_THE_US))
        if by == Answering():
            return None
        for tokens in ((MILLION, 0), (0, MILLION)):
            reserved, answered = self.worst(route, *tokens, at, asked), self.worst(route, *tokens, at, by.tier, name)
            if reserved is not None and answered is not None and answered.micros > reserved.micros:
                return by
        return None

    def _number(self, route: str) -> str:
        return f"entered price {self._numbers.get(route, 0)}"


def _entered_cost(price: EnteredPrice, usage: Usage) -> int:
    cached, written = usage.cached_input_tokens, usage.cache_write_tokens
    plain = max(0, usage.input_tokens - cached - written)
    per_million = (
        plain * price.input
        + cached * (price.input if price.cached_input is None else price.cached_input)
        + written * (price.input if price.cache_write is None else price.cache_write)
        + usage.output_tokens * price.output
    )
    return -(-per_million // MILLION)


def _found(route: str, model: str = "") -> "tuple[Provider, ModelInfo] | None":
    from genai_prices import data_snapshot

    kind, _, name = route.partition("/")
    priced_as = PROVIDERS[kind].facts.priced_as if kind in PROVIDERS else ""
    if not priced_as or not name:  # what a gateway or a local server asks, only a person knows
        return None
    try:
        return data_snapshot.get_snapshot().find_provider_model(model or name, None, priced_as, None)
    except LookupError:
        return None


def _dated(route: str) -> tuple[str, ...]:
    """The models of the table that are called as the route's is, and a date after it."""
    found, name = _found(route), route.partition("/")[2]
    return () if found is None or found[1].id != name else _dated_of(found[0].id, name)


@cache
def _dated_of(provider: str, name: str) -> tuple[str, ...]:
    from genai_prices import data_snapshot

    every = next(one.models for one in data_snapshot.get_snapshot().providers if one.id == provider)
    return tuple(one.id for one in every if _DATE.fullmatch(one.id.removeprefix(name)) and one.id.startswith(name))


def known_window(route: str) -> int:
    """How many tokens the model can read at once, by the table; 0 = not known. Reads the table."""
    found = _found(route)
    return (found[1].context_window or 0) if found is not None else 0


def _table_cost(provider: "Provider", model: "ModelInfo", usage: Usage, at: int) -> int:
    from genai_prices import Usage as TableUsage

    counts: dict[str, Any] = {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_read_tokens": usage.cached_input_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cache_write_1h_tokens": usage.long_cache_write_tokens,
        **({"web_searches": usage.searches} if usage.searches else {}),
    }
    when = datetime.fromtimestamp(at / 1_000_000, UTC)
    words = usage.tier.lower().split("+")
    context = next((_TIERS[one] for one in words if one in _TIERS), None)
    above = max(regions_of(provider.id).get(one, Decimal(1)) for one in words)
    priced = model.calc_price(TableUsage(**counts), provider, genai_request_timestamp=when, price_context=context)
    return int((priced.total_price * above * Decimal(MILLION)).to_integral_value(ROUND_CEILING))
