"""Routes, connections and the table of providers."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from runtime.domain.agent_spec import AgentSpec, AtCap, ModelRoute, Vote
from runtime.domain.ids import AgentName
from runtime.domain.words import CapAction
from runtime.models.interface import FaultKind, ModelFault
from runtime.models.providers.abilities import Abilities, Reasoning, held_back
from runtime.models.providers.connection import (
    Connection,
    Structured,
    connection_fault,
)
from runtime.models.providers.known import PROVIDERS, default_connection, homes
from runtime.models.providers.routes import Route, route_of
from runtime.models.table import ModelTable, model_faults, route_fault
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, OPENAI

AGENT = AgentSpec(AgentName("a"), "r")
HOUSE = Connection("house", COMPATIBLE, "https://models.house.example/v1")


def test_no_sdk_is_loaded_before_a_model_is_asked() -> None:
    code = (
        "import sys, runtime.models.table as t; m = t.ModelTable(); "
        "[m.model_for(r, t.AgentSpec('a', 'r')) for r in ('anthropic/x', 'openai/y')]; "
        "print([n for n in ('anthropic', 'openai', 'httpx2') if n in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[4])
    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr


@pytest.mark.parametrize(
    ("text", "route"),
    [
        ("anthropic/claude-x", Route(ANTHROPIC, "anthropic", "claude-x")),
        ("anthropic:second/claude-x", Route(ANTHROPIC, "second", "claude-x")),
        ("compatible:house/org/model:7b", Route(COMPATIBLE, "house", "org/model:7b")),
    ],
)
def test_a_route_is_taken_apart(text: str, route: Route) -> None:
    assert route_of(text) == route
    assert route_fault(text) == ""


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "gpt-x", "mistral/m", "anthropic", "anthropic/", "anthropic/ x", "anthropic:/x", "compatible/m"),
        *("a\nb/c", "openai/" + "x" * 400, "openai/x\u202e"),
    ],
)
def test_a_route_that_means_nothing_is_told_when_the_agent_is_saved(text: str) -> None:
    assert route_fault(text)
    with pytest.raises(ModelFault):
        ModelTable().model_for(text, AGENT)


@pytest.mark.parametrize(
    ("address", "keyless", "fits"),
    [
        ("https://models.example/v1", False, True),
        ("http://127.0.0.1:11434/v1", False, True),
        ("http://localhost:1234/v1", False, True),
        ("http://[::1]:8080", False, True),
        ("http://gpu.house.example:8000/v1", True, True),
        ("http://gpu.house.example:8000/v1", False, False),
        ("https://name:word@models.example", False, False),
        ("https://models.example/v1?key=1", False, False),
        ("https://models.example/v1#x", False, False),
        ("ftp://models.example", False, False),
        ("https://", False, False),
        ("models.example", False, False),
        ("https://[broken", False, False),
        ("https://models.example:port", False, False),
    ],
)
def test_an_address_that_would_show_the_key_is_refused(address: str, keyless: bool, fits: bool) -> None:
    connection = replace(HOUSE, base_url=address, keyless=keyless)
    assert (connection_fault(connection) == "") is fits


def test_the_key_of_a_connection_is_bound_to_its_address() -> None:
    moved = replace(HOUSE, base_url="https://elsewhere.example/v1")
    assert HOUSE.key_scope != moved.key_scope
    assert HOUSE.key_scope == replace(HOUSE, base_url="https://models.house.example/v1/").key_scope
    assert len({default_connection(kind).key_scope for kind in homes()}) == 2


async def test_a_model_is_kept_until_its_connection_changes() -> None:
    connections = {"house": HOUSE}
    table = ModelTable(lambda: connections)
    first = table.model_for("compatible:house/m", AGENT)
    assert table.model_for("compatible:house/m", AGENT) is first
    assert first.label == "compatible:house/m"
    connections["house"] = replace(HOUSE, base_url="https://elsewhere.example/v1")
    assert table.model_for("compatible:house/m", AGENT) is not first
    await table.close()


@pytest.mark.parametrize("route", ["compatible:nowhere/m", "anthropic:house/m"])
def test_a_connection_that_is_not_there_is_told(route: str) -> None:
    with pytest.raises(ModelFault, match="Add it in the settings") as raised:
        ModelTable(lambda: {"house": HOUSE}).model_for(route, AGENT)
    assert raised.value.kind is FaultKind.FINAL


@pytest.mark.parametrize(
    ("kind", "model", "tokens", "reasoning", "structured"),
    [
        (ANTHROPIC, "claude-3-opus-20240229", 4_096, Reasoning.NONE, Structured.WORDS),
        (ANTHROPIC, "claude-haiku-4-5-20251001", 8_192, Reasoning.NONE, Structured.SCHEMA),
        (ANTHROPIC, "claude-sonnet-4-20250514", 8_192, Reasoning.NONE, Structured.WORDS),
        (ANTHROPIC, "claude-opus-4-8", 16_384, Reasoning.ADAPTIVE, Structured.SCHEMA),
        (ANTHROPIC, "claude-sonnet-5", 16_384, Reasoning.ADAPTIVE, Structured.SCHEMA),
        (ANTHROPIC, "something-new", 4_096, Reasoning.NONE, Structured.WORDS),
        (OPENAI, "gpt-4o-mini", 8_192, Reasoning.NONE, Structured.SCHEMA),
        (OPENAI, "gpt-4-turbo", 4_096, Reasoning.NONE, Structured.WORDS),
        (OPENAI, "gpt-5.5", 16_384, Reasoning.ITEMS, Structured.SCHEMA),
        (OPENAI, "gpt-5-chat-latest", 8_192, Reasoning.NONE, Structured.SCHEMA),
        (OPENAI, "o4-mini-2025-04-16", 16_384, Reasoning.ITEMS, Structured.SCHEMA),
        (COMPATIBLE, "gpt-5.5", 8_192, Reasoning.NONE, Structured.SCHEMA),
    ],
)
def test_no_model_gets_what_it_does_not_take(
    kind: str, model: str, tokens: int, reasoning: Reasoning, structured: Structured
) -> None:
    found = held_back(Connection("c", kind, "https://x.example"), PROVIDERS[kind].facts.abilities(model))
    assert found == Abilities(tokens, reasoning, structured, reasoning is not Reasoning.NONE)


def test_the_settings_of_a_connection_win() -> None:
    connection = replace(HOUSE, max_output_tokens=500, structured=Structured.WORDS, summaries=False)
    assert held_back(connection, PROVIDERS[COMPATIBLE].facts.abilities("m")) == Abilities(500)


def test_a_cheaper_model_that_nobody_could_ask_is_a_fault_where_it_would_be_used() -> None:
    agent = AgentSpec(AgentName("a"), "A", models=ModelRoute(("openai/gpt-5-mini",), ("openai/gpt-5-mini",)))
    wanted = msgspec.structs.replace(agent, at_cap=AtCap(CapAction.CHEAPER))
    assert model_faults(agent) == ()
    [fault] = model_faults(wanted)
    assert fault.startswith("at_cap.cheaper: ")
    assert model_faults(msgspec.structs.replace(agent, at_cap=AtCap(CapAction.CHEAPER, "openai/gpt-5-nano"))) == ()


@pytest.mark.parametrize("judge", ["openai/a", "openai/b", "compatible:gate/openai/A", "openai/cheap"])
def test_a_model_that_acts_does_not_judge_over_whatever_connection(judge: str) -> None:
    acting = ("openai/a", "openai/b", "playbook")
    agent = AgentSpec(AgentName("a"), "A", models=ModelRoute(("openai/c",), acting, judge=(judge,)))
    agent = msgspec.structs.replace(agent, at_cap=AtCap(CapAction.CHEAPER, "openai/cheap"))
    assert [fault for fault in model_faults(agent) if f"{judge} acts for this agent as well" in fault]
    another = msgspec.structs.replace(agent.models, judge=("openai/c",))
    assert not any("judge" in fault for fault in model_faults(msgspec.structs.replace(agent, models=another)))


def test_a_chain_that_cannot_be_gone_along_is_a_fault_with_its_place() -> None:
    models = ModelRoute(("openai/a", "openai/a"), (), judge=("playbook",), escalate_below=1.5, keep_answers_s=-1)
    agent = AgentSpec(AgentName("a"), "A", models=models, vote=Vote(10))
    places = [fault.partition(":")[0] for fault in model_faults(agent)]
    assert places == [
        "models.actor",
        "models.planner",
        "models.judge",
        "models.escalate_below",
        "models.keep_answers_s",
        "vote.times",
    ]
    assert model_faults(msgspec.structs.replace(agent, models=ModelRoute(("openai/a",), ("nowhere/x",)), vote=Vote()))
