"""`operator-console runs`: what agents did and do; pause, resume, stop, note, roll back."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.exit_status import DONE, CommandRefused
from console.cli.following import RunTeller, until_rest, watching
from console.cli.opening import Opened, opened
from console.cli.people import operator_for
from console.cli.printing import Printer, columns, cut
from console.cli.short_ids import resolve, short
from console.cli.wording import command
from console.presenters.run_text import drift_line, step_parts
from console.presenters.times import clock_time, day_and_time, duration, milliseconds
from console.presenters.visible_text import as_words
from runtime.domain.commands import Command, LeaveNote, PauseAll, PauseRun, ResumeAll, ResumeRun, RollBack, StopRun
from runtime.domain.ids import CallId, RunId
from runtime.domain.money import dollars
from runtime.domain.refusals import Refusal

if TYPE_CHECKING:
    from runtime.interface import Runtime, Subscription
    from runtime.projections.rows import RunDetail, RunRow, UndoLine

PAGE = 200
ACTING = ("pause", "resume", "stop", "note", "rollback", "pause-all", "resume-all")


async def runs(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family."""
    dry = args.action == "rollback" and args.dry_run
    async with opened(folder, printer, at_work=args.action in ACTING and not dry) as found:
        runtime = found.runtime
        if args.action == "list":
            return await _list(runtime, args, printer)
        by = "" if args.action == "show" or dry else await operator_for(runtime, args.operator)
        if args.action in ("pause-all", "resume-all"):
            return await perform(runtime, PauseAll(by) if args.action == "pause-all" else ResumeAll(by), printer)
        run_id = RunId(await which_run(runtime, args.id))
        match args.action:
            case "show":
                return await _show(runtime, run_id, printer)
            case "pause":
                return await perform(runtime, PauseRun(run_id, by), printer)
            case "resume":
                return await _resume(found, ResumeRun(run_id, by), printer)
            case "stop":
                return await perform(runtime, StopRun(run_id, by), printer)
            case "note":
                return await perform(runtime, LeaveNote(run_id, by, args.text), printer)
            case _:
                return await _roll_back(found, run_id, by, args, printer)


async def perform(runtime: Runtime, what: Command, printer: Printer) -> int:
    """Send a command and say what now holds. Raises CommandRefused."""
    answer = await runtime.perform(what)
    if isinstance(answer, Refusal):
        raise CommandRefused(answer.sentence, answer.code)
    printer.say(answer.sentence, "done", sentence=answer.sentence, seq=answer.seq)
    return DONE


async def which_run(runtime: Runtime, typed: str) -> str:
    """The one run that was meant; looks through the newest first, at most some thousands."""
    if await runtime.history.run(typed) is not None:
        return typed
    known: list[RunRow] = []
    before: tuple[int, str] | None = None
    while page := await runtime.history.runs(before=before, limit=PAGE):
        known += page
        before = (page[-1].started_at, page[-1].run_id)
        if len(page) < PAGE or len(known) >= 5_000:
            break
    return resolve(typed, (row.run_id for row in known), "run", "runs list")


async def _list(runtime: Runtime, args: argparse.Namespace, printer: Printer) -> int:
    rows = await runtime.history.runs(agent=args.agent, state=args.state, text=args.text, limit=max(1, args.limit))
    now = time.time_ns() // 1000
    if printer.as_json:
        for row in rows:
            printer.say("", "run", run=row)
        return DONE
    table = [("ID", "STARTED", "AGENT", "STATE", "COST", "WHAT")]
    table += [
        (
            short(row.run_id), day_and_time(row.started_at, now) if row.started_at else "", row.agent, state_of(row),
            dollars(row.cost_micros), cut(row.title, 80),
        )
        for row in rows
    ]  # fmt: skip
    printer.text(columns(table) if rows else "There is no run.")
    return DONE


def state_of(row: RunRow) -> str:
    """What it does or how it ended, in words."""
    if row.outcome is not None:
        accepted = ", not accepted" if row.unmet and row.outcome.value == "completed" else ""
        return row.outcome.value + accepted + (", rolled back" if row.rolled_back else "")
    return "waiting for you" if row.waiting_asks else row.state.value


async def _show(runtime: Runtime, run_id: str, printer: Printer) -> int:
    detail = await runtime.history.run(run_id)
    if detail is None:
        raise CommandRefused(f"There is no run {run_id}.", "unknown")
    steps = await runtime.history.timeline(run_id)
    lines = _head_lines(detail)
    lines += ["", "Steps:"]
    for step in steps:
        took = f"  {milliseconds(step.duration_ms)}" if step.duration_ms else ""
        point = f"  checkpoint {step.checkpoint}" if step.checkpoint else ""
        undone = "  (undone)" if step.undone else ""
        tool = f"{step.tool}: " if step.tool and step.tool not in step.title else ""
        lines.append(f"  {clock_time(step.at)}  {step.mark:<10} {tool}{cut(step.title, 110)}{took}{point}{undone}")
    asks = [ask for ask in await runtime.history.asks() if ask.run_id == run_id]
    lines += [f"\nWaits for you: {command(runtime.folder, 'asks', 'show', short(ask.ask_id))}" for ask in asks]
    printer.say("\n".join(lines), "run", run=detail, timeline=steps)
    return DONE


