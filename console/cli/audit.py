"""`operator-console audit`: everything that was recorded; search it, verify it, export it."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import csv
import os
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from console.cli.exit_status import DONE, REFUSED, CommandRefused
from console.cli.opening import must_be_there, opened
from console.cli.printing import Printer, columns, cut
from console.cli.runs import which_run
from console.cli.wording import command
from console.presenters.times import day_and_time, local
from runtime.domain.money import dollars
from runtime.engine.progress import CHAIN_PROGRESS, COMPARISON_PROGRESS
from runtime.projections.comparison_report import ComparisonReport
from runtime.projections.rows import AuditFilter, AuditRow, ChainReport

if TYPE_CHECKING:
    from runtime.interface import Runtime

PAGE = 200
FIELDS = ("seq", "at", "who", "event", "what", "decided_by", "agent", "run_id", "ask_id", "kind", "cost_micros")


async def audit(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family."""
    if args.action == "verify":
        return await _verify(folder, printer)
    if args.action == "rebuild":
        return await _rebuild(folder, printer)
    async with opened(folder, printer, at_work=False) as found:
        runtime = found.runtime
        if args.action == "show":
            return await _show(runtime, args.seq, printer)
        wanted = await _filter(runtime, args)
        await runtime.history.caught_up()
        if args.action == "export":
            return await _export(runtime, wanted, args.file, printer)
        return await _list(runtime, wanted, max(1, args.limit), printer)


async def _verify(folder: Path, printer: Printer) -> int:
    """The owner checks its own journal; one that nobody has open is read without being opened or changed.

    The chain is told as soon as it is known; lists and contents, which take longer, follow.
    """
    from runtime.door.client import DoorClosed, connect
    from runtime.door.ownership import owner

    await asyncio.to_thread(must_be_there, folder)
    held = await owner(folder)
    if held is not None and held.socket:
        try:
            return await _verify_at_owner(folder, await connect(held.socket), printer)
        except DoorClosed:
            pass  # it is closing just now; the file can be read all the same
    return await _verify_unopened(folder, printer)


async def _verify_at_owner(folder: Path, runtime: Runtime, printer: Printer) -> int:
    async with _counted(runtime, CHAIN_PROGRESS, printer):
        report = await runtime.verify_chain()
    if not _tell_chain(report, printer):
        return REFUSED
    async with _counted(runtime, COMPARISON_PROGRESS, printer):
        compared = await runtime.compare_with_journal()
    return _tell_compared(folder, compared, printer, at_owner=True)


async def _verify_unopened(folder: Path, printer: Printer) -> int:
    from runtime.operations.unopened import compare_unopened, verify_unopened

    try:
        report = await verify_unopened(
            folder, lambda checked, of: _tell_progress(printer, "", f"{checked:,} of {of:,}")
        )
        printer.passing("")
        if not _tell_chain(report, printer):
            return REFUSED
        compared = await compare_unopened(
            folder, lambda what, checked, of: _tell_progress(printer, what, f"{checked:,} of {of:,}")
        )
    except Exception as error:
        if not hasattr(error, "to_do"):
            raise
        printer.say(f"BROKEN. {error}", "verified", intact=False, sentence=str(error))
        return REFUSED
    finally:
        printer.passing("")
    return _tell_compared(folder, compared, printer, at_owner=False)


def _tell_chain(report: ChainReport, printer: Printer) -> bool:
    """Whether the chain is whole."""
    if report.intact:
        printer.say(f"Intact. {report.sentence}", "verified", report=report)
        return True
    printer.say(f"BROKEN at record {report.first_bad}. {report.sentence}", "verified", report=report)
    printer.text("Approvals are off while it is so. Keep a copy of the workspace, then restore it from a backup.")
    return False


def _tell_compared(folder: Path, compared: ComparisonReport, printer: Printer, *, at_owner: bool) -> int:
    printer.say(compared.sentence, "compared", report=compared)
    if compared.lists and not at_owner:  # who has it open makes them anew when it is next opened
        printer.text(f"Make them anew: {command(folder, 'audit', 'rebuild')}")
    return REFUSED if compared.faults else DONE


async def _rebuild(folder: Path, printer: Printer) -> int:
    """Lists and pages anew from the journal."""
    from runtime.operations.unopened import make_lists_anew_unopened

    await asyncio.to_thread(must_be_there, folder)
    if not await make_lists_anew_unopened(folder):
        sentence = "This workspace is open in another program. Close it there, then try again. Nothing was changed."
        raise CommandRefused(sentence, "open")
    async with opened(folder, printer, at_work=False):
        printer.say("Lists and pages were made anew from the journal.", "done")
    return DONE


@contextlib.asynccontextmanager
async def _counted(runtime: Runtime, key: str, printer: Printer) -> AsyncIterator[None]:
    """How far the owner has come is shown meanwhile."""

    async def count() -> None:
        async for what, checked in runtime.progress.watch(key):
            _tell_progress(printer, what, checked)

    counting = asyncio.create_task(count(), name="count records")
    try:
        yield
    finally:
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
        printer.passing("")


