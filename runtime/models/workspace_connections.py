"""From a workspace's connections, as its journal has them, to what providers are called with; and how keys are kept."""

from collections.abc import Mapping
from typing import Final

import msgspec

from runtime.domain.connection import ConnectionSpec
from runtime.domain.workspace_state import Workspace
from runtime.models.providers.connection import Connection, Structured, connection_fault
from runtime.models.providers.known import PROVIDERS, homes

_FORMS = frozenset(Structured)
LONGEST_ANSWER: Final = 131_072
"""Tokens: the longest answers that models give today have 128,000."""


class BoundKey(msgspec.Struct, frozen=True):
    """What the keyring keeps: a key together with the one address it may be sent to."""

    address: str
    kind: str
    key: str


def connection_of(spec: ConnectionSpec) -> Connection:
    """The connection, also one of a provider that this build does not know: its key can be removed, nothing else."""
    return Connection(
        spec.name,
        spec.kind,
        spec.base_url,
        keyless=spec.keyless,
        streams=spec.streams,
        structured=Structured(spec.structured) if spec.structured in _FORMS else Structured.WORDS,
        summaries=spec.summaries,
        max_output_tokens=spec.max_output_tokens,
    )


def connections_of(workspace: Workspace) -> dict[str, ConnectionSpec]:
    """Every connection of a workspace by name, the providers' own addresses among them."""
    return workspace.connections(homes())


def unknown_kind(kind: str) -> str:
    """Why nothing can be asked of a provider that this build does not have; empty where it has it."""
    return "" if kind in PROVIDERS else f"{kind!r} is not a provider of this build; it knows {', '.join(PROVIDERS)}."


def usable(specs: Mapping[str, ConnectionSpec]) -> dict[str, Connection]:
    """Those this build knows how to use."""
    return {name: connection_of(spec) for name, spec in specs.items() if spec.kind in PROVIDERS}


def spec_fault(spec: ConnectionSpec) -> str:
    """What is wrong with a connection before it is saved, in a sentence; empty where it can be used."""
    if unknown := unknown_kind(spec.kind):
        return unknown
    if spec.structured not in _FORMS:
        return f"{spec.structured!r} is no way to ask for a plan; write schema or words."
    if not 0 <= spec.max_output_tokens <= LONGEST_ANSWER:
        return f"An answer may have up to {LONGEST_ANSWER:,} tokens; 0 = as the model's family takes."
    return connection_fault(connection_of(spec))


def bound(connection: Connection, key: str) -> str:
    """The text for the keyring."""
    return msgspec.json.encode(BoundKey(connection.base_url, connection.kind, key)).decode()


def unbound(connection: Connection, kept: str) -> str | None:
    """The key, where it was entered for exactly this address and provider; else None."""
    try:
        found = msgspec.json.decode(kept, type=BoundKey)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
    same = found.address == connection.base_url and found.kind == connection.kind
    return found.key if same and found.key else None
