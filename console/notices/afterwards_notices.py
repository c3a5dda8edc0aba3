"""Tells whoever approved something, or allowed it ahead, what came of it (UX section 7), until they have read it.

What is told comes from the journal: it is there after a restart, for the second person too, and gone once it was read.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from console.context import ConsoleContext
from console.notices.notice import Notice
from console.presenters.afterwards_text import MOST, headline, lines, table
from console.presenters.wording import say
from console.queue_frame import OpenDialog
from runtime.domain.envelope import Envelope
from runtime.domain.events.ask_care import AfterwardsRead, AskFoundHarmful, AskFoundHarmless
from runtime.domain.events.rollbacks import UndoFinished
from runtime.domain.ids import AskId, GrantId
from runtime.domain.queue_commands import ReadAfterwards
from runtime.projections.rows import Afterwards

_MATTERS = (UndoFinished, AskFoundHarmful, AskFoundHarmless, AfterwardsRead)
_KEYS = {False: "undone-afterwards", True: "harmful-afterwards"}


class AfterwardsNotices:
    """Of one window. ``read`` asks what is unread of the person at this seat; one notice for each kind."""

    def __init__(self, context: ConsoleContext, window: QWidget, open_dialog: OpenDialog) -> None:
        self._context, self._window, self._open_dialog = context, window, open_dialog
        self._told: dict[bool, list[Afterwards]] = {}
        self._busy = self._again = False

    def look(self, envelopes: Sequence[Envelope]) -> None:
        """What was just recorded."""
        if any(isinstance(envelope.event, _MATTERS) for envelope in envelopes):
            self.read()

    def read(self) -> None:
        """Ask the journal. While an answer is waited for, it is asked once more after it."""
        self._again = True
        if not self._busy:
            self._busy = self._context.tasks.start(self._read(), name="what came of approvals") is not None

    async def _read(self) -> None:
        try:
            while self._again:
                self._again = False
                me = self._context.operator()
                found = await self._context.runtime.history.afterwards(me) if me else []
                for harmful in (False, True):
                    self._show(harmful, [one for one in found if bool(one.harm) is harmful], me)
        finally:
            self._busy = False

    def _show(self, harmful: bool, found: list[Afterwards], me: str) -> None:
        if found == self._told.get(harmful, []):
            return
        self._told[harmful] = found
        if not found:
            self._context.notices.withdraw(_KEYS[harmful])
            return

        def closed() -> None:
            self._note(found, harmful, me)

        def all_of_them() -> None:
            self._open_all(found, harmful, me)

        many = len(found) > MOST
        action, act, at_close = (say("Show all"), all_of_them, None) if many else ("", None, closed)
        said = headline(found, harmful)
        self._context.notices.tell(Notice("refused", said, lines(found), _KEYS[harmful], action, act, at_close))

    def _note(self, found: Sequence[Afterwards], harmful: bool, me: str) -> None:
        for ask_id, grant_id in dict.fromkeys((one.ask_id, one.grant_id) for one in found):
            self._context.runner.submit(ReadAfterwards(AskId(ask_id), me, harmful, GrantId(grant_id)), quiet=True)

    def _open_all(self, found: Sequence[Afterwards], harmful: bool, me: str) -> None:
        """More than a notice has room for: a list, read once it is closed."""
        from console.dialogs.numbers_dialog import NumbersDialog

        def built() -> NumbersDialog:
            dialog = NumbersDialog(self._context, table(found, harmful, self._context.now()), self._window)
            dialog.finished.connect(lambda _result: self._note(found, harmful, me))
            return dialog

        self._open_dialog(_KEYS[harmful], built)
