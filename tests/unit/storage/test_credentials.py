"""Credentials: kept by the real keyring, told apart from a locked or absent one, never in plain on the disk."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import keyring
import keyring.core
import pytest
from keyring.backends import null
from keyring.backends.chainer import ChainerBackend
from keyring.backends.SecretService import Keyring as SecretServiceKeyring
from keyring.errors import KeyringLocked

from storage.credentials import LONGEST_INSIDE, Credentials
from storage.errors import CredentialStoreAbsent, CredentialStoreLocked, StorageUnavailable
from storage.keyring_calls import find_backend
from tests.fixtures.keyring_in_memory import KeyringInMemory
from tests.fixtures.secret_service import SecretService

KEEP = """
async def main():
    shop, other = Credentials("shop", here / "files"), Credentials("other", here / "files")
    state = await shop.state()
    await shop.set("mail", "hunter2 ü")
    await shop.set("certificate", "long " * 1000)
    answer([state.state, await shop.get("mail"), await shop.get("certificate") == "long " * 1000,
            await other.get("mail"), await shop.delete("nothing")])
asyncio.run(main())
"""
REMOVE = """
async def main():
    shop = Credentials("shop", here / "files")
    before = await shop.get("mail")
    await shop.set("mail", "replaced")
    after = await shop.get("mail")
    answer([before, after, await shop.delete("mail"), await shop.delete("certificate"), await shop.get("mail"),
            len(list((here / "files").iterdir()))])
asyncio.run(main())
"""
STATE = """
async def main():
    shop = Credentials("shop", here / "files", KeyringCalls(20))
    state = await shop.state()
    try:
        await shop.set("mail", "hunter2")
        told = "kept"
    except StorageError as error:
        told = type(error).__name__
    answer([state.state, told, state.sentence])
asyncio.run(main())
"""


def test_a_real_keyring_keeps_credentials_over_sessions(secret_service: SecretService, tmp_path: Path) -> None:
    assert secret_service.run(KEEP) == ["available", "hunter2 ü", True, None, False]
    assert secret_service.run(REMOVE) == ["hunter2 ü", "replaced", True, True, None, 0]


def test_without_a_bus_there_is_none(secret_service: SecretService) -> None:
    state, told, sentence = secret_service.run(STATE, "no bus")
    assert (state, told) == ("none", "CredentialStoreAbsent")
    assert "no keyring to this session" in sentence


def test_without_a_collection_there_is_none(secret_service: SecretService) -> None:
    state, told, sentence = secret_service.run(STATE, "no collection")
    assert (state, told) == ("none", "CredentialStoreAbsent")
    assert "no collection" in sentence


@pytest.mark.parametrize("how", ["locked", "wrong password"])
def test_a_locked_keyring_is_told_as_locked(secret_service: SecretService, how: str) -> None:
    secret_service.run(KEEP)
    if how == "locked":
        state, told, sentence = secret_service.run(STATE, "locked")
    else:
        state, told, sentence = secret_service.run(STATE, "unlocked", password="wrong")
    assert (state, told) == ("locked", "CredentialStoreLocked")
    assert "Unlock it" in sentence
    assert secret_service.run(REMOVE)[0] == "hunter2 ü"  # nothing was harmed


async def test_a_prompt_that_nobody_answers_does_not_hold_anybody_up(
    keyring_in_memory: KeyringInMemory, tmp_path: Path
) -> None:
    calls = keyring_in_memory.calls(seconds=0.05)
    shop = Credentials("shop", tmp_path, calls)
    keyring_in_memory.answers.clear()
    with pytest.raises(CredentialStoreLocked, match="did not answer in time"):
        await shop.get("mail")
    with pytest.raises(CredentialStoreLocked, match="did not answer in time"):
        await shop.get("mail")  # at once: no second thread is sent after the first
    keyring_in_memory.answers.set()
    calls._seconds = 60.0
    while (await shop.state()).state != "available":  # noqa: ASYNC110 - the thread that is stuck has no event of its own
        await asyncio.sleep(0)
    await shop.set("mail", "x")
    assert await shop.get("mail") == "x"


async def test_long_values_lie_encrypted_beside_and_go_with_their_name(
    keyring_in_memory: KeyringInMemory, tmp_path: Path
) -> None:
    folder = tmp_path / "credentials"
    shop = Credentials("shop", folder, keyring_in_memory.calls())
    long = "secret-part " * 200
    await shop.set("key", long)
    assert all(len(kept) <= LONGEST_INSIDE for kept in keyring_in_memory.kept.values())
    [file] = await asyncio.to_thread(lambda: list(folder.iterdir()))
    sealed = await asyncio.to_thread(file.read_bytes)
    assert b"secret-part" not in sealed
    assert await shop.get("key") == long

    await asyncio.to_thread(file.write_bytes, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(StorageUnavailable, match="missing or damaged"):
        await shop.get("key")
    await shop.set("key", long + "2")
    assert await shop.get("key") == long + "2"
    assert await asyncio.to_thread(lambda: [kept == file for kept in folder.iterdir()]) == [False]

    keyring_in_memory.fault = KeyringLocked("no")
    with pytest.raises(CredentialStoreLocked):
        await shop.set("key", long + "3")
    keyring_in_memory.fault = None
    assert await shop.get("key") == long + "2"
    assert await shop.delete("key")
    assert await asyncio.to_thread(lambda: list(folder.iterdir())) == []


async def test_values_appear_in_no_log_and_no_error(
    keyring_in_memory: KeyringInMemory, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shop = Credentials("shop", tmp_path, keyring_in_memory.calls())
    keyring_in_memory.fault = ValueError("hunter2 is refused by the system")
    with pytest.raises(CredentialStoreAbsent) as refused:
        await shop.set("mail", "hunter2")
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in caplog.text
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("value", "files"),
    [("a" * 1_200, 0), ("a" * 1_201, 1), ("\U0001f511" * 600, 0), ("\U0001f511" * 600 + "a", 1)],
    ids=["1,200", "1,201", "1,200 of Windows", "1,201 of Windows"],
)
async def test_over_1200_characters_as_windows_counts_them_a_value_goes_into_a_file(
    keyring_in_memory: KeyringInMemory, tmp_path: Path, value: str, files: int
) -> None:
    folder = tmp_path / "credentials"
    shop = Credentials("shop", folder, keyring_in_memory.calls())
    await shop.set("key", value)
    [kept] = keyring_in_memory.kept.values()
    assert len(kept.encode("utf-16-le")) <= 2 * 1_280  # which is all that an entry of Windows holds
    assert len(await asyncio.to_thread(lambda: list(folder.glob("*")))) == files
    assert await shop.get("key") == value


IN_A_FILE = """
from pathlib import Path
from keyring.backends.null import Keyring as Null

