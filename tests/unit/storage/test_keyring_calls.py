"""A call of the keyring that is cancelled in the moment it is answered is cancelled."""

import asyncio
import threading

import pytest
from keyring.backends.null import Keyring

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