def _tell_progress(printer: Printer, what: str, checked: str) -> None:
    printer.passing(f"{checked} records compared with {what}" if what else f"{checked} records checked")


async def _filter(runtime: Runtime, args: argparse.Namespace) -> AuditFilter:
    text = str(getattr(args, "query", "") or getattr(args, "text", ""))
    run_id = await which_run(runtime, args.run) if args.run else ""
    return AuditFilter(
        args.agent, args.by, tuple(args.kind), run_id, moment(args.since), moment(args.until, end=True), text
    )


def moment(text: str, end: bool = False) -> int:
    """A local day or minute as µs UTC; ``end``: the last µs of it; empty = 0. Raises CommandRefused."""
    if not text:
        return 0
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandRefused(f"{text} is not a day or minute. Write 2026-11-20 or 2026-11-20T14:30.") from None
    if end:
        at += timedelta(days=1) if len(text) <= 10 else timedelta(minutes=1)
    return round(at.astimezone().timestamp() * 1_000_000) - (1 if end else 0)


async def pages(runtime: Runtime, wanted: AuditFilter, limit: int = 0) -> AsyncIterator[AuditRow]:
    """Entries, newest first; ``limit`` 0 = all."""
    before, given = 0, 0
    while page := await runtime.history.audit(wanted, before, PAGE):
        for row in page:
            yield row
            given += 1
            if given == limit:
                return
        before = page[-1].seq


async def _list(runtime: Runtime, wanted: AuditFilter, limit: int, printer: Printer) -> int:
    rows = [row async for row in pages(runtime, wanted, limit)]
    if printer.as_json:
        for row in rows:
            printer.say("", "audit", entry=row)
        return DONE
    now = rows[0].at if rows else 0
    table = [("N", "TIME", "WHO", "EVENT", "WHAT")]
    table += [(str(row.seq), day_and_time(row.at, now), row.who, row.event, cut(row.what, 90)) for row in rows]
    printer.text(columns(table) if rows else "No entry fits.")
    total = await runtime.history.audit_count(wanted)
    if total > len(rows):
        printer.text(f"{len(rows):,} of {total:,} entries; --limit shows more.")
    return DONE


async def _show(runtime: Runtime, seq: int, printer: Printer) -> int:
    entry = await runtime.history.audit_entry(seq)
    if entry is None:
        raise CommandRefused(f"There is no entry {seq}.", "unknown")
    lines = [
        entry.sentence,
        f"Entry:     {seq}, {local(entry.row.at).isoformat(sep=' ', timespec='milliseconds')}",
        f"Who:       {entry.row.who}" + (f", decided by {entry.row.decided_by}" if entry.row.decided_by else ""),
        f"Place:     {entry.stream}, version {entry.version}",
        f"Before:    {entry.previous_hash}",
        f"Hash:      {entry.hash}",
        "Recorded:",
        entry.recorded,
    ]
    if entry.row.cost_micros:
        lines.insert(3, f"Cost:      {dollars(entry.row.cost_micros)}")
    printer.say("\n".join(lines), "audit", entry=entry)
    return DONE


async def _export(runtime: Runtime, wanted: AuditFilter, file: Path, printer: Printer) -> int:
    suffix = file.suffix.lower()
    if suffix not in (".jsonl", ".csv"):
        raise CommandRefused(f"{file.name} ends in neither .jsonl nor .csv. Nothing was written.", "suffix")
    part = file.with_name(f"{file.name}.part")
    count = 0
    target = await asyncio.to_thread(_begin, part, suffix)
    try:
        batch: list[AuditRow] = []
        async for row in pages(runtime, wanted):
            batch.append(row)
            count += 1
            if len(batch) == PAGE:
                await asyncio.to_thread(_write, target, suffix, batch)
                batch = []
        await asyncio.to_thread(_write, target, suffix, batch)
        await asyncio.to_thread(_finish, target, part, file)
    except BaseException:
        await asyncio.to_thread(_abandon, target, part)
        raise
    printer.say(f"{count:,} entries were written to {file}.", "done", file=str(file), entries=count)
    return DONE


def _begin(part: Path, suffix: str) -> IO[str]:
    target = part.open("w", encoding="utf-8", newline="")
    if suffix == ".csv":
        csv.writer(target).writerow((*FIELDS, "time"))
    return target


def _write(target: IO[str], suffix: str, rows: list[AuditRow]) -> None:
    for row in rows:
        if suffix == ".jsonl":
            target.write(msgspec.json.encode(row).decode() + "\n")
        else:
            time = local(row.at).isoformat(timespec="milliseconds")
            csv.writer(target).writerow([*(_cell(getattr(row, name)) for name in FIELDS), time])


def _cell(value: object) -> object:
    """A spreadsheet runs what begins like a formula; the apostrophe keeps it a text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _finish(target: IO[str], part: Path, file: Path) -> None:
    target.flush()
    os.fsync(target.fileno())
    target.close()
    os.replace(part, file)


def _abandon(target: IO[str], part: Path) -> None:
    with contextlib.suppress(OSError):  # a full disk refuses what was still to be written; it is thrown away anyway
        target.close()
    part.unlink(missing_ok=True)