class Keyring(Null):
    def set_password(self, service, username, password):
        Path(__file__).with_name("kept.txt").write_text(password)
"""


async def test_what_the_environment_points_to_is_refused_where_it_keeps_plain_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain = tmp_path / "keyrings" / "alt"
    await asyncio.to_thread(plain.mkdir, parents=True)
    await asyncio.to_thread((plain / "in_a_file.py").write_text, IN_A_FILE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)  # as when it is first asked
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyrings.alt.in_a_file.Keyring")
    with pytest.raises(CredentialStoreAbsent) as refused:
        await Credentials("shop", tmp_path / "credentials").set("mail", "hunter2")
    assert "(keyrings.alt.in_a_file.Keyring) does not keep secrets encrypted. Nothing was changed" in str(refused.value)
    assert refused.value.to_do.startswith("Take PYTHON_KEYRING_BACKEND out of the environment")
    assert not await asyncio.to_thread((plain / "kept.txt").exists)
    assert type(keyring.get_keyring()).__module__ == "keyrings.alt.in_a_file"  # it was that one indeed


def test_of_a_chain_only_one_that_encrypts_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = SecretServiceKeyring()  # type: ignore[no-untyped-call]  # upstream has no types there

    class Chain(ChainerBackend):
        backends = (null.Keyring(), trusted)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(keyring, "get_keyring", Chain)
    assert find_backend() is trusted
    Chain.backends = (null.Keyring(),)  # type: ignore[assignment, no-untyped-call]
    with pytest.raises(CredentialStoreAbsent, match="does not keep secrets encrypted"):
        find_backend()


def test_a_keyring_that_does_not_encrypt_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyring, "get_keyring", null.Keyring)
    with pytest.raises(CredentialStoreAbsent, match="does not keep secrets encrypted"):
        find_backend()
    monkeypatch.setattr(keyring, "get_keyring", KeyringInMemory)
    with pytest.raises(CredentialStoreAbsent, match="KeyringInMemory"):
        find_backend()