def _head_lines(detail: RunDetail) -> list[str]:
    row = detail.row
    took = duration(row.finished_at - row.started_at) if row.finished_at and row.started_at else ""
    lines = [
        row.title,
        f"Run:       {row.run_id}   {row.agent} (revision {row.revision}), {detail.model}",
        f"State:     {state_of(row)}" + (f" after {took}" if took else ""),
        f"From:      {row.source or row.started_by}",
        f"Numbers:   {detail.turns} turns, {detail.calls} calls ({detail.failed_calls} failed), "
        f"{detail.effects} effects, {detail.checkpoints} checkpoints, {dollars(row.cost_micros)}",
    ]
    if detail.all_or_nothing:
        lines.append("All or nothing: when it fails half-way it rolls itself back.")
    if row.summary:
        lines.append(f"Outcome:   {row.summary}")
    if detail.plan:
        standing = f"; {detail.plan_standing}" if detail.plan_standing else ""
        lines += ["", f"Plan (revision {detail.plan_revision}{standing}):"]
        for number, line in enumerate(detail.plan, 1):
            tool = f" [{line.step.tool}]" if line.step.tool else ""
            lines.append(f"  {number}. {cut(line.step.title, 100)}{tool}: {line.status.value}")
            lines.extend(f"     {cut(as_words(part), 120)}" for part in step_parts(line, detail.plan))
        for line in detail.drift:
            shown = drift_line(line).step
            lines.append(f"  {cut(shown.title, 120)} [{shown.tool}]: {line.status.value}")
            lines.append(f"     {cut(line.why, 300)}")
    return lines


async def _resume(found: Opened, what: ResumeRun, printer: Printer) -> int:
    """A run that was resumed here goes on here, as long as it can."""
    async with watching(found.runtime) as feed:
        status = await perform(found.runtime, what, printer)
        if found.own is not None:
            teller = RunTeller(printer, found.runtime.folder, {what.run_id})
            await until_rest(found.runtime, [what.run_id], feed, teller.tell)
    return status


async def _roll_back(found: Opened, run_id: RunId, by: str, args: argparse.Namespace, printer: Printer) -> int:
    sheet = await found.runtime.rollback_sheet(run_id, args.to)
    if isinstance(sheet, Refusal):
        raise CommandRefused(sheet.sentence, sheet.code)
    for line in sheet:
        printer.say("\n".join(_sheet_lines(line)), "undo-line", line=line)
    if args.dry_run:
        printer.text("Nothing was changed.")
        return DONE
    overwrite = tuple(CallId(call) for call in args.overwrite)
    unknown = [call for call in overwrite if call not in {line.call_id for line in sheet}]
    if unknown:
        raise CommandRefused(f"There is no step {unknown[0]} to undo. Nothing was changed.", "unknown")
    async with watching(found.runtime) as feed:
        status = await perform(found.runtime, RollBack(run_id, args.to, by, overwrite), printer)
        teller = RunTeller(printer, found.runtime.folder, {run_id})
        detail = await found.runtime.history.run(run_id)
        teller.know(run_id, detail.row.agent if detail is not None else "")
        for line in sheet:
            teller.know_call(run_id, line.call_id, line.tool, line.title)
        await until_rolled_back(run_id, feed, teller)
    return status


def _sheet_lines(line: UndoLine) -> list[str]:
    word = {"undone": "will be undone", "conflict": "changed since, stays", "cannot be undone": "cannot be undone"}
    lines = [f"{line.call_id:>6}  {word.get(line.outcome, line.outcome):<22} {line.tool}: {cut(line.title, 80)}"]
    if line.outcome != "undone":
        lines.append(f"        {line.sentence}")
    if line.difference:
        lines += [f"        {text}" for text in line.difference.split("\n")[:40]]
    if line.outcome == "conflict":
        lines.append(f"        Overwrite it all the same with --overwrite {line.call_id}")
    return lines


async def until_rolled_back(run_id: str, feed: Subscription, teller: RunTeller) -> None:
    """Print each undo until the rollback has ended."""
    from runtime.domain.events.rollbacks import RollbackFinished

    async for batch in feed:
        teller.tell(batch)
        if any(isinstance(one.event, RollbackFinished) and one.event.run_id == run_id for one in batch):
            return
