"""What was done under a standing grant and undone by somebody else is told to whoever gave the grant."""

from pathlib import Path

import msgspec

from runtime.domain.commands import RollBack
from runtime.domain.grant_commands import GrantStanding, GrantTerms
from runtime.domain.ids import GrantId
from runtime.domain.queue_commands import ReadAfterwards
from runtime.domain.refusals import Refusal
from tests.fixtures.room import ASK_ALL, act, done, furnished, write


async def test_whoever_gave_it_is_told_what_others_undo_of_it_until_they_read_it(tmp_path: Path) -> None:
    again = act(write("a.txt", "x\n"))
    async with furnished(tmp_path, ASK_ALL) as room:
        first = await room.start("first", again, done())
        ask = await room.asked(first)
        await room.approve(ask, by="anna")
        await room.do(GrantStanding(ask.raised.ask_id, "ben", ask.raised.digest, GrantTerms(uses=10)))
        await room.finished(first)
        await room.roll_back(first)
        for by in ("anna", "ben", ""):
            run_id = await room.start(f"undone by {by}", again, done())
            await room.finished(run_id)
            if by:
                await room.do(RollBack(run_id, 0, by))
                await room.finished(run_id)
        await room.reopen()
        history, grant_id = room.runtime.history, (await room.runtime.history.grants())[0].given.grant_id
        [came] = await history.afterwards("ben")
        assert (came.title, came.by, came.grant_id, came.harm) == ("Create a.txt, 1 line", "Anna", grant_id, "")
        assert await history.afterwards("anna") == [], "she undid it, and gave nothing"
        read = ReadAfterwards(ask.raised.ask_id, "ben", grant_id=grant_id)
        for other in (msgspec.structs.replace(read, by="cleo"), msgspec.structs.replace(read, grant_id=GrantId(""))):
            assert isinstance(await room.runtime.perform(other), Refusal)
        assert await history.afterwards("ben") == [came]
        await room.do(read)
        assert await history.afterwards("ben") == []
        await room.reopen()
        assert await room.runtime.history.afterwards("ben") == []
