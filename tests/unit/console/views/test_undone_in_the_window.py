"""Whoever approved something is told when somebody rolls it back, in a window over a real workspace."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from runtime.domain.commands import RollBack
from runtime.domain.ids import RunId
from tests.fixtures.room import ASK_ALL, Room, act, done, furnished, write
from tests.fixtures.window_on_a_room import window_on
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
HEADLINE = "What you approved was undone"


async def approved(room: Room, title: str, name: str) -> RunId:
    """A run that wrote a file after Anna approved it."""
    run_id = await room.start(title, act(write(name, "x\n")), done())
    await room.approve(await room.asked(run_id), by="anna")
    await room.finished(run_id)
    return run_id


def test_whoever_approved_what_is_undone_is_told_and_whoever_undid_it_is_not(
    world: WindowWorld, tmp_path: Path
) -> None:
    async def story() -> None:
        async with furnished(tmp_path / "desk", ASK_ALL) as room:
            first, second = await approved(room, "one", "a.txt"), await approved(room, "two", "b.txt")
            async with window_on(world, room) as window:
                own = RollBack(second, 0, "anna")
                await room.do(own)
                await room.finished(own.run_id)
                await world.until(lambda: not world.busy, "her own rollback is read")
                assert not any(HEADLINE in text for text in window.toasts.texts)
                await room.do(replace(own, run_id=first, by="ben"))
                await room.finished(first)
                await world.until(lambda: any(HEADLINE in text for text in window.toasts.texts), "she is told")
                assert any("Ben rolled the run back" in text and "a.txt" in text for text in window.toasts.texts)
                assert not any("b.txt" in text for text in window.toasts.texts if HEADLINE in text)

    (tmp_path / "desk").mkdir()
    world.run(story())
