"""When Approve works on the Approvals screen and when it must not, and how the screen is built."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPushButton, QTextEdit, QWidget

from console.views.approvals.readiness import Blocked
from console.views.table import APPROVALS, FLEET
from console.widgets.exact_text import ExactText
from runtime.domain import commands as c
from runtime.domain.words import AskState
from tests.fixtures.approvals_screen import card_shows, down, opened, sent, settled, tap, up
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


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


def test_no_button_is_a_default_and_the_two_rulings_have_one_size_and_all_their_place(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)
        assert world.window is not None
        for button in world.window.findChildren(QPushButton):
            assert not button.isDefault()
            assert not button.autoDefault()
        bar = view.desk.bar
        assert bar.approve.size() == bar.reject.size()
        assert len({button.height() for button in bar.buttons}) == 1
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


def test_on_another_screen_nobody_looks_and_nothing_ticks(world: WindowWorld) -> None:
    async def gestures() -> None:
        view = await opened(world, "ask-refund")
        world.pass_time(2.0)
        looked = view.desk.look.seconds
        assert looked >= 2.0
        assert view.desk._tick_timer.isActive()
        assert world.window is not None
        world.window.show_view(FLEET)
        assert not view.desk._tick_timer.isActive()
        world.pass_time(30.0)
        assert view.desk.look.seconds == looked
        world.window.show_view(APPROVALS)
        assert view.desk._tick_timer.isActive()
        world.pass_time(1.0)
        assert view.desk.look.seconds == looked + 1.0

    world.run(gestures())


def test_keys_do_not_count_just_after_the_screen_came_back(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-file")
        assert world.window is not None
        world.window.show_view(FLEET)
        await world.until(lambda: not world.busy)
        world.window.show_view(APPROVALS)
        view.pane.list.setFocus()
        tap(world, "a")
        assert sent(world, c.Approve) == []
        world.pass_time(1)
        view.desk.tick()
        tap(world, "a")
        await settled(world, view, AskState.HELD)

    world.run(story())
