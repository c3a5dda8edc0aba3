"""Asks a second person, one who neither decides here nor started the run, to agree with a passphrase."""

import asyncio

from console.context import ConsoleContext
from console.dialogs.second_person_dialog import SecondPersonDialog
from runtime.domain.commands import Secret
from runtime.projections.rows import AskDetail


async def second_person_agrees(context: ConsoleContext, detail: AskDetail) -> tuple[str, Secret] | None:
    """Who agreed and the passphrase that was typed; nothing when nobody did."""
    run = await context.runtime.history.run(detail.row.run_id)
    starter = run.row.started_by if run else ""
    people = [
        person
        for person in await context.runtime.history.operators()
        if person.active
        and person.operator_id != context.operator()
        and starter not in (person.operator_id, person.name)
    ]
    dialog = SecondPersonDialog(context, detail.row.title, people, context.window())
    agreed: list[tuple[str, Secret]] = []
    ended = asyncio.Event()
    dialog.agreed.connect(lambda second, words: agreed.append((second, words)))
    dialog.finished.connect(ended.set)
    dialog.open()
    await ended.wait()
    dialog.deleteLater()
    return agreed[0] if agreed else None
