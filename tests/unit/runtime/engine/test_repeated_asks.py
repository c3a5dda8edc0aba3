"""A repeated request knows what was asked before, earlier decisions know what came of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.cli.asks import raise_unless_done
from console.cli.exit_status import CommandRefused
from tests.fixtures.room import ASK_ALL, act, bench, done, furnished, write


async def test_the_second_request_of_a_run_knows_the_first_and_what_became_of_it(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(bench("keyed", "a")), act(bench("keyed", "b")), done())
        first = await room.asked(run_id)
        card = await room.runtime.history.ask(first.raised.ask_id)
        assert card is not None
        assert card.before is None
        await room.reject(first, "wrong note")
        second = await room.asked(run_id)
        card = await room.runtime.history.ask(second.raised.ask_id)
        assert card is not None
        assert card.before is not None
        assert (card.before.action.arguments, card.before.how, card.before.by) == ('{"note":"a"}', "rejected", "Anna")
        await room.approve(second)
        await room.finished(run_id)
        other = await room.start("u", act(bench("keyed", "c")), done())
        third = await room.asked(other)
        card = await room.runtime.history.ask(third.raised.ask_id)
        assert card is not None
        assert card.before is None, "another run"
        assert [(one.how, one.outcome) for one in card.similar] == [("approved", "ok"), ("rejected", "")]
        await room.reject(third, "enough")
        await room.finished(other)


async def test_an_approval_that_was_asked_anew_is_no_success_at_the_command_line(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        (tmp_path / "docs").mkdir(exist_ok=True)
        (tmp_path / "docs" / "a.txt").write_text("old\n")
        run_id = await room.start("t", act(write("a.txt", "new\n")), done())
        ask = await room.asked(run_id)
        await raise_unless_done(room.runtime, ask.raised.ask_id)
        (tmp_path / "docs" / "a.txt").write_text("somebody else's\n")
        await room.approve(ask)
        anew = await room.asked(run_id)
        assert anew.raised.ask_id != ask.raised.ask_id
        with pytest.raises(CommandRefused, match=r"but it was not done\. Asked anew: .*a\.txt changed") as refused:
            await raise_unless_done(room.runtime, ask.raised.ask_id)
        assert refused.value.code == "changed"
        await room.approve(anew)
        await room.finished(run_id)
        await raise_unless_done(room.runtime, anew.raised.ask_id)
