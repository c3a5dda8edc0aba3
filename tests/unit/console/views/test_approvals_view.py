"""What a person does on the Approvals screen, by keys and by mouse, and what must never happen there."""

from __future__ import annotations

from typing import TypeVar

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton, QTextEdit, QWidget

from console.views.approvals.readiness import Blocked
from console.views.approvals_view import ApprovalsView
from console.views.table import APPROVALS
from console.widgets.exact_text import ExactText
from runtime.domain import commands as c
from runtime.domain.words import AskState
from tests.fixtures.story_rows import NOW
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
Widget = TypeVar("Widget", bound=QWidget)


async def opened(world: WindowWorld, ask_id: str = "ask-refund") -> ApprovalsView:
    """The screen with one ask on its card, read to the end, its guard over."""
    window = await world.show()
    view = window.view(APPROVALS)
    assert isinstance(view, ApprovalsView)
    await world.until(window.isActiveWindow, "the window is active")
    view.open_item(ask_id)
    await card_shows(world, view, ask_id)
    await world.until(lambda: view.desk.card.evidence.has_seen_end, "the end of the text was seen")
    world.pass_time(1.0)
    view.desk.tick()
    return view


async def card_shows(world: WindowWorld, view: ApprovalsView, ask_id: str) -> None:
    await world.until(lambda: view.desk.detail and view.desk.detail.row.ask_id == ask_id, f"{ask_id} is on the card")
    await world.until(lambda: not world.busy, "the card is still")


def down(world: WindowWorld, key: Qt.Key, text: str = "", repeat: bool = False) -> None:
    """A key goes down where the keyboard is."""
    target = QApplication.focusWidget() or world.window
    assert target is not None
    event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier, text, repeat)
    QApplication.sendEvent(target, event)


def up(world: WindowWorld, key: Qt.Key, text: str = "") -> None:
    target = QApplication.focusWidget() or world.window
    assert target is not None
    QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyRelease, key, Qt.KeyboardModifier.NoModifier, text))


def tap(world: WindowWorld, letter: str) -> None:
    key = Qt.Key(ord(letter.upper()))
    down(world, key, letter.lower())
    up(world, key, letter.lower())


def sent(world: WindowWorld, kind: type[object]) -> list[object]:
    return [command for command in world.story.performed if isinstance(command, kind)]


async def settled(world: WindowWorld, view: ApprovalsView, state: AskState) -> None:
    await world.until(lambda: view.desk.detail and view.desk.detail.row.state is state, f"the card shows {state}")
    await world.until(lambda: not world.busy)


