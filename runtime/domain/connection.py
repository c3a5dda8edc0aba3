"""Where a workspace reaches its models: providers, addresses, and which of them has a key. Never the key itself."""

from collections.abc import Mapping
from typing import Final

import msgspec

Homes = Mapping[str, str]
"""The providers' own addresses by kind; they can be used under the provider's own name without being added first.

Each is told in its provider's file; the domain is handed them."""

TEST_RUN: Final = "connection-test"
"""Stands where calls name their run: a test of a connection belongs to none."""

TEST_AGENT: Final = "connection test"
"""Whose spend a test of a connection is."""


class ConnectionSpec(msgspec.Struct, frozen=True, gc=False):
    """One account at one address, as a person set it up."""

    name: str
    kind: str
    """The word by which the build knows a provider (``anthropic``); a build that lacks it leaves it alone."""
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


def own_connections(homes: Homes) -> dict[str, ConnectionSpec]:
    """What every workspace has without adding it: the providers' own addresses."""
    return {kind: ConnectionSpec(kind, kind, url) for kind, url in homes.items()}
