"""`operator-console operators`: the people who decide here."""

from __future__ import annotations

import argparse
from pathlib import Path

from console.cli.exit_status import DONE, CommandRefused
from console.cli.opening import opened
from console.cli.people import operator_for
from console.cli.printing import Printer, columns
from console.cli.runs import perform
from console.cli.typed_secret import typed_secret
from runtime.domain.commands import SaveOperator, SetPassphrase
from runtime.domain.settings import Operator


async def operators(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family."""
    async with opened(folder, printer, at_work=False) as found:
        people = await found.runtime.history.operators()
        if args.action == "list":
            table = [("ID", "NAME", "")]
            table += [(one.operator_id, one.name, "" if one.active else "decides no more") for one in people]
            printer.say(columns(table) if people else "Nobody decides here yet.", "operators", operators=people)
            return DONE
        # The first one is added by himself; later ones by somebody who is there.
        by = await operator_for(found.runtime, args.operator) if any(one.active for one in people) else args.id
        if args.action == "add":
            return await perform(found.runtime, SaveOperator(Operator(args.id, args.name), by), printer)
        known = next((one for one in people if one.operator_id == args.id), None)
        if known is None:
            raise CommandRefused(f"There is no operator {args.id}. Nothing was changed.", "unknown")
        if args.action == "passphrase":
            words = await typed_secret(f"New passphrase of {known.name}: ")
            return await perform(found.runtime, SetPassphrase(known.operator_id, words, by), printer)
        return await perform(found.runtime, SaveOperator(Operator(known.operator_id, known.name, False), by), printer)
