"""Calls of the keyring that are cancelled in the moment they are answered, and those nobody answers in time."""

import asyncio
import threading

import pytest
from keyring.backends.null import Keyring

from storage.errors import CredentialStoreLocked
from storage.keyring_calls import KeyringCalls


async def test_a_cancellation_that_comes_with_the_answer_is_not_lost() -> None:
    calls = KeyringCalls(find=Keyring)
    task = asyncio.create_task(calls.call(lambda keyring: "answer"))
    await asyncio.sleep(0)
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join()
    # The answer waits in the loop now; the cancellation comes right behind it.
    asyncio.get_running_loop().call_soon(task.cancel)
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_calls_that_all_ran_out_of_time_are_waited_for_until_they_are_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two accounts: each asks for its own, so one may be stuck beside the other."""
    answered = threading.Event()
    calls = KeyringCalls(0.01, find=Keyring)

    def stuck(keyring: object) -> None:
        answered.wait()

    both = await asyncio.gather(calls.call(stuck), calls.call(stuck), return_exceptions=True)
    assert [type(one) for one in both] == [CredentialStoreLocked] * 2
    monkeypatch.setattr("storage.keyring_calls.SAID_AFTER_S", 0.0)
    assert calls.waiting.startswith("Waiting for the keyring")
    answered.set()
    for thread in keyring_threads():
        thread.join()
    assert calls.waiting == ""


async def test_a_call_after_one_that_was_stuck_leaves_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = threading.Event()
    calls = KeyringCalls(0.01, find=Keyring)
    monkeypatch.setattr("storage.keyring_calls.SAID_AFTER_S", 0.0)
    with pytest.raises(CredentialStoreLocked):
        await calls.call(lambda keyring: answered.wait())
    answered.set()
    for thread in keyring_threads():
        thread.join()
    calls._seconds = 60.0
    assert await calls.call(lambda keyring: "answer") == "answer"
    for thread in keyring_threads():
        thread.join()
    assert calls.waiting == ""


def keyring_threads() -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name == "keyring"]
