"""`connections` at the command line, on a real workspace without a keyring."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
from pathlib import Path

import pytest

from console.__main__ import main
from runtime.assembly import open_workspace
from runtime.domain.changes import Done
from runtime.domain.commands import SaveOperator
from runtime.domain.settings import Operator


async def furnished(folder: Path) -> None:
    runtime = await open_workspace(folder, at_work=False)
    try:
        assert isinstance(await runtime.perform(SaveOperator(Operator("anna", "Anna"), "anna")), Done)
    finally:
        await runtime.close()


def typed(folder: Path, *words: str) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = main(["--workspace", str(folder), *words])
    return status, out.getvalue()


def test_connections_are_added_listed_and_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = tmp_path / "shop"
    asyncio.run(furnished(desk))
    ways = ("--streaming", "off", "--plans", "words", "--summaries", "off", "--most-tokens", "100000")
    status, text = typed(desk, "connections", "add", "local", "--url", "http://localhost:11434/v1", *ways)
    assert status == 0, text
    status, text = typed(desk, "connections", "add", "local", "--no-key")  # what is not named stays
    assert status == 0, text
    status, text = typed(desk, "--json", "connections", "list")
    shown = [json.loads(line)["connection"] for line in text.splitlines() if '"local"' in line]
    [spec] = [row["spec"] for row in shown]
    assert (spec["streams"], spec["structured"], spec["summaries"]) == (False, "words", False)
    assert (spec["max_output_tokens"], spec["keyless"]) == (100_000, True)
    status, text = typed(desk, "connections")
    assert status == 0
    assert "compatible:local/MODEL" in text
    assert "anthropic/MODEL" in text
    assert "no keyring" in text
    status, text = typed(desk, "connections", "add", "far", "--url", "http://far.example/v1")
    assert status == 1
    assert "write https://" in text
    monkeypatch.setattr("sys.stdin", io.StringIO("sk-typed-0123456789\n"))
    status, text = typed(desk, "connections", "key", "openai")
    assert status == 1
    assert "no keyring to this session" in text
    assert "sk-typed" not in text
    status, text = typed(desk, "connections", "test", "nowhere", "x")
    assert (status, "There is no connection nowhere" in text) == (1, True)
    status, text = typed(desk, "connections", "remove", "local")
    assert status == 0, text
