"""How commands that reach outside the journal are carried out: keyring, verification, backup, clearing space."""

import asyncio
from collections.abc import Awaitable
from typing import Protocol

from runtime.domain.changes import Done
from runtime.domain.commands import (
    ClearSpace,
    CompareWithJournal,
    MakeBackup,
    RemoveCredential,
    SetPassphrase,
    StoreCredential,
    VerifyChain,
)
from runtime.domain.events.workspace import (
    BackupMade,
    ChainFoundBroken,
    ChainVerified,
    CredentialRemoved,
    CredentialStored,
    JournalCompared,
    PassphraseSet,
    SpaceCleared,
)
from runtime.domain.refusals import Refusal
from runtime.operations import passphrase
from runtime.operations.kept_secrets import Record
from runtime.operations.on_runs import author
from runtime.operations.on_workspace import note
from runtime.operations.perform import Operations
from runtime.operations.provider_keys import reserved
from runtime.projections.comparison_report import ComparisonReport
from runtime.projections.rows import ChainReport
from runtime.tools.memo import MemoDamaged


class Upkeep(Protocol):
    """What assembly provides for these commands. Every method raises StorageError with sentences."""

    def change_secret(self, account: str, value: str | None, record: Record) -> Awaitable[Done | Refusal]:
        """Into the keyring, or out of it (None); the keyring is as it was where that is not recorded."""
        ...

    def check_chain(self) -> Awaitable[ChainReport]:
        """Recompute the chain, that of a long journal in a child process."""
        ...

    def compare(self) -> Awaitable[ComparisonReport]:
        """Hold lists, pages and contents against the records."""
        ...

    def back_up(self, target: str) -> Awaitable[tuple[int, int]]:
        """(size in bytes, last record in it)."""
        ...

    def clear_space(self) -> Awaitable[tuple[int, str]]:
        """(freed bytes, what was removed, in words)."""
        ...


class UpkeepHandlers:
    """The five handlers, over one ``Upkeep``."""

    def __init__(self, upkeep: Upkeep) -> None:
        self._upkeep = upkeep

    async def store_credential(self, ops: Operations, command: StoreCredential) -> Done | Refusal:
        """The value goes to the keyring first; the journal says that there is one, never what."""
        account, value = command.account.strip(), command.value.reveal()
        if not account or not value:
            return Refusal("An account name and a value are needed; nothing was stored.", "empty")
        if reserved(account):
            return Refusal(f"The name {account} is the program's own. Nothing was stored.", "reserved")
        replaced = account in ops.states.workspace.credentials
        stored, by = CredentialStored(account, command.purpose, replaced), author(command.by)
        done = await self._upkeep.change_secret(account, value, lambda there: note(ops, stored, by))
        word = "replaced" if replaced else "stored"
        return (
            done if isinstance(done, Refusal) else Done(done.changes, f"{account} was {word} in the keyring.", done.seq)
        )

    async def set_passphrase(self, ops: Operations, command: SetPassphrase) -> Done | Refusal:
        """Only a verifier is kept, in the keyring; the journal says that there is one."""
        person = ops.states.workspace.operators.get(command.operator_id)
        if person is None:
            return Refusal(f"There is no operator {command.operator_id}; nothing was stored.", "unknown")
        if len(command.passphrase.reveal()) < passphrase.SHORTEST:
            sentence = f"A passphrase has at least {passphrase.SHORTEST} characters; the old one, if any, still holds."
            return Refusal(sentence, "short")
        made = await asyncio.to_thread(passphrase.verifier, command.passphrase)
        was_set, account = PassphraseSet(command.operator_id), passphrase.account_of(command.operator_id)
        by = author(command.by)
        done = await self._upkeep.change_secret(account, made, lambda there: note(ops, was_set, by))
        sentence = f"{person.name} has a passphrase now; it is asked for where a second person has to agree."
        return done if isinstance(done, Refusal) else Done(done.changes, sentence, done.seq)

    async def remove_credential(self, ops: Operations, command: RemoveCredential) -> Done | Refusal:
        """Out of the keyring, and the journal says so."""
        if reserved(command.account):
            return Refusal(f"The name {command.account} belongs to the program. Nothing was removed.", "reserved")

        async def record(there: bool) -> Done | Refusal:
            if not there and command.account not in ops.states.workspace.credentials:
                return Refusal(f"There is no credential {command.account}.", "unknown")
            return await note(ops, CredentialRemoved(command.account), author(command.by))

        done = await self._upkeep.change_secret(command.account, None, record)
        sentence = f"{command.account} was removed from the keyring."
        return done if isinstance(done, Refusal) else Done(done.changes, sentence, done.seq)

    async def verify_chain(self, ops: Operations, command: VerifyChain) -> Done | Refusal:
        """Check every record; a broken journal turns approvals off, and the refusal names the first bad record."""
        report = await self._upkeep.check_chain()
        if not report.intact:
            await note(ops, ChainFoundBroken(report.first_bad, report.sentence), author(command.by))
            return Refusal(report.sentence, "chain")
        done = await note(ops, ChainVerified(report.head, report.records), author(command.by))
        return done if isinstance(done, Refusal) else Done(done.changes, report.sentence, done.seq)

    async def compare(self, ops: Operations, command: CompareWithJournal) -> Done | Refusal:
        """What the chain does not guard; a refusal says what differs. Either is recorded."""
        if ops.states.workspace.chain_broken:
            return Refusal("The chain is broken: lists and contents are compared with a whole journal only.", "chain")
        report = await self._upkeep.compare()
        done = await note(ops, JournalCompared(report.up_to, report.contents, report.lists), author(command.by))
        if report.faults:
            return Refusal(report.sentence, "lists" if report.lists else "contents")
        return done if isinstance(done, Refusal) else Done(done.changes, report.sentence, done.seq)

    async def make_backup(self, ops: Operations, command: MakeBackup) -> Done | Refusal:
        """Journal, contents and workspace folder in one file."""
        size, up_to = await self._upkeep.back_up(command.target)
        name = command.target.replace("\\", "/").rsplit("/", 1)[-1]
        done = await note(ops, BackupMade(name, size, up_to), author(command.by))
        sentence = f"{name} was written, {size:,} bytes."
        return done if isinstance(done, Refusal) else Done(done.changes, sentence, done.seq)

    async def clear_space(self, ops: Operations, command: ClearSpace) -> Done | Refusal:
        """Remove what may go."""
        try:
            freed, what = await self._upkeep.clear_space()
        except MemoDamaged as damaged:
            return Refusal(f"{damaged} Nothing was cleared: it may name what an undo needs.", "notes")
        if not freed:
            return Refusal("Nothing can be cleared; all that is stored is still needed.", "nothing")
        done = await note(ops, SpaceCleared(freed, what), author(command.by))
        sentence = f"{freed:,} bytes were freed: {what}."
        return done if isinstance(done, Refusal) else Done(done.changes, sentence, done.seq)
