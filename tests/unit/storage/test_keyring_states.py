"""The seven states a keyring can be in, with a real one: each ends in its sentence, and none is asked on the loop."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path

import pytest

from storage.keyring_calls import KeyringCalls
from tests.fixtures.keyring_in_memory import KeyringInMemory
from tests.fixtures.secret_service import SecretService

ROOT = Path(__file__).resolve().parents[3]
KEEP = """
async def main():
    await Credentials("shop", here / "files").set("key", "sk-1")
    answer("kept")
asyncio.run(main())
"""
ASK = """
async def told(seconds=60):
    shop = Credentials("shop", here / "files", KeyringCalls(seconds))
    state = await shop.state()
    try:
        got = await shop.get("key")
    except StorageError as error:
        got = type(error).__name__
    return [state.state, got, state.sentence]
"""
NOW = ASK + "answer(asyncio.run(told()))\n"
LOCKED_MEANWHILE = (
    ASK
    + """
import secretstorage
async def main():
    before = await told()
    with secretstorage.dbus_init() as bus:
        secretstorage.get_default_collection(bus).lock()
    answer([before[1], *await told()])
asyncio.run(main())
"""
)
KILLED_MEANWHILE = (
    ASK
    + """
import os, signal, time
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import open_dbus_connection
def daemon():
    bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    ask = new_method_call(bus, "GetConnectionUnixProcessID", "s", ("org.freedesktop.secrets",))
    with open_dbus_connection() as connection:
        return connection.send_and_get_reply(ask).body[0]
async def main():
    before = await told()
    os.kill(daemon(), signal.SIGKILL)
    answer([before[1], *await told()])
asyncio.run(main())
"""
)
PROMPTED = ASK + "answer(asyncio.run(told(2)))\n"
LOCKED, ABSENT = "CredentialStoreLocked", "CredentialStoreAbsent"


def test_unlocked(secret_service: SecretService) -> None:
    secret_service.run(KEEP)
    state, got, sentence = secret_service.run(NOW)
    assert (state, got) == ("available", "sk-1")
    assert "keeps the credentials" in sentence


def test_no_bus(secret_service: SecretService) -> None:
    state, got, sentence = secret_service.run(NOW, "no bus")
    assert (state, got) == ("none", ABSENT)
    assert "no keyring to this session" in sentence
    assert "gnome-keyring or KWallet" in sentence


def test_no_collection(secret_service: SecretService) -> None:
    state, got, sentence = secret_service.run(NOW, "no collection")
    assert (state, got) == ("none", ABSENT)
    assert "no collection" in sentence


def test_wrong_password(secret_service: SecretService) -> None:
    secret_service.run(KEEP)
    state, got, sentence = secret_service.run(NOW, "unlocked", password="wrong")
    assert (state, got) == ("locked", LOCKED)
    assert "Unlock it with your log-in password" in sentence


def test_locked_while_running(secret_service: SecretService) -> None:
    secret_service.run(KEEP)
    before, state, got, sentence = secret_service.run(LOCKED_MEANWHILE)
    assert before == "sk-1"
    assert (state, got) == ("locked", LOCKED)
    assert "Unlock it" in sentence


@pytest.mark.parametrize("restarts", [True, False], ids=["started anew", "gone"])
def test_daemon_killed(secret_service: SecretService, restarts: bool) -> None:
    """It comes back locked where the bus starts it anew, and else is not there any more."""
    secret_service.run(KEEP)
    before, state, got, sentence = secret_service.run(KILLED_MEANWHILE, restarts=restarts)
    assert before == "sk-1"
    told = {
        ("locked", LOCKED): "The keyring is locked. Nothing was changed. Unlock it with your log-in password",
        ("none", ABSENT): "The keyring's service is not running any more. Nothing was changed; work that needs no",
    }
    assert sentence.startswith(told[state, got])
    assert restarts or state == "none"


async def test_locked_with_a_display_waits_for_its_prompt(tmp_path: Path) -> None:
    keyring = KeyringInMemory()
    keyring.answers.clear()  # as behind a prompt that nobody answers
    calls = KeyringCalls(0.05, lambda: keyring)
    with pytest.raises(Exception, match=r"did not answer in time.*Answer its prompt"):
        await calls.call(lambda backend: backend.get_password("a", "b"))
    keyring.answers.set()
    assert keyring.on_a_loop == []


async def test_while_it_waits_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.keyring_calls.SAID_AFTER_S", 0.0)
    keyring = KeyringInMemory()
    keyring.answers.clear()
    calls = KeyringCalls(30, lambda: keyring)
    assert calls.waiting == ""
    asking = asyncio.create_task(calls.call(lambda backend: backend.get_password("a", "b")))
    while not keyring.asked:  # noqa: ASYNC110 - the thread that waits has no event of its own
        await asyncio.sleep(0)
    assert calls.waiting.startswith("Waiting for the keyring")
    keyring.answers.set()
    assert await asking is None
    assert calls.waiting == ""


async def test_the_keyring_is_never_asked_on_the_loop() -> None:
    calls = KeyringCalls(find=KeyringInMemory)
    with pytest.raises(AssertionError, match="on the loop"):
        calls._keyring()


def test_only_one_file_knows_the_keyring() -> None:
    """Every call goes through ``KeyringCalls``, which makes it in a thread of its own."""
    using = []
    for path in [one for folder in ("console", "runtime", "storage") for one in sorted((ROOT / folder).rglob("*.py"))]:
        tree = ast.parse(path.read_text("utf-8"))
        typing_only = {id(one) for node in ast.walk(tree) if isinstance(node, ast.If) for one in ast.walk(node)
                       if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"}  # fmt: skip
        for node in ast.walk(tree):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if id(node) not in typing_only and any(name.split(".")[0] == "keyring" for name in names):
                using.append(path.relative_to(ROOT).as_posix())
    # The doctor asks which keyring there is, in a thread with a limit too; it works where nothing is installed.
    assert set(using) <= {"storage/keyring_calls.py", "console/system_check.py"}
