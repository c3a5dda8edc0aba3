"""Every recorded exchange with a provider, through the real SDK: whole, in pieces of 7 bytes, and late."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.wire import test_cut_exchanges
from tests.wire.checking import faults_of
from tests.wire.loopback import Loopback
from tests.wire.recorded import KINDS, Recorded, recorded
from tests.wire.replaying import Player, reply_of

EXCHANGES = [pytest.param(one, id=one.name) for one in recorded()] or [
    pytest.param(None, id="none", marks=pytest.mark.skip(reason="No test data wire; set CONSOLE_TEST_DATA."))
]


@pytest.mark.parametrize("exchange", EXCHANGES)
async def test_it_is_understood_as_the_official_sdk_does(exchange: Recorded) -> None:
    reply = reply_of(exchange)
    async with Loopback() as server:
        player = Player(server, exchange)
        for played in (
            reply,
            replace(reply, pieces=7),
            replace(reply, pieces=max(1, len(reply.body) // 3), delay_s=0.01),
        ):
            assert faults_of(exchange, await player.play(played)) == []
        await player.close()
        assert len(server.got) == 3


def test_every_recording_is_played_and_there_are_some_of_each_api(test_data: Callable[[str], Path]) -> None:
    lying = sorted(path.stem for path in test_data("wire").rglob("*.json"))
    cut = test_cut_exchanges.test_no_cut_lets_a_call_run_that_is_not_whole
    for test in (test_it_is_understood_as_the_official_sdk_does, cut):
        assert sorted(one.id for one in given_to(test)) == lying
    for kind in KINDS.values():
        some = [one for one in recorded() if one.kind == kind]
        assert {one.streamed for one in some} == {True, False}, kind
        for what in ("text", "expect_calls", "fails"):
            assert any(getattr(one, what) for one in some), f"{kind}: {what}"


def given_to(test: Any) -> list[Any]:
    """The parameters pytest plays it with."""
    (mark,) = (one for one in test.pytestmark if one.name == "parametrize")
    return list(mark.args[1])
