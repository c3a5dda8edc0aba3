"""What a person answered is sealed into the keyring at once; a seal that could not be written is owed, not dropped."""

import asyncio
import contextlib
import itertools
import json
from pathlib import Path
from typing import get_args

import pytest

from runtime.domain.commands import SaveOperator
from runtime.domain.events.asks import AskEvent
from runtime.domain.settings import Operator
from runtime.engine.surroundings import Surroundings
from runtime.operations.sealing import _RULINGS
from storage.seals import ACCOUNT
from tests.fixtures.keyring_in_memory import KeyringInMemory
from tests.fixtures.room import ASK_ALL, Room, act, bench, done, furnished

NO_RULINGS = {
    *("AskRaised", "HoldRestarted", "DeadlinesMoved", "AskClosed"),
    *("AskSeen", "AskShelved", "AskReturned", "AskHandedOver"),
    *("AskFoundHarmful", "AskFoundHarmless", "AfterwardsRead"),
}
"""Of the program; or of a person, but nothing follows from them."""


def test_every_answer_of_a_person_is_one() -> None:
    kinds = {kind.__name__ for kind in get_args(AskEvent)}
    assert kinds - NO_RULINGS <= {kind.__name__ for kind in _RULINGS}


async def test_a_ruling_is_sealed_once_the_seal_can_be_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.operations.sealing.FILE_EVERY_S", 0.01)
    monkeypatch.setattr("runtime.operations.sealing.KEYRING_EVERY_S", 1e9)
    keyring = KeyringInMemory()
    async with furnished(tmp_path / "shop", ASK_ALL, around=Surroundings(keyring=keyring.calls)) as room:
        run_id = await room.start("t", act(bench("keyed")), done())
        ask = await room.asked(run_id)
        while not any(account == ACCOUNT for _, account in list(keyring.kept)):  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)
        keys = room.folder / "keys"
        await asyncio.to_thread(take_the_place_of, keys)
        await room.do(SaveOperator(Operator("eve", "Eve"), "anna"))
        await trouble(room, there=True)
        approved = (await room.approve(ask)).seq
        await room.finished(run_id)
        assert sealed(keyring) < approved
        await asyncio.to_thread(keys.unlink)
        await trouble(room, there=False)
        assert sealed(keyring) >= approved


def take_the_place_of(folder: Path) -> None:
    """A file stands where the folder was. The sealer, which is at work beside, makes a folder that is missing anew."""
    for number in itertools.count():
        with contextlib.suppress(FileNotFoundError):
            folder.rename(folder.with_name(f"{folder.name}-before-{number}"))  # at once: there are renames in it
        with contextlib.suppress(FileExistsError):
            folder.touch(exist_ok=False)
            return


def sealed(keyring: KeyringInMemory) -> int:
    """The last record that the seal in the keyring covers."""
    [text] = [text for (_, account), text in keyring.kept.items() if account == ACCOUNT]
    return int(json.loads(text[text.index("{") :])["seal"]["seq"])


async def trouble(room: Room, *, there: bool) -> None:
    """Wait until the sealer says that it could not seal, or could."""
    async with asyncio.timeout(60):
        while bool(room.own.sealer.trouble) is not there:  # noqa: ASYNC110 - it has no event of its own
            await asyncio.sleep(0.01)
