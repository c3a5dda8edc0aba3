"""`operator-console asks`: requests that wait for a person."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.amounts import typed_micros
from console.cli.ask_page import action_lines, answer_lines, approve_command, page_lines, preview_lines, reason_lines
from console.cli.exit_status import DONE, REFUSED, CommandRefused
from console.cli.following import RunTeller, until_rest, watching
from console.cli.granting import grant_with, typed_terms
from console.cli.opening import Opened, opened
from console.cli.parser_queue import CARE
from console.cli.people import operator_for
from console.cli.printing import Printer, columns, cut
from console.cli.queue import care
from console.cli.runs import state_of
from console.cli.short_ids import resolve, short
from console.cli.typed_secret import typed_secret
from console.presenters.ask_text import left_text
from console.presenters.times import day_and_time
from runtime.domain.action import Action
from runtime.domain.budget import Amount
from runtime.domain.commands import AnswerCap, Approve, Command, Reject, Secret, TakeBack, TellOutcome
from runtime.domain.decide_ask import APPROVED_KINDS
from runtime.domain.ids import AskId
from runtime.domain.queue_commands import SeeAsk
from runtime.domain.refusals import TOOL_GONE, Refusal
from runtime.domain.words import AskState

if TYPE_CHECKING:
    from runtime.interface import Runtime
    from runtime.projections.rows import AskDetail

SHORTEST_DIGEST = 8


async def asks(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family."""
    ruling = args.action in ("approve", "reject", "edit", "answer", "take-back", "approve-each", "reject-each")
    async with opened(folder, printer, at_work=ruling) as found:
        if args.action == "list":
            return await _list(found.runtime, args.decided, printer)
        if args.action in CARE:
            return await care(args, found.runtime, printer)
        ask_id = await _which(found.runtime, args.id)
        detail = await found.runtime.history.ask(ask_id)
        if detail is None:
            raise CommandRefused(f"There is no request {args.id}. `asks list` shows those that wait.", "unknown")
        if args.action == "show":
            return await _show(found.runtime, detail, printer, args.operator)
        command = await _ruling(args, found.runtime, detail, printer)
        return REFUSED if command is None else await _rule(found, detail, command, args, printer)


async def _list(runtime: Runtime, decided: bool, printer: Printer) -> int:
    rows = await (runtime.history.decided_asks() if decided else runtime.history.asks())
    now = time.time_ns() // 1000
    if printer.as_json:
        for row in rows:
            printer.say("", "ask", ask=row)
        return DONE
    if not rows:
        printer.text("No request was decided yet." if decided else "No request waits.")
        return DONE
    table = [("ID", "PRIORITY", "AGENT", "TOOL", "WAITING SINCE", "LEFT", "WHAT")]
    for row in rows:
        left = row.ruling if decided else left_text(row, now)
        since = day_and_time(row.raised_at, now)
        table.append((short(row.ask_id), str(row.priority), row.agent, row.tool, since, left, cut(row.title, 70)))
    printer.text(columns(table))
    return DONE


async def _which(runtime: Runtime, typed: str) -> str:
    rows = [*await runtime.history.asks(), *await runtime.history.decided_asks(limit=1000)]
    return resolve(typed, (row.ask_id for row in rows), "request", "asks list")


async def _show(runtime: Runtime, detail: AskDetail, printer: Printer, operator: str | None) -> int:
    now = time.time_ns() // 1000
    lines, status = page_lines(detail, runtime.folder, now), DONE
    if detail.row.state is AskState.WAITING and detail.row.kind in APPROVED_KINDS:
        preview = await runtime.preview(detail.row.ask_id)
        told = [preview.sentence] if isinstance(preview, Refusal) else preview_lines(preview)
        lines += ["", *told]
        status = REFUSED if isinstance(preview, Refusal) and preview.code == TOOL_GONE else DONE
    printer.say("\n".join(lines), "ask", ask=detail)
    await _note_look(runtime, detail, operator)
    return status


async def _note_look(runtime: Runtime, detail: AskDetail, operator: str | None) -> None:
    """The first look is recorded where it is clear whose it is; looking needs no name otherwise."""
    if detail.row.state is AskState.CLOSED or detail.row.seen_at:
        return
    with contextlib.suppress(CommandRefused):
        await runtime.perform(SeeAsk(AskId(detail.row.ask_id), await operator_for(runtime, operator)))


async def _ruling(args: argparse.Namespace, runtime: Runtime, detail: AskDetail, printer: Printer) -> Command | None:
    """The command to send, or None when the person was only shown what to type."""
    by = await operator_for(runtime, args.operator)
    ask_id = AskId(detail.row.ask_id)
    match args.action:
        case "approve":
            return await _approval(args, runtime, detail, by, printer)
        case "edit":
            return await _edit(args, runtime, detail, by, printer)
        case "reject":
            return Reject(ask_id, by, args.reason, pause_agent=args.pause_agent)
        case "answer":
            if detail.row.kind == "cap" or args.answer in ("raise", "partial", "stop"):
                extra = Amount(typed_micros(args.extra), args.extra_tokens)
                return AnswerCap(ask_id, by, args.answer, extra)
            return TellOutcome(ask_id, by, args.answer)
        case _:
            return TakeBack(ask_id, by)


async def _second(args: argparse.Namespace, runtime: Runtime) -> str:
    return await operator_for(runtime, args.second) if args.second else ""


