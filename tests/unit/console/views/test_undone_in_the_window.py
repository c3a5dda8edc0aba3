"""Whoever approved something is told when somebody rolls it back, also after a restart, until they have read it."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from console.dialogs.numbers_dialog import NumbersDialog
from console.window import ConsoleWindow
from runtime.domain.commands import RollBack
from runtime.domain.grant import number
from runtime.domain.grant_commands import GrantStanding, GrantTerms
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
                assert not told(window)
                await room.do(replace(own, run_id=first, by="ben"))
                await room.finished(first)
                await world.until(lambda: told(window), "she is told")
                assert told(window) == ["What you approved was undone. Ben rolled the run back: Create a.txt, 1 line"]

    (tmp_path / "desk").mkdir()
    world.run(story())


def test_whoever_gave_a_standing_grant_is_told_what_was_undone_of_it(world: WindowWorld, tmp_path: Path) -> None:
    async def story() -> None:
        async with furnished(tmp_path / "desk", ASK_ALL) as room:
            again = act(write("a.txt", "x\n"))
            first = await room.start("one", again, done())
            ask = await room.asked(first)
            await room.approve(ask, by="ben")
            await room.do(GrantStanding(ask.raised.ask_id, "anna", ask.raised.digest, GrantTerms(uses=10)))
            await room.finished(first)
            await room.roll_back(first)
            second = await room.start("two", again, done())
            await room.finished(second)
            async with window_on(world, room) as window:
                await room.do(RollBack(second, 0, "ben"))
                await room.finished(second)
                await world.until(lambda: window.toasts.texts, "she is told")
                [text] = window.toasts.texts
                assert text.startswith("What you allowed ahead was undone. Ben rolled the run back: ")
                [grant] = await room.runtime.history.grants()
                assert f"(done under your standing grant {number(grant.given.grant_id)})" in text
                window.toasts.close_newest()
                await world.until(lambda: not world.busy, "it was read")
            await room.reopen()
            async with window_on(world, room) as window:
                await world.until(lambda: not world.busy, "it was looked for")
                assert window.toasts.texts == []

    (tmp_path / "desk").mkdir()
    world.run(story())


def test_what_was_undone_while_nobody_looked_is_told_after_a_restart_and_not_again_once_it_was_read(
    world: WindowWorld, tmp_path: Path
) -> None:
    async def story() -> None:
        async with furnished(tmp_path / "desk", ASK_ALL) as room:
            runs = [await approved(room, name, f"{name}.txt") for name in ("a", "b", "c", "d")]
            for run_id in runs:
                await room.do(RollBack(run_id, 0, "ben"))
                await room.finished(run_id)
            room.pass_time(30 * 24 * 3600)
            await room.reopen()
            async with window_on(world, room) as window:
                await world.until(lambda: told(window), "she is told, however long ago it was")
                [text] = told(window)
                assert [f"{name}.txt" in text for name in ("a", "b", "c", "d")] == [True, True, True, False]
                assert "and 1 more" in text
                window.toasts.close_newest()
                await world.until(lambda: not world.busy)
            async with window_on(world, room) as window:
                await world.until(lambda: told(window), "of what has no room there nothing is taken for read")
                [(_, banner)] = window.toasts._open
                banner.button.click()
                dialog = window.dialogs.shown["undone-afterwards"]
                assert isinstance(dialog, NumbersDialog)
                assert [dialog.model.index(row, 1).data() for row in range(4)] == [
                    f"Create {name}.txt, 1 line" for name in ("a", "b", "c", "d")
                ]
                dialog.accept()
                await world.until(lambda: not world.busy, "it was read")
            await room.reopen()
            async with window_on(world, room) as window:
                await world.until(lambda: not world.busy, "it was looked for")
                assert not told(window)

    (tmp_path / "desk").mkdir()
    world.run(story())


def told(window: ConsoleWindow) -> list[str]:
    return [text for text in window.toasts.texts if HEADLINE in text]
