"""What a workspace keeps in the keyring is known to the mask before anything is recorded: read once as it opens."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Any, Final

from runtime.models.providers.connection import Connection
from runtime.operations.provider_keys import ProviderKeys
from storage.credentials import Credentials
from storage.errors import StorageError

MOST_WAIT_S: Final = 2.0
"""A keyring that answers needs some milliseconds a value; one that asks for its password is waited for behind."""

log = logging.getLogger(__name__)


class LearningSecrets:
    """``learn`` is told every value. A run that goes on may repeat one that it was given before the restart."""

    def __init__(self, credentials: Credentials, keys: ProviderKeys, learn: Callable[[str], None]) -> None:
        self._credentials = credentials
        self._keys = keys
        self._learn = learn
        self._reading: asyncio.Task[None] | None = None

    async def start(self, accounts: Iterable[str], connections: Iterable[Connection]) -> None:
        """Returns when all are known, or after MOST_WAIT_S; reading then goes on."""
        every: list[Coroutine[Any, Any, None]] = [self._account(name) for name in sorted(accounts)]
        every += [self._key(connection) for connection in connections]
        if every:
            self._reading = asyncio.create_task(self._read(every), name="secrets")
            await asyncio.wait([self._reading], timeout=MOST_WAIT_S)

    async def close(self) -> None:
        """Reads no further."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self, every: list[Coroutine[Any, Any, None]]) -> None:
        """One after the other: a locked keyring shows one prompt, and each failure would only repeat the first."""
        waiting = iter(every)
        try:
            for one in waiting:
                await one
        except StorageError as fault:
            log.info("Secrets of this workspace are masked once they are used: %s", fault)
        finally:
            for one in waiting:
                one.close()

    async def _account(self, name: str) -> None:
        value = await self._credentials.get(name)
        if value is not None:
            self._learn(value)

    async def _key(self, connection: Connection) -> None:
        await self._keys.read(connection)
