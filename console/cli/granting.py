"""`asks approve --grant`: what is exactly alike is allowed ahead, together with the approval."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from console.cli.exit_status import CommandRefused
from console.cli.printing import Printer
from console.presenters.grant_text import BadTerms, condition_lines, terms_from
from runtime.domain.commands import Approve
from runtime.domain.grant_commands import GrantStanding, GrantTerms
from runtime.domain.refusals import Refusal

if TYPE_CHECKING:
    from runtime.interface import Runtime
    from runtime.projections.rows import AskDetail


def typed_terms(args: argparse.Namespace, arguments: str) -> GrantTerms | None:
    """The terms that were typed; None where none were. Raises CommandRefused, and nothing was approved."""
    typed = getattr(args, "grant", "")
    if not typed:
        if getattr(args, "vary", None) or getattr(args, "resources", ""):
            raise CommandRefused("--vary and --resources need --grant. Nothing was approved.", "terms")
        return None
    try:
        return terms_from(typed, args.vary, args.resources, arguments)
    except BadTerms as fault:
        raise CommandRefused(f"{fault} Nothing was approved.", "terms") from fault


async def grant_with(
    runtime: Runtime, approved: Approve, args: argparse.Namespace, detail: AskDetail, printer: Printer
) -> None:
    """Allow ahead what was just approved. A refusal leaves the approval as it is, and says so."""
    terms = typed_terms(args, detail.action.arguments)
    if terms is None:
        return
    answer = await runtime.perform(GrantStanding(approved.ask_id, approved.by, approved.digest, terms))
    if isinstance(answer, Refusal):
        printer.trouble(answer.sentence, "refused", answer.code)
        return
    rows = [row for row in await runtime.history.grants() if row.given.ask_id == approved.ask_id]
    lines = [f"  {name}: {how}" for row in rows[:1] for name, how in condition_lines(row.given)]
    printer.say("\n".join([answer.sentence, *lines]), "granted", grant=rows[0] if rows else None)
