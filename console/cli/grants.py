"""`operator-console grants`: what was allowed ahead, what was done under it, and revoking it."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from console.cli.exit_status import DONE
from console.cli.opening import opened
from console.cli.people import operator_for
from console.cli.printing import Printer, columns, cut
from console.cli.runs import perform
from console.cli.short_ids import resolve, short
from console.presenters.grant_text import condition_lines, given_words, left_words
from console.presenters.times import day_and_time
from runtime.domain.grant_commands import RevokeGrant
from runtime.projections.grant_rows import GrantRow, GrantUse


async def grants(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family."""
    async with opened(folder, printer, at_work=False) as found:
        rows = await found.runtime.history.grants()
        now = time.time_ns() // 1000
        if args.action == "list":
            shown = rows if args.all else [row for row in rows if row.standing]
            printer.say("\n".join(grant_lines(shown, now)), "grants", grants=shown)
            return DONE
        ids = {row.given.grant_id: row for row in rows}
        row = ids[resolve(args.id, ids, "standing grant", "grants list")]  # type: ignore[index]
        if args.action == "show":
            uses = await found.runtime.history.grant_uses(row.given.grant_id)
            printer.say("\n".join(page_lines(row, uses, now)), "grant", grant=row, uses=uses)
            return DONE
        by = await operator_for(found.runtime, args.operator)
        return await perform(found.runtime, RevokeGrant(row.given.grant_id, by), printer)


def grant_lines(rows: list[GrantRow], now: int) -> list[str]:
    """One line each."""
    if not rows:
        return ["No standing grant holds. `asks approve ID --grant 1h` gives one with an approval."]
    table = [("ID", "AGENT", "TOOL", "WHAT", "LEFT", "GIVEN BY")]
    for row in rows:
        given = row.given
        what = cut(given.title, 50)
        table.append(
            (short(given.grant_id), given.agent, given.tool, what, left_words(row, now), given_words(row, now))
        )
    return [columns(table)]


def page_lines(row: GrantRow, uses: list[GrantUse], now: int) -> list[str]:
    """The whole condition, and what was done under it."""
    lines = [row.given.title, left_words(row, now), f"Given by {given_words(row, now)}.", ""]
    wide = max(len(name) for name, _ in condition_lines(row.given)) + 2
    lines += [f"{name + ':':<{wide}}{how}" for name, how in condition_lines(row.given)]
    lines += ["", f"Done under it: {row.used:,}"]
    for use in uses:
        undone = ", rolled back" if use.undone else ""
        state = f"{use.outcome or 'under way'}{undone}"
        lines.append(f"  {use.use:>4}. {day_and_time(use.at, now)}  run {short(use.run_id)}  {state}  {use.title}")
    return lines
