"""The right side of Approvals: everything a person can decide about the ask on the card."""

from PySide6.QtGui import QGuiApplication

from console.context import ConsoleContext
from console.presenters.ask_evidence import evidence_json, evidence_text
from console.views.approvals.readiness import Blocked
from console.views.approvals.second_person import second_person_agrees
from console.views.approvals.shown_ask import ShownAsk
from runtime.domain.action import Action
from runtime.domain.budget import NOTHING, Amount
from runtime.domain.changes import Done
from runtime.domain.commands import AnswerCap, Approve, PauseAgent, Reject, ReleaseHold, Secret, TakeBack, TellOutcome
from runtime.domain.grant_commands import GrantStanding
from runtime.domain.ids import AgentName, AskId
from runtime.domain.plan_review import KIND as PLAN
from runtime.domain.plan_review import steps_from
from runtime.domain.refusals import Refusal
from runtime.domain.words import Tier
from runtime.projections.rows import AskDetail


class DecisionDesk(ShownAsk):
    """Gestures become commands here: each names the exact version on screen, and is sent once."""

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
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
        command = Approve(
            AskId(detail.row.ask_id),
            self._context.operator(),
            detail.digest,
            self.edited.arguments if self.edited else None,
            self.card.checks.ticked,
            self.look.milliseconds,
            second,
            passphrase,
        )
        self._looking = True
        self.guard.deafen()
        self.update_actions()
        self._context.tasks.start(self._send_if_unchanged(command), name="look once more, then approve")

    async def _send_if_unchanged(self, command: Approve) -> None:
        """What is approved is what was on screen: the preview is worked out once more before anything is sent."""
        number = self._number
        unchanged = await self.look_at_world()
        if number != self._number:
            return
        self._looking = False
        if unchanged:
            self._send(command)
        else:
            self.update_actions()

    def _ask_second(self, detail: AskDetail) -> None:
        self._context.tasks.start(self._open_second(detail), name="a second person")

    async def _open_second(self, detail: AskDetail) -> None:
        edited, shown = self.edited, self.world.shown
        agreed = await second_person_agrees(self._context, detail, edited, shown)
        same = self.detail is not None and self.detail.digest == detail.digest and self.edited is edited
        if agreed and same:
            self.approve(*agreed)

    def open_reject(self) -> None:
        """R: the reasons, above the button."""
        if not self.guard.is_deaf and self.can_press and self.is_open:
            button = self.bar.reject
            left = button.mapTo(self, button.rect().topLeft()).x()
            bottom = self.height() - self.bar.height() - self._context.theme.px(6)
            self.reject_panel.open_above(left, bottom, self.ask_id)
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
            ask_id, by, looked = AskId(detail.row.ask_id), self._context.operator(), self.look.milliseconds
            if detail.cap is None:
                self._send(TellOutcome(ask_id, by, answer, looked))
                return
            tokens = max(detail.cap.needed.tokens, detail.cap.finish.tokens) if detail.cap.needed.tokens else 0
            extra = Amount(round(self.bar.extra.value() * 100) * 10_000, tokens)
            self._send(AnswerCap(ask_id, by, answer, extra if answer == "raise" else NOTHING, looked))

    def _send(self, command: Approve | Reject | TellOutcome | AnswerCap) -> None:
        self._sent = True
        self.guard.deafen()
        self.update_actions()
        approves = isinstance(command, Approve) and command.arguments is None
        ahead = self.card.ahead.command() if approves else None
        self._context.runner.submit(command, lambda answer: self._answered(answer, command.ask_id, ahead))

    def _answered(self, answer: object, ask_id: str, ahead: GrantStanding | None) -> None:
        if ahead is not None and isinstance(answer, Done):
            self.card.ahead.send(ahead)
        if isinstance(answer, Done):
            self.reject_panel.recorded(ask_id)
        if isinstance(answer, Refusal) and ask_id == self.ask_id:  # else another one came on the card, sent or not
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
            if self.detail.row.kind == PLAN:
                self._edit_plan(self.detail, version.arguments)
                return
            self.edit_page.show_ask(self.detail, version.arguments, self.drafts.pop(self.ask_id, ""))
            self._pages.setCurrentWidget(self.edit_page)
            self.tick()

    def _edit_plan(self, detail: AskDetail, arguments: str) -> None:
        from console.dialogs.plan_dialog import PlanDialog

        steps = steps_from(self.drafts.pop(self.ask_id, "") or arguments)
        if isinstance(steps, str):
            return
        dialog = PlanDialog(self._context, detail.row.run_id, steps, self._context.window() or self)
        dialog.edited.connect(lambda plan: self._use_plan(detail.row.ask_id, plan))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _use_plan(self, ask_id: str, arguments: str) -> None:
        """The dialog may have waited while another request came on the card: E of its own brings the plan back."""
        if ask_id == self.ask_id:
            self._use_edit(arguments)
            return
        self.drafts[ask_id] = arguments
        self._context.open_ask(ask_id)

    def _use_edit(self, arguments: str) -> None:
        detail = self.detail
        self.close_overlays(keep=False)
        if detail is not None:
            edited = Action(detail.action.tool, arguments, detail.action.contract)
            self._show_another(detail, edited, name="show an edited version")

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
        """Esc: nothing is kept of it."""
        self.close_overlays(keep=False)
        self.bar.reject.setFocus()

    def _panel_left(self) -> None:
        self.guard.deafen()
        self.bar.reject.setFocus()
        self.state_changed.emit()

    def _state_pressed(self) -> None:
        if self._changed_to is not None or self.world.changed:
            self.look_again()
        elif self.edited is not None and self.detail is not None:
            self._show_another(self.detail, None, name="back to the agent's")
