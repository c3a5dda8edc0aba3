"""What the journal refuses to record is taken back in the keyring: "nothing was recorded" is true of both."""

from pathlib import Path

import pytest

from runtime.domain.commands import (
    Command,
    RemoveConnection,
    RemoveCredential,
    RemoveKey,
    SaveConnection,
    Secret,
    SetPassphrase,
    StoreCredential,
    StoreKey,
)
from runtime.domain.connection import ConnectionSpec
from runtime.domain.refusals import Refusal
from storage.errors import StorageUnavailable
from storage.records import Append
from storage.seals import ACCOUNT
from tests.fixtures.provided_room import ProvidedRoom, provided

KEY, OTHER = "sk-test-1234567890", "sk-test-0987654321"
LONG, LONGER = "a long value " * 200, "a longer value " * 200
ELSEWHERE = ConnectionSpec("openai", "openai", "http://127.0.0.1:8/v1")
COMMANDS: dict[str, Command] = {
    "a new credential": StoreCredential("token", "api", Secret("abc"), "anna"),
    "a new long one": StoreCredential("token", "api", Secret(LONGER), "anna"),
    "another value": StoreCredential("smtp", "mail", Secret("hunter33"), "anna"),
    "another long value": StoreCredential("long", "mail", Secret(LONGER), "anna"),
    "a short one for a long one": StoreCredential("long", "mail", Secret("short"), "anna"),
    "none any more": RemoveCredential("smtp", "anna"),
    "no long one any more": RemoveCredential("long", "anna"),
    "a passphrase": SetPassphrase("ben", Secret("correct horse"), "anna"),
    "another key": StoreKey("openai", Secret(OTHER), "anna"),
    "no key any more": RemoveKey("openai", "anna"),
    "another address, which the key is not for": SaveConnection(ELSEWHERE, "anna"),
    "no connection any more": RemoveConnection("openai", "anna"),
}


def kept(way: ProvidedRoom) -> tuple[dict[str, str], set[str]]:
    """What is in the keyring but the seal, and the files of long values."""
    names = {path.name for path in (way.room.folder / "keys").iterdir() if not path.name.startswith("seal.")}
    return {account: value for (_, account), value in way.keyring.kept.items() if account != ACCOUNT}, names


async def test_what_is_not_recorded_leaves_the_keyring_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(append: Append) -> None:
        raise StorageUnavailable("The disk is full.", "Nothing of this change was recorded.", "Free some space.")

    async with provided(tmp_path) as way:
        await way.connect("openai", "http://127.0.0.1:9", KEY)
        await way.room.do(StoreCredential("smtp", "mail", Secret("hunter22"), "anna"))
        await way.room.do(StoreCredential("long", "mail", Secret(LONG), "anna"))
        before = kept(way)
        assert len(before[1]) == 1
        recorder = way.room.own.recorder
        for what, command in COMMANDS.items():
            with monkeypatch.context() as ill:
                ill.setattr(recorder, "append", full)
                refused = await way.room.refused(command)
            assert (refused.code, refused.sentence[:17]) == ("storage", "The disk is full."), what
            assert kept(way) == before, what
        assert await way.room.own.credentials.get("long") == LONG
        assert isinstance(await way.room.runtime.test_credential("token"), Refusal)
        await way.room.own.disk.well_again()
        for what in ("another long value", "another key", "none any more"):
            await way.room.do(COMMANDS[what])
        assert await way.room.own.credentials.get("long") == LONGER
        assert (len(kept(way)[1]), "smtp" in kept(way)[0]) == (1, False)


async def test_a_keyring_that_cannot_be_put_back_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with provided(tmp_path) as way:

        async def full_and_locked(append: Append) -> None:
            way.keyring.fault = type("KeyringLocked", (Exception,), {})()
            raise StorageUnavailable("The disk is full.", "Nothing of this change was recorded.", "Free some space.")

        with monkeypatch.context() as ill:
            ill.setattr(way.room.own.recorder, "append", full_and_locked)
            refused = await way.room.refused(StoreCredential("smtp", "mail", Secret("hunter22"), "anna"))
        way.keyring.fault = None
        said = "The keyring was changed under smtp and could not be put back: The keyring is locked."
        assert said in refused.sentence
        await way.room.own.disk.well_again()
