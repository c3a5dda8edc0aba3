"""Keys of providers in the keyring: stored for one address, read off the loop, known to the redactor before use."""

import asyncio
from collections.abc import Callable

from runtime.domain.changes import Done
from runtime.domain.refusals import Refusal
from runtime.models.interface import FaultKind, ModelFault
from runtime.models.providers.connection import Connection
from runtime.models.workspace_connections import bound, unbound
from runtime.operations.kept_secrets import Record, change_and_record
from runtime.operations.passphrase import account_of as account_of_person
from storage.credentials import Credentials
from storage.errors import CredentialStoreLocked, StorageError
from storage.seals import ACCOUNT as SEAL

KEYS = "provider-key/"
RESERVED = (KEYS, account_of_person(""), SEAL)
"""How names begin that are the program's own: no tool is handed them, and no person stores under them."""


def reserved(account: str) -> bool:
    """Whether a name in the keyring is the program's own."""
    return account.startswith(RESERVED)


def account_of(connection: Connection) -> str:
    """Where a connection's key is kept. The address is part of it, and of what is kept there."""
    return KEYS + connection.key_scope


class ProviderKeys:
    """``learn`` is told every key before anything else can see it, so that it is masked wherever it comes up."""

    def __init__(self, credentials: Credentials, learn: Callable[[str], None]) -> None:
        self._credentials = credentials
        self._learn = learn
        self._read: dict[str, str] = {}
        self._reading: dict[str, asyncio.Lock] = {}

    async def change(self, connection: Connection, key: str | None, record: Record) -> Done | Refusal:
        """Into the keyring, bound to the connection's address, or out of it (None), if it can be recorded; else the
        keyring is as it was. Raises StorageError."""
        account = account_of(connection)
        if key is not None:
            self._learn(key)
        async with self._lock(account):
            self._read.pop(account, None)
            kept = None if key is None else bound(connection, key)
            return await change_and_record(self._credentials, account, kept, record)

    async def read(self, connection: Connection) -> str | None:
        """The key of exactly this address; None where there is none. Raises StorageError."""
        account = account_of(connection)
        async with self._lock(account):  # hundreds of agents that start at once ask the keyring once
            if account not in self._read:
                kept = await self._credentials.get(account)
                key = unbound(connection, kept) if kept is not None else None
                if key is None:
                    return None
                self._learn(key)
                self._read[account] = key
            return self._read[account]

    async def secret(self, connection: Connection) -> str:
        """What a provider is called with. Raises ModelFault with what to do."""
        try:
            key = await self.read(connection)
        except CredentialStoreLocked as locked:
            raise ModelFault(FaultKind.PASSING, f"The key of {connection.name} cannot be read. {locked}") from None
        except StorageError as fault:
            sentence = f"The key of {connection.name} cannot be read. {fault}"
            raise ModelFault(FaultKind.FINAL, sentence, by_person=True) from None
        if key is None:
            sentence = f"There is no key of {connection.name} for {connection.base_url}. Enter it in the settings."
            raise ModelFault(FaultKind.FINAL, sentence, by_person=True)
        return key

    def _lock(self, account: str) -> asyncio.Lock:
        return self._reading.setdefault(account, asyncio.Lock())
