"""A workspace's credentials in the operating system's keyring; values are never logged, journaled or kept in plain."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import os
import re
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from storage.engine import sync_folder
from storage.errors import CredentialStoreAbsent, CredentialStoreLocked, StorageUnavailable
from storage.keyring_calls import KeyringCalls, StoreState

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

# Windows keeps 1,280 characters, and means units of UTF-16: most pictograms count twice. Above this a value goes into
# an encrypted file whose key is in the keyring.
LONGEST_INSIDE = 1_200
_PLAIN, _KEY = "v:", "k:"
_LONG_VALUE = re.compile("[0-9a-f]{32}")


class CredentialStore(msgspec.Struct, frozen=True):
    """Whether credentials can be kept here, and why not."""

    state: StoreState
    sentence: str


class Credentials:
    """`workspace` is the namespace in the keyring; `folder` takes the encrypted files of long values."""

    def __init__(self, workspace: str, folder: Path, calls: KeyringCalls | None = None) -> None:
        self._service = f"operator-console/{workspace}"
        self._folder = folder
        self._calls = calls or KeyringCalls()

    async def state(self) -> CredentialStore:
        """Asks the keyring for something that is not there; this may take as long as its time limit."""
        try:
            await self._calls.call(lambda keyring: keyring.get_password(self._service, "is-it-there"))
        except CredentialStoreLocked as locked:
            return CredentialStore("locked", str(locked))
        except CredentialStoreAbsent as absent:
            return CredentialStore("none", str(absent))
        return CredentialStore("available", "The operating system's keyring keeps the credentials.")

    @property
    def waiting(self) -> str:
        """A sentence while the keyring keeps somebody waiting; else empty."""
        return self._calls.waiting

    async def get(self, name: str) -> str | None:
        """The value, or None when there is none under this name."""
        kept = await self._raw(name)
        if kept is None:
            return None
        if kept.startswith(_PLAIN):
            return kept[len(_PLAIN) :]
        return await asyncio.to_thread(self._decrypted, name, kept)

    async def set(self, name: str, value: str) -> None:
        """Keep the value; one that was there is replaced only when the new one is safely kept."""
        await self.forget(await self.exchange(name, value))

    async def delete(self, name: str) -> bool:
        """False when there was none."""
        former = await self.exchange(name, None)
        await self.forget(former)
        return former is not None

    async def exchange(self, name: str, value: str | None) -> str | None:
        """Keep the value, or none (None). Answers what was there, as the keyring has it: for ``put_back`` where the
        change turns out not to stand, else for ``forget``. One that was there is replaced only when the new one is
        safely kept."""
        if not name:
            raise ValueError("A credential needs a name.")
        before = await self._raw(name)
        if value is None:
            if before is not None:
                await self._calls.call(lambda keyring: keyring.delete_password(self._service, name))
            return before
        kept = _PLAIN + value
        if _units(value) > LONGEST_INSIDE:
            kept = await asyncio.to_thread(self._encrypted, name, value)
        try:
            await self._put(name, kept)
        except BaseException:
            await self.forget(kept)
            raise
        return before

    async def put_back(self, name: str, former: str | None) -> None:
        """As it was before ``exchange``."""
        now = await self._raw(name)
        if former is not None:
            await self._put(name, former)
        elif now is not None:
            await self._calls.call(lambda keyring: keyring.delete_password(self._service, name))
        if now != former:
            await self.forget(now)

    async def forget(self, former: str | None) -> None:
        """The file of a long value that nothing names any more."""
        await asyncio.to_thread(self._forget_file, former)

    async def _raw(self, name: str) -> str | None:
        return await self._calls.call(lambda keyring: keyring.get_password(self._service, name))

    async def _put(self, name: str, kept: str) -> None:
        await self._calls.call(lambda keyring: _set(keyring, self._service, name, kept))

    def drop_files(self) -> None:
        """Remove the files of long values: those of a workspace this one was copied from, which has their keys."""
        for file in self._folder.glob("*") if self._folder.is_dir() else ():
            if _LONG_VALUE.fullmatch(file.name):
                file.unlink(missing_ok=True)

    def _encrypted(self, name: str, value: str) -> str:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key, nonce, file = AESGCM.generate_key(256), os.urandom(12), uuid.uuid4().hex
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as sealed:
                sealed.write(nonce + AESGCM(key).encrypt(nonce, value.encode(), self._bound_to(name)))
                sealed.flush()
                os.fsync(sealed.fileno())
            sync_folder(self._folder)
            sync_folder(self._folder.parent)
        except OSError as error:
            self._forget_file(f"{_KEY}{file}:")  # nobody has its key
            raise StorageUnavailable(
                f"The credential {name} could not be written: {error.strerror or error}.",
                "The value kept before, if any, still holds.",
                "Check that the disk has room and that the workspace's folder may be written, then do it again.",
            ) from error
        return f"{_KEY}{file}:{base64.b64encode(key).decode()}"

    def _decrypted(self, name: str, kept: str) -> str:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            file, key = kept.removeprefix(_KEY).split(":", 1)
            sealed = (self._folder / file).read_bytes()
            return AESGCM(base64.b64decode(key)).decrypt(sealed[:12], sealed[12:], self._bound_to(name)).decode()
        except (OSError, ValueError, InvalidTag):
            raise StorageUnavailable(
                f"The credential {name} is too long for the keyring, and its encrypted file is missing or damaged.",
                "Everything else is as it was.",
                "Enter the credential again.",
            ) from None

    def _bound_to(self, name: str) -> bytes:
        return f"{self._service}\n{name}".encode()

    def _forget_file(self, kept: str | None) -> None:
        if kept is not None and kept.startswith(_KEY):
            with contextlib.suppress(OSError):
                (self._folder / kept.removeprefix(_KEY).split(":", 1)[0]).unlink()


def _units(value: str) -> int:
    """How many characters Windows makes of it."""
    return len(value.encode("utf-16-le", "surrogatepass")) // 2


def _set(keyring: KeyringBackend, service: str, name: str, value: str) -> None:
    keyring.set_password(service, name, value)
