"""A key that is kept, and was used, stands in no argument and in no environment of a program that is started."""

import asyncio
import multiprocessing.util
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from runtime.tools import sandbox
from runtime.tools.repository.git import git
from runtime.tools.sandbox import STOPPED, Bounds
from tests.fixtures.provided_room import provided
from tests.secrets.canaries import CANARIES, found_in
from tests.wire.loopback import Loopback, Reply
from tests.wire.spoken import STREAM, responses

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Other programs' arguments are read from /proc.")
KEY = CANARIES["openai"]
FIRST_WORDS = "running"
SPAWN = multiprocessing.util.spawnv_passfds


def descendants(of: int) -> Iterator[int]:
    """All processes below this one."""
    for children in Path(f"/proc/{of}/task").glob("*/children"):
        try:
            found = children.read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # the thread or the process ended meanwhile
        for child in map(int, found):
            yield child
            yield from descendants(child)


class Seen:
    """Arguments and environments of programs: as they were handed over, and as the system holds them."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.texts: list[bytes] = []

    def popen(self) -> type[subprocess.Popen[bytes]]:
        """In place of ``subprocess.Popen``: the same, written down."""
        seen = self

        class Written(subprocess.Popen):  # type: ignore[type-arg]
            def __init__(self, args: list[str], **given: object) -> None:
                seen.started.append(Path(args[0]).name)
                environment = given.get("env")
                seen.texts.append(repr((args, dict(os.environ) if environment is None else environment)).encode())
                super().__init__(args, **given)  # type: ignore[call-overload]

        return Written

    def spawn(self, path: bytes, arguments: list[str | bytes], passed: list[int]) -> int:
        """In place of what ``multiprocessing`` starts a child with, which then waits to be told its work."""
        self.started.append(Path(os.fsdecode(path)).name)
        self.texts.append(repr((arguments, dict(os.environ))).encode())
        pid = int(SPAWN(path, arguments, passed))
        while not Path(f"/proc/{pid}/environ").read_bytes():
            continue  # between two programs it has none
        self.look()
        return pid

    def look(self) -> None:
        """Into every process that runs below this one now."""
        for child in descendants(os.getpid()):
            try:
                self.texts += [Path(f"/proc/{child}/{name}").read_bytes() for name in ("cmdline", "environ")]
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue  # it ended, or became somebody else who may not be looked into


def shut_away(folder: Path, seen: Seen) -> None:
    """A program in the sandbox that runs until it was looked at."""
    stop = threading.Event()

    def look(text: str) -> None:
        seen.look()
        stop.set()

    command = ("sh", "-c", f"echo {FIRST_WORDS}; exec sleep 600")
    ended = sandbox.run(command, folder, Bounds(), cancelled=stop, progress=look)
    assert (ended.how, ended.output) == (STOPPED, FIRST_WORDS + "\n")


async def test_no_child_is_handed_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Seen()
    monkeypatch.setattr("runtime.operations.upkeep.CHILD_FROM", 0)
    monkeypatch.setattr(subprocess, "Popen", seen.popen())
    monkeypatch.setattr("multiprocessing.util.spawnv_passfds", seen.spawn)
    end = ("c1", "end_with_result", '{"text":"Done.","confidence":0.9,"reason":"r"}')
    plan = '{"steps":[{"title":"End"}],"note":"","reason":"r","confidence":0.9}'
    replies = [Reply(200, STREAM, responses([plan], [], "completed")), Reply(200, STREAM, responses([], [end]))]
    (tmp_path / "tree").mkdir()
    async with Loopback(replies) as server, provided(tmp_path / "workspace") as way:
        await way.connect("openai", server.address, KEY)
        await way.worked("Use the key")
        assert KEY in str(server.got[0].headers)
        assert (await way.room.runtime.verify_chain()).intact
        assert any(name.startswith("python") for name in seen.started)
        await asyncio.to_thread(git, tmp_path / "tree", "--version")
        if not await asyncio.to_thread(sandbox.unavailable):
            await asyncio.to_thread(shut_away, tmp_path / "tree", seen)
            assert "unshare" in seen.started
    assert "git" in seen.started
    assert any(b"PATH=" in text for text in seen.texts)
    assert [text for text in seen.texts if found_in(text)] == []
