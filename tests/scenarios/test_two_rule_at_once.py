"""Several people, each in a process of their own, rule on one request at the same moment: one of them does."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from runtime.domain.ask_state import Ask
from runtime.domain.changes import Done
from runtime.domain.commands import Reject
from runtime.domain.words import AskState
from tests.fixtures.room import ASK_ALL, Room, act, furnished, write

CLONE = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(CLONE), "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
PERSON = """
import asyncio, json, sys
from runtime.domain.changes import Done
from runtime.domain.commands import Approve, Reject
from runtime.door.client import connect

address, by, ask_id, digest, checks, does = sys.argv[1:]


async def rule() -> None:
    runtime = await connect(address)
    ticked = tuple(range(int(checks)))
    command = Approve(ask_id, by, digest, ticked=ticked) if does == "approve" else Reject(ask_id, by, "No.")
    print("ready", flush=True)
    sys.stdin.readline()
    answer = await runtime.perform(command)
    print(json.dumps([isinstance(answer, Done), answer.sentence]), flush=True)


asyncio.run(rule())
"""
RULED = {"ask-approved", "ask-rejected"}
NAMES = {"anna": "Anna", "ben": "Ben"}


async def rulings(room: Room) -> list[tuple[str, str]]:
    """(kind, by) of everything that was ruled."""
    records = await room.own.recorder.read(0, 10_000)
    return [(one.kind, one.by.removeprefix("operator:")) for one in records if one.kind in RULED]


async def person(address: str, ask: Ask, by: str, does: str) -> asyncio.subprocess.Process:
    """Before the request, with the finger on the key."""
    raised = ask.raised
    words = [address, by, raised.ask_id, raised.digest, str(len(raised.checks)), does]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PERSON, *words),
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def answer_of(process: asyncio.subprocess.Process) -> tuple[bool, str]:
    out, _ = await process.communicate()
    ruled, sentence = json.loads(out)
    return ruled, sentence


async def test_the_window_and_three_command_lines_rule_at_once_and_one_does(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(write("a.txt", "new")))
        ask = await room.asked(run_id)
        address = await room.runtime.open_door()
        people = [("anna", "approve"), ("ben", "approve"), ("ben", "reject")]
        processes = [await person(address, ask, by, does) for by, does in people]
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(b"now\n")
        window = asyncio.ensure_future(room.runtime.perform(Reject(ask.raised.ask_id, "anna", "No.")))
        told = [await answer_of(process) for process in processes]
        answer = await window
        told.append((isinstance(answer, Done), answer.sentence))
        [(kind, by)] = await rulings(room)
        assert [ruled for ruled, _ in told].count(True) == 1, told
        did = kind.removeprefix("ask-")
        others = [sentence for ruled, sentence in told if not ruled]
        assert all(sentence.startswith(f"{NAMES[by]} {did} this ") for sentence in others), others


async def on_the_command_line(folder: Path, by: str, *words: str) -> tuple[int, str]:
    line = [sys.executable, "-P", "-m", "console", "--workspace", str(folder), "--as", by, "asks", *words, "--detach"]
    process = await asyncio.create_subprocess_exec(
        *line, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def test_two_command_lines_of_which_none_owns_the_workspace_rule_at_once_and_one_does(
    tmp_path: Path,
) -> None:
    async with furnished(tmp_path, ASK_ALL, hold_seconds=60) as room:
        run_id = await room.start("t", act(write("a.txt", "new")))
        raised = (await room.asked(run_id)).raised
        await room.close()
        checks: list[Any] = [word for number in range(len(raised.checks)) for word in ("--check", str(number + 1))]
        told = await asyncio.gather(
            on_the_command_line(tmp_path, "anna", "approve", raised.ask_id, "--digest", raised.digest, *checks),
            on_the_command_line(tmp_path, "ben", "reject", raised.ask_id, "--reason", "No."),
        )
        await room.open()
        [(kind, by)] = await rulings(room)
        first = 0 if by == "anna" else 1
        assert [status for status, _ in told] == ([0, 1] if first == 0 else [1, 0]), told
        assert f"{NAMES[by]} {kind.removeprefix('ask-')} this " in told[1 - first][1]
        ask = await room.own.engine.states.load_ask(raised.ask_id)
        assert ask is not None
        assert ask.state is AskState.HELD
