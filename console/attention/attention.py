"""Calls a person who is not looking: hands the facts to the rules and what they answer to the desktop and the tray."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from console.attention import preferences, words
from console.attention.announcing import Heard, listen
from console.attention.desktop import Desktop, DesktopState
from console.attention.facts import Answer, Call, Facts, Kind, WaitingAsk, held_by_another
from console.attention.message import Message
from console.attention.preferences import Preferences
from console.attention.rules import Told, attend
from console.attention.tray import Tray, TrayState
from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.presenters.wording import say
from console.views.table import AUDIT, SPEND
from console.widgets.say_aloud import say_aloud
from console.window import ConsoleWindow
from runtime.domain.commands import PauseAgent
from runtime.domain.envelope import Envelope
from runtime.domain.events.people import DutyBegun, DutyEnded, FloodBegan, FloodEnded
from runtime.domain.events.runs import CapReached, RunFinished
from runtime.domain.ids import AgentName
from runtime.domain.priority import priority
from runtime.domain.queue_commands import SetDuty
from runtime.domain.words import AskState, Outcome, Tier
from runtime.projections.rows import AskRow, QueueState, StripFigures

TEST_KEY, TRAY_KEY = "test", "tray"


class Attention(QObject):
    """Belongs to one window. It looks once a second, when the writer's heartbeat was heard or missed."""

    def __init__(self, context: ConsoleContext, window: ConsoleWindow) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self.preferences: Preferences = preferences.read(context.settings)
        self.desktop = Desktop(words.APP_NAME)
        self.tray = Tray(context.theme, self)
        self._told, self._heard = Told(), Heard()
        self._queue: QueueState | None = None
        self._rows: Sequence[AskRow] | None = None
        self._figures: StripFigures | None = None
        self._failed: list[str] = []
        self._caps: list[str] = []
        self._lost_since = self._asked = 0
        self._telling_of_tray = False

    def start(self) -> None:
        """From now on somebody is called."""
        window, tray = self._window, self.tray
        self._context.calls = self
        window.stays_in_tray = self.stays_in_tray
        window.held.looked.connect(self._asks_are)
        window.figured.connect(self._figures_are)
        window.bridge.recorded.connect(self._recorded)
        window.bridge.changed.connect(self._touched)
        window.heartbeat.fresh.connect(self._is_fresh)
        window.heartbeat.stale.connect(self._is_stale)
        tray.pressed.connect(self._to_front)
        tray.pause_wanted.connect(window.pause_or_resume_all)
        tray.quit_wanted.connect(window.quit)
        tray.duty_wanted.connect(self.go_on_duty)
        tray.show()
        self._look_at_queue()

    async def close(self) -> None:
        """Nothing calls any more, and what is on screen goes: its buttons would do nothing."""
        self.tray.close()
        await self.desktop.close()

    # -- what the settings ask -------------------------------------------------------------------------------------
    @property
    def tray_available(self) -> bool:
        """Whether this desktop has a tray now."""
        return self.tray.available

    def choose(self, **changes: object) -> None:
        """Keep some preferences differently."""
        self.preferences = preferences.change(self._context.settings, **changes)
        self._show_tray()

    async def look(self) -> DesktopState:
        """Whether notifications reach the desktop now."""
        return await self.desktop.look()

    async def test(self) -> str:
        """Show one; empty when the desktop took it."""
        said = say("This is how a request calls. A click opens the window.")
        return await self._show(
            Message(TEST_KEY, say("Test of notifications"), said, sound=self.preferences.sound, on_click=self._to_front)
        )

    # -- facts -----------------------------------------------------------------------------------------------------
    def _asks_are(self, rows: Sequence[AskRow]) -> None:
        self._rows = rows
        self._tick()

    def _figures_are(self, figures: StripFigures) -> None:
        self._figures = figures
        self._show_tray()

    def _recorded(self, envelopes: Sequence[Envelope]) -> None:
        for envelope in envelopes:
            match envelope.event:
                case RunFinished(run_id=run_id, outcome=Outcome.FAILED):
                    self._failed.append(run_id)
                case CapReached(ask_id=ask_id):
                    self._caps.append(ask_id)
                case DutyBegun() | DutyEnded() | FloodBegan() | FloodEnded():
                    self._look_at_queue()
                case _:
                    pass

    def _touched(self, change: ChangeSet) -> None:
        if change.everything or change.operators:
            self._look_at_queue()

    def _look_at_queue(self) -> None:
        self._context.tasks.start(self._read_queue(), name="who is on duty")

    async def _read_queue(self) -> None:
        self._asked = number = self._asked + 1
        queue = await self._context.runtime.history.queue(self._context.operator())
        if number == self._asked:  # an answer that comes late is not the newest
            self._queue = queue
            self._show_tray()
            self._tick()

    @property
    def on_duty(self) -> bool:
        """Whether the person who decides here is on duty; nobody in particular is."""
        people = self._queue.people if self._queue is not None else ()
        mine = (person.on_duty for person in people if person.operator_id == self._context.operator())
        return next(mine, True)

    def go_on_duty(self, on: bool) -> None:
        """Recorded in the journal, as every change."""
        by = self._context.operator()
        self._context.runner.submit(SetDuty(by, on, by))

    def _is_fresh(self, _milliseconds: float) -> None:
        self._lost_since = 0
        self._tick()

    def _is_stale(self, since: int) -> None:
        self._lost_since = since
        self._tick()

    def facts(self) -> Facts:
        """The world as the window knows it."""
        now, figures, queue = self._context.now(), self._figures, self._queue
        return Facts(
            now,
            tuple(_waiting(row, now) for row in self._rows or () if self._is_mine(row)),
            window_in_front=QApplication.activeWindow() is not None,
            on_duty=self.on_duty,
            quiet_until=self.preferences.quiet_until,
            flood=bool(queue and queue.flood_since),
            asks_per_10_min=figures.asks_per_10_min if figures else 0,
            link_lost_since=self._lost_since,
            chain_broken=bool(figures and figures.chain_broken),
            failed_runs=tuple(self._failed),
            reached_caps=tuple(self._caps),
        )

    def _is_mine(self, row: AskRow) -> bool:
        """It waits, is not on the shelf, and nobody else who is on duty looks after it."""
        people = self._queue.people if self._queue is not None else ()
        mine = not held_by_another(row.holder, self._context.operator(), people)
        return row.state is AskState.WAITING and not row.shelved_until and mine

    def _tick(self) -> None:
        if self._rows is None or self._queue is None:
            return
        facts = self.facts()
        self._told, answer = attend(self._told, facts)
        self._failed.clear()
        self._caps.clear()
        self._carry_out(answer, facts.now)
        if self.preferences.quiet_until and self.preferences.quiet_until <= facts.now:
            self.choose(quiet_until=0)
        self._heard, said = listen(self._heard, facts.asks, facts.now)
        if said is not None and not facts.is_quiet:
            say_aloud(self._window, said.text, urgent=said.assertive)

    # -- calling ---------------------------------------------------------------------------------------------------
    def _carry_out(self, answer: Answer, now: int) -> None:
        tasks = self._context.tasks
        for key in answer.withdrawn:
            tasks.start(self.desktop.withdraw(key), name="take a notification away")
        for call in answer.calls:
            if self._wanted(call.kind):
                tasks.start(self._call(self.message(call, now)), name="notify")

    def _wanted(self, kind: Kind) -> bool:
        chosen = self.preferences
        return chosen.urgent if kind is Kind.URGENT else chosen.soon if kind is Kind.SOON else chosen.trouble

    async def _call(self, message: Message) -> None:
        why = await self._show(message)
        if why and message.critical:
            QApplication.alert(self._window)  # the last resort of a desktop without notifications and tray

    async def _show(self, message: Message) -> str:
        why = await self.desktop.show(message)
        if why and self.tray.say(message.headline, message.sentence, message.on_click):
            return ""
        return why

    def message(self, call: Call, now: int) -> Message:
        """A call as the desktop shows it. Its buttons open and pause; nothing here can approve."""
        buttons = []
        if call.ask_id:
            buttons.append((say(words.OPEN), lambda: self._open(call)))
        if call.agent:
            buttons.append((say(words.PAUSE), lambda: self._pause(call.agent)))
        return Message(
            call.key,
            words.headline(call, now),
            words.sentence(call, now),
            call.critical,
            call.sound and self.preferences.sound,
            tuple(buttons),
            lambda: self._open(call),
        )

    def _open(self, call: Call) -> None:
        window = self._window
        window.dialogs.aside.clear()  # first: the keyboard is not given to a window that a dialog stands before
        window.to_front(call.ask_id)
        if call.ask_id:
            return
        if call.run_id:
            window.open_run(call.run_id)
        elif call.kind is Kind.CHAIN:
            window.show_view(AUDIT)
        elif call.kind is Kind.CAP:
            window.show_view(SPEND)

    def _to_front(self) -> None:
        self._window.to_front()

    def _pause(self, agent: str) -> None:
        self._context.runner.submit(PauseAgent(AgentName(agent), self._context.operator()))

    # -- tray ------------------------------------------------------------------------------------------------------
    def _show_tray(self) -> None:
        figures = self._figures
        if figures is None:
            return
        quiet = self.preferences.quiet_until > self._context.now() or not self.on_duty
        broken = bool(figures.chain_broken)
        state = TrayState(figures.waiting, figures.urgent, figures.everything_paused, broken, quiet)
        self.tray.show_state(state, on_duty=self.on_duty)

    def stays_in_tray(self) -> bool:
        """Asked when a person closes the window: whether the program goes on without it. Says so the first time."""
        chosen, figures = self.preferences, self._figures
        if chosen.closing == "quit" or not self.tray.available:
            return False
        if chosen.closing == "work" and not (figures and (figures.agents_running or figures.waiting)):
            return False
        if not chosen.told_of_tray and not self._telling_of_tray:
            self._telling_of_tray = True
            self._context.tasks.start(self._tell_of_tray(), name="tell of the tray")
        return True

    async def _tell_of_tray(self) -> None:
        """Once: where the desktop took it. One that shows nothing is tried again at the next closing."""
        said = say("Agents go on working. The sign in the tray opens the window and quits.")
        message = Message(TRAY_KEY, say("The window is closed, the program goes on"), said, on_click=self._to_front)
        try:
            if not await self._show(message):
                self.choose(told_of_tray=True)
        finally:
            self._telling_of_tray = False


def _waiting(row: AskRow, now: int) -> WaitingAsk:
    """Its priority as it is now: one that was not urgent becomes so as time passes, without an event."""
    rank = row.priority if row.paused_since else min(row.priority, priority(row.tier, row.answer_by, now))
    return WaitingAsk(
        row.ask_id, rank, row.answer_by, row.agent, row.tier >= Tier.FINAL, stands_still=bool(row.paused_since)
    )
