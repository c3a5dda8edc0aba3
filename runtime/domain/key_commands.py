"""What a person does with connections and secrets; the values themselves are in no event."""

import msgspec

from runtime.domain.connection import ConnectionSpec
from runtime.domain.secret import Secret


class StoreCredential(msgspec.Struct, frozen=True):
    """Put a secret into the OS keyring. The value goes there and nowhere else; it is in no event, log or repr."""

    account: str
    purpose: str
    value: Secret
    by: str


class RemoveCredential(msgspec.Struct, frozen=True):
    """Remove a secret from the keyring."""

    account: str
    by: str


class SaveConnection(msgspec.Struct, frozen=True):
    """Add a way to a provider, or change it. Another address or provider takes its key away."""

    connection: ConnectionSpec
    by: str


class RemoveConnection(msgspec.Struct, frozen=True):
    """It is not used any more; its key leaves the keyring."""

    connection: str
    by: str


class StoreKey(msgspec.Struct, frozen=True):
    """Put the key of a connection into the OS keyring, bound to the connection's address."""

    connection: str
    value: Secret
    by: str


class RemoveKey(msgspec.Struct, frozen=True):
    """Remove the key of a connection from the keyring."""

    connection: str
    by: str


class SetPassphrase(msgspec.Struct, frozen=True):
    """Give an operator the passphrase asked for when they are the second person. The keyring keeps a verifier."""

    operator_id: str
    passphrase: Secret
    by: str


KeyCommand = (
    StoreCredential | RemoveCredential | SaveConnection | RemoveConnection | StoreKey | RemoveKey | SetPassphrase
)
