"""Every recorded exchange with a provider, through the real SDK: whole, in pieces of 7 bytes, and late."""

from dataclasses import replace

import pytest

from tests.wire.checking import faults_of
from tests.wire.loopback import Loopback
from tests.wire.recorded import Recorded, recorded
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
