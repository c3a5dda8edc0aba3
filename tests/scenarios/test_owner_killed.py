"""The program that has the workspace open is killed while a command line hands it an approval."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.domain.words import AskState
from tests.fixtures.room import ASK_ALL, act, done, furnished, write

CLONE = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(CLONE), "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9.")
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_person_is_told_that_it_is_not_known_and_the_journal_decides(tmp_path: Path, when: str) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "new")), done())
        ask = await room.asked(run_id)
        await room.close()
        owner = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.fixtures.dying_owner", str(tmp_path), when),
            env=ENVIRONMENT,
            cwd=CLONE,
            stdout=subprocess.PIPE,
        )
        assert owner.stdout is not None
        assert await owner.stdout.readline() == b"open\n"
        line = [sys.executable, "-P", "-m", "console", "--workspace", str(tmp_path), "--as", "anna"]
        line += ["asks", "approve", ask.raised.ask_id, "--digest", ask.raised.digest, "--detach"]
        line += [word for number in range(len(ask.raised.checks)) for word in ("--check", str(number + 1))]
        person = await asyncio.create_subprocess_exec(
            *line, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        told = (await person.communicate())[0].decode()
        assert await owner.wait() < 0
        assert person.returncode == 3, told
        assert "It is not known whether this was recorded. The journal decides" in told
        await room.open()
        if when == "before":
            again = await room.asked(run_id)
            assert (again.state, (tmp_path / "docs" / "a.txt").exists()) == (AskState.WAITING, False)
            await room.approve(again)
        await room.finished(run_id)
        assert (tmp_path / "docs" / "a.txt").read_text() == "new"
        assert [one.kind for one in await room.own.recorder.read(0, 10_000)].count("ask-approved") == 1
