"""An inbox on disk: each mail becomes one run, whatever its file is called, whenever the program was started."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from runtime.domain.commands import PauseAgent, RemoveAgent, ResumeAgent
from runtime.domain.words import Outcome
from runtime.engine.surroundings import Surroundings
from runtime.models.scripted import ScriptedModel
from runtime.tools.mail.intake import IncomingMail, tasks_in
from tests.fixtures.room import ALLOW_ALL, CLERK, PLAN, Room, done, furnished
from tests.unit.runtime.engine.test_bad_luck import Disk

SPEC = msgspec.structs.replace(CLERK, inbox="inbox")


def put(room: Room, name: str, subject: str) -> Path:
    room.models.scripts.setdefault(subject, ScriptedModel([PLAN, done()]))
    path = room.folder / "inbox" / name
    path.write_text(f"From: anna@example.org\nTo: shop@example.org\nSubject: {subject}\n\nHello {subject}\n")
    return path


async def look(room: Room) -> None:
    await asyncio.gather(room.runtime.supervisor.intake.look())
    await room.runtime.wait_idle()


def titles(room: Room) -> list[str]:
    return sorted(run.task.title for run in room.own.engine.states.runs)


async def all_runs(room: Room) -> list[str]:
    return sorted(row.title for row in await room.runtime.history.runs())


async def test_a_mail_is_taken_once_whatever_becomes_of_its_file(tmp_path: Path) -> None:
    async with furnished(tmp_path, ALLOW_ALL, spec=SPEC) as room:
        first = put(room, "1.eml", "one")
        put(room, "2.eml", "two")
        await look(room)
        assert titles(room) == ["one", "two"]
        first.rename(first.with_name("renamed.eml"))
        (first.with_name("copy.eml")).write_bytes(first.with_name("renamed.eml").read_bytes())
        await look(room)
        await room.reopen()
        await look(room)
        assert await all_runs(room) == ["one", "two"]
        put(room, "3.eml", "three")
        await look(room)
        assert await all_runs(room) == ["one", "three", "two"]
        for row in await room.runtime.history.runs():
            assert row.outcome == Outcome.COMPLETED


async def test_an_inbox_that_vanishes_is_told_and_taken_up_when_it_returns(tmp_path: Path) -> None:
    async with furnished(tmp_path, ALLOW_ALL, spec=SPEC) as room:
        put(room, "1.eml", "one")
        await look(room)
        (tmp_path / "inbox").rename(tmp_path / "elsewhere")
        await look(room)
        [trouble] = [said for said in room.runtime.troubles if "inbox" in said]
        assert "put the folder back" in trouble
        (tmp_path / "elsewhere").rename(tmp_path / "inbox")
        put(room, "2.eml", "two")
        await look(room)
        assert not [said for said in room.runtime.troubles if "inbox" in said]
        assert titles(room) == ["one", "two"]


async def test_a_mail_the_disk_refused_to_record_is_taken_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk()
    async with furnished(tmp_path, ALLOW_ALL, spec=SPEC, around=Surroundings(recorder=disk.recorder)) as room:
        put(room, "1.eml", "one")
        disk.full = True
        assert await room.runtime.supervisor.intake.look() == 0
        assert any("1.eml was not taken in" in said for said in room.runtime.troubles)
        disk.full = False
        await look(room)
        assert titles(room) == ["one"]


async def test_a_paused_agent_takes_nothing_and_a_removed_one_never(tmp_path: Path) -> None:
    async with furnished(tmp_path, ALLOW_ALL, spec=SPEC) as room:
        await room.do(PauseAgent(SPEC.name, "anna"))
        put(room, "1.eml", "one")
        assert await room.runtime.supervisor.intake.look() == 0
        await room.do(ResumeAgent(SPEC.name, "anna"))
        await look(room)
        assert titles(room) == ["one"]
        await room.do(RemoveAgent(SPEC.name, "anna"))
        path = room.folder / "inbox" / "2.eml"
        path.write_text("Subject: two\n\nHello\n")
        assert await room.runtime.supervisor.intake.look() == 0


async def test_the_queue_takes_only_so_much_at_once_and_all_in_the_end(tmp_path: Path) -> None:
    async with furnished(tmp_path, ALLOW_ALL, spec=SPEC) as room:
        await room.do(PauseAgent(SPEC.name, "anna"))
        for at in range(30):
            put(room, f"{at}.eml", f"mail {at}")
        await room.do(ResumeAgent(SPEC.name, "anna"))
        await look(room)
        assert len(titles(room)) == 30


async def test_a_folder_in_which_nothing_changed_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []

    def counted(folder: Path, known: set[str], limit: int) -> list[IncomingMail]:
        read.append(folder)
        return tasks_in(folder, known, limit)

    monkeypatch.setattr("runtime.engine.intake.tasks_in", counted)
    async with furnished(tmp_path, ALLOW_ALL, spec=SPEC) as room:
        put(room, "1.eml", "one")
        await look(room)
        before = len(read)
        await look(room)
        assert len(read) == before
        put(room, "2.eml", "two")
        await look(room)
        assert titles(room) == ["one", "two"]
