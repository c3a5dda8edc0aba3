"""A locked keyring with a display: the system's own prompter asks for the password, nobody or somebody answers it."""

from __future__ import annotations

import os
import shutil

import pytest

from tests.fixtures.secret_service import SecretService

PROMPTER = "/usr/libexec/gcr-prompter"
KEEP = """
async def main():
    await Credentials("shop", here / "files").set("key", "sk-1")
    answer("kept")
asyncio.run(main())
"""
WAITED_FOR = """
import os, subprocess, time
os.environ["DISPLAY"] = {display!r}
subprocess.run(["dbus-update-activation-environment", "DISPLAY"], check=True)

def windows():
    search = ["xdotool", "search", "--onlyvisible", "--class", "gcr-prompter"]
    return subprocess.run(search, capture_output=True, text=True).stdout.split()

async def main():
    shop = Credentials("shop", here / "files", KeyringCalls({seconds}))
    late = []
    async def tick():
        while True:
            at = time.perf_counter()
            await asyncio.sleep(0.01)
            late.append(time.perf_counter() - at)
    ticking = asyncio.create_task(tick())
    asking = asyncio.create_task(shop.get("key"))
    shown, said = [], ""
    while not asking.done() and not (shown and said):
        shown = shown or await asyncio.to_thread(windows)
        said = said or shop.waiting
        await asyncio.sleep(0.05)
    while {dismiss} and not asking.done() and (shown := await asyncio.to_thread(windows) or shown):
        press = ["xdotool", "windowfocus", shown[-1], "key", "Escape"]
        await asyncio.to_thread(subprocess.run, press, stderr=subprocess.DEVNULL)
        await asyncio.wait([asking], timeout=0.5)
    try:
        got = await asking
    except StorageError as error:
        got = [type(error).__name__, str(error)]
    ticking.cancel()
    answer([bool(shown), said, got, len(late)])
asyncio.run(main())
"""


@pytest.fixture
def locked(secret_service: SecretService) -> SecretService:
    """A keyring with a key in it, and a prompter that can show itself."""
    if not os.environ.get("DISPLAY") or not shutil.which("xdotool") or not os.path.exists(PROMPTER):
        pytest.skip("No display, no xdotool or no gcr-prompter (apt install gcr xdotool).")
    secret_service.run(KEEP)
    return secret_service


def asked(service: SecretService, seconds: float, dismiss: bool) -> tuple[bool, str, object, int]:
    """(a prompt was on the screen, what was said meanwhile, what came of it, turns of the loop meanwhile)."""
    code = WAITED_FOR.format(display=os.environ["DISPLAY"], seconds=seconds, dismiss=dismiss)
    shown, said, got, turns = service.run(code, "locked")
    return shown, said, got, turns


def test_nobody_answers_the_prompt(locked: SecretService) -> None:
    for seconds in (3.0, 12.0, 48.0):  # how long it takes to be on the screen depends on the machine
        shown, said, got, turns = asked(locked, seconds, dismiss=False)
        if shown:
            break
    assert shown
    assert said.startswith("Waiting for the keyring")
    assert got[0] == "CredentialStoreLocked"  # type: ignore[index]
    assert "did not answer in time" in got[1]  # type: ignore[index]
    assert "Answer its prompt" in got[1]  # type: ignore[index]
    assert turns > 2


def test_the_prompt_is_dismissed(locked: SecretService) -> None:
    shown, said, got, turns = asked(locked, 120.0, dismiss=True)
    assert shown
    assert said.startswith("Waiting for the keyring")
    assert got[0] == "CredentialStoreLocked"  # type: ignore[index]
    assert "Unlock it with your log-in password" in got[1]  # type: ignore[index]
    assert turns > 2
