"""`operator-console agents`: see, import, export, teach, evaluate, pause."""

from __future__ import annotations

import argparse
import asyncio
import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.exit_status import DONE, CommandRefused
from console.cli.opening import opened
from console.cli.people import operator_for
from console.cli.printing import Printer, columns, cut
from console.cli.runs import perform
from console.presenters.times import day_and_time
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.commands import Command, PauseAgent, RemoveAgent, ResumeAgent, SaveAgent, TeachExamples
from runtime.domain.ids import AgentName

if TYPE_CHECKING:
    from runtime.interface import Runtime
    from runtime.projections.rows import AgentDetail

COLUMNS = ("text", "category")
PROGRESS_EVERY = 500
Examples = tuple[tuple[str, str], ...]


async def agents(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family."""
    async with opened(folder, printer, at_work=False) as found:
        runtime = found.runtime
        match args.action:
            case "list":
                return await _list(runtime, printer)
            case "show":
                return await _show(runtime, args.name, printer)
            case "import":
                return await _import(runtime, args, printer)
            case "export":
                return await _export(runtime, args, printer)
            case "train":
                await _known(runtime, args.name)
                examples = await asyncio.to_thread(read_examples, args.file)
                by = await operator_for(runtime, args.operator)
                what = TeachExamples(AgentName(args.name), examples, by, args.file.name)
                return await perform(runtime, what, printer)
            case "evaluate":
                await _known(runtime, args.name)
                examples = await asyncio.to_thread(read_examples, args.file)
                return await _evaluate(runtime, args, examples, printer)
            case _:
                by = await operator_for(runtime, args.operator)
                return await perform(runtime, _command(args.action, AgentName(args.name), by), printer)


def _command(action: str, name: AgentName, by: str) -> Command:
    if action == "pause":
        return PauseAgent(name, by)
    return ResumeAgent(name, by) if action == "resume" else RemoveAgent(name, by)


async def _known(runtime: Runtime, name: str) -> AgentDetail:
    detail = await runtime.history.agent(name)
    if detail is None:
        names = ", ".join(agent.spec.name for agent in await runtime.history.agents()) or "none yet"
        raise CommandRefused(f"There is no agent {name}. This workspace has: {names}.", "unknown")
    return detail


async def _list(runtime: Runtime, printer: Printer) -> int:
    found = await runtime.history.agents()
    if printer.as_json:
        for agent in found:
            printer.say("", "agent", agent=agent)
        return DONE
    table = [("NAME", "REVISION", "STATE", "MODEL", "ROLE")]
    for agent in found:
        state = "removed" if agent.removed else "paused" if agent.paused else "ready"
        table.append(
            (agent.spec.name, str(agent.revision), state, " > ".join(agent.spec.models.actor), cut(agent.spec.role, 70))
        )
    printer.text(columns(table) if found else "There is no agent yet. `agents import FILE` makes one.")
    return DONE


async def _show(runtime: Runtime, name: str, printer: Printer) -> int:
    detail = await _known(runtime, name)
    if printer.as_json:
        printer.say("", "agent", agent=detail)
        return DONE
    state = "removed" if detail.removed else "paused" if detail.paused else "ready"
    printer.text(f"{name}, revision {detail.revision}, {state}, {detail.taught:,} examples taught")
    for revision, at, by, note in detail.revisions[:10]:
        printer.text(f"  revision {revision}  {day_and_time(at, at)}  {by}  {note}".rstrip())
    printer.text("")
    printer.raw(await runtime.agent_file(name))
    return DONE


async def _import(runtime: Runtime, args: argparse.Namespace, printer: Printer) -> int:
    text = await asyncio.to_thread(read_text, args.file)
    spec = await runtime.read_agent_file(text)
    faults = runtime.agent_faults(spec) if isinstance(spec, AgentSpec) else spec
    if faults or not isinstance(spec, AgentSpec):
        for fault in faults:
            printer.say(f"{args.file.name}: {fault}", "fault", file=args.file.name, fault=fault)
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise CommandRefused(f"{args.file.name} has {count}. No agent was changed. Mend the file and import it again.")
    if args.check:
        printer.say(f"{args.file.name} can be imported as {spec.name}.", "checked", agent=spec.name)
        return DONE
    by = await operator_for(runtime, args.operator)
    present = await runtime.history.agent(spec.name)
    revision = present.revision if present is not None else 0
    return await perform(runtime, SaveAgent(spec, by, revision, args.note), printer)


async def _export(runtime: Runtime, args: argparse.Namespace, printer: Printer) -> int:
    detail = await _known(runtime, args.name)
    if not 0 <= args.revision <= detail.revision:
        raise CommandRefused(f"{args.name} has revisions 1 to {detail.revision}.", "unknown")
    text = await runtime.agent_file(args.name, args.revision)
    if args.to is None:
        printer.raw(text)
        return DONE
    await asyncio.to_thread(write_new, args.to, text)
    printer.say(f"{args.name} was written to {args.to}.", "done", file=str(args.to))
    return DONE


async def _evaluate(runtime: Runtime, args: argparse.Namespace, examples: Examples, printer: Printer) -> int:
    from runtime.models.evaluation import evaluate

    detail = await _known(runtime, args.name)
    neighbours = detail.spec.playbook.neighbours if detail.spec.playbook is not None else 10

    def progress(done: int, total: int) -> bool:
        if done % PROGRESS_EVERY == 0 and sys.stderr.isatty():
            print(f"\r{done:,} of {total:,}", end="" if done < total else "\n", file=sys.stderr, flush=True)
        return True

    result = await asyncio.to_thread(evaluate, examples, args.folds, args.seed, neighbours, progress)
    printer.say("\n".join(result.lines()), "evaluation", evaluation=result)
    return DONE


def read_examples(file: Path) -> Examples:
    """(text, category) pairs of a CSV file. Raises CommandRefused naming the line that is wrong."""
    text = read_text(file)
    rows = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        head = [name.strip().casefold() for name in next(rows, [])]
        if not set(COLUMNS) <= set(head):
            raise CommandRefused(
                f"{file.name} needs the columns text and category; its first line has: {', '.join(head) or 'nothing'}. "
                "Nothing was changed."
            )
        at = [head.index(name) for name in COLUMNS]
        examples = []
        for row in rows:
            if not row:
                continue
            if len(row) <= max(at) or not row[at[0]].strip() or not row[at[1]].strip():
                raise CommandRefused(
                    f"{file.name}, line {rows.line_num}: text or category is missing. Nothing was changed."
                )
            examples.append((row[at[0]], row[at[1]].strip()))
    except csv.Error as error:
        raise CommandRefused(f"{file.name}, line {rows.line_num}: {error}. Nothing was changed.") from error
    if not examples:
        raise CommandRefused(f"{file.name} has no examples. Nothing was changed.")
    return tuple(examples)


def read_text(file: Path) -> str:
    """A text file in UTF-8. Raises CommandRefused, OSError."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise CommandRefused(f"{file.name} is not UTF-8 text (line {line}). Nothing was changed.") from error


def write_new(file: Path, text: str) -> None:
    """Write a file that was not there. Raises CommandRefused, OSError."""
    try:
        with file.open("x", encoding="utf-8", newline="\n") as target:
            target.write(text)
    except FileExistsError:
        raise CommandRefused(f"{file} is there already. Nothing was changed. Choose another name.") from None
