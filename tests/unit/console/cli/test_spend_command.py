"""`spend` and `asks answer` at the command line, on a real workspace that nobody else has open."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from console.__main__ import main
from console.presenters.budget_text import amount_words, limit_words, micros_typed, share_of
from runtime.assembly import open_workspace
from runtime.domain.budget import Amount, Cap
from runtime.domain.changes import Done
from runtime.domain.commands import SaveOperator
from runtime.domain.settings import Operator


async def furnished(folder: Path) -> None:
    runtime = await open_workspace(folder, at_work=False)
    try:
        answer = await runtime.perform(SaveOperator(Operator("anna", "Anna"), "anna"))
        assert isinstance(answer, Done)
    finally:
        await runtime.close()


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    import asyncio

    asyncio.run(furnished(tmp_path / "shop"))
    return tmp_path / "shop"


def typed(folder: Path, *words: str) -> tuple[int, str]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        status = main(["--workspace", str(folder), *words])
    return status, out.getvalue()


def shown(folder: Path) -> dict[str, Any]:
    status, text = typed(folder, "--json", "spend")
    assert status == 0, text
    budget: dict[str, Any] = json.loads(text)["budget"]
    return budget


def test_caps_are_set_one_by_one_and_stay(desk: Path) -> None:
    assert shown(desk)["caps"]["day"] == {"micros": 20_000_000, "tokens": 0}
    for words in (("day", "12.50"), ("month", "300", "--tokens", "9000000"), ("agent", "5"), ("run", "0.75")):
        status, text = typed(desk, "spend", "cap", *words)
        assert status == 0, text
    status, text = typed(desk, "spend", "cap", "agent", "2", "--agent", "refunds")
    assert "$2.00 refunds and day" in text
    caps = shown(desk)["caps"]
    assert caps["day"]["micros"] == 12_500_000
    assert caps["month"] == {"micros": 300_000_000, "tokens": 9_000_000}
    assert caps["by_agent"] == {"refunds": {"micros": 2_000_000, "tokens": 0}}
    status, text = typed(desk, "spend")
    assert status == 0
    assert "$12.50" in text
    assert "no cap" not in text.split("RESERVED")[1].split("\n")[1]
    assert typed(desk, "spend", "cap", "agent", "--remove", "--agent", "refunds")[0] == 0
    assert shown(desk)["caps"]["by_agent"] == {}
    for wrong in (["agent", "--remove", "--agent", "refunds"], ["day", "--remove"], ["day"]):
        status, text = typed(desk, "spend", "cap", *wrong)
        assert status == 2
        assert "Nothing was changed." in text


@pytest.mark.parametrize("amount", ["-1", "ten", "0.0000001", "nan"])
def test_an_amount_that_is_none_changes_nothing(desk: Path, amount: str) -> None:
    before = shown(desk)
    status, text = typed(desk, "spend", "cap", "day", f"{amount}")
    assert status == 2, text
    assert shown(desk) == before


def test_prices_are_entered_with_who_and_removed(desk: Path) -> None:
    model = "compatible:lab/llama"
    assert typed(desk, "spend", "price", model)[0] == 2
    status, text = typed(desk, "spend", "price", model, "--input", "0.15", "--output", "0.60", "--note", "the contract")
    assert status == 0, text
    status, text = typed(desk, "spend", "prices")
    assert model in text
    assert "Anna" in text
    assert "the contract" in text
    assert shown(desk)["prices"][0]["price"] == {
        "input": 150_000,
        "output": 600_000,
        "cached_input": None,
        "cache_write": None,
    }
    assert typed(desk, "spend", "price", model, "--remove")[0] == 0
    assert typed(desk, "spend", "price", model, "--remove")[0] == 1
    assert "No price was entered" in typed(desk, "spend", "prices")[1]


def test_no_task_was_finished(desk: Path) -> None:
    status, text = typed(desk, "spend", "tasks")
    assert status == 0
    assert text.split()[:2] == ["RUN", "ENDED"]


def test_words_of_caps() -> None:
    assert limit_words(Cap()) == "no cap"
    assert limit_words(Cap(20_000_000, 5_000)) == "$20.00 and 5,000 tokens"
    assert amount_words(Amount(1_500_000, 10), Amount(2_000_000)) == "$1.50"
    assert amount_words(Amount(1_500_000, 10), Amount(0, 100)) == "10 tokens"
    assert share_of(Amount(10, 90), Amount(100, 100)) == 0.9
    assert share_of(Amount(10, 90), Amount()) is None
    assert micros_typed("$1,000.50") == 1_000_500_000
