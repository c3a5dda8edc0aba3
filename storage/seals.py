"""Seals: signed heads of the hash chain, kept outside the database, so that cutting off the journal's end is noticed.

The newest seal is always kept in a file of its own, and in the keyring as well where there is one. The file alone
guards against whoever changes the database and nothing else; only the keyring guards against who can write both.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

import msgspec

from storage.chain_check import ChainReport, Progress, verify_chain
from storage.credentials import Credentials
from storage.engine import sync_folder
from storage.errors import CredentialStoreAbsent, CredentialStoreLocked, SealBroken, StorageUnavailable
from storage.recorder import Recorder
from storage.records import Head
from storage.signing import KeptSeal, Seal, genuine, sign

FILE = "seal.json"
ACCOUNT = "journal-seal"
Guard = Literal["keyring", "file", "none"]
_SENTENCES: dict[Guard, str] = {
    "keyring": "The end of the journal is guarded by a seal in the keyring.",
    "file": "The end of the journal is guarded only by a file beside it: who can change both can cut it off unnoticed.",
    "none": "The end of the journal is not guarded: there is no seal of it.",
}

_NO_FIRST = "The seal cannot be compared while the first record is not as it was written."


class Sealed(msgspec.Struct, frozen=True):
    """What is known of the journal's end from outside the database."""

    newest: Seal | None
    guard: Guard
    fault: str  # empty, or what is wrong with the seals themselves
    sentence: str


class Standing(msgspec.Struct, frozen=True):
    """Whether the journal still contains the head that was sealed last."""

    whole: bool
    guard: Guard
    sealed: Head | None
    sentence: str


class JournalCheck(msgspec.Struct, frozen=True):
    """The full check: every hash recomputed, and the seals."""

    whole: bool
    chain: ChainReport
    guard: Guard
    sentence: str


