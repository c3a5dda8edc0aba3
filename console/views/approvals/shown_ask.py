"""The ask on the card: read, shown in one exact version, kept up to date, and what stands in the way of a ruling."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.views.approvals.action_bar import ActionBar
from console.views.approvals.asked_preview import begun_preview, preview_of
from console.views.approvals.begun_rejections import BegunRejections
from console.views.approvals.decision_card import DecisionCard
from console.views.approvals.edit_page import EditPage
from console.views.approvals.key_guard import KeyGuard, LookTime
from console.views.approvals.known_ask import KnownAsk
from console.views.approvals.readiness import (
    NOT_OPEN,
    Blocked,
    Situation,
    blocked_by,
    blocked_sentence,
    hold_ms,
    releases,
)
from console.views.approvals.reject_panel import RejectPanel
from console.views.approvals.state_bar import StateBar
from console.views.approvals.world_watch import WorldWatch
from console.widgets.hairline import Hairline
from runtime.domain.action import Action
from runtime.domain.words import Tier
from runtime.projections.rows import AskDetail

_TICK_MS = 250


class ShownAsk(QWidget):
    """``state_changed`` whenever other keys are valid. Nothing here chooses an ask: the list does."""

    state_changed = Signal()

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        self._context = context
        self.detail: AskDetail | None = None
        self.edited: Action | None = None
        self.ask_id = ""
        self.names: dict[str, str] = {}
        self.hold_seconds = 10
        self.chain_broken = False
        self.stale = False
        self.off = ""
        """Why nothing can be done to it now, or "" where something can."""
        self._changed_to: AskDetail | None = None
        self._known = KnownAsk()
        self.world = WorldWatch(context.monotonic)
        self._sent = self._looking = False
        self._number = 0
        self.drafts: dict[str, str] = {}
        """By ask: an edit that was left half-done because something else came on the card."""
        self._valid: tuple[object, ...] = ()
        self.guard, self.look = KeyGuard(context.monotonic), LookTime(context.monotonic)
        self.card = DecisionCard(context)
        self.state_bar = StateBar(context)
        self.bar = ActionBar(context)
        self.edit_page = EditPage(context)
        self._pages = QStackedWidget()
        self.reject_panel = RejectPanel(context.theme, self, BegunRejections(context.settings, context.runtime.folder))
        self._build()
        self.card.changed.connect(self.update_actions)
        self.card.rearranged.connect(lambda: self.card.order_tabs(self.bar.approve))
        self._tick_timer = QTimer(self)
        self._tick_timer.setInterval(_TICK_MS)
        self._tick_timer.timeout.connect(self.tick)

    def _build(self) -> None:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.card, 1)
        column.addWidget(self.state_bar)
        column.addWidget(Hairline(self._context.theme))
        column.addWidget(self.bar)
        self._pages.addWidget(page)
        self._pages.addWidget(self.edit_page)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)

    # -- which ask -----------------------------------------------------------------------------------------------
    def choose(self, ask_id: str) -> None:
        """A person chose this one. Until it is on screen nothing can be decided."""
        self._turn_to(ask_id)
        self._context.tasks.start(self._load(ask_id, self._number), name="show a request")

    def put_away(self) -> None:
        """Something else is shown in its place: no key means it any more."""
        self._turn_to("")
        self.look.run(False)

    def _turn_to(self, ask_id: str) -> None:
        self._number += 1
        self.guard.deafen()
        self.close_overlays()
        self.ask_id, self.detail, self.edited, self._changed_to = ask_id, None, None, None
        self._known.forget()
        self._sent = self._looking = False
        self.update_actions()

    async def _load(self, ask_id: str, number: int) -> None:
        detail = await self._context.runtime.history.ask(ask_id)
        if number == self._number and detail is not None and self._known.hear(detail):
            await self._show_version(detail, None, number)

    def _show_another(self, detail: AskDetail, edited: Action | None, name: str) -> None:
        """Another version in its place; a look at the one before is for nobody any more."""
        self._number += 1
        self._looking = False
        self._context.tasks.start(self._show_version(detail, edited, self._number), name=name)

    async def _show_version(self, detail: AskDetail, edited: Action | None, number: int) -> None:
        arguments = edited.arguments if edited else None
        work = await begun_preview(self._context.runtime, detail.row.ask_id, arguments)
        if number != self._number:
            work.cancel()
            return
        detail, self._changed_to = self._known.beside(detail)
        self.detail, self.edited = detail, edited
        self.guard.deafen()
        self.look.restart()
        shown = work.result() if work.done() else None
        self.world.begin(shown)
        self.card.show_detail(detail, shown, edited)
        self.card.order_tabs(self.bar.approve)
        self.bar.show_kind(detail.row.kind)
        if detail.cap is not None:
            self.bar.suggest(max(detail.cap.needed.micros, detail.cap.finish.micros))
        self.tick()
        if shown is None:
            preview = await work
            if number == self._number and self.detail is not None:
                self.guard.deafen()  # what is on the card has just become more
                self.world.begin(preview)
                self.card.show_late_preview(self.detail, preview, edited)
                self.tick()

    async def look_at_world(self) -> bool:
        """Work the preview out again. False where the world is another one than the person was shown: then the card is
        locked. The runner sets the time in which a preview has to be there."""
        detail, number = self.detail, self._number
        if detail is None or self.world.shown is None:
            return True
        arguments = self.edited.arguments if self.edited else None
        fresh = await preview_of(self._context.runtime, detail.row.ask_id, arguments)
        if number != self._number:
            return False
        self.world.look(fresh)
        self.update_actions()
        return not self.world.changed

    def _look_again_soon(self) -> None:
        if self.look.is_running and self.is_open and self.world.is_due:
            self.world.looked()
            self._context.tasks.start(self.look_at_world(), name="look whether the world changed")

    async def refresh(self) -> None:
        """Something about the shown ask may be different now."""
        if not self.ask_id:
            return
        number = self._number
        fresh = await self._context.runtime.history.ask(self.ask_id)
        if number != self._number or fresh is None:
            return
        first = self._known.hear(fresh)
        if self.detail is None:
            if first:  # a slow preview keeps the list back no longer than the card
                self._context.tasks.start(self._show_version(fresh, None, number), name="show a request")
        elif fresh.digest != self.detail.digest:
            self._changed_to = fresh
            self.close_overlays()
        else:
            if fresh.row.state is not self.detail.row.state:
                self.guard.deafen()
                self._sent = False
            self.detail = fresh
            self.card.header.show_detail(fresh, self._context.now())
            self.card.ahead.show_detail(fresh, edited=self.edited is not None)
        self.tick()

    def look_again(self) -> None:
        """Show what the request, or the world it would change, has become."""
        fresh = self._changed_to
        edited = None if fresh is not None else self.edited
        shown = fresh or (self.detail if self.world.changed else None)
        if shown is not None:
            self._show_another(shown, edited, name="look again")

    # -- what can be done ----------------------------------------------------------------------------------------
    @property
    def in_overlay(self) -> bool:
        """Whether the reject panel or the edit page is open."""
        return self.reject_panel.isVisibleTo(self) or self._pages.currentWidget() is self.edit_page

    @property
    def can_press(self) -> bool:
        """Whether decision keys mean the card."""
        return self.detail is not None and not self.in_overlay

    def blocked(self) -> Blocked:
        """What stands between the person and Approve."""
        detail = self.detail
        if detail is None:
            return Blocked.SENT
        return blocked_by(
            Situation(
                detail.row.state,
                detail.row.tier,
                self.stale,
                self.chain_broken,
                self._changed_to is not None,
                self.world.changed,
                self._sent,
                self.card.evidence.exact.has_seen_end,
                self.look.seconds,
                self.card.checks.open_count,
                self.card.evidence.has_seen_request,
                self.card.evidence.has_preview,
                self._looking,
            )
        )

    @property
    def is_open(self) -> bool:
        """Whether the ask still waits for a ruling, as far as is known."""
        return self.detail is not None and self.blocked() not in NOT_OPEN

    @property
    def can_release(self) -> bool:
        """Whether a second press of A lets one's own approval act at once."""
        detail = self.detail
        return detail is not None and releases(detail.row, self._context.operator(), self.stale)

    def update_actions(self) -> None:
        """Say what stands in the way; nothing moves and no label changes."""
        what, detail = self.blocked(), self.detail
        hold = hold_ms(detail.row.tier) if detail else 0
        held = self.bar.approve_key if hold else ""
        together = detail is not None and detail.row.tier is Tier.FINAL_AND_WIDE
        known = blocked_sentence(what, self.card.checks.open_count, held, together)
        sentence = known if detail else self.tr("Loading")
        self.off = "" if self.is_open else sentence
        self.bar.set_blocked("" if what is Blocked.READY else sentence, hold)
        self.bar.set_live(self.is_open, sentence, self.stale or detail is None)
        self.card.set_faded(self.stale or detail is None)
        final = self.bar.final_note_of_two if together else self.bar.final_note
        ready = final if what is Blocked.READY and hold else ""
        if not self.bar.approve.progress:
            self.bar.note.setText(sentence or ready)
        if detail is not None:
            self.state_bar.show_state(
                detail,
                self._changed_to is not None,
                self.world.changed,
                self.edited is not None,
                self.names,
                self.hold_seconds,
                self.can_release,
            )
        urgent = detail is not None and detail.row.priority == 1
        valid = (what, self.ask_id, detail is None, urgent, self.in_overlay, self.can_release)
        if valid != self._valid:  # asked four times a second; keys are drawn anew only where others are valid
            self._valid = valid
            self.state_changed.emit()

    def tick(self) -> None:
        """Times pass; look time runs only while somebody can see the card."""
        seen = self.isVisible() and self.window().isActiveWindow() and not self.in_overlay
        self.look.run(seen and self.detail is not None)
        if self.detail is not None:
            self.card.tick(self.detail)
        self.update_actions()
        self._look_again_soon()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.guard.deafen()  # a key meant for the screen before must not decide here
        self.tick()
        self._tick_timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick_timer.stop()
        self.look.run(False)  # nobody sees it, so nobody looks; and nothing has to be kept up to date
        super().hideEvent(event)

    def close_overlays(self, *, keep: bool = True) -> None:
        """Reject panel and edit page away; nothing is decided. ``keep``: R and E bring back what was begun there."""
        if self._pages.currentWidget() is self.edit_page and keep and self.edit_page.draft:
            self.drafts[self.ask_id] = self.edit_page.draft
        self.reject_panel.put_away(keep=keep)
        self._pages.setCurrentIndex(0)
        self.tick()
