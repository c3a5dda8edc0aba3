"""What can be done with a workspace that is not open: verify its journal read-only, make one from a backup."""

import asyncio
import contextlib
import sqlite3
import time
from pathlib import Path
from typing import get_args

from runtime.domain.events import WorkspaceEvent
from runtime.domain.ids import OPERATORS_STREAM, WORKSPACE_STREAM
from runtime.domain.workspace_state import Workspace, evolve_workspace
from runtime.journal.codec import UnreadableRecord, decode
from runtime.models.workspace_connections import connection_of, connections_of
from runtime.operations import passphrase, provider_keys
from runtime.operations.comparing_all import JOURNAL, Compared, compared_with
from runtime.operations.own_identity import become_own, identity_in
from runtime.operations.upkeep import Checked
from runtime.projections.comparison_report import ComparisonReport
from runtime.projections.rebuild import SHAPE_KEPT_AS
from runtime.projections.rows import ChainReport
from storage.backup import restore
from storage.credentials import Credentials
from storage.damaged_lists import mark_to_be_made_anew
from storage.emptied import lost_everything
from storage.engine import file_uri
from storage.errors import WorkspaceOwned
from storage.keyring_calls import KeyringCalls
from storage.lock import WorkspaceLock
from storage.recorder_sqlite import SqliteRecorder
from storage.seals import ACCOUNT as SEAL_ACCOUNT
from storage.seals import FILE as SEAL
from storage.seals import Seals


async def verify_unopened(folder: Path, on_checked: Checked | None = None) -> ChainReport:
    """Check every record and the seals without changing a byte, also of a journal that cannot be opened any more.

    ``on_checked`` is told how far it has come, in another thread.
    Raises DatabaseUnreadable or StorageUnavailable only when the file cannot be read at all.
    """
    lost = await asyncio.to_thread(lost_everything, folder / JOURNAL, folder / "keys" / SEAL)
    if lost is not None:
        return ChainReport(False, 0, 0, str(lost), 1, 0, time.time_ns() // 1000)
    seals = await asyncio.to_thread(_seals_of, folder)
    of = await asyncio.to_thread(_records, folder) if on_checked is not None else 0
    check = await seals.check(folder / JOURNAL, None if on_checked is None else lambda count: on_checked(count, of))
    bad = 0 if check.whole else check.chain.bad_seq or check.chain.head.seq + 1
    sealed = check.chain.head.seq if check.whole and check.guard != "none" else 0
    head, checked_at = check.chain.head.seq, time.time_ns() // 1000
    return ChainReport(check.whole, check.chain.count, head, check.sentence, bad, sealed, checked_at)


async def compare_unopened(folder: Path, on_compared: Compared | None = None) -> ComparisonReport:
    """Lists, pages and contents of a journal whose chain is whole, without changing a byte.

    Raises StorageError where something cannot be read.
    """
    head = await asyncio.to_thread(_records, folder)
    return await compared_with(folder, head, lambda: time.time_ns() // 1000, on_compared)


async def make_lists_anew_unopened(folder: Path) -> bool:
    """Lists, pages and the search, when this workspace is next opened; also where a damaged list keeps it from being
    opened. False where somebody has it open. Raises StorageError, and then it is as it was."""
    lock = WorkspaceLock(folder)
    try:
        await asyncio.to_thread(lock.acquire)
    except WorkspaceOwned:
        return False
    try:
        await asyncio.to_thread(mark_to_be_made_anew, folder / JOURNAL, SHAPE_KEPT_AS)
    finally:
        lock.release()
    return True


async def restore_backup(source: Path, folder: Path, calls: KeyringCalls | None = None) -> int:
    """A workspace of its own from a backup, in a folder that is empty or not there; answers how many records came back.

    Secrets and passphrases stay those of the workspace it was made of; a person enters them again. Raises BackupFailed
    with its sentences; nothing is left behind then.
    """
    loop = asyncio.get_running_loop()

    def complete(there: Path) -> None:
        asyncio.run_coroutine_threadsafe(_made_its_own(there, calls), loop).result()

    return (await asyncio.to_thread(restore, source, folder, None, complete)).records


async def _made_its_own(folder: Path, calls: KeyringCalls | None) -> None:
    """With an identity and a seal that no other workspace has: the seal that came along is the former one's."""
    now = time.time_ns() // 1000
    recorder = await SqliteRecorder.open(folder / JOURNAL, folder / "backups")
    try:
        own = await become_own(recorder, now)
        credentials = Credentials(own, folder / "keys", calls)
        await asyncio.to_thread(credentials.drop_files)
        await Seals(own, folder / "keys", credentials).start_over(recorder, now)
    finally:
        await recorder.close()


async def forget_secrets(folder: Path, calls: KeyringCalls | None = None) -> int:
    """Take everything a workspace keeps in the keyring out of it; answers how many entries there were.

    Its journal says which: credentials, keys of providers, passphrases, the seal. Nobody may have it open.
    Raises StorageError where the journal or the keyring cannot be read; what was taken out until then is gone.
    """
    workspace, accounts = Workspace(), set[str]()
    recorder = await SqliteRecorder.open(folder / JOURNAL, folder / "backups")
    try:
        for stream in (WORKSPACE_STREAM, OPERATORS_STREAM):
            for record in await recorder.read_stream(stream):
                with contextlib.suppress(UnreadableRecord):
                    event = decode(record).event
                    if isinstance(event, get_args(WorkspaceEvent)):
                        workspace = evolve_workspace(workspace, event, record.at)
                        accounts |= _accounts_of(workspace)
    finally:
        await recorder.close()
    name = await asyncio.to_thread(identity_in, folder)
    credentials = Credentials(name, folder / "keys", calls)
    gone = [await credentials.delete(account) for account in sorted({*accounts, SEAL_ACCOUNT})]
    return sum(gone)


def _accounts_of(workspace: Workspace) -> set[str]:
    """Every entry there may be; one that was removed before is looked for in vain, which costs nothing."""
    found = connections_of(workspace).items()
    keys = {provider_keys.account_of(connection_of(spec)) for name, spec in found if name in workspace.keys}
    return {*workspace.credentials, *keys, *(passphrase.account_of(one) for one in workspace.operators)}


def _seals_of(folder: Path) -> Seals:
    name = identity_in(folder)
    return Seals(name, folder / "keys", Credentials(name, folder / "keys"))


def _records(folder: Path) -> int:
    """How many there seem to be; 0 where the file does not say."""
    with (
        contextlib.suppress(sqlite3.Error, TypeError),
        contextlib.closing(sqlite3.connect(file_uri(folder / JOURNAL, "ro"), uri=True)) as connection,
    ):
        return int(connection.execute("SELECT max(seq) FROM records").fetchone()[0])
    return 0
