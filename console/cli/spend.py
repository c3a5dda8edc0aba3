"""`operator-console spend`: caps with what is spent, reserved and left; setting caps; prices; cost of tasks."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console.cli.amounts import typed_micros
from console.cli.exit_status import DONE, UsedWrongly
from console.cli.opening import opened
from console.cli.people import operator_for
from console.cli.printing import Printer, columns, cut
from console.cli.runs import perform
from console.cli.short_ids import short
from console.presenters.budget_text import amount_words, cap_title, limit_words, price_cells
from console.presenters.times import day_and_time
from runtime.domain.budget import Cap, Caps, EnteredPrice
from runtime.domain.commands import EnterPrice, RemovePrice, SetCaps
from runtime.domain.ids import AgentName
from runtime.domain.money import dollars

if TYPE_CHECKING:
    from runtime.interface import Runtime
    from runtime.projections.rows import BudgetFigures

CAPS = ("run", "agent", "day", "month")


async def spend(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family."""
    async with opened(folder, printer, at_work=False) as found:
        match args.action:
            case "cap":
                return await _cap(args, found.runtime, printer)
            case "price":
                return await _price(args, found.runtime, printer)
            case "tasks":
                return await _tasks(args, found.runtime, printer)
            case "prices":
                return await _prices(found.runtime, printer)
            case _:
                return await _show(found.runtime, printer)


async def _show(runtime: Runtime, printer: Printer) -> int:
    figures, strip = await runtime.history.budget(), await runtime.history.strip()
    if printer.as_json:
        printer.say("", "budget", budget=figures, spent_today=strip.spend_today_micros, forecast=strip.forecast_micros)
        return DONE
    printer.text("\n".join(figure_lines(figures, time.time_ns() // 1000)))
    forecast = strip.forecast_micros or strip.spend_today_micros
    printer.text(
        f"\nToday {dollars(strip.spend_today_micros)}; {dollars(forecast)} by midnight if it goes on like this."
    )
    return DONE


def figure_lines(figures: BudgetFigures, now: int) -> list[str]:
    """Every cap, then the calls whose cost is not known yet."""
    table = [("CAP", "OF", "LIMIT", "SPENT", "RESERVED", "LEFT")]
    for line in figures.lines:
        limited = line.limit.micros or line.limit.tokens
        left = amount_words(line.left, line.limit) if limited else "no cap"
        used = (amount_words(line.spent, line.limit), amount_words(line.held, line.limit))
        table.append((cap_title(line.kind), line.key, limit_words(line.limit), *used, left))
    run = figures.caps.run
    table.append(("run", "each", limit_words(run), "", "", "and its agent's own limit"))
    lines = columns(table).split("\n")
    for one in figures.reservations:
        kept = f"; counts in full from {day_and_time(one.until, now)}" if one.kept else ""
        what = f"{one.agent} {short(one.run_id)}: {one.model} may cost up to {dollars(one.worst.micros)}"
        lines.append(f"Reserved: {what}, since {day_and_time(one.made_at, now)}{kept}")
    return lines


async def _cap(args: argparse.Namespace, runtime: Runtime, printer: Printer) -> int:
    present = (await runtime.history.budget()).caps
    if args.remove:
        wanted = _without(present, args.which, args.agent)
    elif not args.amount:
        raise UsedWrongly("A cap needs an amount in dollars; 0 = no cap in money. Nothing was changed.")
    else:
        wanted = _with(present, args.which, args.agent, Cap(typed_micros(args.amount), args.tokens))
    by = await operator_for(runtime, args.operator)
    return await perform(runtime, SetCaps(wanted, by, args.note), printer)


def _without(present: Caps, which: str, agent: str) -> Caps:
    if which != "agent" or not agent:
        raise UsedWrongly("--remove belongs to `spend cap agent --agent NAME`. Nothing was changed.")
    if agent not in present.by_agent:
        raise UsedWrongly(f"{agent} has no cap of its own. Nothing was changed.")
    left = {name: cap for name, cap in present.by_agent.items() if name != agent}
    return msgspec.structs.replace(present, by_agent=left)


def _with(present: Caps, which: str, agent: str, cap: Cap) -> Caps:
    if agent and which != "agent":
        raise UsedWrongly("--agent belongs to `spend cap agent`. Nothing was changed.")
    if which == "agent" and agent:
        return msgspec.structs.replace(present, by_agent={**present.by_agent, AgentName(agent): cap})
    field = {"run": "run", "agent": "agent_day", "day": "day", "month": "month"}[which]
    changed: Caps = msgspec.structs.replace(present, **{field: cap})
    return changed


async def _price(args: argparse.Namespace, runtime: Runtime, printer: Printer) -> int:
    if not args.remove and (args.input is None or args.output is None):
        raise UsedWrongly("A price needs --input and --output, in dollars for a million tokens. Nothing was entered.")
    by = await operator_for(runtime, args.operator)
    if args.remove:
        return await perform(runtime, RemovePrice(args.model, by), printer)
    price = EnteredPrice(
        typed_micros(args.input),
        typed_micros(args.output),
        None if args.cached is None else typed_micros(args.cached),
        None if args.cache_write is None else typed_micros(args.cache_write),
    )
    return await perform(runtime, EnterPrice(args.model, price, by, args.note), printer)


async def _prices(runtime: Runtime, printer: Printer) -> int:
    prices = (await runtime.history.budget()).prices
    if printer.as_json:
        for row in prices:
            printer.say("", "price", price=row)
        return DONE
    if not prices:
        printer.text("No price was entered; those of the price table hold. A model that has none there is not asked.")
        return DONE
    now = time.time_ns() // 1000
    table = [("MODEL", "IN", "OUT", "FROM CACHE", "INTO CACHE", "BY", "WHEN", "NOTE")]
    table += [(row.model, *price_cells(row.price), row.by, day_and_time(row.at, now), row.note) for row in prices]
    printer.text(columns(table))
    printer.text("Dollars for a million tokens.")
    return DONE


async def _tasks(args: argparse.Namespace, runtime: Runtime, printer: Printer) -> int:
    rows = await runtime.history.task_spend(args.limit)
    if printer.as_json:
        for row in rows:
            printer.say("", "task", task=row)
        return DONE
    now = time.time_ns() // 1000
    table = [("RUN", "ENDED", "AGENT", "MODEL", "OUTCOME", "TOKENS", "COST", "TASK")]
    for row in rows:
        cost = f"{dollars(row.cost_micros)} +" if row.price_unknown else dollars(row.cost_micros)
        tokens = f"{row.input_tokens + row.output_tokens:,}"
        ended = day_and_time(row.finished_at, now)
        table.append((short(row.run_id), ended, row.agent, row.model, row.outcome, tokens, cost, cut(row.title, 60)))
    printer.text(columns(table))
    return DONE
