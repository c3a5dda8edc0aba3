"""Approvals: what waits for a person, and the card on which it is decided."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.notices.notice import Notice
from console.presenters.review_text import nothing_to_review
from console.presenters.wording import later
from console.theme.tokens import CARD_WANTED, LIST_LEAST, LIST_PANE
from console.views.approvals.desk import DecisionDesk
from console.views.approvals.group_card import GroupCard
from console.views.approvals.list_pane import ListPane
from console.views.approvals.nothing_waits import NothingWaits
from console.views.approvals.queue_care import QueueCare
from console.views.approvals.review_card import ReviewCard
from console.views.approvals_actions import add_approvals_actions
from console.views.table import APPROVALS, FLEET, SAMPLE
from console.views.view import View
from console.widgets.button import ActionButton
from console.widgets.splitter import Splitter
from runtime.domain.words import AskState

_DECIDED_SHOWN = 50


class ApprovalsView(View):
    """List on the left, card on the right. A new ask never moves the selection."""

    title: ClassVar[str] = later("Approvals")
    number: ClassVar[int] = APPROVALS

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        theme = context.theme
        self.pane = ListPane(context)
        self.desk = DecisionDesk(context)
        self.empty, self.group, self.review = NothingWaits(theme), GroupCard(context), ReviewCard(context)
        self.empty.fleet_wanted.connect(lambda: context.show_view(FLEET))
        self.empty.activated.connect(self.begin_review)
        self._right = QStackedWidget()
        for part in (self.empty, self.desk, self.group, self.review):
            self._right.addWidget(part)
        self.review.state_changed.connect(self.keys_changed)
        self.review.ended.connect(self._review_ended)
        self.care = QueueCare(context, self.desk)
        self.group.state_changed.connect(self.keys_changed)
        self.group.alone_wanted.connect(self.pane.pull_out)
        self.group.ruled.connect(self._group_ruled)
        both = (self.pane, self._right)
        self._split = Splitter(
            theme, "approvals.main", both, (LIST_PANE, 872), context.settings, yields=(LIST_LEAST, CARD_WANTED)
        )
        self._split.setStretchFactor(0, 0)
        self._split.setStretchFactor(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._split)
        self._first, self._waits = True, False
        self._wanted = self._working = ""
        self._offered, self._count_anew, self._offered_late = 0, True, False
        self.pane.chosen.connect(self._choose)
        self.desk.state_changed.connect(self.keys_changed)
        add_approvals_actions(self)

    def take_apart(self) -> None:
        """Shift+O: each of the group on a card of its own."""
        if self.group.group is not None:
            self.pane.take_apart(self.group.group)

    @property
    def in_overlay(self) -> bool:
        """Whether reasons are being chosen, or arguments edited."""
        return self.desk.in_overlay or self.group.in_overlay

    async def refresh(self, change: ChangeSet) -> None:
        """The list where asks or runs were touched, the card where it is about this ask."""
        history = self.context.runtime.history
        if change.everything or change.settings or change.operators or change.chain:
            self.desk.hold_seconds = (await history.settings()).hold_seconds
            everybody = await history.operators()
            self.desk.names = {person.operator_id: person.name for person in everybody}
            self.care.people = {one.operator_id: one.name for one in everybody if one.active}
        figures = await history.strip()
        self.desk.chain_broken = bool(figures.chain_broken)
        asks = await history.asks()
        decided = [] if asks else await history.decided_asks(limit=_DECIDED_SHOWN)
        self.pane.show_rows(asks, decided, await history.queue(self.context.operator()))
        said = self.tr("{count} agents are working. New requests appear on the left.")
        none = self.tr("There is no agent yet. Fleet shows the first steps.")
        self._working = said.format(count=figures.agents_running) if figures.agents else none
        self._waits = bool(asks)
        if self.desk.ask_id and (change.everything or self.desk.ask_id in change.asks or change.runs):
            await self.desk.refresh()
        await self.group.refresh()
        first, self._first = self._first, False
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.open_item(wanted)
        elif first and asks:
            # Opening the screen is a person's gesture; asks that come later are never chosen for anybody.
            self.pane.select_first()
        await self._count_sample(change)
        self._show_right()

    async def _count_sample(self, change: ChangeSet) -> None:
        """How much of the sample is unreviewed: read when the empty screen comes up, and later where there was none.
        Buttons do not come and go under a person's hand: what is found while one looks is offered by its key alone."""
        self._count_anew = self._count_anew or self._waits or change.everything
        later = bool(change.runs) and (not self._offered or self._offered_late)
        if not self._waits and (self._count_anew or later):
            self._offered_late, self._count_anew = not self._count_anew and self.isActiveWindow(), False
            self._offered = len(await self.context.runtime.history.to_review())

    def _show_right(self) -> None:
        could = self.can_review
        if self.review.action is not None:
            self._right.setCurrentWidget(self.review)
        elif self.group.group is not None:
            self._right.setCurrentWidget(self.group)
        elif self.desk.ask_id:
            self._right.setCurrentWidget(self.desk)
        else:
            self.empty.show_state(self._waits, self._working, self._offered, late=self._offered_late)
            self._right.setCurrentWidget(self.empty)
        if could != self.can_review:
            self.keys_changed.emit()

    @property
    def can_review(self) -> bool:
        """Whether V means the sample: where it is offered."""
        return bool(self.empty.offered) and self._right.currentWidget() is self.empty and not self.stale_since

    def begin_review(self) -> None:
        """V, and from the search everywhere: what ran without asking, one after the other."""
        self.context.tasks.start(self._begin_review(), name="draw the sample")

    async def _begin_review(self) -> None:
        before = self.desk.ask_id, self.group.group
        sample = await self.context.runtime.history.to_review()
        if before != (self.desk.ask_id, self.group.group):
            return  # a request was chosen meanwhile
        if not sample:
            self.context.notices.tell(Notice("refused", *nothing_to_review(), SAMPLE))
            return
        self._put_away()
        self.group.leave()
        self.review.begin(sample)
        self._show_right()
        self.review.exact.setFocus()
        self.keys_changed.emit()

    def _put_away(self) -> None:
        """Nothing of the list is on a card any more."""
        self.desk.put_away()
        self.pane.selected = ""
        self.pane.list.selectionModel().clear()

    def _review_ended(self) -> None:
        self._offered, self._count_anew = 0, True
        self._show_right()
        self.focus_first()
        self.context.tasks.start(self._count_again(), name="count what is left of the sample")

    async def _count_again(self) -> None:
        await self._count_sample(ChangeSet())
        self._show_right()

    def _choose(self, key: str) -> None:
        self.review.leave()
        group = self.pane.group_of(key)
        if group is not None:
            self.desk.put_away()
            self.group.choose(group)
            self._right.setCurrentWidget(self.group)
        else:
            self.group.leave()
            self._right.setCurrentWidget(self.desk)
            self.desk.choose(key)
        self.keys_changed.emit()

    def _group_ruled(self) -> None:
        """What was decided leaves the list by itself; what could not be is told in a notice and stays there."""
        self.group.leave()
        self.pane.selected = ""
        self._right.setCurrentWidget(self.empty)
        self.keys_changed.emit()

    def can_rule(self) -> bool:
        return self.group.can_press if self.group.group is not None else self.desk.can_press

    def press_approve(self) -> None:
        if self.group.group is not None:
            self.group.approve_each()
        else:
            self.desk.press_approve()

    def lift_approve(self) -> None:
        if self.group.group is None:
            self.desk.lift_approve()

    def press_reject(self) -> None:
        self.group.open_reject() if self.group.group is not None else self.desk.open_reject()

    def show_first_open(self) -> None:
        self.group.show_first_unread() if self.group.group is not None else self.desk.show_first_open()

    def back(self) -> None:
        self.group.back() if self.group.in_overlay else self.desk.back()

    def open_item(self, key: str) -> None:
        """Show an ask, also one that is no longer in the list; ``SAMPLE`` begins the review."""
        if key == SAMPLE and not self._first:
            self.begin_review()
        elif self.pane.model.row_of(key) >= 0:
            self.pane.select(key)
        elif self._first:
            self._wanted = key
        else:
            self.pane.selected = key
            self.pane.list.selectionModel().clear()
            self._choose(key)

    def keys(self) -> Sequence[str]:
        if self.in_overlay:
            return ("approvals.use_edit", "approvals.back")
        if self.review.action is not None:
            return tuple(f"approvals.{name}" for name in ("fine", "should_ask", "review_run", "review_end"))
        rulings = ("approve", "reject", "edit", "pause", "shelve", "hand_over")
        names = ["next+approvals.previous", *rulings, "first_check", "review", "open_run", "copy"]
        if self.group.group is None:
            names = [name for name in names if name not in self._off()]
        return tuple(f"approvals.{name}" for name in names)

    def _off(self) -> tuple[str, ...]:
        """Keys that do nothing to the request on the card as it stands now."""
        desk = self.desk
        paused = ("pause",) if desk.stale else ()
        if desk.is_open:
            return paused
        return (*paused, "reject", "edit", "first_check", *(() if desk.can_release else ("approve",)))

    def capped(self) -> Sequence[tuple[ActionButton, str]]:
        bar, names = self.desk.bar, ("approve", "reject", "edit", "pause", "shelve", "hand_over", "open_run")
        buttons = (*bar.buttons, bar.shelve, bar.hand_over, self.desk.card.header.open_run)
        review = self.review
        shown = ((review.bar.fine, "fine"), (review.bar.should_ask, "should_ask"), (review.open_run, "review_run"))
        every = (*zip(buttons, names, strict=True), (self.empty.button, "review"), *shown)
        return tuple((button, f"approvals.{name}") for button, name in every)

    def for_notices(self) -> QWidget | None:
        return self.pane

    def panes(self) -> Sequence[QWidget]:
        if self.review.action is not None:
            return (self.pane.list, self.review.exact, self.review.bar.fine)
        if self.group.group is not None:
            return (self.pane.list, *(item.exact for item in self.group.items[:1]), self.group.approve)
        evidence, bar = self.desk.card.evidence, self.desk.bar
        check = self.desk.card.checks.first_open()
        middle = (evidence.exact, *([check] if check else []))
        return (self.pane.list, *middle, bar.approve) if self.desk.ask_id else (self.pane.list,)

    def set_stale(self, since: int) -> None:
        super().set_stale(since)
        self.desk.stale = bool(since)
        self.pane.set_stale(bool(since))
        self.group.set_stale(bool(since))
        self.review.set_stale(bool(since))
        self.desk.update_actions()

    def left(self) -> None:
        self.desk.close_overlays()
        self.desk.look.run(False)
        if not self._waits and self.desk.detail is not None and self.desk.detail.row.state is AskState.CLOSED:
            self._put_away()  # it is over; whoever comes back sees that nothing waits
        self.group.reject_panel.put_away()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.care.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self.care.watch(False)
        super().hideEvent(event)