async def _passphrase(args: argparse.Namespace) -> Secret | None:
    """What the second person types; never an argument, where other programs could read it."""
    return await typed_secret(f"Passphrase of {args.second}: ") if args.second else None


def _ticked(args: argparse.Namespace, detail: AskDetail) -> tuple[int, ...]:
    for number in args.check:
        if not 1 <= number <= len(detail.checks):
            raise CommandRefused(f"There is no check {number}; it has {len(detail.checks)}. Nothing was done.")
    return tuple(sorted({number - 1 for number in args.check}))


def _fits(typed: str, digest: str) -> None:
    if len(typed) < SHORTEST_DIGEST or not digest.startswith(typed.strip().lower()):
        raise CommandRefused(
            f"The digest {typed} is not the one of this action ({digest[:12]}…): it is short of {SHORTEST_DIGEST} "
            "characters, or the request changed. Nothing was approved. Look again with `asks show`.",
            "changed",
        )


async def _approval(
    args: argparse.Namespace, runtime: Runtime, detail: AskDetail, by: str, printer: Printer
) -> Command | None:
    if detail.row.kind not in APPROVED_KINDS:
        raise CommandRefused("This asks whether something happened; `asks answer` answers that.", "kind")
    if not args.digest:
        lines = [*action_lines(detail.action), f"Digest:    {detail.digest}", "", *answer_lines(detail, runtime.folder)]
        printer.say("\n".join(lines), "to-approve", ask=detail)
        printer.text("Nothing was approved yet.")
        return None
    _fits(args.digest, detail.digest)
    typed_terms(args, detail.action.arguments)  # a mistake in them is told before anything is approved
    ticked, second = _ticked(args, detail), await _second(args, runtime)
    printer.say("\n".join(action_lines(detail.action)), "action", action=detail.action, digest=detail.digest)
    return Approve(
        AskId(detail.row.ask_id), by, detail.digest, ticked=ticked, second=second, passphrase=await _passphrase(args)
    )


async def _edit(
    args: argparse.Namespace, runtime: Runtime, detail: AskDetail, by: str, printer: Printer
) -> Command | None:
    judged = await runtime.judge_edit(detail.row.ask_id, args.arguments)
    if judged.faults:
        for fault in judged.faults:
            printer.trouble(fault, "fault")
        raise CommandRefused("The edited action was not sent; the request still waits.", "edit")
    canonical = judged.arguments
    edited = Action(detail.action.tool, canonical)
    digest = edit_digest(detail.digest, canonical)
    lines = ["Before:", *action_lines(detail.action), "", "After your edit:", *action_lines(edited)]
    lines += ["What the gate says of it:", *reason_lines(judged.reasons)] if judged.reasons else []
    printer.say("\n".join(lines), "edited", before=detail.action, after=edited, digest=digest)
    if not args.digest:
        printer.text(f"\nDigest of the edit: {digest}")
        for number, check in enumerate(detail.checks, 1):
            printer.text(f"  {number}. {check}")
        printer.text(f"Approve it: {approve_command(detail, runtime.folder, digest, canonical)}")
        printer.text("Nothing was approved yet.")
        return None
    _fits(args.digest, digest)
    ticked, second = _ticked(args, detail), await _second(args, runtime)
    return Approve(
        AskId(detail.row.ask_id),
        by,
        detail.digest,
        canonical,
        ticked,
        second=second,
        passphrase=await _passphrase(args),
    )


def edit_digest(digest: str, arguments: str) -> str:
    """What a person types to say that this edit of this request is meant."""
    return hashlib.sha256(f"operator-console/edit/1\n{digest}\n{arguments}".encode()).hexdigest()


async def _rule(found: Opened, detail: AskDetail, command: Command, args: argparse.Namespace, printer: Printer) -> int:
    """Send it, and print what comes of it."""
    run_id = detail.row.run_id
    async with watching(found.runtime) as feed:
        answer = await found.runtime.perform(command)
        if isinstance(answer, Refusal):
            raise CommandRefused(answer.sentence, answer.code)
        printer.say(answer.sentence, "done", sentence=answer.sentence, seq=answer.seq)
        if isinstance(command, Approve):
            await grant_with(found.runtime, command, args, detail, printer)
        if args.action == "take-back":
            return DONE
        if args.detach:
            if found.own is not None:
                printer.text("It takes effect when the workspace is open again long enough.")
            return DONE
        teller = RunTeller(printer, found.runtime.folder, {run_id})
        teller.know(run_id, detail.row.agent)
        teller.know_ask(detail.row.ask_id, detail.row.tool, detail.row.title)
        await until_rest(found.runtime, {run_id}, feed, teller.tell)
    status = await _closing_words(found.runtime, run_id, printer)
    if isinstance(command, Approve):
        await raise_unless_done(found.runtime, detail.row.ask_id)
    return status


async def raise_unless_done(runtime: Runtime, ask_id: str) -> None:
    """Raises CommandRefused where an approval did not lead to the action."""
    after = await runtime.history.ask(ask_id)
    if after is not None and after.closed_how in ("withdrawn", "expired"):
        raise CommandRefused(f"You approved it, but it was not done. {after.closed_sentence}", "changed")


async def _closing_words(runtime: Runtime, run_id: str, printer: Printer) -> int:
    run = await runtime.history.run(run_id)
    if run is not None:
        printer.say(f"Run {short(run_id)}: {state_of(run.row)}. {run.row.summary}".rstrip(), "run", run=run.row)
    return DONE
