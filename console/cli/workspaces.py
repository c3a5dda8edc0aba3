"""`operator-console workspaces`: list, create, switch, delete, back up, restore, space on disk."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from console import workspaces as places
from console.cli.exit_status import DONE, CommandRefused
from console.cli.opening import must_be_there, opened
from console.cli.people import first_operator, operator_for
from console.cli.printing import Printer, columns
from console.cli.runs import perform
from runtime.domain.commands import ClearSpace, MakeBackup
from runtime.projections.rows import SpaceUse


async def workspaces(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Dispatch of the family. ``folder`` is the workspace that backup, space and clear are about."""
    match args.action:
        case "list":
            return await _list(printer)
        case "create":
            return await create(args.name, args.operator or "", printer)
        case "switch":
            target = await asyncio.to_thread(places.folder_named, args.name)
            await asyncio.to_thread(must_be_there, target)
            await asyncio.to_thread(places.note_recent, target)
            printer.say(f"{target} is used when none is named.", "done", folder=str(target))
            return DONE
        case "delete":
            return await _delete(args, printer)
        case "restore":
            return await _restore(args, printer)
        case _:
            return await _about(args, folder, printer)


async def _list(printer: Printer) -> int:
    known = await asyncio.to_thread(places.known_workspaces)
    if printer.as_json:
        for one in known:
            printer.say("", "workspace", name=one.name, folder=str(one.folder), there=one.there, current=one.current)
        return DONE
    table = [("", "NAME", "FOLDER")]
    table += [("*" if one.current else "", one.name, str(one.folder) if one.there else "(gone)") for one in known]
    printer.text(columns(table) if known else "There is no workspace yet. `workspaces create NAME` makes one.")
    return DONE


async def create(name: str, operator: str, printer: Printer) -> int:
    """A new workspace with the person who is logged in (or named) as its operator."""
    target = await asyncio.to_thread(places.new_folder, name)
    async with opened(target, printer, at_work=False) as found:
        await first_operator(found.runtime, operator)
    await asyncio.to_thread(places.note_recent, target)
    printer.say(f"{target.name} was made in {target}.", "done", name=target.name, folder=str(target))
    return DONE


async def _delete(args: argparse.Namespace, printer: Printer) -> int:
    from runtime.door.ownership import owner

    target = await asyncio.to_thread(places.folder_named, args.name)
    await asyncio.to_thread(must_be_there, target)
    if await owner(target) is not None:
        raise CommandRefused(f"{target.name} is open in another process. Nothing was changed. Close it first.", "open")
    if not args.yes:
        raise CommandRefused(
            f"This deletes {target} with its journal, files and backups, and cannot be undone. "
            "Nothing was changed yet. `workspaces backup FILE` keeps a copy; --yes deletes it.",
            "not-sure",
        )
    forgotten = await _forget_secrets(target, printer)
    await asyncio.to_thread(places.delete_folder, target)
    secrets = f" {forgotten} of its secrets were removed from the keyring." if forgotten else ""
    printer.say(f"{target.name} was deleted.{secrets}", "done", folder=str(target))
    return DONE


async def _forget_secrets(target: Path, printer: Printer) -> int:
    """Its secrets leave the keyring with it, as far as both can be read; a broken one is deleted all the same."""
    from runtime.operations.unopened import forget_secrets

    try:
        return await forget_secrets(target)
    except Exception as error:
        if not hasattr(error, "to_do"):
            raise
        printer.text(f"Its secrets, if it has any, stay in the keyring: {error}")
        return 0


async def _restore(args: argparse.Namespace, printer: Printer) -> int:
    from runtime.operations.unopened import restore_backup

    target = await asyncio.to_thread(places.new_folder, args.name)
    records = await restore_backup(args.file, target)
    await asyncio.to_thread(places.note_recent, target)
    printer.say(
        f"{target.name} was restored in {target}, with {records:,} records. It is a workspace of its own: keys, "
        "credentials and passphrases stay with the one it was made of. Enter again what it needs, in Settings. "
        "Everything in it is paused; resume it when nobody else works on the same: runs resume-all.",
        "done", name=target.name, folder=str(target), records=records,
    )  # fmt: skip
    return DONE


async def _about(args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    await asyncio.to_thread(must_be_there, folder)
    async with opened(folder, printer, at_work=False) as found:
        if args.action == "space":
            used = await found.runtime.space()
            printer.say("\n".join(space_lines(used)), "space", space=used)
            return DONE
        by = await operator_for(found.runtime, args.operator)
        if args.action == "backup":
            target = await asyncio.to_thread(_free_target, args.file)
            return await perform(found.runtime, MakeBackup(str(target), by), printer)
        return await perform(found.runtime, ClearSpace(by), printer)


def _free_target(file: Path) -> Path:
    target = file.expanduser().absolute()
    if target.exists():
        raise CommandRefused(f"{target} is there already. Nothing was changed. Choose another name.", "there")
    if not target.parent.is_dir():
        raise CommandRefused(f"The folder {target.parent} is not there. Nothing was changed.", "absent")
    return target


def space_lines(used: SpaceUse) -> list[str]:
    """Each kind and the sum."""
    kinds = (
        ("journal", used.journal), ("contents", used.blobs), ("files", used.files), ("backups", used.backups),
        ("other", used.other),
    )  # fmt: skip
    lines = [f"{name:<10} {size:>15,} bytes" for name, size in kinds]
    total = sum(size for _, size in kinds)
    return [*lines, f"{'all':<10} {total:>15,} bytes", f"{'clearable':<10} {used.clearable:>15,} bytes"]
