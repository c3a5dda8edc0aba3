"""Exports what an audit filter shows, page by page, as JSON lines (the recorded events) or CSV (the table)."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from console.operations.file_writing import GrowingFile, csv_lines
from console.presenters.audit_text import entry_text, utc
from runtime.domain.money import MICROS_PER_DOLLAR
from runtime.interface import History
from runtime.projections.rows import AuditFilter, AuditRow

PAGE = 200
COLUMNS = ("seq", "time_utc", "by", "kind", "event", "what", "decided_by", "cost_usd", "agent", "run_id", "ask_id")


async def export_audit(history: History, wanted: AuditFilter, target: Path, told: Callable[[int], None]) -> int:
    """Writes newest first; answers how many entries. ``told`` hears how many are done. The ending chooses the form."""
    as_csv = target.suffix.lower() == ".csv"
    file, done, before = GrowingFile(target), 0, 0
    await file.start()
    try:
        if as_csv:
            await file.add(csv_lines([COLUMNS]))
        while page := await history.audit(wanted, before, PAGE):
            await file.add(csv_lines(map(_cells, page)) if as_csv else await _lines(history, page))
            done, before = done + len(page), page[-1].seq
            told(done)
            if len(page) < PAGE:
                break
        await file.finish()
    except BaseException:
        await file.drop()
        raise
    return done


def _cells(row: AuditRow) -> tuple[str | int, ...]:
    cost = f"{row.cost_micros / MICROS_PER_DOLLAR:.6f}"
    return (row.seq, utc(row.at), row.who, row.kind, row.event, row.what, row.decided_by, cost, row.agent,
            row.run_id, row.ask_id)


async def _lines(history: History, page: Sequence[AuditRow]) -> str:
    lines = []
    for row in page:
        entry = await history.audit_entry(row.seq)
        if entry is not None:
            lines.append(json.dumps(json.loads(entry_text(entry)), ensure_ascii=False, separators=(",", ":")))
    return "".join(f"{line}\n" for line in lines)
