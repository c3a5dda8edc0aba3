"""Two people and one request: the window asks for the second person, and tells whoever comes second who was first."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from console.app import WindowOptions, run_window
from console.cli.opening import open_door
from console.cli.printing import Printer
from console.dialogs.second_person_dialog import SecondPersonDialog
from console.views.approvals.desk import DecisionDesk
from console.views.approvals.evidence_tabs import EvidenceTabs
from console.views.approvals.readiness import Blocked
from console.views.table import APPROVALS, FLEET
from console.widgets.button import ActionButton
from console.window import ConsoleWindow
from runtime.domain.ask_state import Ask
from runtime.domain.commands import SaveOperator, Secret, SetPassphrase
from runtime.domain.events.asks import AskApproved
from runtime.domain.settings import Operator
from runtime.domain.words import AskState, Tier
from runtime.interface import Runtime
from tests.fixtures.gone import gone
from tests.fixtures.keyring_in_memory import KeyringInMemory
from tests.fixtures.moved_clock import MovedClock
from tests.fixtures.real_console import Person
from tests.fixtures.room import ASK_ALL, CLERK, Room, act, bench, done

pytestmark = pytest.mark.window
CLONE = Path(__file__).resolve().parents[2]
WORDS, WRONG = "Quince-48 over a blue fence", "Quince-48 over a red fence"
WIDE = {"to": [f"person{number}@example.org" for number in range(30)], "subject": "News", "text": "Hello"}
MOST_STOPS = 60
"""Of the keyboard on its way round."""
Visit = Callable[["Seat"], Awaitable[None]]


class Seat(Person):
    """Ben in front of the window, over a real workspace with scripted models; the agents are started by Anna."""

    def __init__(self, room: Room) -> None:
        self.room, self.clock = room, MovedClock()

    @property
    def desk(self) -> DecisionDesk:
        """The card of the window."""
        return cast(DecisionDesk, self.window.view(APPROVALS).desk)  # type: ignore[attr-defined]  # of this number

    async def asked(self, title: str, call: tuple[str, dict[str, Any]]) -> Ask:
        """An agent asks for this, and the person opens the request and reads it."""
        ask = await self.room.asked(await self.room.start(title, act(call), done()))
        self.window.open_ask(ask.raised.ask_id)
        await self.until(lambda: self.desk.detail and self.desk.ask_id == ask.raised.ask_id, "it is on the card")
        await self.settled()
        await self.read(self.desk.card.evidence, Qt.Key.Key_F6)
        self.clock.moved += 2.0
        self.desk.tick()
        return ask

    async def read(self, evidence: EvidenceTabs, key: Qt.Key) -> None:
        """To what will run, and End: again where it was laid out anew meanwhile, as a person would."""
        await self.go_to(evidence.exact, key)

        def read() -> bool:
            if not evidence.has_seen_end:
                self.press(Qt.Key.Key_End)
            return evidence.has_seen_end

        await self.until(read, "its end was on screen")

    async def go_to(self, wanted: QWidget, key: Qt.Key) -> None:
        """F6 or Tab, until it has the keyboard."""
        met: list[str] = []
        while not wanted.hasFocus():
            before = QApplication.focusWidget()
            met.append(f"{type(before).__name__} {before.accessibleName() if before else ''}")
            assert len(met) < MOST_STOPS, f"{wanted.accessibleName()} is not met: {met}"
            self.press(key)
            await self.until(partial(self._moved_from, before), "the keyboard went on")

    def _moved_from(self, before: QWidget | None) -> bool:
        return QApplication.focusWidget() is not before

    async def hold(self, key: Qt.Key, button: ActionButton, until: Callable[[], object], what: str) -> None:
        """A key goes down for its second."""
        target = self.keyboard()
        QTest.keyPress(target, key)
        await self.until(lambda: button.held_share is not None, "it is held")
        self.clock.moved += 1.1
        await self.until(until, what)
        if not gone(target):
            QTest.keyRelease(target, key)

    async def tick_checks(self) -> None:
        """V to each open check, Space."""
        checks = self.desk.card.checks
        while box := checks.first_open():
            self.press(Qt.Key.Key_V)
            await self.until(box.hasFocus, "the check has the keyboard")
            self.press(Qt.Key.Key_Space)
            await self.until(cast(QAbstractButton, box).isChecked, "it is ticked")

    def second(self) -> SecondPersonDialog | None:
        """The dialog for the second person, where it is open."""
        open_now = [one for one in self.window.findChildren(SecondPersonDialog) if one.isVisible()]
        return open_now[0] if open_now else None

    async def second_person_types(self, words: str) -> None:
        """A is held, Cleo reads the request, chooses herself, types this and holds the button."""
        await self.until(self.window.isActiveWindow, "the window has the keyboard")
        await self.settled()
        self.clock.moved += 1.0  # what made the card deaf for a moment is past
        await self.hold(Qt.Key.Key_A, self.desk.bar.approve, self.second, "a second person is asked")
        dialog = self.second()
        assert dialog is not None
        await self.until(dialog.isActiveWindow, "the dialog has the keyboard")
        evidence: EvidenceTabs = dialog.evidence
        assert list(dialog._people) == ["cleo"]  # neither Ben, who approves, nor Anna, who started the run
        assert evidence.exact.text() == self.desk.card.evidence.exact.text()
        await self.read(evidence, Qt.Key.Key_Tab)
        await self.go_to(dialog._people["cleo"], Qt.Key.Key_Tab)
        self.press(Qt.Key.Key_Space)
        await self.go_to(dialog.passphrase, Qt.Key.Key_Tab)
        self.type(words)
        await self.until(lambda: not dialog.agree.locked, "she may agree")
        await self.go_to(dialog.agree, Qt.Key.Key_Tab)
        await self.hold(Qt.Key.Key_Space, dialog.agree, lambda: gone(dialog), "she agreed")
        self.clock.moved += 1.0

    async def approvals(self, ask: Ask) -> list[tuple[str, str]]:
        """Who approved it, and with whom, as the journal says."""
        events = [one.event for one in await self.room.log.read(limit=10_000)]
        found = [one for one in events if isinstance(one, AskApproved) and one.ask_id == ask.raised.ask_id]
        return [(one.by, one.second) for one in found]

    async def mails(self) -> int:
        """How many went out."""
        return await asyncio.to_thread(lambda: len(list((self.room.folder / "outbox").glob("*.eml"))))

    async def typed(self, *words: str) -> tuple[int, str]:
        """A command line in a process of its own."""
        line = [sys.executable, "-P", "-m", "console", "--workspace", str(self.room.folder), *words]
        environment = {**os.environ, "PYTHONPATH": str(CLONE), "PYTHONIOENCODING": "utf-8"}
        process = await asyncio.create_subprocess_exec(
            *line, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        out, _ = await process.communicate()
        return process.returncode or 0, out.decode()


def at_work(folder: Path, visit: Visit, hold_seconds: int = 0) -> None:
    """The whole program with its second door, as a start opens it."""
    seat = Seat(Room(folder / "ws", hold_seconds))
    room, failed = seat.room, list[BaseException]()
    visits: list[asyncio.Task[None]] = []

    async def opened() -> Runtime:
        await room.open()
        room.own.credentials._calls = KeyringInMemory().calls()
        await room.furnish(CLERK, ASK_ALL)
        await room.do(SaveOperator(Operator("cleo", "Cleo"), "anna"))
        await room.do(SetPassphrase("cleo", Secret(WORDS), "anna"))
        await open_door(room.runtime, Printer(False), lambda ask_id: seat.window.to_front(ask_id))
        return room.runtime

    async def visited(window: ConsoleWindow) -> None:
        try:
            seat.window = window
            await seat.until(window.isActiveWindow, "the window is in front")
            await visit(seat)
        except BaseException as error:
            failed.append(error)
        finally:
            window.quit()

    def begin(window: ConsoleWindow) -> None:
        visits.append(asyncio.ensure_future(visited(window)))

    options = WindowOptions(folder / "window.ini", "ben", on_window=begin, monotonic=seat.clock)
    status = run_window(opened, options)
    if failed:
        raise failed[0]
    assert (status, room.crashes) == (0, [])


def test_a_wide_and_final_action_needs_a_second_person_with_their_own_passphrase(tmp_path: Path) -> None:
    async def visit(seat: Seat) -> None:
        room, desk = seat.room, seat.desk
        ask = await seat.asked("news", ("mail.send", WIDE))
        assert ask.raised.tier is Tier.FINAL_AND_WIDE
        await seat.tick_checks()
        await seat.second_person_types(WRONG)
        refused = "That is not the passphrase of Cleo. Nothing was approved."
        await seat.until(lambda: any(refused in text for text in seat.window.toasts.texts), "it is said")
        await seat.settled()
        assert (await seat.approvals(ask), await seat.mails()) == ([], 0)
        alone = room.approval(ask, by="ben")
        for second in ("", "ben", "anna"):  # nobody, the first person again, and who started the run
            answer = await room.refused(replace(alone, second=second, passphrase=Secret(WORDS)))
            assert answer.code == "second", second
        assert await seat.approvals(ask) == []
        await seat.second_person_types(WORDS)
        await seat.until(lambda: desk.detail and desk.detail.row.state is AskState.CLOSED, "it is decided")
        await room.finished(ask.raised.run_id)
        assert await seat.approvals(ask) == [("ben", "cleo")]
        assert await seat.mails() == 1
        assert desk.state_bar.text.startswith("You approved this"), desk.state_bar.text

    at_work(tmp_path, visit)


def test_whoever_comes_second_is_told_who_was_first_in_the_window_and_at_the_command_line(tmp_path: Path) -> None:
    async def visit(seat: Seat) -> None:
        ask = await seat.asked("one", bench("change", "a"))
        line = ("asks", "approve", ask.raised.ask_id, "--as", "anna", "--digest", ask.raised.digest, "--detach")
        status, told = await seat.typed(*line)
        assert status == 0, told
        await seat.until(lambda: seat.desk.state_bar.text.startswith("Anna approved this"), "the window names her")
        assert seat.desk.bar.approve.locked
        seat.clock.moved += 1.0
        seat.press(Qt.Key.Key_A)
        await seat.settled()
        assert await seat.approvals(ask) == [("anna", "")]
        other = await seat.asked("two", bench("change", "b"))
        await seat.until(lambda: seat.desk.blocked() is Blocked.READY, "it can be decided")
        seat.press(Qt.Key.Key_A)
        await seat.until(lambda: seat.desk.detail and seat.desk.detail.row.state is AskState.HELD, "it is held")
        status, told = await seat.typed("asks", "approve", other.raised.ask_id, "--as", "anna", "--digest",
                                        other.raised.digest, "--detach")  # fmt: skip
        assert status == 1, told
        assert "Ben" in told, told
        assert await seat.approvals(other) == [("ben", "")]

    at_work(tmp_path, visit, hold_seconds=60)


def test_a_second_start_brings_the_window_to_the_front_with_the_very_request(tmp_path: Path) -> None:
    async def visit(seat: Seat) -> None:
        window = seat.window
        ask = await seat.asked("one", bench("change", "a"))
        await seat.asked("two", bench("keyed", "b"))
        window.show_view(FLEET)
        other = QWidget()
        other.setWindowTitle("Something else")
        other.show()
        other.activateWindow()
        await seat.until(lambda: other.isActiveWindow() and not window.isActiveWindow(), "another window is in front")
        status, told = await seat.typed()
        assert (status, "in front now" in told) == (0, True), told
        await seat.until(window.isActiveWindow, "it is in front of the other")
        window.showMinimized()
        await seat.until(lambda: not window.isActiveWindow(), "it is put away")
        window.open_settings()
        await seat.until(lambda: QApplication.activeModalWidget(), "the settings are open")
        await seat.settled()
        status, told = await seat.typed("--open", ask.raised.ask_id)
        assert (status, "the request is on its card" in told) == (0, True), told
        await seat.until(lambda: window.isActiveWindow() and not window.isMinimized(), "it is back")
        await seat.until(lambda: seat.desk.detail and seat.desk.ask_id == ask.raised.ask_id, "with the very request")
        assert window.current == APPROVALS
        assert QApplication.activeModalWidget() is None, "nothing stands before it"
        other.close()
        other.deleteLater()

    at_work(tmp_path, visit)
