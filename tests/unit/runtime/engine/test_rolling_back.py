"""Rollback on real files and mail: newest first, conflicts left alone, what cannot be undone said."""

from datetime import datetime
from pathlib import Path

import pytest

from runtime.domain.commands import RollBack
from runtime.domain.events.rollbacks import RollbackFinished, UndoFinished
from runtime.domain.ids import CallId, RunId
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import Outcome
from tests.fixtures.room import ASK_ALL, Room, act, done, furnished, write

SEND = ("mail.send", {"to": ["anna@example.org"], "subject": "Hello", "text": "Hello"})


async def undone(room: Room, run_id: RunId) -> list[tuple[str, UndoOutcome]]:
    return [(event.call_id, event.outcome) for event in await room.events(run_id) if isinstance(event, UndoFinished)]


def files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in (folder / "docs").iterdir()}


async def would_undo(room: Room, run_id: RunId) -> list[int]:
    """How many effects each checkpoint says it would undo, from the start on."""
    return [step.undoes for step in await room.runtime.history.timeline(run_id) if step.mark == "checkpoint"]


async def test_everything_is_undone_newest_first_and_once(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        (tmp_path / "docs/a.txt").write_text("before\n")
        before = files(tmp_path)
        calls = [write("a.txt", "1\n"), write("b.txt", "2\n"), ("files.move", {"path": "b.txt", "to": "c.txt"})]
        run_id = await room.start("t", act(*calls), act(write("a.txt", "3\n")), done())
        await room.finished(run_id)
        assert files(tmp_path) == {"a.txt": "3\n", "c.txt": "2\n"}
        sheet = await room.runtime.rollback_sheet(run_id, 0)
        assert isinstance(sheet, list)
        assert [line.outcome for line in sheet] == [UndoOutcome.UNDONE] * 4
        await room.roll_back(run_id)
        assert files(tmp_path) == before
        assert await undone(room, run_id) == [(call, UndoOutcome.UNDONE) for call in ("2.1", "1.3", "1.2", "1.1")]
        assert (await room.refused(RollBack(run_id, 0, "anna"))).code == "nothing"
        assert (await room.refused(RollBack(run_id, 9, "anna"))).code == "unknown"


async def test_back_to_a_checkpoint_and_then_the_rest(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", act(*[write("a.txt", f"{at}\n") for at in (1, 2, 3)]), done())
        await room.finished(run_id)
        assert await would_undo(room, run_id) == [3, 2, 1, 0]
        await room.roll_back(run_id, to=1)
        assert files(tmp_path) == {"a.txt": "1\n"}
        assert await would_undo(room, run_id) == [1, 0, 0, 0]
        await room.roll_back(run_id)
        assert files(tmp_path) == {}


async def test_a_conflict_is_left_alone_until_somebody_says_otherwise(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n"), write("b.txt", "2\n")), done())
        await room.finished(run_id)
        (tmp_path / "docs/a.txt").write_text("somebody\n")
        sheet = await room.runtime.rollback_sheet(run_id, 0)
        assert isinstance(sheet, list)
        assert [line.outcome for line in sheet] == [UndoOutcome.UNDONE, UndoOutcome.CONFLICT]
        assert {"-1", "+somebody"} <= set(sheet[1].difference.splitlines())
        assert files(tmp_path) == {"a.txt": "somebody\n", "b.txt": "2\n"}
        await room.roll_back(run_id)
        assert files(tmp_path) == {"a.txt": "somebody\n"}
        assert await undone(room, run_id) == [("1.2", UndoOutcome.UNDONE), ("1.1", UndoOutcome.CONFLICT)]
        ended = [event for event in await room.events(run_id) if isinstance(event, RollbackFinished)]
        assert [(event.undone, event.left) for event in ended] == [(1, 1)]
        assert (await room.refused(RollBack(run_id, 0, "anna"))).code == "nothing"
        await room.roll_back(run_id, overwrite=(CallId("1.1"),))
        assert files(tmp_path) == {}


async def test_only_what_is_named_is_overwritten(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n"), write("b.txt", "2\n")), done())
        await room.finished(run_id)
        for name in ("a.txt", "b.txt"):
            (tmp_path / "docs" / name).write_text("somebody\n")
        await room.roll_back(run_id, overwrite=(CallId("1.1"),))
        assert files(tmp_path) == {"b.txt": "somebody\n"}


@pytest.mark.parametrize("later", ["second\n", "first\n"], ids=["other", "identical"])
async def test_a_later_change_of_another_run_is_a_conflict_that_names_it(tmp_path: Path, later: str) -> None:
    async with furnished(tmp_path) as room:
        first = await room.start("first", act(write("a.txt", "first\n")), done())
        await room.finished(first)
        second = await room.start("second", act(write("a.txt", later)), done())
        await room.finished(second)
        sheet = await room.runtime.rollback_sheet(first, 0)
        assert isinstance(sheet, list)
        await room.roll_back(first)
        (ended,) = [event for event in await room.events(first) if isinstance(event, UndoFinished)]
        assert sheet[0].outcome == ended.outcome == UndoOutcome.CONFLICT
        at = datetime.now().astimezone()
        assert f"Changed later by run {second[-6:]} “second” on {at.day} {at:%b %Y} at " in sheet[0].sentence
        assert ended.sentence == sheet[0].sentence
        assert files(tmp_path) == {"a.txt": later}
        await room.roll_back(second)
        assert files(tmp_path) == {"a.txt": "first\n"}
        await room.roll_back(first, overwrite=(CallId("1.1"),))
        assert files(tmp_path) == {}


async def test_what_another_run_did_and_undid_is_no_conflict(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        first = await room.start("first", act(write("a.txt", "1\n"), write("b.txt", "1\n")), done())
        await room.finished(first)
        second = await room.start("second", act(write("a.txt", "1\n"), write("c.txt", "1\n")), done())
        await room.finished(second)
        await room.roll_back(second)
        await room.roll_back(first)
        assert await undone(room, first) == [("1.2", UndoOutcome.UNDONE), ("1.1", UndoOutcome.UNDONE)]


async def test_a_file_that_another_run_moved_there_is_a_conflict_too(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        first = await room.start("first", act(write("a.txt", "1\n")), done())
        await room.finished(first)
        moves = [("files.move", {"path": "a.txt", "to": "b.txt"}), ("files.move", {"path": "b.txt", "to": "a.txt"})]
        second = await room.start("second", act(*moves), done())
        await room.finished(second)
        await room.roll_back(first)
        assert await undone(room, first) == [("1.1", UndoOutcome.CONFLICT)]
        assert files(tmp_path) == {"a.txt": "1\n"}


async def test_what_cannot_be_undone_is_said_and_the_rest_is_undone(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n"), SEND), done())
        await room.approve(await room.asked(run_id))
        await room.finished(run_id)
        sent = list((tmp_path / "outbox").iterdir())
        assert len(sent) == 1
        sheet = await room.runtime.rollback_sheet(run_id, 0)
        assert isinstance(sheet, list)
        assert [line.outcome for line in sheet] == [UndoOutcome.CANNOT, UndoOutcome.UNDONE]
        await room.roll_back(run_id)
        assert await undone(room, run_id) == [("1.2", UndoOutcome.CANNOT), ("1.1", UndoOutcome.UNDONE)]
        assert files(tmp_path) == {}
        assert list((tmp_path / "outbox").iterdir()) == sent


@pytest.mark.parametrize("left", [b"", b"else"], ids=["missing", "damaged"])
async def test_what_is_to_be_put_back_and_is_not_kept_any_more_is_said_first_and_may_come_back(
    tmp_path: Path, left: bytes
) -> None:
    async with furnished(tmp_path) as room:
        (tmp_path / "docs/a.txt").write_text("before\n")
        run_id = await room.start("t", act(write("a.txt", "1\n"), write("b.txt", "2\n")), done())
        await room.finished(run_id)
        blobs = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
        [former] = [path for path in blobs if path.read_bytes() == b"before\n"]
        former.write_bytes(left) if left else former.unlink()
        sheet = await room.runtime.rollback_sheet(run_id, 0)
        assert isinstance(sheet, list)
        assert [line.outcome for line in sheet] == [UndoOutcome.UNDONE, UndoOutcome.CANNOT]
        assert sheet[1].sentence.startswith("What it was before is not kept any more. The stored content ")
        await room.roll_back(run_id)
        assert await undone(room, run_id) == [("1.2", UndoOutcome.UNDONE), ("1.1", UndoOutcome.FAILED)]
        assert (files(tmp_path), room.ask_of(run_id)) == ({"a.txt": "1\n"}, None)
        former.write_text("before\n")  # out of a backup
        await room.roll_back(run_id)
        assert files(tmp_path) == {"a.txt": "before\n"}


async def test_a_run_that_is_not_over_is_stopped_first(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n"), write("b.txt", "2\n")))
        await room.approve(await room.asked(run_id))
        ask = await room.asked(run_id)
        run = await room.roll_back(run_id)
        assert run.outcome is Outcome.STOPPED
        assert files(tmp_path) == {}
        assert (await room.refused(room.approval(ask))).code == "closed"


async def test_an_edited_action_is_undone_as_it_was_executed(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "agent\n")), done())
        await room.approve(await room.asked(run_id), {"path": "b.txt", "content": "person\n"})
        await room.finished(run_id)
        assert files(tmp_path) == {"b.txt": "person\n"}
        await room.roll_back(run_id)
        assert files(tmp_path) == {}
