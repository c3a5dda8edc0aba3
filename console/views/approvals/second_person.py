"""Asks a second person, one who neither decides here nor started the run, to agree with a passphrase."""

import asyncio

from console.context import ConsoleContext
from console.dialogs.second_person_dialog import SecondPersonDialog
from console.presenters.wording import say
from console.views.approvals.evidence_tabs import EvidenceTabs
from runtime.domain.action import Action
from runtime.domain.commands import Secret
from runtime.domain.refusals import Refusal
from runtime.projections.rows import AskDetail
from runtime.tools.contract import Preview

_ROWS, _LEAST = 12, 4


async def second_person_agrees(
    context: ConsoleContext, detail: AskDetail, edited: Action | None, preview: Preview | Refusal | None
) -> tuple[str, Secret] | None:
    """Who agreed and the passphrase that was typed; nothing when nobody did. They see what will run: ``edited`` where
    the first person changed it."""
    run = await context.runtime.history.run(detail.row.run_id)
    starter = run.row.started_by if run else ""
    people = [
        person
        for person in await context.runtime.history.operators()
        if person.active
        and person.operator_id != context.operator()
        and starter not in (person.operator_id, person.name)
    ]
    evidence = EvidenceTabs(context.theme, _ROWS, _LEAST)
    known = preview if isinstance(preview, Preview) else None
    evidence.show_action(edited or detail.action, detail.digest, known, detail.action if edited else None)
    evidence.show_preview(preview)
    title = detail.row.title
    if edited:
        title = say("Edited by hand. The agent asked: {title}", title=title)
    dialog = SecondPersonDialog(context, title, evidence, people, context.window())
    agreed: list[tuple[str, Secret]] = []
    ended = asyncio.Event()
    dialog.agreed.connect(lambda second, words: agreed.append((second, words)))
    dialog.finished.connect(ended.set)
    dialog.open()
    await ended.wait()
    dialog.deleteLater()
    return agreed[0] if agreed else None
