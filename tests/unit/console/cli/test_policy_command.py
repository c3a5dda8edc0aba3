"""`policy import --preview` and `asks show` of a tool that is gone, on a real workspace left by a closed program."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from pathlib import Path

import msgspec
import pytest

from console.__main__ import main
from tests.fixtures.room import ASK_ALL, CLERK, act, done, furnished, write

ALLOWING = (
    '[[rules]]\nrule_id = "docs"\nverdict = "allow"\nagents = "clerk"\ntools = "files.write"\nresources = "docs/*"\n'
)
FILES_ONLY = msgspec.structs.replace(CLERK, tools=CLERK.tools[:1])


async def decided(folder: Path) -> None:
    """One request that was approved, one that was rejected."""
    async with furnished(folder, ASK_ALL, spec=FILES_ONLY) as room:
        for at in (0, 1):
            run_id = await room.start(f"n{at}", act(write(f"n{at}.md", "x\n")), done())
            ask = await room.asked(run_id)
            await (room.reject(ask, "no") if at else room.approve(ask))
            await room.finished(run_id)


async def waiting(folder: Path) -> str:
    """A request of an agent with a tool family that the shipped program does not have."""
    async with furnished(folder, ASK_ALL, hold_seconds=60) as room:
        return (await room.asked(await room.start("first", act(write("docs/a.txt", "x\n"))))).raised.ask_id


def typed(folder: Path, *words: str) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = main(["--workspace", str(folder), "--as", "anna", *words])
    return status, out.getvalue()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "rules.toml"
    file.write_text(ALLOWING, encoding="utf-8")
    return file


def test_a_preview_says_what_the_rules_would_have_done_and_changes_nothing(tmp_path: Path, rules: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    asyncio.run(decided(folder))
    before = typed(folder, "policy", "show")[1]
    status, text = typed(folder, "policy", "import", str(rules), "--preview")
    assert status == 0, text
    assert "Of the last 2 actions: 2 asks would have been saved; 1 of them had been rejected, 0 rolled back." in text
    assert "ask → allow" in text
    assert text.rstrip().endswith("The rules were not changed.")
    assert typed(folder, "policy", "show")[1] == before
    status, text = typed(folder, "--json", "policy", "import", str(rules), "--preview")
    assert [one["before"] for one in json.loads(text)["report"]["changed"]] == ["ask", "ask"]
    rules.write_text(ALLOWING.replace("allow", "perhaps"), encoding="utf-8")
    status, text = typed(folder, "policy", "import", str(rules), "--preview")
    assert (status, "The rules were not changed." in text) == (1, True), text


def test_a_request_whose_tool_is_gone_is_shown_and_says_so(tmp_path: Path) -> None:
    ask_id = asyncio.run(waiting(tmp_path))
    status, text = typed(tmp_path, "asks", "show", ask_id)
    assert status == 1, text
    assert "files.write" in text
    assert "the tools of clerk cannot be built" in text
    assert "the request stands: reject it, or mend the agent" in " ".join(text.split())
    status, text = typed(tmp_path, "asks", "edit", ask_id, "--arguments", '{"path":"b.txt","content":"y"}')
    assert (status, "cannot be built" in text) == (1, True), text
