"""`operator-console policy`: the rules in force, and replacing them by those of a file."""

from __future__ import annotations

import argparse
import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.agents import read_text
from console.cli.exit_status import DONE, CommandRefused
from console.cli.opening import opened
from console.cli.people import operator_for
from console.cli.printing import Printer, columns
from console.cli.runs import perform
from console.cli.short_ids import short
from console.presenters.backtest_text import backtest_sentences, change_cells, not_replayed
from runtime.domain.commands import SavePolicy
from runtime.domain.policy import Policy

if TYPE_CHECKING:
    from runtime.interface import Runtime


async def policy(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family."""
    from runtime.operations.policy_file import read_policy_file, write_policy_file

    async with opened(folder, printer, at_work=False) as found:
        present = await found.runtime.history.policy()
        if args.action == "list":
            printer.say("\n".join(policy_lines(present)), "policy", policy=present)
            return DONE
        if args.action == "show":
            printer.raw(write_policy_file(present))
            return DONE
        read = read_policy_file(await asyncio.to_thread(read_text, args.file))
        faults = found.runtime.policy_faults(read) if isinstance(read, Policy) else read
        if faults or not isinstance(read, Policy):
            for fault in faults:
                printer.say(f"{args.file.name}: {fault}", "fault", file=args.file.name, fault=fault)
            count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
            raise CommandRefused(f"{args.file.name} has {count}. The rules were not changed. Mend it and try again.")
        if args.preview:
            return await _preview(found.runtime, read, printer)
        by = await operator_for(found.runtime, args.operator)
        return await perform(found.runtime, SavePolicy(read, by, present.version, args.note), printer)


async def _preview(runtime: Runtime, read: Policy, printer: Printer) -> int:
    """What these rules would have done; nothing is executed and nothing is saved."""
    report = await runtime.backtest(read)
    now = time.time_ns() // 1000
    lines = [*backtest_sentences(report), not_replayed()]
    if report.changed:
        head = ("WHEN", "AGENT", "TOOL", "WHAT", "CHANGE", "WHAT CAME OF IT", "RUN")
        rows = [(*change_cells(one, now), short(one.run_id)) for one in report.changed]
        lines += ["", columns([head, *rows])]
    printer.say("\n".join([*lines, "The rules were not changed."]), "preview", report=report)
    return DONE


def policy_lines(present: Policy) -> list[str]:
    """Rules in their order, then checks."""
    rules = [("RULE", "VERDICT", "AGENTS", "TOOLS", "RESOURCES", "NOTE")]
    rules += [(one.rule_id, one.verdict.value, one.agents, one.tools, one.resources, one.note) for one in present.rules]
    lines = [f"Version {present.version}. The first rule that fits speaks; where none fits the answer is no.", ""]
    lines.append(columns(rules))
    if present.checks:
        checks = [("CHECK", "VERDICT", "AGENTS", "TOOLS", "WHEN", "SENTENCE")]
        checks += [(c.check_id, c.verdict.value, c.agents, c.tools, c.when, c.sentence) for c in present.checks]
        lines += ["", columns(checks)]
    return lines
