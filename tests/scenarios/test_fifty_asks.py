"""Fifty requests of mixed tiers are decided by keyboard alone; the journal then holds exactly those rulings.

Strokes come through the X server and the window manager where xdotool is there. The moments in which the card is deaf
or wants to be read pass by moving its clock; with CONSOLE_TEST_REAL_TIME they are waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from console.app import WindowOptions, run_window
from console.views.approvals.desk import DecisionDesk
from console.views.approvals.readiness import Blocked
from console.views.approvals_view import ApprovalsView
from console.views.table import APPROVALS
from console.window import ConsoleWindow
from runtime.domain.action import parse_arguments
from runtime.domain.events import Event, asks
from runtime.domain.words import AskState, Tier
from runtime.interface import Runtime
from tests.fixtures.keyboard import Keyboard
from tests.fixtures.moved_clock import REAL_TIME, MovedClock
from tests.fixtures.real_console import Person
from tests.fixtures.room import ASK_ALL, CLERK, Room, act, bench, done, write

pytestmark = pytest.mark.window
KINDS = ("approve", "reject", "edit", "hold", "wide")
"""What is done with an ask: A; R, a reason and a note; E and another note; checks and A held; A on what is wide."""
COUNT = 50
REASON = "not without the invoice"


def call_for(number: int, kind: str) -> tuple[str, dict[str, Any]]:
    """What the agent wants to do."""
    if kind == "hold":
        letter = {"to": [f"customer-{number:02}@example.com"], "subject": "Your order", "text": "It is on its way."}
        return "mail.send", letter
    if kind == "wide":
        return write(f"docs/wide-{number:02}.txt", f"{number}\n" * 300)
    return bench("keyed", f"note {number:02}")


class FiftyAsks:
    """The room with its fifty runs, and the person at the keyboard."""

    def __init__(self, folder: Path) -> None:
        self.room = Room(folder, 0)
        self.keys = Keyboard()
        self.clock = MovedClock()
        self.kind_of: dict[str, str] = {}
        self._visit: asyncio.Task[None] | None = None
        self.failed: list[BaseException] = []

    async def pass_time(self, seconds: float) -> None:
        if REAL_TIME:
            await asyncio.sleep(seconds)
        else:
            self.clock.moved += seconds

    async def open(self) -> Runtime:
        await self.room.open()
        await self.room.furnish(CLERK, ASK_ALL)
        for number in range(COUNT):
            kind = KINDS[number % len(KINDS)]
            run_id = await self.room.start(f"Task {number:02}", act(call_for(number, kind)), done())
            ask = await self.room.asked(run_id)
            self.kind_of[ask.raised.ask_id] = kind
        return self.room.runtime

    def begin(self, window: ConsoleWindow) -> None:
        self._visit = asyncio.ensure_future(self._work_through(window))

    async def _work_through(self, window: ConsoleWindow) -> None:
        try:
            person = Person(window)
            await person.until(window.isActiveWindow, "the window is in front")
            await person.settled()
            view = window.view(APPROVALS)
            assert isinstance(view, ApprovalsView)
            await self._take_groups_apart(person, view)
            await person.until(lambda: len(view.pane.model.ask_ids()) == COUNT, "all of them are in the list")
            for _ in range(COUNT):
                await self._decide(person, view)
            await self.room.runtime.wait_idle()
            await person.settled()
        except BaseException as error:
            self.failed.append(error)
        finally:
            window.close()

    async def _take_groups_apart(self, person: Person, view: ApprovalsView) -> None:
        """Look-alikes stand on one line; here each of them is decided on a card of its own."""

        def groups() -> list[str]:
            return [key for key in view.pane.model.ask_ids() if key.startswith("group:")]

        await person.until(lambda: bool(groups()), "look-alikes are grouped")
        while left := groups():
            while not view.pane.selected.startswith("group:"):
                await self._step(person, view, "J")
            await self.keys.stroke("Shift+O")
            await person.until(partial(fewer, groups, left), "the group is taken apart")
            await person.settled()
        while view.pane.selected != view.pane.model.ask_ids()[0]:
            await self._step(person, view, "K")

    async def _step(self, person: Person, view: ApprovalsView, key: str) -> None:
        """One line down or up."""
        before = view.pane.selected
        await self.keys.stroke(key)
        await person.until(lambda: view.pane.selected != before, f"{key} goes to another line")
        await person.settled()

    # -- one ask -------------------------------------------------------------------------------------------------
    async def _decide(self, person: Person, view: ApprovalsView) -> None:
        """J to the next one that waits, read it, do with it what is due."""
        desk = view.desk

        def waits() -> bool:
            detail = desk.detail
            if detail is None or detail.row.state is not AskState.WAITING:
                return False
            return detail.row.ask_id == view.pane.selected

        if not waits():
            await self.keys.stroke("J")
            await person.until(waits, "the next request is on the card")
        await person.settled()
        detail = desk.detail
        assert detail is not None
        ask_id, kind = detail.row.ask_id, self.kind_of[detail.row.ask_id]
        if kind == "wide":
            await self._read_to_the_end(person, view)
        await person.until(lambda: desk.card.evidence.has_seen_end, "its end was seen")
        await self.pass_time(0.7)
        desk.tick()
        await getattr(self, f"_{kind}")(person, view)
        await person.until(lambda: self._is_over(ask_id), f"{kind}: the ruling on {detail.row.title} is in the journal")
        states = self.room.own.engine.states
        await person.until(
            lambda: ask_id not in view.pane.model.ask_ids() or not states.open_asks(), "it left the list"
        )
        await person.settled()

    async def _read_to_the_end(self, person: Person, view: ApprovalsView) -> None:
        """F6 to what will run, End to its end, F6 on."""
        exact = view.desk.card.evidence.exact
        assert view.desk.blocked() is Blocked.UNREAD
        while not exact.hasFocus():
            before = QApplication.focusWidget()
            await self.keys.stroke("F6")
            await person.until(partial(another_has_the_keyboard, before), "the next pane")
        await self.keys.stroke("End")

    def _is_over(self, ask_id: str) -> bool:
        return all(ask.raised.ask_id != ask_id for ask in self.room.own.engine.states.open_asks())

    async def _approve(self, person: Person, view: ApprovalsView) -> None:
        assert view.desk.detail
        assert view.desk.detail.row.tier is Tier.SMALL
        await self.keys.stroke("A")

    async def _wide(self, person: Person, view: ApprovalsView) -> None:
        desk = view.desk
        assert desk.detail
        assert desk.detail.row.tier is Tier.WIDE
        await self.pass_time(1.0)
        desk.tick()
        await self.keys.stroke("A")

    async def _reject(self, person: Person, view: ApprovalsView) -> None:
        panel = view.desk.reject_panel
        await self.keys.stroke("R")
        await person.until(panel.isVisible, "the reasons are open")
        await self.keys.stroke("2")
        await person.until(lambda: panel.reasons[1].isChecked(), "the reason is chosen")
        await self.keys.write(REASON)
        await person.until(lambda: panel.line.text() == REASON, "the note is written")
        await self.keys.stroke("Return")

    async def _edit(self, person: Person, view: ApprovalsView) -> None:
        desk = view.desk
        await self.keys.stroke("E")
        await person.until(lambda: desk.edit_page.isVisible(), "the edit page is open")
        await person.settled()
        form = desk.edit_page._form
        assert form is not None
        await person.until(lambda: form._fields["note"].hasFocus(), "the first field has the keyboard")
        await self.keys.stroke("Ctrl+A")
        await self.keys.write("by hand")
        await person.until(lambda: not desk.edit_page.use.locked, "the edit was judged")
        await self.keys.stroke("Ctrl+Return")
        await person.until(lambda: desk.edited is not None, "the card shows the edited version")
        await person.until(lambda: desk.card.evidence.has_seen_end, "its end was seen")
        await self.pass_time(0.7)
        desk.tick()
        await self.keys.stroke("A")

    async def _hold(self, person: Person, view: ApprovalsView) -> None:
        """V to the first open check, Space, until none is open; a tap is too short; A held for its second."""
        desk = view.desk
        assert desk.blocked() is Blocked.CHECKS
        while desk.card.checks.open_count:
            left = desk.card.checks.open_count
            await self.keys.stroke("V")
            box = desk.card.checks.first_open()
            assert box is not None
            await person.until(box.hasFocus, "an open check has the keyboard")
            await self.keys.stroke("Space")
            await person.until(partial(fewer_are_open, desk, left), "it is ticked")
        await self.keys.down("A")
        await person.until(lambda: desk.bar.approve._held_since is not None, "A is held")
        await self.pass_time(1.05)
        ask_id = desk.ask_id
        await person.until(lambda: self._is_over(ask_id), "the hold was long enough")
        await self.keys.up("A")


def fewer(groups: Callable[[], list[str]], left: list[str]) -> bool:
    return len(groups()) < len(left)


def another_has_the_keyboard(before: QWidget | None) -> bool:
    return QApplication.focusWidget() is not before


def fewer_are_open(desk: DecisionDesk, left: int) -> bool:
    return desk.card.checks.open_count < left


def test_fifty_asks_by_keyboard_alone(qapp: QApplication, tmp_path: Path) -> None:
    work = FiftyAsks(tmp_path / "ws")
    options = WindowOptions(tmp_path / "window.ini", on_window=work.begin, monotonic=work.clock)
    status = run_window(work.open, options)
    if work.failed:
        raise work.failed[0]
    assert status == 0
    assert work.room.crashes == []
    events = asyncio.run(recorded(tmp_path / "ws"))
    tiers = {event.ask_id: event.tier for event in events if isinstance(event, asks.AskRaised)}
    rulings = [event for event in events if isinstance(event, RULINGS)]
    assert len(rulings) == COUNT
    assert {one.ask_id: how(one, tiers[one.ask_id]) for one in rulings} == work.kind_of
    print(f"keys by {'the X server' if work.keys.is_real else 'Qt'}")


RULINGS = (asks.AskApproved, asks.AskRejected, asks.OutcomeTold, asks.CapAnswered, asks.RulingTakenBack)
Ruling = asks.AskApproved | asks.AskRejected | asks.OutcomeTold | asks.CapAnswered | asks.RulingTakenBack


async def recorded(folder: Path) -> list[Event]:
    """What is left in the journal, read by a program that starts anew."""
    room = Room(folder)
    await room.open()
    try:
        events: list[Event] = []
        seq = 0
        while page := await room.log.read(seq):
            events += [one.event for one in page]
            seq = page[-1].seq
        return events
    finally:
        await room.close()


def how(ruling: Ruling, tier: Tier) -> str:
    """Which of the five it was, from the record alone."""
    if isinstance(ruling, asks.AskRejected):
        assert REASON in ruling.reason
        return "reject"
    assert isinstance(ruling, asks.AskApproved)
    if ruling.edited is not None:
        assert parse_arguments(ruling.edited.arguments) == {"note": "by hand"}
        return "edit"
    return {Tier.SMALL: "approve", Tier.WIDE: "wide", Tier.FINAL: "hold"}[tier]
