"""From a workspace's connections, as its journal has them, to what providers are called with; and how keys are kept."""

from collections.abc import Mapping

import msgspec

from runtime.domain.connection import ConnectionSpec
from runtime.models.providers.connection import Connection, ProviderKind, Structured, connection_fault
from runtime.models.worst_case import MOST_OUTPUT


class BoundKey(msgspec.Struct, frozen=True):
    """What the keyring keeps: a key together with the one address it may be sent to."""

    address: str
    kind: str
    key: str


def connection_of(spec: ConnectionSpec) -> Connection:
    """The connection. Raises ValueError for a provider or form that this build does not know."""
    return Connection(
        spec.name,
        ProviderKind(spec.kind),
        spec.base_url,
        keyless=spec.keyless,
        streams=spec.streams,
        structured=Structured(spec.structured),
        summaries=spec.summaries,
        max_output_tokens=spec.max_output_tokens,
    )


def usable(specs: Mapping[str, ConnectionSpec]) -> dict[str, Connection]:
    """Those this build knows how to use."""
    found = {}
    for name, spec in specs.items():
        try:
            found[name] = connection_of(spec)
        except ValueError:  # saved by another build
            continue
    return found


def spec_fault(spec: ConnectionSpec) -> str:
    """What is wrong with a connection before it is saved, in a sentence; empty where it can be used."""
    kinds = [kind.value for kind in ProviderKind]
    if spec.kind not in kinds:
        return f"{spec.kind!r} is not a provider of this build; it knows {', '.join(kinds)}."
    if spec.structured not in [form.value for form in Structured]:
        return f"{spec.structured!r} is no way to ask for a plan; write schema or words."
    if not 0 <= spec.max_output_tokens <= MOST_OUTPUT:
        return f"An answer may have up to {MOST_OUTPUT:,} tokens; 0 = as the model's family takes."
    return connection_fault(connection_of(spec))


def bound(connection: Connection, key: str) -> str:
    """The text for the keyring."""
    return msgspec.json.encode(BoundKey(connection.base_url, connection.kind.value, key)).decode()


def unbound(connection: Connection, kept: str) -> str | None:
    """The key, where it was entered for exactly this address and provider; else None."""
    try:
        found = msgspec.json.decode(kept, type=BoundKey)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
    same = found.address == connection.base_url and found.kind == connection.kind.value
    return found.key if same and found.key else None
