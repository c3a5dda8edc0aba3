"""Shelving, handing over and harm found later, from the card; the first look is recorded. Decides nothing."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from console.context import ConsoleContext
from console.dialogs.queue_dialogs import EVERYBODY, ChoiceDialog, hand_over_dialog, harm_dialog, shelve_dialog
from console.presenters.harm_text import was_done
from console.views.approvals.readiness import Blocked, blocked_sentence
from console.views.approvals.shown_ask import ShownAsk
from runtime.domain.ids import AskId
from runtime.domain.queue_commands import HandOver, MarkHarmful, SeeAsk, ShelveAsk, UnmarkHarmful, UnshelveAsk
from runtime.domain.words import AskState

LOOKED_S = 1.0
"""So long the card was really on screen before it counts as a look."""
_EVERY_MS = 500


class QueueCare(QObject):
    """H and M of the card; ``desk`` is what is on it."""

    def __init__(self, context: ConsoleContext, desk: ShownAsk) -> None:
        super().__init__(desk)
        self._context, self._desk = context, desk
        self._told: set[str] = set()
        self.people: dict[str, str] = {}
        """Names by id of those who decide here now."""
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.tell_look)
        desk.bar.shelve.activated.connect(self.shelve)
        desk.bar.hand_over.activated.connect(self.hand_over)
        desk.bar.shelve.locked_pressed.connect(self.shelve)
        desk.state_changed.connect(self._lock)
        desk.state_bar.pressed.connect(self._harm)

    def watch(self, on_screen: bool) -> None:
        """Looks count only while the screen is shown."""
        self._timer.start() if on_screen else self._timer.stop()

    def tell_look(self) -> None:
        """The first look at an ask, said once."""
        detail = self._desk.detail
        if detail is None or detail.row.seen_at or detail.row.ask_id in self._told or self._desk.stale:
            return
        if detail.row.state is AskState.WAITING and self._desk.look.seconds >= LOOKED_S:
            self._told.add(detail.row.ask_id)
            self._context.runner.submit(SeeAsk(AskId(detail.row.ask_id), self._context.operator()), quiet=True)

    @property
    def can_shelve(self) -> bool:
        """Priority 2 and 3, while it waits; what is shelved can be taken back."""
        row = self._desk.detail.row if self._desk.detail is not None else None
        return row is not None and self._desk.can_press and self._desk.is_open and row.priority > 1

    @property
    def can_hand_over(self) -> bool:
        """While it waits."""
        return self._desk.can_press and self._desk.is_open

    def _lock(self) -> None:
        """The button says why before it is pressed; its place stays."""
        detail, desk = self._desk.detail, self._desk
        first = detail is not None and desk.is_open and detail.row.priority == 1
        desk.bar.shelve.set_locked(self._too_urgent() if first else desk.off)
        desk.bar.hand_over.set_locked(desk.off)

    def _too_urgent(self) -> str:
        return self.tr("Priority 1 is not shelved: decide it, or hand it over.")

    def shelve(self) -> None:
        """H: put it away, or take it back."""
        detail = self._desk.detail
        if detail is None or self._desk.guard.is_deaf or not self._desk.is_open:
            return
        if not self.can_shelve:
            self._context.notices.refused(self._too_urgent(), key="not shelved")
            return
        ask_id, by = AskId(detail.row.ask_id), self._context.operator()
        if detail.row.shelved_until:
            self._context.runner.submit(UnshelveAsk(ask_id, by))
            return
        dialog = shelve_dialog(self._context, detail.row.title, detail.row.priority, self._parent())
        dialog.chosen.connect(
            lambda seconds, why: self._context.runner.submit(ShelveAsk(ask_id, by, why, int(seconds)))
        )
        self._open(dialog)

    def hand_over(self) -> None:
        """M: somebody else looks after it."""
        detail = self._desk.detail
        if detail is None or not self.can_hand_over or self._desk.guard.is_deaf:
            return
        ask_id, by, row = AskId(detail.row.ask_id), self._context.operator(), detail.row
        people = [(key, name) for key, name in self.people.items() if key != row.holder]
        people = [(key, self.tr("{name} (you)").format(name=name) if key == by else name) for key, name in people]
        dialog = hand_over_dialog(self._context, row.title, people, bool(row.holder), self._parent())
        dialog.chosen.connect(
            lambda to, note: self._context.runner.submit(HandOver(ask_id, by, "" if to == EVERYBODY else to, note))
        )
        self._open(dialog)

    def _harm(self) -> None:
        """From the banner of what was approved and done: it did harm, or it did none after all."""
        detail = self._desk.detail
        if detail is None or not was_done(detail) or self._desk.guard.is_deaf:
            return
        if self._desk.stale:
            self._context.notices.refused(blocked_sentence(Blocked.STALE), key="harm while stale")
            return
        ask_id, by, submit = AskId(detail.row.ask_id), self._context.operator(), self._context.runner.submit
        if detail.harmful:
            self._desk.guard.deafen()
            submit(UnmarkHarmful(ask_id, by))
            return
        dialog = harm_dialog(self._context, detail.row.title, self._parent())
        dialog.chosen.connect(lambda _, why: submit(MarkHarmful(ask_id, by, why)))
        self._open(dialog)

    def _parent(self) -> ShownAsk:
        return self._desk

    def _open(self, dialog: ChoiceDialog) -> None:
        self._desk.guard.deafen()
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
