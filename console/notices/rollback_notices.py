"""Tells whoever approved something that it was undone later (UX section 7: each, to the decider)."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from console.context import ConsoleContext
from console.notices.notice import Notice
from runtime.domain.envelope import Envelope
from runtime.domain.events.rollbacks import RollbackFinished, RollbackStarted

DAYS = 7
"""How far back an approval is looked up; what was approved before that is in the figures of its run."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("RollbackNotices", text)


class RollbackNotices:
    """Of one window: it knows who began a rollback, and leaves that person alone."""

    def __init__(self, context: ConsoleContext) -> None:
        self._context = context
        self._by: dict[str, str] = {}

    def look(self, envelopes: Sequence[Envelope]) -> None:
        """What was just recorded."""
        for envelope in envelopes:
            match envelope.event:
                case RollbackStarted(rollback_id=rollback_id, by=by):
                    self._by[rollback_id] = by
                case RollbackFinished(run_id=run_id, rollback_id=rollback_id, undone=undone):
                    by = self._by.pop(rollback_id, "")
                    if undone and by != self._context.operator():
                        self._context.tasks.start(self._tell(run_id, by), name="who approved what was undone")
                case _:
                    pass

    async def _tell(self, run_id: str, by: str) -> None:
        history, me = self._context.runtime.history, self._context.operator()
        await history.caught_up()
        mine = [(ask, title) for ask, title, who in (await history.queue_health(DAYS)).undone if who == me]
        people = {person.operator_id: person.name for person in await history.operators()}
        for ask_id, title in mine:
            detail = await history.ask(ask_id)
            if detail is not None and detail.row.run_id == run_id:
                said = _tr("{who} rolled the run back: {title}").format(who=people.get(by, by), title=title)
                alone = _tr("The run was rolled back: {title}").format(title=title)
                headline = _tr("What you approved was undone")
                notice = Notice("refused", headline, said if by in people else alone, key=f"undone {ask_id}")
                self._context.notices.tell(notice)
