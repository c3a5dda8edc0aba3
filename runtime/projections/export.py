"""The audit table as a file: JSON lines or CSV, page by page, so that no size is too large."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

import msgspec

from runtime.projections.rows import AuditFilter, AuditRow

PAGE = 1_000
COLUMNS = (
    *("seq", "time_utc", "agent_or_person", "event", "what", "decided_by", "cost_usd"),
    *("agent", "run", "ask", "kind"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Pages(Protocol):
    """What hands out audit pages: the History door."""

    async def audit(self, wanted: AuditFilter, before_seq: int = 0, limit: int = 200) -> list[AuditRow]:
        """Newest first."""
        ...


def as_json_lines(pages: Pages, wanted: AuditFilter) -> AsyncIterator[str]:
    """One JSON object a line, newest first; times in µs UTC and in words."""
    return _pieces(pages, wanted, "", lambda rows: "".join(f"{_json(row)}\n" for row in rows))


def as_csv(pages: Pages, wanted: AuditFilter) -> AsyncIterator[str]:
    """CSV with a header, newest first. A cell that a spreadsheet would calculate begins with an apostrophe."""
    return _pieces(pages, wanted, _lines([COLUMNS]), lambda rows: _lines([_cells(row) for row in rows]))


async def _pieces(
    pages: Pages, wanted: AuditFilter, head: str, written: Callable[[Sequence[AuditRow]], str]
) -> AsyncIterator[str]:
    if head:
        yield head
    before = 0
    while rows := await pages.audit(wanted, before, PAGE):
        yield written(rows)
        before = rows[-1].seq


def _json(row: AuditRow) -> str:
    value = {**msgspec.structs.asdict(row), "time_utc": in_utc(row.at)}
    return msgspec.json.encode(value).decode()


def _lines(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _cells(row: AuditRow) -> tuple[str, ...]:
    dollars = f"{row.cost_micros / 1_000_000:.6f}"
    cells = (row.who, row.event, row.what, row.decided_by)
    after = (row.agent, row.run_id, row.ask_id, row.kind)
    return (str(row.seq), in_utc(row.at), *map(cell, cells), dollars, *map(cell, after))


def cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def in_utc(at: int) -> str:
    """ISO 8601 with milliseconds: ``2026-09-21T12:00:00.000Z``."""
    return datetime.fromtimestamp(at / 1_000_000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
