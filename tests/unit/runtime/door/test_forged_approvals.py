"""Approvals forged at the second door of a real workspace: replayed, of another request, in another's name."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from runtime.domain.changes import Done
from runtime.domain.commands import Approve, Reject
from runtime.domain.ids import RUNTIME, AskId
from runtime.domain.refusals import Refusal
from runtime.domain.words import AskState
from runtime.door.client import RemoteRuntime, connect
from runtime.door.ownership import owner
from tests.fixtures.room import ASK_ALL, Room, act, bench, done, furnished


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    async with furnished(tmp_path, ASK_ALL) as room:
        await room.runtime.open_door()
        yield room


async def remote(room: Room) -> RemoteRuntime:
    held = await owner(room.folder)
    assert held is not None
    return await connect(held.socket)


@pytest.mark.parametrize("name", ["mallory", "", RUNTIME, "agent:clerk", "Anna", "anna ", "ANNA"])
async def test_nobody_decides_in_a_name_that_is_no_operators(room: Room, name: str) -> None:
    run_id = await room.start("t", act(bench("keyed")), done())
    ask = await room.asked(run_id)
    far = await remote(room)
    approval = room.approval(ask)
    await room.chain_looked_at()  # it records what it found
    before = (await room.own.recorder.head()).seq
    for command in (msgspec.structs.replace(approval, by=name), Reject(ask.raised.ask_id, name, "No.")):
        assert isinstance(await far.perform(command), Refusal)
    assert (await room.own.recorder.head()).seq == before
    assert room.bench.calls == []
    assert isinstance(await far.perform(approval), Done)
    await room.finished(run_id)


async def test_an_approval_is_good_for_its_own_request_and_once(room: Room) -> None:
    first_run = await room.start("one", act(bench("keyed", "1")), done())
    second_run = await room.start("two", act(bench("keyed", "2")), done())
    first, second = await room.asked(first_run), await room.asked(second_run)
    far = await remote(room)
    crossed = msgspec.structs.replace(room.approval(second), digest=first.raised.digest)
    refused = await far.perform(crossed)
    assert isinstance(refused, Refusal)
    assert refused.code == "changed"
    assert isinstance(await far.perform(room.approval(first)), Done)
    await room.finished(first_run)
    for _ in range(2):
        assert isinstance(await far.perform(room.approval(first)), Refusal)
    still = room.ask_of(second_run)
    assert still is not None
    assert still.state is AskState.WAITING
    assert len(room.bench.calls) == 1
    await room.reject(second, "No.")
    await room.finished(second_run)


async def test_after_an_edit_the_former_approval_is_worth_nothing(room: Room) -> None:
    run_id = await room.start("t", act(bench("keyed", "as asked")), done())
    ask = await room.asked(run_id)
    far = await remote(room)
    assert isinstance(await far.perform(room.approval(ask, {"note": "as edited"})), Done)
    replayed = await asyncio.gather(*(far.perform(room.approval(ask)) for _ in range(5)))
    assert all(isinstance(answer, Refusal) for answer in replayed)
    await room.finished(run_id)
    assert len(room.bench.calls) == 1
    assert "as edited" in str(room.bench.calls[0])


async def test_many_at_once_spend_it_once(room: Room) -> None:
    run_id = await room.start("t", act(bench("keyed")), done())
    ask = await room.asked(run_id)
    far = await remote(room)
    answers = await asyncio.gather(*(far.perform(room.approval(ask, by=by)) for by in ("anna", "ben") * 5))
    assert sum(isinstance(answer, Done) for answer in answers) == 1
    await room.finished(run_id)
    assert len(room.bench.calls) == 1


async def test_a_made_up_request_and_digest_are_refused(room: Room) -> None:
    far = await remote(room)
    for ask_id in ("", "nothing", "../ask", "0" * 5_000):
        answer = await far.perform(Approve(AskId(ask_id), "anna", "0" * 64))
        assert isinstance(answer, Refusal)
