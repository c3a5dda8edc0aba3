"""`operator-console run`: an agent works on a text or on mail without a window; asks are left waiting."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.exit_status import DONE, REFUSED, CommandRefused
from console.cli.following import RunTeller, until_rest, watching
from console.cli.opening import opened
from console.cli.people import operator_for
from console.cli.printing import Printer, columns, cut
from console.cli.short_ids import short
from console.cli.wording import command
from runtime.domain.commands import StartRun
from runtime.domain.ids import AgentName, RunId
from runtime.domain.refusals import Refusal
from runtime.domain.task import Task
from runtime.domain.words import RunState

if TYPE_CHECKING:
    from runtime.interface import Runtime

MAIL_SUFFIXES = frozenset({"", ".eml", ".emlx", ".mail", ".email", ".mime", ".mbox", ".mbx"})
LONGEST_TEXT = 2_000_000
LONGEST_TITLE = 120


async def run(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Start a run for the text, or one for each mail, and print what they do until they rest."""
    tasks = [] if args.text is not None else await asyncio.to_thread(lambda: list(tasks_from(args.input)))
    async with opened(folder, printer, at_work=True) as found:
        by = await operator_for(found.runtime, args.operator)
        if args.text is not None:
            tasks = [Task(title_of(args.text), args.text, f"typed by {by}", trusted=True)]
        if not tasks:
            raise CommandRefused(f"There is no mail in {args.input}. Nothing was started.", "empty")
        async with watching(found.runtime) as feed:
            teller = RunTeller(printer, found.runtime.folder, set())
            started, refused = await _start(found.runtime, args.agent, tasks, by, printer, teller)
            await until_rest(found.runtime, started, feed, teller.tell)
        await summary(found.runtime, started, printer)
    return REFUSED if refused and not started else DONE


async def _start(
    runtime: Runtime, agent: str, tasks: list[Task], by: str, printer: Printer, teller: RunTeller
) -> tuple[list[str], int]:
    from runtime.operations.new_ids import new_run_id

    started: list[str] = []
    refused = 0
    for task in tasks:
        run_id = mail_run_id(agent, task.key) if task.key else new_run_id()
        teller.follow(run_id, agent)
        answer = await runtime.perform(StartRun(run_id, AgentName(agent), task, by))
        if isinstance(answer, Refusal):
            known = await runtime.history.run(run_id)
            if known is None:
                raise CommandRefused(answer.sentence, answer.code)
            refused += 1
            if known.row.state is RunState.FINISHED:
                told = f"{task.source} was taken before: run {short(run_id)}, {known.row.outcome or ''}."
                printer.say(told, "taken-before", run=known.row)
                continue
        started.append(run_id)
    return started, refused


async def summary(runtime: Runtime, run_ids: list[str], printer: Printer) -> None:
    """How these runs stand, counted, and what waits."""
    ends: dict[str, int] = {}
    for run_id in run_ids:
        detail = await runtime.history.run(run_id)
        if detail is not None:
            row = detail.row
            word = row.outcome.value if row.outcome else "waiting for you" if row.waiting_asks else row.state.value
            ends[word] = ends.get(word, 0) + 1
    told = ", ".join(f"{count} {word}" for word, count in sorted(ends.items())) or "nothing new"
    count = len(run_ids)
    printer.say(f"{count} {'run' if count == 1 else 'runs'}: {told}.", "summary", runs=count, ends=ends)
    wanted = set(run_ids)
    waiting = [ask for ask in await runtime.history.asks() if ask.run_id in wanted]
    if waiting:
        table = [("ID", "PRIORITY", "WHAT")]
        table += [(short(ask.ask_id), str(ask.priority), cut(ask.title, 90)) for ask in waiting]
        printer.text(f"\nWaiting for you:\n{columns(table)}")
        printer.text(f"See one with: {command(runtime.folder, 'asks', 'show', short(waiting[0].ask_id))}")


def title_of(text: str) -> str:
    """The first line, for lists."""
    line = next((" ".join(line.split()) for line in text.splitlines() if line.strip()), "Empty text")
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"


def mail_run_id(agent: str, key: str) -> RunId:
    """The same mail is the same run for an agent, whoever hands it over: the inbox gives it the same id."""
    digest = hashlib.sha256(f"{agent}\n{key}".encode()).hexdigest()
    return RunId(f"m{digest[:18]}")


def tasks_from(source: Path) -> Iterator[Task]:
    """One task for each mail of a file or folder, or one for a text file. Raises CommandRefused, OSError."""
    if source.is_dir():
        yield from _mails_in(source)
    elif not source.exists():
        raise CommandRefused(f"{source} is not there. Nothing was started.", "absent")
    elif source.suffix.lower() in MAIL_SUFFIXES:
        yield from _mails_of(source)
    else:
        content = source.read_bytes()[: LONGEST_TEXT + 1]
        if len(content) > LONGEST_TEXT:
            raise CommandRefused(f"{source.name} is longer than {LONGEST_TEXT:,} bytes. Nothing was started.", "size")
        text = content.decode("utf-8-sig", "replace").replace("\x00", "�")
        yield Task(title_of(text), text, source.name, {}, key=hashlib.sha256(content).hexdigest())


def _mails_in(folder: Path) -> Iterator[Task]:
    from runtime.tools.mail.intake import tasks_in

    known: set[str] = set()
    while batch := tasks_in(folder, known):
        known.update(mail.message_key for mail in batch)
        for mail in batch:
            facts = {**mail.facts, "mail_id": mail.mail_id}
            yield Task(mail.title, mail.text, mail.source, facts, key=mail.message_key)


def _mails_of(file: Path) -> Iterator[Task]:
    from runtime.tools.mail.intake import incoming
    from runtime.tools.mail.mailbox_folder import entries_of
    from runtime.tools.mail.reading import read_stream

    for entry in entries_of(file, file.name):
        with entry.open() as stream:
            mail = incoming(file.parent, entry, read_stream(stream))
        yield Task(mail.title, mail.text, mail.source, {**mail.facts, "mail_id": mail.mail_id}, key=mail.message_key)
