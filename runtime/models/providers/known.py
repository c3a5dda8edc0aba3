"""The table of providers: one line each. What is known of one is told in its own file, and looked up here."""

import pkgutil
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from runtime.models.providers.calling import ProviderModel
from runtime.models.providers.connection import Connection

TABLE: Final = (
    "anthropic_messages:AnthropicMessages",
    "openai_responses:OpenAIResponses",
    "chat_completions:ChatCompletions",
)
"""File and class of each, in the order people are offered them. An answer may be read in a second file (``..._fold``),
where one would grow too long."""


def _found() -> Iterator[type[ProviderModel]]:
    for line in TABLE:
        provider = pkgutil.resolve_name(f"{__package__}.{line}")
        assert issubclass(provider, ProviderModel), line
        yield provider


PROVIDERS: Final[dict[str, type[ProviderModel]]] = {provider.facts.kind: provider for provider in _found()}
"""By the word that routes and the journal have for it."""


def homes() -> dict[str, str]:
    """The addresses of the providers that have one of their own, by kind."""
    return {kind: provider.facts.home for kind, provider in PROVIDERS.items() if provider.facts.home}


def words_of(kind: str) -> str:
    """How a person calls a provider; one of another build by its own word."""
    return PROVIDERS[kind].facts.words if kind in PROVIDERS else kind


def offered() -> tuple[tuple[str, str], ...]:
    """Every provider with its words, for people to choose among."""
    return tuple((kind, provider.facts.words) for kind, provider in PROVIDERS.items())


def regions_of(priced_as: str) -> Mapping[str, Decimal]:
    """What computing in one region only costs above the price table, by the provider's id there."""
    return next((one.facts.regions for one in PROVIDERS.values() if one.facts.priced_as == priced_as), {})


def route_examples() -> tuple[str, ...]:
    """How agents name a model of each provider."""
    return tuple(f"{kind}/NAME" if kind in homes() else f"{kind}:CONNECTION/NAME" for kind in PROVIDERS)


def kind_of_own_servers() -> str:
    """The provider that is meant where an address of one's own is given and nothing else is said."""
    return next(kind for kind, provider in PROVIDERS.items() if not provider.facts.home)


def example_address(kind: str) -> str:
    """What an address of this provider looks like: its own one, where it has one."""
    facts = PROVIDERS[kind].facts if kind in PROVIDERS else None
    return (facts.home or facts.example) if facts is not None else ""


def default_connection(kind: str) -> Connection:
    """The provider's own address under its own name."""
    return Connection(kind, kind, PROVIDERS[kind].facts.home)
