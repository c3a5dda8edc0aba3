"""The bound before a call: by the provider's own request where there is one, never below what is sent."""

import pytest
from msgspec.structs import replace

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ids import AgentName, StepId
from runtime.domain.plan import Plan, PlanStep
from runtime.domain.task import Task
from runtime.models.interface import ModelRequest, ToolOffer
from runtime.models.providers.calling import ProviderModel
from runtime.models.providers.connection import Connection
from runtime.models.providers.forms import form_of
from runtime.models.providers.known import PROVIDERS, default_connection
from runtime.models.providers.offer import Offer
from runtime.models.scripted import ScriptedModel
from runtime.models.worst_case import ANY_TIER, AROUND, MOST_OUTPUT, most_used
from tests.fixtures.kinds import ANTHROPIC, KINDS, OPENAI

TEXT = "Größe und Preis: 12 €, " * 500
PLANNING = ModelRequest(
    "r1",
    1,
    AgentSpec(AgentName("clerk"), "Clerk"),
    Task("t", TEXT, trusted=True),
    None,
    (),
    (),
    (ToolOffer("files.read", "Read a file", b'{"type":"object","properties":{"path":{"type":"string"}}}'),),
)
ACTING = replace(PLANNING, plan=Plan(1, (PlanStep(StepId("s1"), "Do it"),), ""))
BYTES = len(TEXT.encode())


async def no_key(connection: Connection) -> str:
    return ""


def provider(kind: str, most: int = 0) -> ProviderModel:
    connection = Connection("c", kind, "https://models.example/v1", max_output_tokens=most)
    return PROVIDERS[kind](connection, "a-model", no_key, "x/a-model")


@pytest.mark.parametrize("request_now", [PLANNING, ACTING], ids=["planning", "acting"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_provider_bounds_what_it_sends_and_what_it_lets_come_back(kind: str, request_now: ModelRequest) -> None:
    model = provider(kind)
    bound = most_used(model, request_now)
    assert bound.input_tokens >= BYTES + AROUND
    assert bound.input_tokens < 2 * BYTES + AROUND + 20_000
    assert bound.output_tokens == model.abilities.max_output_tokens
    assert most_used(provider(kind, 100_000), request_now).output_tokens == 100_000


@pytest.mark.parametrize("kind", KINDS)
def test_the_ordinary_tier_is_asked_for_at_home_and_the_dearest_bounded_where_that_does_not_bind(kind: str) -> None:
    """A project may default to priority; OpenAI may take another tier than is asked for, a gateway not know of it."""
    asked_for = {ANTHROPIC: "standard_only", OPENAI: "default"}
    elsewhere = provider(kind)
    assert elsewhere.most_used(ACTING).tier == ANY_TIER
    assert "service_tier" not in elsewhere._act_body(ACTING, Offer(ACTING.tools))
    if kind in asked_for:
        home = PROVIDERS[kind](default_connection(kind), "a-model", no_key, "x/a-model")
        assert home.most_used(ACTING).tier == {ANTHROPIC: "", OPENAI: ANY_TIER}[kind]  # whose word binds it
        for body in (
            home._act_body(ACTING, Offer(ACTING.tools)),
            home._form_body(PLANNING, form_of(PLANNING, held=True)),
        ):
            assert body["service_tier"] == asked_for[kind]


def test_a_model_without_a_bound_of_its_own_is_bounded_by_the_request() -> None:
    bound = most_used(ScriptedModel([]), PLANNING)
    assert bound.input_tokens >= BYTES + AROUND
    assert bound.output_tokens == MOST_OUTPUT
