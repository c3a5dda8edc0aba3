"""Where a workspace reaches its models: providers, addresses, and which of them has a key. Never the key itself."""

from typing import Final

import msgspec

HOME_URLS: Final = {"anthropic": "https://api.anthropic.com", "openai": "https://api.openai.com/v1"}
"""The providers' own addresses; they can be used under the provider's own name without being added first."""

TEST_RUN: Final = "connection-test"
"""Stands where calls name their run: a test of a connection belongs to none."""

TEST_AGENT: Final = "connection test"
"""Whose spend a test of a connection is."""


class ConnectionSpec(msgspec.Struct, frozen=True, gc=False):
    """One account at one address, as a person set it up."""

    name: str
    kind: str
    """anthropic | openai | compatible"""
    base_url: str
    keyless: bool = False
    """A server that needs no key; none is asked for and none is sent."""
    streams: bool = True
    structured: str = "schema"
    """How a plan is asked for: schema | words."""
    summaries: bool = True
    """Ask for summaries of reasoning, where the API gives them."""
    max_output_tokens: int = 0
    """0 = what the model's family takes."""


def own_connections() -> dict[str, ConnectionSpec]:
    """What every workspace has without adding it: the providers' own addresses."""
    return {kind: ConnectionSpec(kind, kind, url) for kind, url in HOME_URLS.items()}
