"""One person's whole session with the real program: read, edit, approve, take back, reject, roll back, find it all."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit

from console.dialogs.rollback_sheet import RollbackSheet
from console.dialogs.start_run_dialog import StartRunDialog
from console.views.approvals.readiness import Blocked
from console.views.approvals_view import ApprovalsView
from console.views.audit_view import AuditView
from console.views.runs_view import RunsView
from console.views.spend_view import SpendView
from console.views.table import APPROVALS, AUDIT, RUNS, SPEND
from runtime.assembly import open_workspace
from runtime.domain.commands import SaveSettings
from runtime.domain.words import AskState, RunState
from runtime.engine.surroundings import Surroundings
from runtime.projections.rows import AskRow
from runtime.workspace_runtime import WorkspaceRuntime
from tests.fixtures.moved_clock import MovedClock
from tests.fixtures.real_console import Person, sit_down
from tests.fixtures.room import Hands

pytestmark = pytest.mark.window
KEY, CTRL, SHIFT = Qt.Key, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
HOLD_SECONDS = 60
LAMP, BY_PHONE = "Refund for the broken lamp", "Lamp, refunded by phone"


class Session:
    """The steps of the session, in the words of the screen. Guards and holds pass by moving the clocks."""

    def __init__(self, person: Person, folder: Path, clock: MovedClock, hands: Hands) -> None:
        self.person, self.folder, self.clock, self.hands = person, folder, clock, hands
        self.runtime = person.window.context.runtime

    # -- the world outside the program -------------------------------------------------------------------------------
    async def in_shop(self, question: str) -> list[tuple[object, ...]]:
        def look() -> list[tuple[object, ...]]:
            with closing(sqlite3.connect(self.folder / "shop.sqlite")) as shop:
                return shop.execute(question).fetchall()

        return await asyncio.to_thread(look)

    async def outbox(self) -> list[bytes]:
        """The mails that were sent."""
        folder = self.folder / "outbox"
        return await asyncio.to_thread(lambda: [path.read_bytes() for path in sorted(folder.rglob("*.eml"))])

    async def ticket_of(self, title: str) -> Path:
        def look() -> Path:
            files = [path for path in (self.folder / "tickets").rglob("*") if path.is_file()]
            (found,) = [path for path in files if title in path.read_text("utf-8")]
            return found

        return await asyncio.to_thread(look)

    # -- screens -----------------------------------------------------------------------------------------------------
    async def show(self, number: int) -> None:
        """Ctrl and a number."""
        await self.person.until(self.person.window.isActiveWindow, "the window has the keyboard")
        self.person.press(KEY(ord(str(number))), CTRL)
        await self.person.until(lambda: self.person.window.current == number, f"screen {number} is shown")
        await self.person.settled()

    async def approvals(self) -> ApprovalsView:
        await self.show(APPROVALS)
        view = self.person.window.view(APPROVALS)
        assert isinstance(view, ApprovalsView)
        return view

    async def ask(self, fits: Callable[[AskRow], bool], what: str) -> AskRow:
        async def found() -> AskRow | None:
            return next((row for row in await self.runtime.history.asks() if fits(row)), None)

        row = await self.person.until_told(found, what)
        assert row is not None
        return row

    async def read(self, row: AskRow) -> ApprovalsView:
        """Walk to an ask with J and K until its card is shown and was read to the end."""
        view, person = await self.approvals(), self.person

        def line() -> str:
            """Where it stands: on a line of its own, or in a group."""
            groups = (view.pane.group_of(key) for key in view.pane.model.ask_ids())
            held = next((group for group in groups if group and row in group.rows), None)
            return held.key if held else row.ask_id

        await person.until(lambda: line() in view.pane.model.ask_ids(), f"{row.title} is in the list")
        view.pane.list.setFocus()
        self._walk_to(view, line())
        if line() != row.ask_id:
            await person.until(lambda: view.group.can_press, "the card of its group is shown")
            person.press(KEY.Key_O, SHIFT)  # each on a card of its own
            assert line() == row.ask_id
            self._walk_to(view, row.ask_id)
        await person.until(lambda: view.desk.detail and view.desk.detail.row.ask_id == row.ask_id, f"card: {row.title}")
        await person.until(lambda: view.desk.card.evidence.has_seen_end, "the end of what will run was seen")
        await self.listening(view)
        return view

    def _walk_to(self, view: ApprovalsView, key: str) -> None:
        while view.pane.selected != key:
            keys, chosen = view.pane.model.ask_ids(), view.pane.selected
            above = chosen in keys and keys.index(chosen) > keys.index(key)
            self.person.press(KEY.Key_K if above else KEY.Key_J)
            assert view.pane.selected != chosen

    def waiting(self, view: ApprovalsView) -> list[str]:
        """What the list shows, the asks of its groups among them."""
        found: list[str] = []
        for key in view.pane.model.ask_ids():
            group = view.pane.group_of(key)
            found += [row.ask_id for row in group.rows] if group else [key]
        return sorted(found)

    async def listening(self, view: ApprovalsView) -> None:
        """The 600 ms in which keys do not count are over."""
        self.clock.moved += 0.7
        assert not view.desk.guard.is_deaf
        view.desk.tick()

    async def became(self, view: ApprovalsView, state: AskState) -> None:
        await self.person.until(lambda: view.desk.detail and view.desk.detail.row.state is state, f"the card: {state}")
        await self.person.settled()

    async def tick_and_hold(self, view: ApprovalsView) -> None:
        """Every check with the mouse, then A held for its second."""
        person, desk = self.person, view.desk
        assert desk.blocked() is Blocked.CHECKS
        person.press(KEY.Key_A)  # leads to the first open check and approves nothing
        for box in desk.card.checks.boxes:
            desk.card.ensureWidgetVisible(box)
            person.click(box, QPoint(box.height() // 2, box.height() // 2))
        assert desk.blocked() is Blocked.READY
        view.pane.list.setFocus()
        person.press(KEY.Key_A)  # a tap is too short
        assert desk.detail is not None
        assert desk.detail.row.state is AskState.WAITING
        QTest.keyPress(person.keyboard(), KEY.Key_A)
        assert desk.bar.approve.held_share is not None
        self.clock.moved += 1.1
        await self.became(view, AskState.HELD)
        QTest.keyRelease(person.keyboard(), KEY.Key_A)

    async def decided(self, view: ApprovalsView) -> None:
        """The ruling is held, then it takes effect."""
        await self.became(view, AskState.HELD)
        self.hands.passed_ns += (HOLD_SECONDS + 1) * 1_000_000_000
        assert isinstance(self.runtime, WorkspaceRuntime)
        for loop in self.runtime.supervisor._loops.values():
            loop.wake.set()  # they wait by the real clock
        await self.became(view, AskState.CLOSED)

    async def dialog(self, kind: type[QDialog]) -> QDialog:
        shown = await self.person.until(
            lambda: next((top for top in QApplication.topLevelWidgets() if isinstance(top, kind) and top.isVisible()),
                         None), f"{kind.__name__} is open")  # fmt: skip
        assert isinstance(shown, QDialog)
        await self.person.settled()
        return shown


async def edit_and_approve(session: Session) -> None:
    """A voucher of $15.00 becomes one of $12.00; taken back once, given again, released, and really in the shop."""
    person = session.person
    row = await session.ask(lambda ask: ask.title == "Voucher of $15.00 for order 1005", "the voucher is asked for")
    view = await session.read(row)
    desk = view.desk
    assert desk.detail is not None
    assert desk.card.evidence.exact.text() == desk.detail.action.arguments
    assert '"amount_cents":1500' in desk.detail.action.arguments
    assert any(reason.rule == "order-changes" for reason in desk.detail.reasons)
    digest = desk.detail.digest
    person.press(KEY.Key_BracketRight)
    assert digest in desk.card.evidence._digest.text()
    person.press(KEY.Key_BracketLeft)
    person.press(KEY.Key_E)
    await person.until(lambda: desk.edit_page.isVisible(), "the edit page is open")
    await person.settled()
    form = desk.edit_page._form
    assert form is not None
    amount = form._fields["amount_cents"]
    amount.setFocus()
    person.press(KEY.Key_A, CTRL)
    person.type("1200")
    await person.until(lambda: not desk.edit_page.use.locked, "the edit was judged")
    person.press(KEY.Key_Return, CTRL)
    await person.until(lambda: desk.edited is not None, "the card shows the edited version")
    await person.until(lambda: desk.card.evidence.has_seen_end, "the end of the edited version was seen")
    await session.listening(view)
    view.pane.list.setFocus()
    person.press(KEY.Key_A)
    await session.became(view, AskState.HELD)
    assert "You approved this with an edit" in desk.state_bar.text
    person.press(KEY.Key_Z, CTRL)
    await session.became(view, AskState.WAITING)
    assert await session.in_shop("SELECT * FROM vouchers WHERE order_id = 1005") == []
    assert desk.edited is not None
    await session.listening(view)
    person.press(KEY.Key_A)
    await session.became(view, AskState.HELD)
    await session.listening(view)
    person.press(KEY.Key_A)  # lets a reversible one act at once
    await session.became(view, AskState.CLOSED)
    await person.worked_through()
    assert await session.in_shop("SELECT amount_cents FROM vouchers WHERE order_id = 1005") == [(1200,)]


async def approve_what_is_final(session: Session) -> str:
    """A refund and a mail: ticked and held; the row and the file are there. Answers the run of the refund."""
    refund = await session.ask(lambda ask: ask.title == "Refund order 1003, $84.00", "the refund is asked for")
    view = await session.read(refund)
    await session.tick_and_hold(view)
    await session.decided(view)
    await session.person.worked_through()
    assert await session.in_shop("SELECT amount_cents FROM refunds WHERE order_id = 1003") == [(8400,)]
    mail = await session.ask(lambda ask: "quentin.moreau" in ask.title, "the mail is asked for")
    assert await session.outbox() == []
    view = await session.read(mail)
    await session.tick_and_hold(view)
    await session.decided(view)
    await session.person.worked_through()
    (sent,) = await session.outbox()
    assert b"quentin.moreau@example.com" in sent
    return refund.run_id


async def reject(session: Session, run_id: str) -> None:
    """The mail about the refund is not sent: R, 2, Enter. The run goes on and ends."""
    person = session.person
    mail = await session.ask(lambda ask: ask.run_id == run_id and ask.tool == "mail.send", "the next mail is asked for")
    view = await session.read(mail)
    person.press(KEY.Key_R)
    await person.until(lambda: view.desk.reject_panel.isVisible(), "the reasons are open")
    person.press(KEY.Key_2)
    person.type("the amount is missing")
    person.press(KEY.Key_Return)
    await session.decided(view)
    detail = view.desk.detail
    assert detail is not None
    assert detail.row.ruling == "rejected"
    await person.worked_through()
    assert len(await session.outbox()) == 1
    run = await session.runtime.history.run(run_id)
    assert run is not None
    assert run.row.state is RunState.FINISHED


async def roll_back(session: Session, run_id: str) -> None:
    """The run of the refund: its ticket was changed behind its back, its refund cannot be undone."""
    person = session.person
    view = await session.approvals()
    view.pane.list.setFocus()
    person.press(KEY.Key_O)  # the card that was decided last is of this run
    await person.until(lambda: person.window.current == RUNS, "the run is opened")
    runs = person.window.view(RUNS)
    assert isinstance(runs, RunsView)
    await person.until(lambda: runs.page.detail and runs.page.detail.row.run_id == run_id, "the run is read")
    await person.settled()
    titles = [step.title for step in runs.page.model.steps]
    assert any(title.startswith("Asked you: Refund order 1003") for title in titles), titles
    ticket = await session.ticket_of(LAMP)
    mine = (await asyncio.to_thread(ticket.read_text, "utf-8")).replace(LAMP, BY_PHONE)
    await asyncio.to_thread(ticket.write_text, mine, "utf-8")
    runs.page.timeline.setFocus()
    runs.page.timeline.selectionModel().clear()
    person.press(KEY.Key_Z)
    sheet = await session.dialog(RollbackSheet)
    assert isinstance(sheet, RollbackSheet)
    sheet.to.setCurrentIndex(sheet.to.findData(0))
    sheet.to.activated.emit(sheet.to.currentIndex())
    await person.until(lambda: len(sheet.lines) >= 3, "the sheet says what would happen")
    outcomes = {line.tool: line.outcome for line in sheet.lines}
    assert outcomes["sql.refund_order"] == "cannot be undone"
    assert "conflict" in outcomes.values(), outcomes
    assert BY_PHONE in await asyncio.to_thread(ticket.read_text, "utf-8")
    for tick in sheet.overwrite.values():
        tick.setFocus()
        person.press(KEY.Key_Space)
    recorded: list[int] = []
    sheet.finished.connect(recorded.append)
    person.click(sheet.go)
    await person.until(lambda: recorded, "the rollback is recorded")
    await person.worked_through()
    assert not await asyncio.to_thread(ticket.exists)
    assert await session.in_shop("SELECT amount_cents FROM refunds WHERE order_id = 1003") == [(8400,)]
    await person.until(lambda: any(step.undone for step in runs.page.model.steps), "steps are struck through")


async def find_in_audit(session: Session) -> None:
    """Everything of it is in the journal, and the journal is whole."""
    person = session.person
    await session.show(AUDIT)
    view = person.window.view(AUDIT)
    assert isinstance(view, AuditView)
    for words in ("1003", "the amount is missing", "roll"):
        person.press(KEY.Key_Slash)
        await person.until(view.filter.field.hasFocus, "the filter has the keyboard")
        person.press(KEY.Key_A, CTRL)
        person.type(words)
        person.press(KEY.Key_Return)
        await person.settled()
        await person.until(lambda: view.model.rowCount() > 0, f"entries about {words!r}")
        view.table.setFocus()
        person.press(KEY.Key_J)
        await person.until(lambda: view.entry.entry is not None, "the entry is read")
    view.table.setFocus()
    person.press(KEY.Key_V)
    await person.until(lambda: "verified" in view.badge.text() and "not" not in view.badge.text(), "the chain is whole")
    await session.show(SPEND)
    spend = person.window.view(SPEND)
    assert isinstance(spend, SpendView)
    assert person.window.strip.spend.value.text() == "$0.00"
    assert spend.facts.facts[0].headline.startswith("$0.00")


async def start_a_run(session: Session) -> None:
    """Shift+N, a text, Start run; then everything is paused and resumed."""
    person = session.person
    await session.show(RUNS)
    runs = person.window.view(RUNS)
    assert isinstance(runs, RunsView)
    runs.show_list()
    count = len(await session.runtime.history.runs())
    person.press(KEY.Key_N, SHIFT)
    dialog = await session.dialog(StartRunDialog)
    assert isinstance(dialog, StartRunDialog)
    await person.until(lambda: dialog.agent.count() == 3, "the agents can be chosen")
    dialog.agent.setCurrentIndex(dialog.agent.findData("support-triage"))
    assert isinstance(dialog.text, QPlainTextEdit)
    dialog.text.setFocus()
    await person.until(dialog.text.hasFocus, "the text has the keyboard")
    person.type("Where is my order 1001? It should have arrived.")
    recorded: list[int] = []
    dialog.finished.connect(recorded.append)
    person.click(dialog.start)
    await person.until(lambda: recorded, "the run is recorded")
    await person.worked_through()
    assert len(await session.runtime.history.runs()) == count + 1
    person.press(KEY.Key_P, CTRL | SHIFT)
    await person.until(lambda: person.window.strip.everything_paused, "everything is paused")
    assert person.window.strip.pause.text() == "Resume all"
    person.press(KEY.Key_P, CTRL | SHIFT)
    await person.until(lambda: not person.window.strip.everything_paused, "everything works again")


def test_one_persons_whole_session(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, clock, hands = tmp_path / "ws", MovedClock(), Hands()
    around = Surroundings(clock=hands.clock)
    monkeypatch.setattr("runtime.assembly.open_workspace", partial(open_workspace, around=around))
    left: dict[str, object] = {}

    async def first(person: Person) -> None:
        session, context = Session(person, folder, clock, hands), person.window.context
        settings = await context.runtime.history.settings()
        context.runner.submit(SaveSettings(replace(settings, hold_seconds=HOLD_SECONDS), context.operator()))
        await person.worked_through()
        await edit_and_approve(session)
        run_id = await approve_what_is_final(session)
        await reject(session, run_id)
        await roll_back(session, run_id)
        await find_in_audit(session)
        await start_a_run(session)
        left["asks"] = [row.ask_id for row in await context.runtime.history.asks()]
        left["runs"] = {row.run_id: (row.state, row.outcome) for row in await context.runtime.history.runs()}
        assert left["asks"]
        assert left["runs"]

    async def second(person: Person) -> None:
        await person.worked_through()
        history = person.window.context.runtime.history
        asked = [row.ask_id for row in await history.asks()]
        assert asked == left["asks"]
        assert {row.run_id: (row.state, row.outcome) for row in await history.runs()} == left["runs"]
        assert (await history.settings()).hold_seconds == HOLD_SECONDS
        session = Session(person, folder, clock, hands)
        assert await session.in_shop("SELECT amount_cents FROM vouchers WHERE order_id = 1005") == [(1200,)]
        assert len(await session.outbox()) == 1
        view = await session.approvals()
        await person.until(lambda: session.waiting(view) == sorted(asked), "the same asks wait")

    sit_down(folder, first, monotonic=clock)
    sit_down(folder, second, monotonic=clock)
