"""What reaches outside the journal for a workspace: keyring, chain verification, backup and restore, space on disk."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from runtime.domain.changes import Done
from runtime.domain.refusals import Refusal
from runtime.operations.comparing_all import BLOBS as BLOBS
from runtime.operations.comparing_all import CHILD_FROM as CHILD_FROM
from runtime.operations.comparing_all import JOURNAL as JOURNAL
from runtime.operations.comparing_all import Compared, compared_with
from runtime.operations.kept_secrets import Record, change_and_record
from runtime.operations.noted_contents import noted_in
from runtime.operations.passphrase import account_of
from runtime.projections.comparison_report import ComparisonReport
from runtime.projections.rebuild import make_anew_at_next_start
from runtime.projections.rows import ChainReport, SpaceUse
from storage.backup import back_up
from storage.blobs import BlobStore
from storage.chain_child import verify_in_child
from storage.credentials import Credentials
from storage.errors import StorageError
from storage.recorder import Recorder
from storage.seals import Seals

NOT_IN_BACKUP = frozenset(
    {"journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "owner.lock", "backups", "logs"}
)
NOT_COMPARED = "Lists, pages and contents could not be compared with the records."
MADE_ANEW = "They are made anew when this workspace is next opened; until then they may hide something."
Checked = Callable[[int, int], None]
"""(records read so far, records there are)"""


class WorkspaceUpkeep:
    """One workspace's upkeep. ``referenced`` answers the digests of all blobs that records name."""

    def __init__(
        self,
        folder: Path,
        recorder: Recorder,
        blobs: BlobStore,
        credentials: Credentials,
        seals: Seals,
        now: Callable[[], int],
        referenced: Callable[[], Awaitable[frozenset[str]]],
    ) -> None:
        self._folder = folder
        self._recorder = recorder
        self._blobs = blobs
        self._credentials = credentials
        self._seals = seals
        self._now = now
        self._referenced = referenced
        self.on_secret: Callable[[str], None] = lambda value: None
        """Told every value before it is stored."""
        self.on_checked: Checked = lambda checked, of: None
        """Told by every check of the chain how far it has come; called in another thread."""
        self.on_compared: Compared = lambda what, checked, of: None
        """The same of every comparison."""
        self.compared = ComparisonReport()
        """What the last comparison found."""
        self._one_comparison = asyncio.Lock()

    async def change_secret(self, account: str, value: str | None, record: Record) -> Done | Refusal:
        """Into the keyring, or out of it (None), if it can be recorded. Raises CredentialStoreAbsent or
        CredentialStoreLocked."""
        if value is not None:
            self.on_secret(value)
        return await change_and_record(self._credentials, account, value, record)

    async def verifier_of(self, operator_id: str) -> str | None:
        """What an operator's passphrase is compared with."""
        return await self._credentials.get(account_of(operator_id))

    async def seal(self, *, into_keyring: bool) -> None:
        """Sign the head. Raises SealBroken when the journal lacks what was sealed before."""
        await self._seals.seal(self._recorder, self._now(), into_keyring)

    async def check_chain(self, *, keyring: bool = True) -> ChainReport:
        """Recompute every hash and hold the journal against its seals (without the keyring: the one in the file)."""
        head = await self._recorder.head()
        verify = verify_in_child if head.seq >= CHILD_FROM else None
        check = await self._seals.check(
            self._folder / JOURNAL,
            lambda checked: self.on_checked(min(checked, head.seq), head.seq),  # what came meanwhile is not counted
            verify=verify,
            keyring=keyring,
        )
        return ChainReport(
            intact=check.whole,
            records=check.chain.count,
            head=head.seq,
            sentence=check.sentence,
            first_bad=0 if check.whole else (check.chain.bad_seq or check.chain.head.seq + 1),
            sealed_to=head.seq if check.whole else 0,
            checked_at=self._now(),
        )

    async def compare(self) -> ComparisonReport:
        """Contents and lists, which no chain guards; lists that somebody changed are made anew at the next start.

        It takes several times as long as the chain; a long journal is compared in a child process. Raises StorageError
        where something cannot be read; ``compared`` says so too.
        """
        async with self._one_comparison:
            head = (await self._recorder.head()).seq
            try:
                self.compared = await compared_with(self._folder, head, self._now, self.on_compared)
            except StorageError as fault:
                self.compared = msgspec.structs.replace(self.compared, not_done=f"{NOT_COMPARED} {fault}")
                raise
            if self.compared.lists:
                await make_anew_at_next_start(self._recorder)
                lists = f"{self.compared.lists} {MADE_ANEW}"
                self.compared = msgspec.structs.replace(self.compared, lists=lists)
            return self.compared

    async def back_up(self, target: str) -> tuple[int, int]:
        """(size in bytes, last record in it)."""
        head = await self._recorder.head()
        folders = await asyncio.to_thread(self._folders)
        await asyncio.to_thread(back_up, self._folder / JOURNAL, folders, Path(target))
        size = await asyncio.to_thread(lambda: Path(target).stat().st_size)
        return size, head.seq

    def _folders(self) -> dict[str, Path]:
        return {
            path.name: path
            for path in sorted(self._folder.iterdir())
            if path.name not in NOT_IN_BACKUP and not path.is_symlink()
        }

    async def clear_space(self) -> tuple[int, str]:
        """Remove contents that neither a record nor an undo note names, and old automatic backups.

        Raises MemoDamaged before anything is removed when an undo note cannot be read.
        """
        # The notes first: one that is forgotten meanwhile is in the journal, which is read after them.
        noted = await asyncio.to_thread(noted_in, self._folder)
        swept = await self._blobs.sweep_async(noted | await self._referenced())
        backups = await asyncio.to_thread(_clear_old, self._folder / "backups", 3)
        words = []
        if swept.size:
            words.append(f"{swept.count} contents that no record names")
        if backups[0]:
            words.append(f"{backups[0]} older automatic backups")
        return swept.size + backups[1], " and ".join(words)

    async def space(self) -> SpaceUse:
        """Bytes on disk by kind."""
        return await asyncio.to_thread(self._space)

    def _space(self) -> SpaceUse:
        sizes = {"journal": 0, "blobs": 0, "files": 0, "backups": 0, "other": 0}
        for path in self._folder.rglob("*"):
            with contextlib.suppress(OSError):  # it went while it was looked at
                if path.is_file() and not path.is_symlink():
                    sizes[_kind(path.relative_to(self._folder).parts[0])] += path.stat().st_size
        clearable = sum(size for _, size in _old(self._folder / "backups", 3))
        return SpaceUse(**sizes, clearable=clearable)


def _kind(first: str) -> str:
    if first.startswith(JOURNAL):
        return "journal"
    if first in ("blobs", "backups"):
        return first
    return "other" if first in ("keys", "undo", "owner.lock", "logs") else "files"


def _old(folder: Path, keep: int) -> list[tuple[Path, int]]:
    """(file, bytes) of all but the newest so many."""
    if not folder.is_dir():
        return []
    facts = [(path, path.stat()) for path in folder.iterdir() if path.is_file()]
    newest_first = sorted(facts, key=lambda one: one[1].st_mtime, reverse=True)
    return [(path, fact.st_size) for path, fact in newest_first[keep:]]


def _clear_old(folder: Path, keep: int) -> tuple[int, int]:
    """(how many, bytes) went; what cannot be removed stays and is counted as clearable again."""
    count = size = 0
    for path, bytes_in_it in _old(folder, keep):
        with contextlib.suppress(OSError):
            path.unlink()
            size += bytes_in_it
            count += 1
    return count, size
