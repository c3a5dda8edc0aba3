"""The right side of Approvals: the card of one ask, and everything a person can decide about it."""

import asyncio

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.notices.centre import fault_sentence
from console.presenters.ask_evidence import evidence_json, evidence_text
from console.views.approvals.action_bar import ActionBar
from console.views.approvals.decision_card import DecisionCard
from console.views.approvals.edit_page import EditPage
from console.views.approvals.key_guard import KeyGuard, LookTime
from console.views.approvals.readiness import Blocked, Situation, blocked_by, blocked_sentence, hold_ms
from console.views.approvals.reject_panel import RejectPanel
from console.views.approvals.second_person import second_person_agrees
from console.views.approvals.state_bar import StateBar
from console.widgets.hairline import Hairline
from runtime.domain.action import Action
from runtime.domain.commands import Approve, PauseAgent, Reject, ReleaseHold, Secret, TakeBack, TellOutcome
from runtime.domain.ids import AgentName, AskId
from runtime.domain.refusals import Refusal
from runtime.domain.words import AskState, Tier
from runtime.projections.rows import AskDetail
from runtime.tools.contract import Preview

_PREVIEW_FIRST_S = 0.8
_TICK_MS = 250


class DecisionDesk(QWidget):
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
        self._changed_to: AskDetail | None = None
        self._sent = False
        self._valid: tuple[object, ...] = ()
        self._number = 0
        self.guard = KeyGuard(context.monotonic)
        self.look = LookTime(context.monotonic)
        self.card = DecisionCard(context)
        self.state_bar = StateBar(context)
        self.bar = ActionBar(context)
        self.edit_page = EditPage(context)
        self._pages = QStackedWidget()
        self.reject_panel = RejectPanel(context.theme, self)
        self._build()
        self._tick_timer = QTimer(self)
        self._tick_timer.setInterval(_TICK_MS)
        self._tick_timer.timeout.connect(self.tick)
        self._tick_timer.start()

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
        self.card.changed.connect(self.update_actions)
        self.card.run_wanted.connect(self.open_run)
        self.bar.approve_pressed.connect(self.approve)
        self.bar.blocked_pressed.connect(self.show_first_open)
        self.bar.reject_pressed.connect(self.open_reject)
        self.bar.edit_pressed.connect(self.open_edit)
        self.bar.pause_pressed.connect(self.pause_agent)
        self.bar.told.connect(self._tell_outcome)
        self.state_bar.taken_back.connect(self.take_back)
        self.state_bar.pressed.connect(self._state_pressed)
        self.reject_panel.rejected.connect(self._reject)
        self.reject_panel.left.connect(self._panel_left)
        self.edit_page.edited.connect(self._use_edit)
        self.edit_page.left.connect(self.back)

    # -- which ask -----------------------------------------------------------------------------------------------
    def choose(self, ask_id: str) -> None:
        """A person chose this one. Until it is on screen nothing can be decided."""
        self._number += 1
        self.guard.deafen()
        self.close_overlays()
        self.ask_id, self.detail, self.edited, self._changed_to, self._sent = ask_id, None, None, None, False
        self.update_actions()
        self._context.tasks.start(self._load(ask_id, self._number), name="show a request")

    async def _load(self, ask_id: str, number: int) -> None:
        detail = await self._context.runtime.history.ask(ask_id)
        if number != self._number or detail is None:
            return
        await self._show_version(detail, None, number)

    async def _show_version(self, detail: AskDetail, edited: Action | None, number: int) -> None:
        arguments = edited.arguments if edited else None
        work = asyncio.ensure_future(self._preview(detail.row.ask_id, arguments))
        done, _ = await asyncio.wait({work}, timeout=_PREVIEW_FIRST_S)
        if number != self._number:
            work.cancel()
            return
        self.detail, self.edited, self._changed_to = detail, edited, None
        self.guard.deafen()
        self.look.restart()
        self.card.show_detail(detail, work.result() if done else None, edited)
        self._order_tabs()
        self.bar.ask_outcome(detail.row.kind == "unknown-outcome")
        self.tick()
        if not done:
            preview = await work
            if number == self._number:
                self.card.evidence.show_preview(preview)

    def _order_tabs(self) -> None:
        """List, tabs, checks, action bar: the checks are made anew for each ask and would else come last."""
        before: QWidget = self.card.words.more
        for box in self.card.checks.boxes:
            QWidget.setTabOrder(before, box)
            before = box
        QWidget.setTabOrder(before, self.bar.approve)

    async def _preview(self, ask_id: str, arguments: str | None) -> Preview | Refusal:
        try:
            return await self._context.runtime.preview(ask_id, arguments)
        except Exception as error:  # whatever a tool raises: the question still stands without a preview
            return Refusal(fault_sentence(error) or f"it ended with {type(error).__name__}.")

    async def refresh(self) -> None:
        """Something about the shown ask may be different now."""
        if not self.ask_id:
            return
        number = self._number
        fresh = await self._context.runtime.history.ask(self.ask_id)
        if number != self._number or fresh is None:
            return
        if self.detail is None:
            await self._show_version(fresh, None, number)
        elif fresh.digest != self.detail.digest:
            self._changed_to = fresh
            self.close_overlays()
        else:
            if fresh.row.state is not self.detail.row.state:
                self.guard.deafen()
                self._sent = False
            self.detail = fresh
            self.card.header.show_detail(fresh, self._context.now())
        self.tick()

    def look_again(self) -> None:
        """Show what the request has become."""
        fresh = self._changed_to
        if fresh is not None:
            self._number += 1
            self._context.tasks.start(self._show_version(fresh, None, self._number), name="look again")

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
                self._sent,
                self.card.evidence.has_seen_end,
                self.look.seconds,
                self.card.checks.open_count,
            )
        )

    @property
    def is_open(self) -> bool:
        """Whether the ask still waits for a ruling, as far as is known."""
        return self.detail is not None and self.blocked() not in (
            Blocked.STALE,
            Blocked.CHAIN,
            Blocked.OVER,
            Blocked.HELD,
            Blocked.CHANGED,
            Blocked.SENT,
        )

    @property
    def can_release(self) -> bool:
        """Whether a second press of A lets one's own approval act at once."""
        row = self.detail.row if self.detail else None
        return (
            row is not None
            and row.state is AskState.HELD
            and row.tier <= Tier.WIDE
            and not self.stale
            and row.ruled_by == self._context.operator()
            and row.ruling.startswith("approved")
        )

    def update_actions(self) -> None:
        """Say what stands in the way; nothing moves and no label changes."""
        what, detail = self.blocked(), self.detail
        sentence = blocked_sentence(what, self.card.checks.open_count) if detail else ""
        self.bar.set_blocked(
            "" if what is Blocked.READY else sentence or self.tr("Loading"), hold_ms(detail.row.tier) if detail else 0
        )
        self.bar.set_live(self.is_open, sentence, self.stale or detail is None)
        final = what is Blocked.READY and detail is not None and detail.row.tier >= Tier.FINAL
        ready = self.tr("Hold A for 1 s. This can't be undone.") if final else ""
        if not self.bar.approve.progress:
            self.bar.note.setText(sentence or ready)
        if detail is not None:
            self.state_bar.show_state(
                detail,
                self._changed_to is not None,
                self.edited is not None,
                self.names,
                self.hold_seconds,
                self.can_release,
            )
        valid = (what, self.ask_id, detail is None, self.in_overlay, self.can_release)
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

    # -- gestures ------------------------------------------------------------------------------------------------
    def press_approve(self) -> None:
        """A went down."""
        if not self.guard.is_deaf:
            if self.can_release:
                self._release_hold()
            else:
                self.bar.approve.begin()

    def lift_approve(self) -> None:
        """A went up."""
        self.bar.approve.end()

    def approve(self, second: str = "", passphrase: Secret | None = None) -> None:
        """Approve the exact action on screen, once."""
        detail = self.detail
        if detail is None or (self.guard.is_deaf and not second) or self.blocked() is not Blocked.READY:
            return
        if detail.row.tier is Tier.FINAL_AND_WIDE and not second:
            self._ask_second(detail)
            return
        self._send(
            Approve(
                AskId(detail.row.ask_id),
                self._context.operator(),
                detail.digest,
                self.edited.arguments if self.edited else None,
                self.card.checks.ticked,
                self.look.milliseconds,
                second,
                passphrase,
            )
        )

    def _ask_second(self, detail: AskDetail) -> None:
        self._context.tasks.start(self._open_second(detail), name="a second person")

    async def _open_second(self, detail: AskDetail) -> None:
        agreed = await second_person_agrees(self._context, detail)
        if agreed and self.detail is not None and self.detail.digest == detail.digest:
            self.approve(*agreed)

    def open_reject(self) -> None:
        """R: the reasons, above the button."""
        if not self.guard.is_deaf and self.can_press and self.is_open:
            button = self.bar.reject
            left = button.mapTo(self, button.rect().topLeft()).x()
            self.reject_panel.open_above(left, self.height() - self.bar.height() - self._context.theme.px(6))
            self.state_changed.emit()

    def _reject(self, reason: str, pause_agent: bool) -> None:
        detail = self.detail
        self._panel_left()
        if detail is not None and self.is_open:
            self._send(
                Reject(AskId(detail.row.ask_id), self._context.operator(), reason, self.look.milliseconds, pause_agent)
            )

    def _tell_outcome(self, answer: str) -> None:
        detail = self.detail
        if detail is not None and self.is_open and not self.guard.is_deaf:
            self._send(TellOutcome(AskId(detail.row.ask_id), self._context.operator(), answer, self.look.milliseconds))

    def _send(self, command: Approve | Reject | TellOutcome) -> None:
        self._sent = True
        self.guard.deafen()
        self.update_actions()
        self._context.runner.submit(command, self._answered)

    def _answered(self, answer: object) -> None:
        if isinstance(answer, Refusal):
            self._sent = False
            self._context.tasks.start(self.refresh(), name="look at a refused request")

    def _release_hold(self) -> None:
        self.guard.deafen()
        self._context.runner.submit(ReleaseHold(AskId(self.ask_id), self._context.operator()))

    def take_back(self) -> None:
        """While it is held."""
        self.guard.deafen()
        self._context.runner.submit(TakeBack(AskId(self.ask_id), self._context.operator()))

    def open_edit(self) -> None:
        """E: another version of the arguments, by hand."""
        if self.detail is not None and not self.guard.is_deaf and self.can_press and self.is_open:
            version = self.edited or self.detail.action
            self.edit_page.show_ask(self.detail, version.arguments)
            self._pages.setCurrentWidget(self.edit_page)
            self.tick()

    def _use_edit(self, arguments: str) -> None:
        detail = self.detail
        self.close_overlays()
        if detail is not None:
            self._number += 1
            edited = Action(detail.action.tool, arguments, detail.action.contract)
            self._context.tasks.start(self._show_version(detail, edited, self._number), name="show an edited version")

    def pause_agent(self) -> None:
        """P."""
        if self.detail is not None and not self.guard.is_deaf and not self.stale:
            self._context.runner.submit(PauseAgent(AgentName(self.detail.row.agent), self._context.operator()))

    def show_first_open(self) -> None:
        """V, and Approve while something is open."""
        self.card.show_first_open()

    def open_run(self) -> None:
        """O."""
        if self.detail is not None:
            self._context.open_run(self.detail.row.run_id)

    def copy(self, as_json: bool = False) -> None:
        """C: the ask as evidence."""
        if self.detail is not None:
            make = evidence_json if as_json else evidence_text
            QGuiApplication.clipboard().setText(make(self.detail, self._context.runtime.title))
            self._context.notices.done(self.tr("Request copied"))

    def back(self) -> None:
        """Esc."""
        self.close_overlays()
        self.bar.reject.setFocus()

    def close_overlays(self) -> None:
        """Reject panel and edit page away; nothing is decided."""
        self.reject_panel.hide()
        self._pages.setCurrentIndex(0)
        self.tick()

    def _panel_left(self) -> None:
        self.guard.deafen()
        self.bar.reject.setFocus()
        self.state_changed.emit()

    def _state_pressed(self) -> None:
        if self._changed_to is not None:
            self.look_again()
        elif self.edited is not None and self.detail is not None:
            self._number += 1
            self._context.tasks.start(self._show_version(self.detail, None, self._number), name="back to the agent's")
