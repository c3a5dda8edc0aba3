"""Approvals: what waits for a person, and the card on which it is decided."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.actions import Action
from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.presenters.wording import later
from console.theme.tokens import CARD_WANTED, LIST_LEAST, LIST_PANE
from console.views.approvals.desk import DecisionDesk
from console.views.approvals.group_card import GroupCard
from console.views.approvals.list_pane import ListPane
from console.views.approvals.queue_care import QueueCare
from console.views.table import APPROVALS, FLEET
from console.views.view import View
from console.widgets.button import ActionButton
from console.widgets.empty_state import EmptyState
from console.widgets.splitter import Splitter

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
        self.empty = EmptyState(theme, self.tr("Nothing waits for you"), "", self.tr("Open fleet"))
        self.empty.activated.connect(lambda: context.show_view(FLEET))
        self._right = QStackedWidget()
        self._right.addWidget(self.empty)
        self._right.addWidget(self.desk)
        self.group = GroupCard(context)
        self._right.addWidget(self.group)
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
        self._first = True
        self._wanted = ""
        self.pane.chosen.connect(self._choose)
        self.desk.state_changed.connect(self.keys_changed)
        self._add_actions()
        self._add_queue_actions()

    def _add_actions(self) -> None:
        actions, desk, where = self.context.actions, self.desk, self.number

        def add(
            name: str,
            title: str,
            key: str,
            press: Callable[[], None],
            *,
            hint: str = "",
            icon: str = "",
            repeats: bool = False,
            search: bool = False,
            release: Callable[[], None] | None = None,
            enabled: Callable[[], bool] = lambda: desk.can_press,
        ) -> None:
            action = Action(f"approvals.{name}", title, (key,), where, hint, icon, repeats, search)
            actions.add(action, press, release=release, enabled=enabled)

        def free() -> bool:
            return not (desk.in_overlay or self.group.in_overlay) and bool(self.pane.model.ask_ids())

        tr, evidence = self.tr, desk.card.evidence
        add(
            "next",
            tr("Next request"),
            "J",
            lambda: self.pane.step(1),
            hint=tr("next, previous"),
            repeats=True,
            enabled=free,
        )
        add("previous", tr("Previous request"), "K", lambda: self.pane.step(-1), repeats=True, enabled=free)
        both = self._can_rule
        add("approve", tr("Approve"), "A", self._press_approve, release=self._lift_approve, enabled=both)
        add("reject", tr("Reject"), "R", self._press_reject, enabled=both)
        add("edit", tr("Edit the arguments"), "E", desk.open_edit, hint=tr("edit"))
        add("pause", tr("Pause this agent"), "P", desk.pause_agent, hint=tr("pause agent"), icon="pause", search=True)
        add("first_check", tr("First open check"), "V", self._show_first_open, enabled=both)
        add("tab_before", tr("Tab before"), "[", lambda: evidence.step(-1))
        add("tab_after", tr("Tab after"), "]", lambda: evidence.step(1))
        add("copy", tr("Copy this request as text"), "C", desk.copy, hint=tr("copy"), icon="copy", search=True)
        add("copy_json", tr("Copy this request as JSON"), "Shift+C", lambda: desk.copy(True), icon="copy", search=True)
        add(
            "open_run",
            tr("Open the run of this request"),
            "O",
            desk.open_run,
            hint=tr("open run"),
            icon="open-run",
            search=True,
        )
        add(
            "grants",
            tr("Show standing grants"),
            "G",
            lambda: self.context.navigation.open_settings("grants"),
            enabled=free,
        )
        add("back", tr("Back to the card"), "Esc", self._back, hint=tr("back"), enabled=self._in_overlay)
        add(
            "use_edit",
            tr("Show the edited version on the card"),
            "Ctrl+Return",
            self._use_edit,
            hint=tr("show on the card"),
            enabled=lambda: desk.edit_page.isVisible(),
        )

    def _add_queue_actions(self) -> None:
        """What is done to a request without deciding it."""
        actions, care, where, tr = self.context.actions, self.care, self.number, self.tr
        title = tr("Shelve, or take from the shelf")
        shelve = Action("approvals.shelve", title, ("H",), where, tr("shelve"), "clock", False, False)
        actions.add(shelve, care.shelve, enabled=lambda: care.can_shelve)
        over = Action("approvals.hand_over", tr("Hand over"), ("M",), where, "", "users", False, False)
        actions.add(over, care.hand_over, enabled=lambda: care.can_hand_over)
        apart = Action("approvals.apart", tr("Take this group apart"), ("Shift+O",), where, tr("take apart"), "list")
        actions.add(apart, self._take_apart, enabled=lambda: self.group.can_press)

    def _take_apart(self) -> None:
        """Shift+O: each of the group on a card of its own."""
        if self.group.group is not None:
            self.pane.take_apart(self.group.group)

    def _in_overlay(self) -> bool:
        return self.desk.in_overlay or self.group.in_overlay

    def _use_edit(self) -> None:
        self.desk.edit_page.use.begin()

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
        working = said.format(count=figures.agents_running) if figures.agents else none
        if self.desk.ask_id and (change.everything or self.desk.ask_id in change.asks or change.runs):
            await self.desk.refresh()
        await self.group.refresh()
        if self._wanted:
            wanted, self._wanted = self._wanted, ""
            self.open_item(wanted)
        elif self._first and asks:
            # Opening the screen is a person's gesture; asks that come later are never chosen for anybody.
            self.pane.select_first()
        self._first = False
        self._show_right(bool(asks), working)

    def _show_right(self, something_waits: bool, working: str) -> None:
        if self.group.group is not None:
            self._right.setCurrentWidget(self.group)
            return
        if self.desk.ask_id:
            self._right.setCurrentWidget(self.desk)
            return
        self.empty.set_icon("approvals" if something_waits else "check")
        if something_waits:
            self.empty.set_texts(self.tr("Choose a request"), self.tr("J opens the next one."), self.tr("Open fleet"))
        else:
            self.empty.set_texts(self.tr("Nothing waits for you"), working, self.tr("Open fleet"))
        self._right.setCurrentWidget(self.empty)

    def _choose(self, key: str) -> None:
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

    def _can_rule(self) -> bool:
        return self.group.can_press if self.group.group is not None else self.desk.can_press

    def _press_approve(self) -> None:
        if self.group.group is not None:
            self.group.approve_each()
        else:
            self.desk.press_approve()

    def _lift_approve(self) -> None:
        if self.group.group is None:
            self.desk.lift_approve()

    def _press_reject(self) -> None:
        self.group.open_reject() if self.group.group is not None else self.desk.open_reject()

    def _show_first_open(self) -> None:
        self.group.show_first_unread() if self.group.group is not None else self.desk.show_first_open()

    def _back(self) -> None:
        self.group.back() if self.group.in_overlay else self.desk.back()

    def open_item(self, key: str) -> None:
        """Show an ask, also one that is no longer in the list."""
        if self.pane.model.row_of(key) >= 0:
            self.pane.select(key)
        elif self._first:
            self._wanted = key
        else:
            self.pane.selected = key
            self.pane.list.selectionModel().clear()
            self._choose(key)

    def keys(self) -> Sequence[str]:
        if self._in_overlay():
            return ("approvals.use_edit", "approvals.back")
        rulings = ("approve", "reject", "edit", "pause", "shelve", "hand_over")
        names = ["next+approvals.previous", *rulings, "first_check", "open_run", "copy"]
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
        return tuple((button, f"approvals.{name}") for button, name in zip(buttons, names, strict=True))

    def for_notices(self) -> QWidget | None:
        return self.pane

    def panes(self) -> Sequence[QWidget]:
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
        self.desk.update_actions()

    def left(self) -> None:
        self.desk.close_overlays()
        self.desk.look.run(False)
        self.group.back()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.care.watch(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self.care.watch(False)
        super().hideEvent(event)
