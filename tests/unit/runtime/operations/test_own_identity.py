"""A backup restored beside its living original is a workspace of its own: neither has the other's seal or secrets."""

import asyncio
from pathlib import Path

from runtime.assembly import open_workspace
from runtime.domain.changes import Done
from runtime.domain.commands import MakeBackup, ResumeAll, Secret, StoreCredential
from runtime.domain.refusals import Refusal
from runtime.engine.surroundings import Surroundings
from runtime.operations.own_identity import identity_in
from runtime.operations.unopened import forget_secrets, restore_backup
from runtime.projections.rows import AuditFilter
from storage.seals import ACCOUNT
from tests.fixtures.provided_room import provided
from tests.fixtures.tables import rebuilt_tables_equal_the_live_ones

KEY = "sk-test-1234567890"
LONG = "a token that is too long for the keyring of Windows " * 40


async def test_a_copy_beside_its_original_shares_neither_seal_nor_secret(tmp_path: Path) -> None:
    shop, copy, file = tmp_path / "shop", tmp_path / "copy", tmp_path / "shop.zip"
    async with provided(shop) as way:
        await way.connect("openai", "http://127.0.0.1:9", KEY)
        await way.room.do(StoreCredential("smtp", "mail", Secret("hunter22"), "anna"))
        await way.room.do(StoreCredential("long", "token", Secret(LONG), "anna"))
        await way.room.do(MakeBackup(str(file), "anna"))
        await way.room.own.upkeep.seal(into_keyring=True)  # newer than the backup: the copy's end is no such record
        calls = way.keyring.calls()
        await restore_backup(file, copy, calls)
        kept = {path.name for path in (copy / "keys").iterdir()}
        assert kept == {"seal.json"}

        other = await open_workspace(copy, around=Surroundings(keyring=way.keyring.calls))
        try:
            await asyncio.gather(*(task for task in other._tasks if task.get_name() == "chain"))
            assert (await other.verify_chain()).intact
            assert (await way.room.runtime.verify_chain()).intact
            assert other.troubles == way.room.runtime.troubles == ()
            assert await other.history.credentials() == []
            assert not any(row.key_for for row in await other.history.connections())
            assert isinstance(await other.test_credential("smtp"), Refusal)
            assert isinstance(await other.test_connection("openai", "gpt-5-mini", "anna"), Refusal)
            await other.history.caught_up()
            told = await other.history.audit(AuditFilter(kinds=("workspace-created",)))
            assert [row.event for row in told] == ["Workspace restored", "Workspace created"]
            assert (await other.history.strip()).everything_paused, "its runs may be at work in the original"
            assert isinstance(await other.perform(ResumeAll("anna")), Done)
            assert not (await other.history.strip()).everything_paused
        finally:
            await other.close()
        await rebuilt_tables_equal_the_live_ones(copy)

        names = {service for service, account in way.keyring.kept if account == ACCOUNT}
        own = [await asyncio.to_thread(identity_in, folder) for folder in (shop, copy)]
        assert names == {f"operator-console/{identity}" for identity in own}
        assert await forget_secrets(copy, calls) == 1  # its seal: nothing else was its own
        await way.reopen()
        assert (await way.room.runtime.verify_chain()).intact
        for account in ("smtp", "long"):
            assert isinstance(await way.room.runtime.test_credential(account), str)
        assert [row.spec.name for row in await way.room.runtime.history.connections() if row.key_for] == ["openai"]