class Seals:
    """`folder` is `<workspace>/keys`; `workspace` is the workspace's id, so that no seal fits another journal."""

    def __init__(self, workspace: str, folder: Path, credentials: Credentials) -> None:
        self._workspace = workspace
        self._file = folder / FILE
        self._folder_safe = False
        self._credentials = credentials
        self._one_at_a_time = asyncio.Lock()
        self._in_file: KeptSeal | None = None
        self._in_keyring: KeptSeal | None = None
        self._keyring_answers = False
        self._looked = False

    async def seal(self, recorder: Recorder, at: int, into_keyring: bool = True) -> Seal:
        """Sign the journal's head. Raises SealBroken when the journal lacks what was sealed before: then nothing is
        sealed, so that a cut-off end cannot be covered up by the program itself.

        `into_keyring=False` writes the file only (about a millisecond; the keyring takes some forty).
        """
        async with self._one_at_a_time:
            if not self._looked:
                await self._look()
            standing = await self._standing(recorder)
            if not standing.whole:
                raise _broken(standing.sentence)
            return await self._keep(await recorder.head(), at, into_keyring)

    async def start_over(self, recorder: Recorder, at: int) -> Seal:
        """Seal the head whatever was sealed before: after a restore from a backup, by a person's decision."""
        async with self._one_at_a_time:
            with contextlib.suppress(SealBroken):
                await self._look()
            return await self._keep(await recorder.head(), at, into_keyring=True)

    async def newest(self, *, keyring: bool = True) -> Sealed:
        """Read the seals anew from the file and, where it may keep the caller waiting, the keyring."""
        async with self._one_at_a_time:
            return await self._sealed_anew(keyring)

    async def standing(self, recorder: Recorder, *, keyring: bool = True) -> Standing:
        """A quick look (one record read) at opening: does the journal contain the sealed head?"""
        async with self._one_at_a_time:
            try:
                await self._look(keyring=keyring)
            except SealBroken as broken:
                return Standing(False, self._guard(), None, str(broken))
            return await self._standing(recorder)

    async def check(
        self,
        database: Path,
        progress: Progress | None = None,
        verify: Callable[[Path, Head | None, Progress | None], Awaitable[ChainReport]] | None = None,
        keyring: bool = True,
    ) -> JournalCheck:
        """Recompute the whole chain (in a thread, or wherever `verify` does it) and hold it against the seals.

        `progress` is told how many records were read; it is called in another thread.
        """
        sealed = await self.newest(keyring=keyring)
        expected = sealed.newest.head if sealed.newest is not None else None
        if verify is not None:
            chain = await verify(database, expected, progress)
        else:
            chain = await asyncio.to_thread(verify_chain, database, expected, progress)
        whole = chain.whole and not sealed.fault
        if not chain.whole and chain.head.seq == 0:  # the first record says whose seal it is: no word about the seal
            return JournalCheck(False, chain, sealed.guard, f"{chain.why} {_NO_FIRST}")
        found = " ".join(part for part in (chain.why, sealed.fault) if part)
        counted = f"{chain.count:,} records are as they were written."
        return JournalCheck(whole, chain, sealed.guard, f"{found or counted} {sealed.sentence}")

    async def _sealed_anew(self, keyring: bool) -> Sealed:
        fault = ""
        try:
            await self._look(keyring=keyring)
        except SealBroken as broken:
            fault = broken.what
        kept = self._newest_kept()
        guard = self._guard()
        return Sealed(kept.seal if kept else None, guard, fault, _SENTENCES[guard])

    async def _standing(self, recorder: Recorder) -> Standing:
        kept, guard = self._newest_kept(), self._guard()
        if kept is None:
            return Standing(True, guard, None, _SENTENCES[guard])
        head = kept.seal.head
        if head.seq > 0:
            found = await recorder.read(head.seq - 1, 1)
            if not found or found[0].seq != head.seq:
                end = (await recorder.head()).seq
                sentence = (
                    f"The journal ends at record {end}, but it was sealed at record {head.seq}: its end is missing."
                )
                return Standing(False, guard, head, sentence)
            if found[0].hash != head.hash:
                sentence = f"Record {head.seq} is not the one that was sealed: the journal was rewritten."
                return Standing(False, guard, head, sentence)
        return Standing(True, guard, head, _SENTENCES[guard])

    async def _look(self, *, keyring: bool = True) -> None:
        self._in_file = self._in_keyring = None
        self._keyring_answers = False
        broken: SealBroken | None = None
        kept: str | None = None
        try:
            kept = await self._credentials.get(ACCOUNT) if keyring else None
            self._keyring_answers = keyring
        except (CredentialStoreAbsent, CredentialStoreLocked):
            pass  # said by the guard
        for place, text in (("keyring", kept), ("file", await asyncio.to_thread(self._read_file))):
            if text is None:
                continue
            found = await asyncio.to_thread(genuine, self._workspace, text)
            if found is None:
                broken = _broken(f"The seal in the {place} was changed: it is not one of this journal.")
                continue
            if place == "keyring":
                self._in_keyring = found
            else:
                self._in_file = found
        if broken is not None:
            raise broken
        self._looked = keyring

    def _newest_kept(self) -> KeptSeal | None:
        there = [kept for kept in (self._in_keyring, self._in_file) if kept is not None]
        return max(there, key=lambda kept: kept.seal.seq, default=None)

    def _guard(self) -> Guard:
        if self._in_keyring is not None:
            return "keyring"
        return "file" if self._in_file is not None else "none"

    async def _keep(self, head: Head, at: int, into_keyring: bool) -> Seal:
        # In a thread: loading the cryptography package for the first time alone takes longer than a frame.
        in_file = await asyncio.to_thread(sign, self._workspace, head, at, self._in_file)
        await asyncio.to_thread(self._write_file, in_file.as_text().encode())
        self._in_file = in_file
        if not into_keyring or not self._keyring_answers:
            return in_file.seal
        in_keyring = await asyncio.to_thread(sign, self._workspace, head, at, self._in_keyring)
        try:
            await self._credentials.set(ACCOUNT, in_keyring.as_text())
        except (CredentialStoreAbsent, CredentialStoreLocked):
            self._keyring_answers = False  # locked meanwhile; the file guards until the next look
            return in_file.seal
        self._in_keyring = in_keyring
        return in_keyring.seal

    def _read_file(self) -> str | None:
        try:
            return self._file.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageUnavailable(
                f"The journal's seal could not be read: {error.strerror or error}.",
                "Nothing was changed.",
                "Give yourself the right to read the workspace's keys folder.",
            ) from error

    def _write_file(self, text: bytes) -> None:
        part = self._file.with_suffix(".part")
        try:
            if not self._folder_safe or not self._file.parent.is_dir():
                self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                sync_folder(self._file.parent.parent)
                self._folder_safe = True
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._file)
            sync_folder(self._file.parent)
        except OSError as error:
            raise StorageUnavailable(
                f"The journal's seal could not be written: {error.strerror or error}.",
                "The journal itself is whole; its former seal still holds.",
                "Check that the disk has room and that the workspace's folder may be written.",
            ) from error


def _broken(what: str) -> SealBroken:
    return SealBroken(
        what,
        "The journal was left as it is and was not sealed again.",
        "Keep a copy of the workspace, then restore it from a backup.",
    )
