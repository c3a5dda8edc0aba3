"""Two people at one workstation: a second person types a passphrase at the command line, beside an open window."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from console.masked_log import MaskedFormatter
from runtime.domain.action import canonical
from runtime.domain.commands import SaveOperator, Secret, SetPassphrase
from runtime.domain.events.asks import AskApproved
from runtime.domain.ids import RunId
from runtime.domain.settings import Operator
from runtime.door.client import connect
from runtime.door.ownership import owner
from runtime.door.wire import ApproveTogether
from tests.fixtures.keyring_in_memory import KeyringInMemory
from tests.fixtures.room import Room, act, done, furnished

CLONE = Path(__file__).resolve().parents[2]
WORDS = "Quince-48 over a blue fence"
WRONG = "Quince-48 over a red fence"
WIDE = {"to": [f"person{number}@example.org" for number in range(30)], "subject": "News", "text": "Hello"}
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals of this kind.")


@asynccontextmanager
async def asked(folder: Path) -> AsyncIterator[tuple[Room, RunId]]:
    """A workspace that is open here, with its door, and a request for two people in it."""
    async with furnished(folder) as room:
        room.own.credentials._calls = KeyringInMemory().calls()
        await room.do(SaveOperator(Operator("cleo", "Cleo"), "anna"))
        await room.do(SetPassphrase("cleo", Secret(WORDS), "anna"))
        await room.runtime.open_door()
        run_id = await room.start("news", act(("mail.send", WIDE)), done())
        await room.asked(run_id)
        yield room, run_id


@dataclass
class Typed:
    """A command line in a process and a terminal of its own."""

    status: int
    screen: str
    seen_of_it: str
    """Its arguments and environment while it asked."""


async def typed(room: Room, run_id: RunId, words: str) -> Typed:
    """``asks approve``, with these words typed when it asks for them."""
    ask = room.ask_of(run_id)
    assert ask is not None
    checks = [word for number in range(len(ask.raised.checks)) for word in ("--check", str(number + 1))]
    ours, theirs = os.openpty()
    line = [sys.executable, "-P", "-m", "console", "--workspace", str(room.folder), "asks", "approve"]
    line += [ask.raised.ask_id, "--as", "ben", "--second", "cleo", "--digest", ask.raised.digest, *checks]
    environment = {**os.environ, "PYTHONPATH": str(CLONE), "PYTHONIOENCODING": "utf-8"}
    process = await asyncio.create_subprocess_exec(
        *line, "--detach", env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    try:
        screen = await asyncio.to_thread(_read_until, ours, "Passphrase of cleo: ")
        seen = await asyncio.to_thread(_seen_of, process.pid)
        await asyncio.to_thread(os.write, ours, f"{words}\n".encode())
        screen += await asyncio.to_thread(_read_until, ours, None)
        return Typed(await process.wait(), screen, seen)
    finally:
        os.close(ours)


def _read_until(terminal: int, wanted: str | None) -> str:
    """What the terminal shows until this stands there, or until its program has gone (an error of the terminal)."""
    shown = ""
    while wanted is None or wanted not in shown:
        try:
            piece = os.read(terminal, 65_536)
        except OSError:
            break
        if not piece:
            break
        shown += piece.decode("utf-8", "replace")
    return shown


def _seen_of(pid: int) -> str:
    process = Path("/proc") / str(pid)
    if process.is_dir():
        told = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        return told.decode("utf-8", "replace").replace("\x00", " ")
    return subprocess.run(["ps", "eww", str(pid)], capture_output=True, encoding="utf-8", check=False).stdout


def _files_with(folder: Path, *words: str) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word.encode() in path.read_bytes() for word in words)]


@on_posix
async def test_the_second_person_agrees_at_the_command_line_while_another_process_has_the_workspace(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "shop"
    async with asked(folder) as (room, run_id):
        wrong = await typed(room, run_id, WRONG)
        assert wrong.status == 1, wrong.screen
        assert "That is not the passphrase of Cleo. Nothing was approved." in wrong.screen
        assert not list((folder / "outbox").glob("*.eml"))
        right = await typed(room, run_id, WORDS)
        assert right.status == 0, right.screen
        await room.finished(run_id)
        ruled = [one.event for one in await room.log.read(limit=10_000) if isinstance(one.event, AskApproved)]
        assert [(one.by, one.second) for one in ruled] == [("ben", "cleo")]
        assert len(list((folder / "outbox").glob("*.eml"))) == 1
        for one in (wrong, right):
            assert "--second cleo" in one.seen_of_it
            assert WORDS not in one.screen + one.seen_of_it
            assert WRONG not in one.screen + one.seen_of_it
    assert WORDS not in caplog.text
    assert WRONG not in caplog.text
    assert await asyncio.to_thread(_files_with, folder, WORDS, WRONG) == []


@pytest.mark.may_block(reason="a mistake is logged with its traceback")
async def test_what_goes_through_the_door_shows_itself_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the owner fails while it has the words in its hands."""
    caplog.handler.setFormatter(MaskedFormatter("%(message)s"))
    assert WORDS not in repr(ApproveTogether(msgspec.Raw(b"{}"), WORDS))
    async with asked(tmp_path) as (room, run_id):
        ask = room.ask_of(run_id)
        held = await owner(room.folder)
        assert ask is not None
        assert held is not None
        far = await connect(held.socket)
        approval = msgspec.structs.replace(room.approval(ask, by="ben"), second="cleo", passphrase=Secret(WORDS))

        async def broken(command: object) -> None:
            raise ValueError(f"Something with {command!r}")

        with monkeypatch.context() as patched:
            patched.setattr(room.runtime, "perform", broken)
            with pytest.raises(Exception, match="made a mistake"):
                await far.perform(approval)
        await room.do(msgspec.structs.replace(approval, passphrase=Secret(WORDS)))
        await room.finished(run_id)
    assert "Something with Approve" in caplog.text
    assert WORDS not in caplog.text
    assert canonical({"x": WORDS}) not in caplog.text