# -- approving -------------------------------------------------------------------------------------------------------
def test_a_press_of_a_approves_a_small_reversible_action_with_its_digest_and_look_time(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        world.pass_time(4.0)
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        (command,) = sent(world, c.Approve)
        assert isinstance(command, c.Approve)
        assert command.ask_id == "ask-mail"
        assert command.by == "anna"
        assert command.digest == world.story.asks["ask-mail"].digest
        assert command.looked_ms >= 4000
        assert "You approved this. It takes effect in 10 s." in view.desk.state_bar.text

    world.run(story())


def test_a_double_press_approves_once_and_does_not_release_the_hold(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        tap(world, "a")
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        tap(world, "a")
        await world.until(lambda: not world.busy)
        assert len(sent(world, c.Approve)) == 1
        assert sent(world, c.ReleaseHold) == []

    world.run(story())


def test_a_second_press_after_the_guard_lets_a_reversible_one_act_at_once(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        world.pass_time(0.7)
        tap(world, "a")
        await settled(world, view, AskState.CLOSED)
        assert len(sent(world, c.ReleaseHold)) == 1

    world.run(story())


def test_presses_within_600_ms_of_choosing_another_ask_do_nothing(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        view.open_item("ask-ticket")
        await card_shows(world, view, "ask-ticket")
        await world.until(lambda: view.desk.card.evidence.has_seen_end)
        world.pass_time(0.5)
        tap(world, "a")
        tap(world, "r")
        assert sent(world, c.Approve) == []
        assert not view.desk.in_overlay
        world.pass_time(0.2)
        tap(world, "a")
        await settled(world, view, AskState.HELD)

    world.run(story())


def test_clicks_within_the_guard_do_nothing_either(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        view.desk.guard.deafen()
        QTest.mouseClick(view.desk.bar.approve, Qt.MouseButton.LeftButton)
        await world.until(lambda: not world.busy)
        assert sent(world, c.Approve) == []

    world.run(story())


def test_a_key_held_down_by_auto_repeat_approves_nothing(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        for _ in range(20):
            down(world, Qt.Key.Key_A, "a", repeat=True)
        await world.until(lambda: not world.busy)
        assert sent(world, c.Approve) == []
        assert view.desk.blocked() is Blocked.READY

    world.run(story())


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_never_approves_wherever_the_keyboard_is(world: WindowWorld, key: Qt.Key) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        for place in (view.pane.list, view.desk.bar.approve, view.desk.card.evidence.exact, view.desk.bar.reject):
            place.setFocus()
            down(world, key)
            up(world, key)
        await world.until(lambda: not world.busy)
        assert sent(world, c.Approve) == []

    world.run(story())


def test_what_cannot_be_undone_needs_its_ticks_and_a_whole_second_of_holding(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        approve = view.desk.bar.approve
        tap(world, "a")
        assert view.desk.blocked() is Blocked.CHECKS
        assert QApplication.focusWidget() is view.desk.card.checks.boxes[0], "Approve leads to the first open check"
        for box in view.desk.card.checks.boxes:
            box.setChecked(True)
        assert view.desk.blocked() is Blocked.READY
        assert approve.hold_ms == 1000
        down(world, Qt.Key.Key_A, "a")
        world.seconds += 0.9
        up(world, Qt.Key.Key_A, "a")
        assert sent(world, c.Approve) == []
        down(world, Qt.Key.Key_A, "a")
        world.seconds += 1.1
        await world.until(lambda: sent(world, c.Approve), "the hold is over")
        up(world, Qt.Key.Key_A, "a")
        await settled(world, view, AskState.HELD)
        (command,) = sent(world, c.Approve)
        assert isinstance(command, c.Approve)
        assert command.ticked == (0, 1)
        world.pass_time(0.7)
        tap(world, "a")
        assert sent(world, c.ReleaseHold) == [], "what can't be undone is held to the end"

    world.run(story())


def test_a_wide_action_is_live_only_after_one_and_a_half_seconds_on_screen(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-prices")
        assert view.desk.blocked() is Blocked.TOO_SOON
        tap(world, "a")
        assert sent(world, c.Approve) == []
        world.pass_time(0.6)
        view.desk.tick()
        assert view.desk.blocked() is Blocked.READY

    world.run(story())


def test_nothing_is_approved_before_the_end_of_the_text_was_on_screen(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        long = "\n".join(f"line {number}" for number in range(400))
        values = {"to": ["anna@example.org"], "subject": "x", "body": long}
        world.story.change_arguments("ask-mail", dict(values))
        await world.until(lambda: view.desk.blocked() is Blocked.CHANGED)
        view.desk.look_again()
        await world.until(lambda: not world.busy)
        world.pass_time(1.0)
        assert view.desk.blocked() is Blocked.UNREAD
        tap(world, "a")
        await world.until(lambda: view.desk.card.evidence.has_seen_end, "pressing Approve leads to the end of the text")
        assert sent(world, c.Approve) == []
        await world.until(lambda: view.desk.blocked() is Blocked.READY)

    world.run(story())


# -- what others do --------------------------------------------------------------------------------------------------
def test_arguments_that_change_while_the_card_is_open_lock_it(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        world.story.change_arguments("ask-mail", {"to": ["x@evil.example"], "subject": "x", "body": "y"})
        await world.until(lambda: view.desk.blocked() is Blocked.CHANGED, "the card is locked")
        assert "This request changed. Look again." in view.desk.state_bar.text
        assert "x@evil.example" not in view.desk.card.evidence.exact.text()
        tap(world, "a")
        await world.until(lambda: not world.busy)
        assert sent(world, c.Approve) == []
        QTest.mouseClick(view.desk.state_bar.banner.button, Qt.MouseButton.LeftButton)
        await world.until(lambda: "x@evil.example" in view.desk.card.evidence.exact.text(), "the new version is shown")

    world.run(story())


def test_a_decision_of_somebody_else_is_named_with_its_time(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        world.story.decide_elsewhere("ask-mail", "maria")
        await settled(world, view, AskState.HELD)
        assert view.desk.state_bar.text == "Maria Sand approved this 0 s ago."
        world.pass_time(3.0)
        view.desk.tick()
        assert view.desk.state_bar.text == "Maria Sand approved this 3 s ago."
        assert view.desk.bar.reject.locked

    world.run(story())


def test_an_expired_ask_says_so_and_is_not_called_rejected(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        world.pass_time(12 * 60)
        await settled(world, view, AskState.CLOSED)
        assert "Nobody answered in time." in view.desk.state_bar.text
        assert "reject" not in view.desk.state_bar.text.casefold()
        assert sent(world, c.Reject) == []

    world.run(story())


def test_a_new_urgent_ask_never_moves_the_selection(world: WindowWorld) -> None:
    async def story() -> None:
        from msgspec.structs import replace

        view = await opened(world, "ask-ticket")
        first = world.story.asks["ask-refund"]
        new = replace(first, row=replace(first.row, ask_id="ask-new", title="Refund order 7", expires=NOW + 60_000_000))
        world.story.raise_ask(new)
        await world.until(lambda: view.pane.model.row_of("ask-new") == 1, "it stands on top")
        current = view.pane.list.currentIndex().row()
        assert current == view.pane.model.row_of("ask-ticket")
        assert view.desk.detail is not None
        assert view.desk.detail.row.ask_id == "ask-ticket"

    world.run(story())


def test_the_card_stays_where_it_was_when_its_ask_is_over(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        world.pass_time(11)
        await settled(world, view, AskState.CLOSED)
        assert view.pane.selected == "ask-mail"
        assert view.pane.model.row_of("ask-mail") == -1
        tap(world, "j")
        await card_shows(world, view, "ask-ticket")

    world.run(story())


def test_a_silent_writer_switches_every_decision_off_and_back_on(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        assert world.window is not None
        world.story.silent = True
        world.window.heartbeat.ask_now()
        await world.until(lambda: view.stale_since, "the view knows")
        assert view.desk.blocked() is Blocked.STALE
        for button in view.desk.bar.buttons:
            assert button.locked
        tap(world, "a")
        tap(world, "r")
        assert world.story.performed == []
        assert not view.desk.in_overlay
        world.story.silent = False
        world.window.heartbeat.ask_now()
        await world.until(lambda: not view.stale_since)
        await world.until(lambda: view.desk.blocked() is Blocked.READY)

    world.run(story())


def test_a_broken_chain_switches_approvals_off(world: WindowWorld) -> None:
    async def story() -> None:
        world.story.chain_broken = "Record 17 was changed."
        view = await opened(world, "ask-mail")
        assert view.desk.blocked() is Blocked.CHAIN
        assert world.window is not None
        assert world.window.chain_banner.isVisible()
        tap(world, "a")
        assert sent(world, c.Approve) == []

    world.run(story())


# -- taking back, rejecting, editing -----------------------------------------------------------------------------------
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
        page.raw.setPlainText('{"to": ["anna@example.org"], "subject": "Your order", "body": "Short"}')
        await world.until(lambda: not page.use.locked, "it can be shown")
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
        await world.until(lambda: not world.busy)

    world.run(story())


# -- the look of it --------------------------------------------------------------------------------------------------
def test_no_button_is_a_default_and_the_four_have_one_size_and_place(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        assert world.window is not None
        for button in world.window.findChildren(QPushButton):
            assert not button.isDefault()
            assert not button.autoDefault()
        bar = view.desk.bar
        sizes = {(button.width(), button.height()) for button in bar.buttons}
        assert len(sizes) == 1
        before = [(button.mapTo(view, QPoint(0, 0)), button.text()) for button in bar.buttons]
        for box in view.desk.card.checks.boxes:
            box.setChecked(True)
        view.open_item("ask-mail")
        await card_shows(world, view, "ask-mail")
        world.pass_time(1)
        await world.until(lambda: view.desk.blocked() is Blocked.READY)
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        assert [(button.mapTo(view, QPoint(0, 0)), button.text()) for button in bar.buttons] == before

    world.run(story())


def test_what_an_agent_writes_is_shown_letter_by_letter(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-ticket")
        assert view.desk.card.words.text.text() == "<b>These are old</b>"
        for label in view.findChildren(QLabel):
            assert label.textFormat() == Qt.TextFormat.PlainText, label.text()
        assert view.findChildren(QTextEdit) == []

    world.run(story())


def test_every_interactive_widget_has_a_name(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        tap(world, "r")
        assert world.window is not None
        for widget in world.window.findChildren(QWidget):
            if not widget.isVisible() or widget.objectName().startswith("qt_"):
                continue
            focusable = widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            if focusable or isinstance(widget, QAbstractButton | QLineEdit | ExactText):
                assert widget.accessibleName(), f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        sentence = view.pane.model.data(view.pane.model.index(1), Qt.ItemDataRole.AccessibleTextRole)
        assert sentence == (
            "Priority 1, Act now, Refund order 1042, $84.00, agent refunds, tool payments.refund, waiting 2 min 15 s, "
            "1 payment, $84.00, not reversible, 11 min left"
        )

    world.run(story())


def test_tab_goes_from_list_to_evidence_to_checks_to_buttons(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        view.pane.list.setFocus()
        seen: list[QWidget] = []
        focus: QWidget = view.pane.list
        for _ in range(30):
            QTest.keyClick(focus, Qt.Key.Key_Tab)
            moved = QApplication.focusWidget()
            assert isinstance(moved, QWidget)
            focus = moved
            seen.append(focus)
        desk = view.desk
        order = [
            next(at for at, widget in enumerate(seen) if widget is wanted or wanted.isAncestorOf(widget))
            for wanted in (
                desk.card.evidence.tabs,
                desk.card.evidence.exact,
                desk.card.checks.boxes[0],
                desk.bar.approve,
                desk.bar.reject,
            )
        ]
        assert order == sorted(order)

    world.run(story())
