"""`operator-console connections`: providers of language models, their addresses and keys, and a test of each."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from console.cli.connection_ways import with_ways
from console.cli.exit_status import DONE, CommandRefused
from console.cli.opening import opened
from console.cli.people import operator_for
from console.cli.printing import Printer, columns
from console.cli.runs import perform
from console.cli.typed_secret import typed_secret
from console.presenters.connection_text import key_words, route_words, trial_words
from runtime.domain.commands import Command, RemoveConnection, RemoveKey, SaveConnection, StoreKey
from runtime.domain.connection import ConnectionSpec
from runtime.domain.refusals import Refusal
from runtime.models.providers.known import homes, kind_of_own_servers, words_of

if TYPE_CHECKING:
    from runtime.interface import Runtime


async def connections(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family."""
    async with opened(folder, printer, at_work=False) as found:
        if args.action == "list":
            return await _list(found.runtime, printer)
        by = await operator_for(found.runtime, args.operator)
        if args.action == "test":
            answer = await found.runtime.test_connection(args.name, args.model, by)
            if isinstance(answer, Refusal):
                raise CommandRefused(answer.sentence, answer.code)
            printer.say(answer, "tested", connection=args.name, sentence=answer)
            return DONE
        return await perform(found.runtime, await _command(args, found.runtime, by), printer)


async def _list(runtime: Runtime, printer: Printer) -> int:
    rows = await runtime.history.connections()
    if printer.as_json:
        for row in rows:
            printer.say("", "connection", connection=row)
        return DONE
    state, sentence = await runtime.keyring_state()
    table = [("NAME", "SPEAKS", "ADDRESS", "KEY", "TEST", "AGENTS NAME IT")]
    for row in rows:
        told = (row.spec.name, words_of(row.spec.kind), row.spec.base_url, key_words(row), trial_words(row))
        table.append((*told, route_words(row)))
    printer.text(columns(table))
    if state != "available":
        printer.text(f"\n{sentence}")
    return DONE


async def _command(args: argparse.Namespace, runtime: Runtime, by: str) -> Command:
    match args.action:
        case "add":
            return SaveConnection(await _spec(args, runtime), by)
        case "remove":
            return RemoveConnection(args.name, by)
        case "forget-key":
            return RemoveKey(args.name, by)
        case _:
            return StoreKey(args.name, await typed_secret(f"Key of {args.name}: "), by)


async def _spec(args: argparse.Namespace, runtime: Runtime) -> ConnectionSpec:
    """What was typed over what is there."""
    own = homes()
    kind = args.speaks or (args.name if args.name in own else kind_of_own_servers())
    there = next((row.spec for row in await runtime.history.connections() if row.spec.name == args.name), None)
    spec = there or ConnectionSpec(args.name, kind, own.get(kind, ""))
    if args.url is not None:
        spec = msgspec.structs.replace(spec, base_url=args.url)
    if args.speaks:
        spec = msgspec.structs.replace(spec, kind=args.speaks)
    keyless = args.no_key or (there is not None and there.keyless and not args.with_key)
    return with_ways(msgspec.structs.replace(spec, keyless=keyless), args)
