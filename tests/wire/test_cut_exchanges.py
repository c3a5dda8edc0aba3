"""Every recorded exchange cut short: around each event, inside characters and inside arguments of tools.

``CONSOLE_EVERY_CUT=1`` cuts at every byte, each both ways; it takes some tens of minutes.
"""

import os

import pytest

from tests.wire.cutting import cut_all
from tests.wire.loopback import Loopback
from tests.wire.recorded import Recorded, recorded
from tests.wire.replaying import Player

EXCHANGES = [pytest.param(one, id=one.name) for one in recorded()] or [
    pytest.param(None, id="none", marks=pytest.mark.skip(reason="No test data wire; set CONSOLE_TEST_DATA."))
]


@pytest.mark.parametrize("exchange", EXCHANGES)
async def test_no_cut_lets_a_call_run_that_is_not_whole(exchange: Recorded) -> None:
    async with Loopback() as server:
        player = Player(server, exchange)
        done = await cut_all(player, every_byte=bool(os.environ.get("CONSOLE_EVERY_CUT")))
        await player.close()
    assert done.cuts > 0
    assert done.wrong == []
