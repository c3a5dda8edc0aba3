"""Whether lists and pages are what the journal makes of them, told in a sentence."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from runtime.projections.made_anew import MadeAnew
from runtime.projections.rebuild import SHAPE, SHAPE_KEPT_AS
from storage.chain_child import compare_in_child
from storage.entries_check import MANY
from storage.table_check import TablesReport, compare_tables

_WORDS = {"asks": "requests", "effects": "steps of runs", "audit": "audit entries", "audit_text": "the search"}


async def changed_lists(database: Path, progress: Callable[[int], None] | None = None, *, in_child: bool) -> str:
    """What of them was changed from outside, in a sentence; empty where nothing was. Changes nothing.

    Raises StorageError where the file cannot be read.
    """
    shape = (SHAPE_KEPT_AS, SHAPE)
    if in_child:
        return told(await compare_in_child(database, shape, MadeAnew, progress))
    return told(await asyncio.to_thread(compare_tables, database, shape, MadeAnew, progress))


def told(report: TablesReport) -> str:
    """The sentence; tables of an older shape are made anew anyhow when the program next opens them."""
    places = ", ".join(f"{_named(name)} ({_amount(name, rows)})" for name, rows in report.differing)
    damaged = ", ".join(map(_named, report.damaged))
    return " ".join(
        part
        for part in (
            f"The lists made from the journal are not what it says; somebody changed them from outside: {places}."
            if places
            else "",
            f"Indexes by which they are read do not fit them and may hide something: {damaged}." if damaged else "",
        )
        if part
    )


def _named(table: str) -> str:
    return _WORDS.get(table, table.replace("_", " "))


def _amount(name: str, rows: int) -> str:
    if not rows:
        return "the table is missing or has other columns"
    many = " or more" if name == "audit" and rows >= MANY else ""
    return "1 row" if rows == 1 else f"{rows:,} rows{many}"
