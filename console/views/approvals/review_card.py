"""The card of the sample: what ran without asking, exactly, what allowed it and what came of it; one key says what a
person thinks of it. It decides nothing: what is on it has been done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.queue_dialogs import ALSO_RULE, should_have_asked_dialog
from console.presenters.argument_lines import argument_lines
from console.presenters.review_text import allowed_by, came_of, head_parts, review_facts
from console.theme.tokens import BUTTON_MEDIUM
from console.views.approvals.card_header import shown_fact
from console.views.approvals.key_guard import KeyGuard, LookTime
from console.views.approvals.review_bar import ReviewBar
from console.views.ground import Ground
from console.widgets.button import ActionButton
from console.widgets.elided_label import ElidedLabel
from console.widgets.exact_text import ExactText
from console.widgets.facts_row import FactsRow
from console.widgets.hairline import Hairline
from console.widgets.panel import IconLabel, Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.changes import Done
from runtime.domain.ids import CallId, RunId
from runtime.domain.queue_commands import ReviewAction
from runtime.domain.refusals import Refusal
from runtime.projections.rows import SampledAction

_LEFT_BEHIND = frozenset({"same", "state", "unknown"})
"""Why one is passed over: somebody else was first, or it is not what it was."""
_TICK_MS = 250


class ReviewCard(QWidget):
    """``state_changed`` when other keys are valid; ``ended`` when the sample is through, or was left."""

    state_changed = Signal()
    ended = Signal()

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__()
        theme = context.theme
        self._context = context
        self.stale, self._sent = False, False
        self._sample: Sequence[SampledAction] = ()
        self._at = 0
        self.guard, self.look = KeyGuard(context.monotonic), LookTime(context.monotonic)
        self.setAccessibleName(self.tr("Review of what ran without asking"))
        self.title = PlainLabel(theme, "", "page", breaks=True)
        self.agent = PlainLabel(theme, "", "meta_strong", "accent", wrap=False)
        self.meta = ElidedLabel(theme, "", "meta", "text2")
        self.open_run = ActionButton(theme, self.tr("Open run"), "open-run", "O", "quiet", BUTTON_MEDIUM)
        self.facts = FactsRow(theme)
        self.exact = ExactText(theme, name=self.tr("What ran"), max_rows=16, least_rows=4)
        self.came = ExactText(theme, name=self.tr("What came of it"), max_rows=8, least_rows=2)
        self.area, self.bar = QScrollArea(), ReviewBar(context)
        self._lay_out()
        self.open_run.activated.connect(self.show_run)
        self.bar.fine.activated.connect(self.say_fine)
        self.bar.should_ask.activated.connect(self.open_reason)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self._count_look)

    def _lay_out(self) -> None:
        theme, px = self._context.theme, self._context.theme.px
        first, second = QHBoxLayout(), QHBoxLayout()
        for line in (first, second):
            line.setSpacing(px(12))
        first.addWidget(IconLabel(theme, "eye", "text2", 22))
        first.addWidget(self.title, 1)
        first.addWidget(self.open_run)
        second.setContentsMargins(px(34), 0, 0, 0)
        second.addWidget(self.agent)
        second.addWidget(self.meta, 1)
        ran = Panel(theme, self.tr("What ran"), self.tr("exactly as executed"))
        ran.add(self.exact)
        result = Panel(theme, self.tr("What came of it"), self.tr("as the tool told it"))
        result.add(self.came)
        body = Ground(theme, "bg")
        column = QVBoxLayout(body)
        column.setContentsMargins(px(24), px(22), px(24), px(16))
        column.setSpacing(px(12))
        for line in (first, second):
            column.addLayout(line)
        for part in (self.facts, ran, result):
            column.addWidget(part)
        column.addStretch(1)
        self.area.setWidget(body)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName(self.tr("Action that ran without asking"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.area, 1)
        whole.addWidget(Hairline(theme))
        whole.addWidget(self.bar)

    @property
    def action(self) -> SampledAction | None:
        """What is on the card."""
        return self._sample[self._at] if self._at < len(self._sample) else None

    @property
    def can_press(self) -> bool:
        """Whether its keys mean this card."""
        return self.action is not None and self.isVisible()

    def begin(self, sample: Sequence[SampledAction]) -> None:
        """One after the other, in this order."""
        self._sample, self._at = tuple(sample), 0
        self._show()

    def leave(self) -> None:
        """The rest stays unreviewed and is offered again."""
        if self.action is not None:
            self._sample, self._at = (), 0
            self.ended.emit()

    def _show(self) -> None:
        one = self.action
        self._sent = False
        self.guard.deafen()
        if one is None:
            self.ended.emit()
            return
        self.title.setText(one.title or one.action.tool)
        self.agent.setText(one.agent)
        self.meta.setText(head_parts(one, self._at + 1, len(self._sample), self._context.now()))
        self.facts.set_facts(tuple(map(shown_fact, review_facts(one))))
        self.exact.set_diff(argument_lines(one.action.tool, one.action.arguments), one.action.arguments)
        self.came.set_text(came_of(one) or self.tr("The tool told nothing."))
        self.area.verticalScrollBar().setValue(0)
        self.look.restart()
        self._arm()
        self.state_changed.emit()

    def _arm(self) -> None:
        why = self.tr("Off until the journal answers") if self.stale else self.tr("Sent") if self._sent else ""
        self.bar.lock(why)

    def say_fine(self) -> None:
        """F: nobody had to be asked."""
        if self._may_say():
            self._send(True, "", False)

    def open_reason(self) -> None:
        """S: it should have been asked; why is asked first."""
        one = self.action
        if one is None or not self._may_say():
            return
        dialog = should_have_asked_dialog(self._context, one.title, allowed_by(one), self.window())
        dialog.chosen.connect(lambda also, why: self._reasoned(one, also, why))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _reasoned(self, one: SampledAction, also: str, why: str) -> None:
        if self.action is one:
            self._send(False, why, also == ALSO_RULE)

    def _may_say(self) -> bool:
        return self.can_press and not (self._sent or self.stale or self.guard.is_deaf)

    def _send(self, fine: bool, why: str, also_rule: bool) -> None:
        one = self.action
        if one is None or self._sent or self.stale:
            return
        self._sent = True
        self._arm()
        run_id, call_id, by = RunId(one.run_id), CallId(one.call_id), self._context.operator()

        def answered(answer: Done | Refusal) -> None:
            if self.action is not one:
                return
            if isinstance(answer, Refusal) and answer.code not in _LEFT_BEHIND:
                self._sent = False
                self._arm()
                return
            self._at += 1
            self._show()
            if also_rule and isinstance(answer, Done):
                self._context.navigation.open_settings(f"rules/{allowed_by(one)}")

        command = ReviewAction(run_id, call_id, by, fine, why, self.look.milliseconds)
        self._context.runner.submit(command, answered, asker=self)

    def show_run(self) -> None:
        """O: the run in which it ran."""
        if self.action is not None:
            self._context.open_run(self.action.run_id)

    def set_stale(self, stale: bool) -> None:
        """What is shown may no longer be true."""
        self.stale = stale
        self._arm()

    def _count_look(self) -> None:
        self.look.run(self.isVisible() and self.window().isActiveWindow())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tick.start()
        self._count_look()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        self.look.run(False)
        super().hideEvent(event)
