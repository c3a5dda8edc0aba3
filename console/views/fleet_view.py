"""The Fleet screen: every agent as a card, the ones that need a person first; activity and decisions below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from console.actions import Action
from console.change_set import EVERYTHING, ChangeSet
from console.context import ConsoleContext
from console.first_run import FirstRun
from console.models.fleet_model import FleetModel
from console.presenters.fleet_text import filter_texts
from console.presenters.wording import later
from console.views.fleet_figures import FleetFigures
from console.views.fleet_grid import FleetGrid
from console.views.fleet_head import FleetHead
from console.views.fleet_welcome import PRACTICE, FleetWelcome
from console.views.table import FLEET
from console.views.view import View
from console.widgets.button import ActionButton
from console.widgets.plain_label import PlainLabel
from runtime.domain.commands import PauseAgent, ResumeAgent
from runtime.domain.ids import AgentName

_FIGURES_EVERY_MS, _FIGURES_SOON_MS = 30_000, 2_000


class FleetView(View):
    """Arrows move, Enter opens the agent's run, P pauses or resumes it, N starts a run."""

    title: ClassVar[str] = later("Fleet")
    number: ClassVar[int] = FLEET

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self.model = FleetModel(context.monotonic, self)
        self.first_run = FirstRun(context.settings, context.runtime.folder)
        self._build()
        self._reorder = QTimer(self)
        self._reorder.setSingleShot(True)
        self._reorder.timeout.connect(lambda: self._settled(self.model.show_cards(self.model.cards)))
        self._figures_due = QTimer(self)
        self._figures_due.setInterval(_FIGURES_EVERY_MS)
        self._figures_due.timeout.connect(self._look_at_figures)
        # the hour's figures change with every event; once in two seconds is soon enough
        self._figures_soon = QTimer(self)
        self._figures_soon.setSingleShot(True)
        self._figures_soon.setInterval(_FIGURES_SOON_MS)
        self._figures_soon.timeout.connect(self._look_at_figures)
        self._add_actions()

    def _build(self) -> None:
        theme, px = self.context.theme, self.context.theme.px
        self.grid, self.figures = FleetGrid(theme, self.model), FleetFigures(self.context)
        self.head = FleetHead(theme)
        self.filter = self.head.filter
        self.new_run_button, self.new_agent_button = self.head.new_run, self.head.new_agent
        self._nothing = PlainLabel(theme, "", "body", "text2")
        self._nothing.hide()
        self.welcome = FleetWelcome(theme)
        below = QHBoxLayout()
        below.setContentsMargins(px(6), 0, px(6), 0)
        below.addWidget(self.figures)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(px(18), px(16), px(18), px(16))
        column.setSpacing(px(8))
        column.addWidget(self.head)
        column.addWidget(self._nothing)
        column.addWidget(self.grid, 100)
        column.addLayout(below)
        column.addStretch(1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self._scrolled(page))
        self._pages.addWidget(self._scrolled(self.welcome))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._pages)
        self.grid.opened.connect(self.open_chosen)
        self.grid.selectionModel().currentChanged.connect(lambda *_: self.keys_changed.emit())
        self.filter.chosen.connect(self._filter)
        self.new_run_button.activated.connect(self.new_run)
        self.new_agent_button.activated.connect(lambda: self.context.navigation.open_settings("agents"))
        self.figures.record_button.activated.connect(self.show_record)
        self.welcome.wanted.connect(self._first_step)
        self.welcome.left.connect(self._leave_first_steps)

    def _scrolled(self, page: QWidget) -> QScrollArea:
        """A small window has no room for a row of cards and both pictures, nor for all first steps."""
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setAccessibleName(self.tr("Fleet"))
        return scroll

    def _add_actions(self) -> None:
        actions = self.context.actions
        opened = Action("fleet.open", self.tr("Open the agent's run"), ("Return", "Enter"), FLEET, self.tr("open run"))
        actions.add(opened, self.open_chosen, enabled=lambda: self._chosen_run() != "" and not self.first_run.is_open)
        said = self.tr("Do the open step")
        step = Action("fleet.step", said, ("Return", "Enter"), FLEET, self.tr("do the open step"), searchable=False)
        actions.add(step, self.welcome.do_open_step, enabled=lambda: self.first_run.is_open)
        pause = Action("fleet.pause", self.tr("Pause or resume the agent"), ("P",), FLEET, self.tr("pause"), "pause")
        actions.add(pause, self.pause_chosen, enabled=lambda: self.grid.chosen() is not None and not self.stale_since)
        new = Action("fleet.new_run", self.tr("Start a run"), ("N",), FLEET, self.tr("new run"), "plus")
        actions.add(new, self.new_run, enabled=lambda: not self.stale_since)
        said = self.tr("How sure the agent is, and how often it was right")
        record = Action("fleet.record", said, ("H",), FLEET, self.tr("record"), "target")
        actions.add(record, self.show_record, enabled=lambda: self.grid.chosen() is not None)
        agent = Action("fleet.new_agent", self.tr("New agent"), ("Shift+N",), FLEET, self.tr("new agent"), "agent")
        actions.add(agent, lambda: self.context.navigation.open_settings("agents"))
        for key, by in (("J", 1), ("K", -1)):
            said = self.tr("Next agent") if by > 0 else self.tr("Agent before")
            step = Action(
                f"fleet.{key.lower()}",
                said,
                (key,),
                FLEET,
                self.tr("move"),
                repeats=True,
                searchable=False,
            )
            actions.add(step, partial(self.step, by), enabled=lambda: self.model.rowCount() > 0)

    # -- reading -------------------------------------------------------------------------------------------------
    async def refresh(self, change: ChangeSet) -> None:
        history = self.context.runtime.history
        cards = [card for card in await history.fleet() if not card.removed]
        if not cards and self.first_run.is_new:
            self.first_run.begin()
        if self.first_run.is_open:
            settings, policy = await history.settings(), await history.policy()
            self.welcome.show_state(settings, policy, cards, self.first_run.practised)
        self._pages.setCurrentIndex(1 if self.first_run.is_open else 0)
        self._settled(self.model.show_cards(cards))
        if self.grid.currentIndex().row() < 0:
            self.grid.choose(0)
        if change.everything:
            await self._read_figures()
        elif (change.asks or change.runs) and not self._figures_soon.isActive():
            self._figures_soon.start()

    def _look_at_figures(self) -> None:
        self.context.tasks.start(self._read_figures(), name="fleet figures")

    async def _read_figures(self) -> None:
        history = self.context.runtime.history
        self.figures.show_activity(await history.activity())
        self.figures.show_decisions(await history.decisions_today(self.context.operator()))
        self.keys_changed.emit()

    def _settled(self, again_in: float) -> None:
        """Titles and counts; the order is looked at again when it may change."""
        cards = self.model.cards
        self.filter.set_choices(filter_texts(cards))
        agents = self.tr("1 agent") if len(cards) == 1 else self.tr("{count} agents").format(count=len(cards))
        self.head.count.setText(self.tr("{agents}, the ones that need you come first").format(agents=agents))
        self._nothing.setText(self.tr("No agent is in this state.") if cards else self.tr("There is no agent yet."))
        self._nothing.setVisible(not self.model.rowCount())
        if again_in > 0:
            self._reorder.start(round(again_in * 1000) + 20)
        self.keys_changed.emit()

    def _filter(self, wanted: str) -> None:
        self._settled(self.model.show_filter(wanted))
        self.grid.choose(max(0, self.grid.currentIndex().row()))

    # -- first steps ---------------------------------------------------------------------------------------------
    def _first_step(self, page: str) -> None:
        if page == PRACTICE:
            self.context.tasks.start(self._practise(), name="practise")
        else:
            self.context.navigation.open_settings(page)

    async def _practise(self) -> None:
        from console.practice.opening import practise

        await practise(self.context, self._look_at_all)

    def _leave_first_steps(self) -> None:
        self.first_run.leave()
        self._look_at_all()

    def _look_at_all(self) -> None:
        self.context.tasks.start(self.refresh(EVERYTHING), name="look at the fleet")

    # -- gestures ------------------------------------------------------------------------------------------------
    def _chosen_run(self) -> str:
        card = self.grid.chosen()
        return card.run_id if card is not None else ""

    def step(self, by: int) -> None:
        """J and K."""
        self.grid.choose(max(0, self.grid.currentIndex().row() + by))

    def open_chosen(self) -> None:
        """Enter."""
        if self._chosen_run():
            self.context.open_run(self._chosen_run())

    def pause_chosen(self) -> None:
        """P."""
        card = self.grid.chosen()
        if card is not None and not self.stale_since:
            kind = ResumeAgent if card.paused else PauseAgent
            self.context.runner.submit(kind(AgentName(card.name), self.context.operator()))

    def show_record(self) -> None:
        """H: the pictures of the chosen agent."""
        from console.dialogs.agent_pictures_dialog import AgentPicturesDialog

        card = self.grid.chosen()
        if card is not None:
            dialog = AgentPicturesDialog(self.context, card.name, self.context.window() or self)
            dialog.finished.connect(dialog.deleteLater)
            dialog.open()

    def new_run(self) -> None:
        """N."""
        from console.dialogs.start_run_dialog import StartRunDialog

        card = self.grid.chosen()
        dialog = StartRunDialog(self.context, card.name if card else "", self.context.window() or self)
        dialog.started.connect(lambda run_id: self.context.open_run(run_id))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # -- frame ---------------------------------------------------------------------------------------------------
    def keys(self) -> Sequence[str]:
        if self.first_run.is_open:
            return ("fleet.step",)
        return ("fleet.j+fleet.k", "fleet.open", "fleet.pause", "fleet.new_run", "fleet.record", "picture.numbers")

    def capped(self) -> Sequence[tuple[ActionButton, str]]:
        return ((self.new_run_button, "fleet.new_run"), (self.figures.record_button, "fleet.record"))

    def panes(self) -> Sequence[QWidget]:
        if self.first_run.is_open:
            return self.welcome.panes()
        return (self.grid, self.filter.segment(self.filter.current), *self.figures.activity.panes())

    def open_item(self, key: str) -> None:
        self.filter.set_current("all")
        self._settled(self.model.show_filter("all"))
        self.grid.choose(self.model.place_of(key))
        self.grid.setFocus()

    def set_stale(self, since: int) -> None:
        super().set_stale(since)
        self.grid.set_stale(bool(since))
        self.figures.set_stale(bool(since))
        self.new_run_button.setEnabled(not since)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._figures_due.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._figures_due.stop()
        self._figures_soon.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.context.theme.color("bg"))
        painter.end()
