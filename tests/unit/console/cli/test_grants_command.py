"""`asks approve --grant` and `grants` at the command line, on a real workspace with a request that waits."""

from __future__ import annotations

import asyncio
import contextlib
import io
from pathlib import Path

import msgspec

from console.__main__ import main
from tests.fixtures.room import ASK_ALL, CLERK, act, furnished, write

SPEC = msgspec.structs.replace(CLERK, tools=CLERK.tools[:2])


async def asked(folder: Path) -> tuple[str, str]:
    """A run that waits for a person, left behind by a program that was closed."""
    async with furnished(folder, ASK_ALL, spec=SPEC, hold_seconds=60) as room:
        ask = await room.asked(await room.start("first", act(write("a.txt", "x\n"))))
        return ask.raised.ask_id, ask.raised.digest


def typed(folder: Path, *words: str) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = main(["--workspace", str(folder), *words])
    return status, out.getvalue()


def test_a_grant_is_given_with_the_approval_listed_and_revoked(tmp_path: Path) -> None:
    ask_id, digest = asyncio.run(asked(tmp_path))
    approve = ("asks", "approve", ask_id, "--digest", digest, "--detach", "--as", "anna")
    for words in (("--grant", "for ever"), ("--vary", "content=any:9"), ("--grant", "1h", "--vary", "content")):
        status, text = typed(tmp_path, *approve, *words)
        assert (status, "Nothing was approved." in text) == (1, True), text
    assert "No standing grant holds." in typed(tmp_path, "grants")[1]
    status, text = typed(tmp_path, *approve, "--grant", "10x,1h", "--vary", "content=any:9")
    assert status == 0, text
    assert "Approved. Takes effect in 60 s" in text
    assert "content: any text of at most 9 characters" in text
    status, text = typed(tmp_path, "grants")
    assert status == 0
    assert "files.write" in text
    assert "begins when its approval acts" in text
    grant_id = text.splitlines()[-1].split()[0]
    status, text = typed(tmp_path, "grants", "show", grant_id)
    assert 'path: exactly "a.txt"' in " ".join(text.split())
    assert "Done under it: 0" in text
    status, text = typed(tmp_path, "grants", "revoke", grant_id, "--as", "ben")
    assert (status, "Revoked." in text) == (0, True)
    status, text = typed(tmp_path, "grants", "revoke", grant_id, "--as", "ben")
    assert (status, "It holds no more already" in text) == (1, True)
    assert "Revoked by Ben." in typed(tmp_path, "grants", "list", "--all")[1]
