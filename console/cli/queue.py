"""`operator-console queue`: who is on duty, floods, look-alikes, the sample, the week; and what cares for one ask."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from console.cli.ask_page import action_lines
from console.cli.exit_status import DONE, CommandRefused, UsedWrongly
from console.cli.opening import opened
from console.cli.people import operator_for
from console.cli.printing import Printer, columns
from console.cli.runs import perform
from console.cli.sample import review, show_sample
from console.cli.short_ids import resolve, short
from console.presenters.health_text import headline, measures, rule_measures
from console.presenters.queue_groups import AskGroup, grouped
from console.presenters.times import day_and_time
from runtime.domain.ids import AskId
from runtime.domain.queue_commands import (
    HandOver,
    MarkHarmful,
    QueueCommand,
    RuleEach,
    SetDuty,
    ShelveAsk,
    UnmarkHarmful,
    UnshelveAsk,
)

if TYPE_CHECKING:
    from runtime.interface import Runtime
    from runtime.projections.rows import PersonState, QueueState

EVERYBODY = "everybody"


async def queue(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family."""
    async with opened(folder, printer, at_work=False) as found:
        match args.action:
            case "duty":
                by = await operator_for(found.runtime, args.operator)
                whose = await operator_for(found.runtime, args.of) if args.of else by
                return await perform(found.runtime, SetDuty(whose, args.state == "on", by), printer)
            case "week":
                return await _week(found.runtime, args.days, printer)
            case "sample":
                return await show_sample(found.runtime, printer)
            case "review":
                return await review(args, found.runtime, printer)
            case "groups":
                return await _groups(found.runtime, printer)
            case _:
                return await _show(found.runtime, printer)


async def _show(runtime: Runtime, printer: Printer) -> int:
    state, strip = await runtime.history.queue(), await runtime.history.strip()
    if printer.as_json:
        printer.say("", "queue", queue=state, waiting=strip.waiting, urgent=strip.urgent)
        return DONE
    printer.text(f"{strip.waiting} wait, {strip.urgent} urgent, {strip.asks_per_10_min} asks in the last 10 min.")
    printer.text("\n".join(state_lines(state, time.time_ns() // 1000)))
    return DONE


def state_lines(state: QueueState, now: int) -> list[str]:
    """Flood, who attends, the last flood."""
    lines = []
    if state.flood_since:
        since = day_and_time(state.flood_since, now)
        lines.append(f"A flood since {since}: alike asks are grouped, priority 3 is held back until it is calm.")
    lines += [_person_line(one, now) for one in state.people]
    if state.unattended_since:
        since = day_and_time(state.unattended_since, now)
        lines.append(f"Nobody attends since {since}: asks of agents that may wait do not run out.")
    if state.last_flood is not None:
        over = state.last_flood
        lines.append(
            f"Last flood {day_and_time(over.began, now)} to {day_and_time(over.ended, now)}: {over.asks} asks, "
            f"{over.decided} decided, {over.expired} expired, {over.waiting} waited at its end."
        )
    return lines


def _person_line(one: PersonState, now: int) -> str:
    since = f" since {day_and_time(one.duty_since, now)}" if one.duty_since else ""
    away = f", away since {day_and_time(one.away_since, now)}" if one.away_since else ""
    return f"{one.name} ({one.operator_id}): {'on' if one.on_duty else 'off'} duty{since}{away}"


async def _week(runtime: Runtime, days: int, printer: Printer) -> int:
    if days < 1:
        raise UsedWrongly("--days is 1 or more.")
    figures = await runtime.history.queue_health(days)
    if printer.as_json:
        printer.say("", "health", health=figures)
        return DONE
    table = [("MEASURE", "VALUE", "AIM", "")]
    table += [(one.name, one.value, one.aim, "look" if one.warn else "") for one in measures(figures)]
    rules = [
        (f"rule {one.name}", one.value, one.aim, "look" if one.warn else "") for one in rule_measures(figures.rules)
    ]
    printer.text(f"{headline(figures)}\n\n{columns(table + rules)}")
    for ask_id, title, by in figures.undone:
        printer.text(f"Undone later: {title} ({short(ask_id)}), approved by {by}")
    for ask_id, title, by, why in figures.harmful:
        printer.text(f"Found harmful: {title} ({short(ask_id)}), approved by {by}. {why}")
    return DONE


async def _groups(runtime: Runtime, printer: Printer) -> int:
    rows = [row for row in await runtime.history.asks() if not row.shelved_until]
    flood = bool((await runtime.history.queue()).flood_since)
    groups = [entry for entry in grouped(rows, flood) if isinstance(entry, AskGroup)]
    if not groups and not printer.as_json:
        printer.text("No requests are alike.")
    for group in groups:
        printer.text(f"{group.title}, {group.meta}")
        items = []
        for row in group.rows:
            detail = await runtime.history.ask(row.ask_id)
            if detail is None:
                continue
            items.append({"ask_id": row.ask_id, "digest": detail.digest, "title": row.title, "action": detail.action})
            printer.text(f"\n{row.title}")
            printer.text("\n".join(action_lines(detail.action)))
            printer.text(f"  {row.ask_id}:{detail.digest}")
        printer.say("", "group", items=items) if printer.as_json else printer.text("")
    return DONE


async def care(args: argparse.Namespace, runtime: Runtime, printer: Printer) -> int:
    """What `asks` does without deciding one of them, and one gesture for look-alikes."""
    by = await operator_for(runtime, args.operator)
    command: QueueCommand
    match args.action:
        case "shelve":
            command = ShelveAsk(await _which(runtime, args.id), by, args.reason, args.minutes * 60)
        case "unshelve":
            command = UnshelveAsk(await _which(runtime, args.id), by)
        case "harmful":
            command = MarkHarmful(await _which(runtime, args.id, decided=True), by, args.reason)
        case "harmless":
            command = UnmarkHarmful(await _which(runtime, args.id, decided=True), by)
        case "hand-over":
            to = "" if args.to == EVERYBODY else await operator_for(runtime, args.to)
            command = HandOver(await _which(runtime, args.id), by, to, args.note)
        case _:
            ruling: Literal["approve", "reject"] = "approve" if args.action == "approve-each" else "reject"
            items = tuple([await _item(runtime, typed) for typed in args.items])
            command = RuleEach(items, by, ruling, getattr(args, "reason", ""))
    return await perform(runtime, command, printer)


async def _which(runtime: Runtime, typed: str, *, decided: bool = False) -> AskId:
    """The ask that is meant: one that waits, or one that is over."""
    rows = await (runtime.history.decided_asks(limit=1000) if decided else runtime.history.asks())
    shown_by = "asks list --decided" if decided else "asks list"
    return AskId(resolve(typed, (row.ask_id for row in rows), "request", shown_by))


async def _item(runtime: Runtime, typed: str) -> tuple[AskId, str]:
    """The whole digest is needed here: what is meant must be named in full where several are decided at once."""
    ask, _, digest = typed.rpartition(":")
    if not ask or not digest:
        raise CommandRefused(f"{typed} is not ID:DIGEST as `queue groups` prints it. Nothing was decided.", "usage")
    return await _which(runtime, ask), digest
