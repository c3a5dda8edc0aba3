"""Prices: from the offline table as billed, from what people entered, and unknown where neither knows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.budget import EnteredPrice
from runtime.domain.decision import Usage
from runtime.models.prices import Prices, is_free, table_version
from runtime.models.providers.known import PROVIDERS, default_connection
from runtime.models.providers.messages_fold import usage_from
from runtime.models.worst_case import ANY_TIER, most_used
from tests.fixtures.kinds import ANTHROPIC
from tests.unit.runtime.models.test_worst_case import PLANNING, no_key

NOW = 1_795_000_000_000_000  # November 2026
TABLE = Prices({})


@pytest.mark.parametrize(
    ("route", "usage", "micros"),
    [
        ("openai/gpt-5-mini", Usage(1_000, 100), 250 + 200),
        ("openai/gpt-5-mini", Usage(1_000, 100, cached_input_tokens=800), 50 + 20 + 200),
        ("openai/gpt-5-mini", Usage(1_000, 100, reasoning_tokens=90), 250 + 200),  # reasoning is in the output
        ("anthropic/claude-sonnet-4-0", Usage(1_000, 100), 3_000 + 1_500),
        ("anthropic/claude-sonnet-4-0", Usage(1_000, 100, cache_write_tokens=1_000), 3_750 + 1_500),
        (
            "anthropic/claude-sonnet-4-0",
            Usage(1_000, 100, cache_write_tokens=1_000, long_cache_write_tokens=1_000),
            6_000 + 1_500,
        ),
        ("anthropic/claude-sonnet-4-5", Usage(200_001, 0), 1_200_006),  # above 200,000 all of it is dearer
        ("openai/gpt-5-nano", Usage(1, 0), 1),  # five hundredths of a micro-dollar, rounded up
    ],
)
def test_the_table_charges_as_the_provider_does(route: str, usage: Usage, micros: int) -> None:
    priced = TABLE.cost(route, usage, NOW)
    assert priced is not None
    assert priced.micros == micros
    assert priced.prices == table_version()
    assert priced.prices.startswith("genai-prices ")


@pytest.mark.parametrize(
    ("route", "tier", "micros"),  # 600 read, 400 of the cache, 100 written; dollars a million of each
    [
        ("openai/gpt-5-mini", "", 150 + 10 + 200),  # 0.25, 0.025, 2
        ("openai/gpt-5-mini", "default", 150 + 10 + 200),
        ("openai/gpt-5-mini", "Flex", 75 + 5 + 100),  # half of it
        ("openai/gpt-5-mini", "batch", 75 + 5 + 100),
        ("openai/gpt-5-mini", "priority", 270 + 18 + 360),  # 0.45, 0.045, 3.60
        ("anthropic/claude-opus-4-8", "standard", 3_000 + 200 + 2_500),  # 5, 0.50, 25
        ("anthropic/claude-opus-4-8", "batch", 1_500 + 100 + 1_250),
        ("anthropic/claude-opus-4-8", "fast", 6_000 + 400 + 5_000),
    ],
)
def test_a_tier_is_charged_as_that_tier(route: str, tier: str, micros: int) -> None:
    priced = TABLE.cost(route, Usage(1_000, 100, cached_input_tokens=400, tier=tier), NOW)
    assert priced is not None
    assert priced.micros == micros


@pytest.mark.parametrize("route", ["openai/no-such-model", "compatible:lab/gpt-5-mini", "elsewhere/gpt-5", "gpt-5"])
def test_what_nobody_knows_is_unknown_and_never_nothing(route: str) -> None:
    assert TABLE.cost(route, Usage(1, 1), NOW) is None
    assert TABLE.worst(route, 1, 1, NOW) is None


def test_the_playbook_is_free() -> None:
    assert is_free("playbook")
    assert not is_free("openai/gpt-5-mini")


def test_an_entered_price_goes_before_the_table_and_names_its_number() -> None:
    prices = Prices({"openai/gpt-5-mini": EnteredPrice(2_000_000, 4_000_000, 500_000)}, {"openai/gpt-5-mini": 3})
    priced = prices.cost("openai/gpt-5-mini", Usage(1_000, 100, cached_input_tokens=400, cache_write_tokens=100), NOW)
    assert priced is not None
    assert priced.micros == 500 * 2 + 200 + 100 * 2 + 400
    assert priced.prices == "entered price 3"
    free = Prices({"compatible:lab/llama": EnteredPrice(0, 0)}).cost("compatible:lab/llama", Usage(10, 10), NOW)
    assert free is not None
    assert free.micros == 0


def test_the_exact_model_that_answered_is_charged_where_the_table_knows_it() -> None:
    dearer = TABLE.cost("openai/gpt-5-nano", Usage(1_000, 0), NOW, "gpt-5-mini")
    unknown = TABLE.cost("openai/gpt-5-nano", Usage(1_000, 0), NOW, "a-name-of-their-own")
    assert dearer is not None
    assert unknown is not None
    assert (dearer.micros, unknown.micros) == (250, 50)


@pytest.mark.parametrize(
    ("route", "answers"), [("gpt-4o", "gpt-4o-2024-05-13"), ("gpt-3.5-turbo", "gpt-3.5-turbo-0613")]
)
def test_the_dearest_dated_model_of_a_name_bounds_it_and_a_date_bounds_itself(route: str, answers: str) -> None:
    worst, dated = (TABLE.worst(f"openai/{name}", 1_000, 100, NOW) for name in (route, answers))
    used = TABLE.cost(f"openai/{route}", Usage(1_000, 100), NOW, answers)
    assert worst == dated == used
    later = TABLE.worst("openai/gpt-4o-2024-08-06", 1_000, 100, NOW)
    assert later is not None
    assert later.micros == 3_500
    entered = Prices({"openai/gpt-4o": EnteredPrice(1_000_000, 1_000_000)}).worst("openai/gpt-4o", 1_000, 100, NOW)
    assert entered is not None
    assert entered.micros == 1_100  # a person's price holds, whoever answers


@pytest.mark.parametrize("route", ["openai/gpt-5-mini", "anthropic/claude-sonnet-4-5"])
def test_counts_that_contradict_each_other_have_no_price(route: str) -> None:
    assert TABLE.cost(route, Usage(10, 5, cached_input_tokens=20), NOW) is None


def test_what_is_computed_in_one_region_only_costs_more_and_is_reserved_for() -> None:
    route, counts = "anthropic/claude-opus-4-8", {"input_tokens": 1_000, "output_tokens": 100}
    told = {**counts, "service_tier": "standard"}
    plain, there = (usage_from({**told, "inference_geo": geo}, True) for geo in ("global", "us"))
    assert (plain.tier, there.tier) == ("standard", "standard+us")
    costs = [TABLE.cost(route, used, NOW) for used in (plain, there)]
    assert [one.micros for one in costs if one] == [7_500, 8_250]
    model = PROVIDERS[ANTHROPIC](default_connection(ANTHROPIC), "claude-opus-4-8", no_key, route)
    bound = most_used(model, PLANNING)
    worst = TABLE.worst(route, bound.input_tokens, bound.output_tokens, NOW, bound.tier)
    used = TABLE.cost(route, Usage(bound.input_tokens, bound.output_tokens, tier="us"), NOW)
    assert worst is not None
    assert used is not None
    assert used.micros <= worst.micros
    assert TABLE.dearer(route, "", "standard+us", NOW) is not None
    assert TABLE.dearer(route, "", "standard+us", NOW, bound.tier) is None


@pytest.mark.parametrize("cached", [0, 250, 1_000])
def test_an_entered_price_of_cached_input_above_that_of_input_is_in_the_worst_case(cached: int) -> None:
    prices = Prices({"compatible:lab/m": EnteredPrice(1_000_000, 2_000_000, 5_000_000)})
    worst = prices.worst("compatible:lab/m", 1_000, 10, NOW)
    used = prices.cost("compatible:lab/m", Usage(1_000, 10, cached_input_tokens=cached), NOW)
    assert worst is not None
    assert used is not None
    assert used.micros <= worst.micros == 5_020


@pytest.mark.parametrize("tier", ["", "priority", "flex", "batch", "fast"])
@pytest.mark.parametrize("route", ["openai/gpt-5-mini", "anthropic/claude-opus-4-8"])
def test_where_no_tier_can_be_asked_for_the_dearest_one_bounds_it(route: str, tier: str) -> None:
    worst = TABLE.worst(route, 1_000, 100, NOW, ANY_TIER)
    used = TABLE.cost(route, Usage(1_000, 100, tier=tier), NOW)
    assert worst is not None
    assert used is not None
    assert used.micros <= worst.micros


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(
        ["openai/gpt-5-mini", "openai/gpt-5.4", "anthropic/claude-sonnet-4-5", "anthropic/claude-opus-4-5"]
    ),
    st.integers(0, 400_000),
    st.integers(0, 20_000),
    st.data(),
)
def test_the_worst_case_bounds_every_way_to_use_as_many_tokens(
    route: str, given_in: int, given_out: int, data: st.DataObject
) -> None:
    worst = TABLE.worst(route, given_in, given_out, NOW)
    assert worst is not None
    used = data.draw(st.integers(0, given_in))
    cached = data.draw(st.integers(0, used))
    written = data.draw(st.integers(0, used - cached))
    long = data.draw(st.integers(0, written))
    usage = Usage(
        used,
        data.draw(st.integers(0, given_out)),
        cached_input_tokens=cached,
        cache_write_tokens=written,
        long_cache_write_tokens=long,
    )
    cost = TABLE.cost(route, usage, NOW)
    assert cost is not None
    assert cost.micros <= worst.micros
