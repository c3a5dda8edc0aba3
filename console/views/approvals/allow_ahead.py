"""On the card: allow what is exactly alike ahead, together with the approval or once it was given. Off by itself."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.context import ConsoleContext
from console.theme.tokens import BUTTON_SMALL
from console.widgets.button import ActionButton
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented
from runtime.domain.changes import Done
from runtime.domain.events.grants import Widened
from runtime.domain.grant import questions, why_never
from runtime.domain.grant_commands import GrantStanding, GrantTerms
from runtime.domain.ids import AskId
from runtime.domain.refusals import Refusal
from runtime.domain.words import AskState
from runtime.projections.rows import AskDetail
from runtime.projections.telling_grants import within_words

ONCE = "once"
_DAY = 24 * 3600
TERMS = {
    "hour": GrantTerms(3600, 100),
    "run": GrantTerms(_DAY, 100, this_run=True),
    "ten": GrantTerms(_DAY, 10),
}


class AllowAhead(Panel):
    """``granted`` after it was recorded. It chooses nothing by itself: each request begins with "Once"."""

    granted = Signal()

    def __init__(self, context: ConsoleContext) -> None:
        theme = context.theme
        super().__init__(theme, self.tr("Allow this ahead"))
        self._context = context
        self._detail: AskDetail | None = None
        self._limits: dict[str, tuple[tuple[Widened, ...], str]] = {}
        """By digest of the request: what may vary, and the pattern of what it touches, as a person typed it."""
        choices = [
            (ONCE, self.tr("Once")),
            ("hour", self.tr("1 hour")),
            ("run", self.tr("This run")),
            ("ten", self.tr("10 times")),
        ]
        self.choice = Segmented(theme, choices, self.tr("For how long this is allowed ahead"), wraps=True)
        self.sentence = PlainLabel(theme, "", "meta", "text2")
        self.vary = ActionButton(theme, self.tr("What may vary"), None, None, "quiet", BUTTON_SMALL)
        self.now = ActionButton(theme, self.tr("Allow ahead now"), "check", None, height=BUTTON_SMALL)
        for part in (self.choice, self.sentence, self.vary, self.now):
            self.add(part)
        self.choice.chosen.connect(lambda _key: self._tell())
        self.vary.activated.connect(self._open_limits)
        self.now.activated.connect(self._send_now)
        self.hide()

    def show_detail(self, detail: AskDetail, *, edited: bool = False) -> None:
        """Another request or version: nothing is allowed ahead until a person chooses it. What a person ``edited`` the
        agent does not propose again, so it is not offered."""
        other = edited or self._detail is None or self._detail.digest != detail.digest
        self._detail = detail
        if other:
            self.choice.set_current(ONCE)
        row = detail.row
        never = why_never(row.effect, row.tier, detail.reasons)
        approved = row.state is AskState.HELD and row.ruling == "approved"
        offered = row.kind == "action" and not never and not edited
        self.setVisible(offered and (row.state is AskState.WAITING or approved))
        self._tell()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the keyboard goes, in order."""
        return (*(self.choice.segment(key) for key in (ONCE, *TERMS)), self.vary, self.now)

    @property
    def terms(self) -> GrantTerms | None:
        """What was chosen; None = only this once."""
        chosen = TERMS.get(self.choice.current)
        if chosen is None:
            return None
        return GrantTerms(chosen.seconds, chosen.uses, chosen.this_run, *self._limits_here())

    def _limits_here(self) -> tuple[tuple[Widened, ...], str]:
        return self._limits.get(self._detail.digest if self._detail is not None else "", ((), ""))

    def _tell(self) -> None:
        terms, detail = self.terms, self._detail
        approved = detail is not None and detail.row.state is AskState.HELD
        self.now.setVisible(approved and terms is not None)
        self.vary.setVisible(terms is not None)
        if terms is None or detail is None:
            self.sentence.setText(self.tr("The next action like it is asked about again."))
            return
        hours = self.tr("1 hour") if terms.seconds == 3600 else self.tr("24 hours")
        run = self.tr(", in this run alone") if terms.this_run else ""
        same = self.tr("{agent}, {tool}, {resource}, exactly these arguments.").format(
            agent=detail.row.agent,
            tool=detail.action.tool,
            resource=terms.resources or self.tr("only what this one touches"),
        )
        if terms.widened:
            varies = "; ".join(f"{one.argument} {within_words(one)}" for one in terms.widened)
            same = self.tr("{same} May vary: {varies}.").format(same=same.rstrip("."), varies=varies)
        least = self.tr("It begins when the approval acts, {uses} uses or {hours} at most{run}.")
        asked = len(questions(detail.reasons))
        answered = self.tr("It answers the 1 question above.") if asked == 1 else self.tr("It answers these questions.")
        self.sentence.setText(" ".join((same, least.format(uses=terms.uses, hours=hours, run=run), answered)))

    def _open_limits(self) -> None:
        from console.dialogs.grant_limits_dialog import GrantLimitsDialog

        detail = self._detail
        if detail is None:
            return
        dialog = GrantLimitsDialog(
            self._context, detail.action.arguments, *self._limits_here(), self._context.window() or self
        )
        dialog.chosen.connect(lambda widened, resources: self._use_limits(detail.digest, widened, resources))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _use_limits(self, digest: str, widened: object, resources: str) -> None:
        """Of the request they were typed for, also where another one has come on the card meanwhile."""
        if isinstance(widened, tuple):
            self._limits[digest] = widened, resources
        self._tell()

    def command(self) -> GrantStanding | None:
        """What was chosen for the request on screen; None = only this once."""
        terms, detail = self.terms, self._detail
        if terms is None or detail is None:
            return None
        return GrantStanding(AskId(detail.row.ask_id), self._context.operator(), detail.digest, terms)

    def send(self, command: GrantStanding) -> None:
        """After the approval was recorded. A refusal leaves the approval as it is."""
        self._context.runner.submit(command, self._answered)

    def _send_now(self) -> None:
        command = self.command()
        if command is not None:
            self.choice.set_current(ONCE)
            self._tell()
            self.send(command)

    def _answered(self, answer: Done | Refusal) -> None:
        if isinstance(answer, Done):
            self._context.notices.done(answer.sentence)
            self.granted.emit()
