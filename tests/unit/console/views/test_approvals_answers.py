"""Taking back, rejecting and editing on the Approvals screen, by keys and by mouse."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from console.views.table import FLEET
from runtime.domain import commands as c
from runtime.domain.words import AskState
from tests.fixtures.approvals_screen import card_shows, down, opened, sent, settled, tap
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_a_held_ruling_is_taken_back_by_the_button_and_by_ctrl_z(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        QTest.mouseClick(view.desk.state_bar.held.button, Qt.MouseButton.LeftButton)
        await settled(world, view, AskState.WAITING)
        world.pass_time(1)
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        assert world.window is not None
        await world.until(lambda: world.window and world.window.held.newest, "the window knows what is held")
        assert "Undo stays open for" in world.window.footer.undo.text()
        QTest.keyClick(view.pane.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await settled(world, view, AskState.WAITING)
        assert len(sent(world, c.TakeBack)) == 2

    world.run(story())


def test_reject_by_keys_alone_sends_the_numbered_reason_and_the_note(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        tap(world, "r")
        panel = view.desk.reject_panel
        assert panel.isVisible()
        down(world, Qt.Key.Key_Return)
        assert sent(world, c.Reject) == [], "a reason is needed"
        down(world, Qt.Key.Key_2, "2")
        assert panel.reasons[1].isChecked()
        QTest.keyClicks(panel.line, "Pay 1 order first, asap")
        assert sent(world, c.Approve) == [], "letters are text here"
        down(world, Qt.Key.Key_Return)
        await settled(world, view, AskState.HELD)
        (command,) = sent(world, c.Reject)
        assert isinstance(command, c.Reject)
        assert command.reason == "A check is missing: Pay 1 order first, asap"
        assert not command.pause_agent

    world.run(story())


def test_escape_closes_the_reject_panel_and_rejects_nothing(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        tap(world, "r")
        down(world, Qt.Key.Key_1, "1")
        down(world, Qt.Key.Key_Escape)
        assert not view.desk.reject_panel.isVisible()
        assert sent(world, c.Reject) == []
        world.pass_time(1)
        tap(world, "r")
        assert view.desk.reject_panel.reason == "", "what was left by hand is not kept"

    world.run(story())


def test_a_rejection_that_was_begun_is_there_when_its_request_is_opened_again(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        panel = view.desk.reject_panel
        tap(world, "r")
        down(world, Qt.Key.Key_2, "2")
        QTest.keyClicks(panel.line, "the invoice of")
        view.open_item("ask-mail")  # as a notification does
        await card_shows(world, view, "ask-mail")
        assert not panel.isVisible()
        world.pass_time(1)
        tap(world, "r")
        assert panel.reason == "", "another request has its own"
        QTest.keyClicks(panel.line, "the mail")
        assert world.window is not None
        world.window.show_view(FLEET)
        world.window.open_ask("ask-refund")
        await card_shows(world, view, "ask-refund")
        world.pass_time(1)
        tap(world, "r")
        assert panel.isVisible()
        assert panel.reason == "A check is missing: the invoice of"
        assert not panel.send.locked
        assert sent(world, c.Reject) == []
        down(world, Qt.Key.Key_Return)
        await settled(world, view, AskState.HELD)
        (command,) = sent(world, c.Reject)
        assert isinstance(command, c.Reject)
        assert (command.ask_id, command.reason) == ("ask-refund", "A check is missing: the invoice of")

    world.run(story())


def test_reject_and_pause_agent_does_both(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        tap(world, "r")
        down(world, Qt.Key.Key_1, "1")
        QTest.mouseClick(view.desk.reject_panel.send_and_pause, Qt.MouseButton.LeftButton)
        await settled(world, view, AskState.HELD)
        (command,) = sent(world, c.Reject)
        assert isinstance(command, c.Reject)
        assert command.pause_agent

    world.run(story())


def test_an_edit_is_judged_while_typing_and_approved_on_the_card(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        tap(world, "e")
        page = view.desk.edit_page
        await world.until(lambda: not world.busy)
        assert page.use.locked, "nothing is changed yet"
        page.raw.setPlainText('{"to": 5, "subject": "x", "body": "y"}')
        await world.until(lambda: "to: 5 is not of type 'array'" in page.faults.text(), "the fault is named")
        assert page.use.locked
        assert page.diff.text() == '{"body":"y","subject":"x","to":5}', "what is refused is shown as a change too"
        page.raw.setPlainText('{"to": ["anna@example.org"], "subject": "Your order", "body": "Short"}')
        await world.until(lambda: not page.use.locked, "it can be shown")
        lines = [(line.kind, line.text) for line in page.diff._lines]
        assert {("removed", 'subject: "Your order 1042"'), ("added", 'subject: "Your order"')} <= set(lines)
        assert ("removed", "| Hello Anna,") in lines, "the agent's version stands beside it"
        assert ("added", 'body: "Short"') in lines
        assert sent(world, c.Approve) == []
        page.use.begin()
        await world.until(lambda: view.desk.edited is not None and not view.desk.in_overlay)
        await world.until(lambda: view.desk.card.evidence.has_seen_end)
        assert "You see your own version" in view.desk.state_bar.text
        world.pass_time(1)
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        (command,) = sent(world, c.Approve)
        assert isinstance(command, c.Approve)
        assert command.arguments == '{"body":"Short","subject":"Your order","to":["anna@example.org"]}'
        assert world.story.asks["ask-mail"].row.ruling == "approved with edit"

    world.run(story())


def test_the_form_and_the_json_of_an_edit_follow_each_other(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        tap(world, "e")
        page = view.desk.edit_page
        line = next(field for field in page.findChildren(QLineEdit) if field.accessibleName() == "Amount in cents")
        line.setText("4200")
        assert '"amount_cents": 4200' in page.raw.toPlainText()
        page.raw.setPlainText(page.raw.toPlainText().replace("4200", "99"))
        assert line.text() == "99"
        view.open_item("ask-mail")  # as a notification does
        await card_shows(world, view, "ask-mail")
        view.open_item("ask-refund")
        await card_shows(world, view, "ask-refund")
        for typed in (True, False):
            world.pass_time(1.0)
            tap(world, "e")
            await world.until(lambda: page.isVisible() and not world.busy, "the edit page is open")
            assert ('"amount_cents": 99' in page.raw.toPlainText()) is typed, "what was typed is kept until it is left"
            view.desk.back()

    world.run(story())
