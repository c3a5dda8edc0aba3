"""The sample of what ran without asking, under a person's hands: offered where nothing waits, said with one key."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel

from console.change_set import ChangeSet
from console.dialogs.queue_dialogs import ALONE, ChoiceDialog
from console.dialogs.settings.rules_page import RulesPage
from console.dialogs.settings_dialog import SettingsDialog
from console.views.approvals_view import ApprovalsView
from console.views.table import APPROVALS, RUNS
from runtime.domain.events.effects import ActionReviewed
from runtime.domain.ids import CallId, RunId
from runtime.domain.queue_commands import ReviewAction
from tests.fixtures.approvals_screen import down, opened, sent, tap, up
from tests.fixtures.story_sample import story_sample
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


async def offered(world: WindowWorld) -> ApprovalsView:
    """Nothing waits, and three actions are in the sample."""
    world.story.asks.clear()
    world.story.queue.sample = story_sample(world.story.clock)
    window = await world.show()
    window.show_view(APPROVALS)
    view = window.view(APPROVALS)
    assert isinstance(view, ApprovalsView)
    await world.until(lambda: window.isActiveWindow() and view.can_review and not world.busy, "the sample is offered")
    return view


async def on_the_card(world: WindowWorld, view: ApprovalsView, call_id: str) -> None:
    await world.until(lambda: view.review.action and view.review.action.call_id == call_id, f"{call_id} is on the card")
    await world.until(lambda: not world.busy)
    world.pass_time(1.0)


def dialog_of() -> ChoiceDialog:
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, ChoiceDialog) and one.isVisible())


def test_what_ran_without_asking_is_reviewed_with_one_key_each(world: WindowWorld) -> None:
    async def story() -> None:
        view = await offered(world)
        assert (view.empty.button.text(), view.empty.fleet.text()) == ("Review 3 allowed actions", "Open fleet")
        footer = view.keys()
        assert "approvals.review" in footer
        tap(world, "v")
        await on_the_card(world, view, "1.1")
        card = view.review
        assert [fact.headline for fact in card.facts.facts] == [
            "orders", "Nothing to undo", "refunds-reads", "It was done",
        ]  # fmt: skip
        assert card.exact.text() == card.action.action.arguments  # type: ignore[union-attr]
        tap(world, "f")
        tap(world, "f")
        await on_the_card(world, view, "2.1")
        tap(world, "s")
        dialog = dialog_of()
        assert dialog.act.locked, "why has to be said"
        dialog.choices[ALONE].setChecked(True)
        dialog.line.setText("Customers read these notes")
        dialog.send()
        await on_the_card(world, view, "3.1")
        assert [(one.call_id, one.fine, one.why) for one in sent(world, ReviewAction)] == [  # type: ignore[attr-defined]
            ("1.1", True, ""),
            ("2.1", False, "Customers read these notes"),
        ]
        down(world, Qt.Key.Key_Escape)
        up(world, Qt.Key.Key_Escape)
        await world.until(lambda: view.can_review and not world.busy, "the rest is offered again")
        assert view.empty.button.text() == "Review 1 allowed action"
        view.empty.button.click()
        await on_the_card(world, view, "3.1")
        tap(world, "f")
        await world.until(lambda: view.empty.isVisible() and not world.busy, "that was all")
        assert not view.can_review
        assert not view.empty.button.isVisible()
        world.window.context.actions.press("review")  # type: ignore[union-attr]
        await world.until(lambda: "Nothing is left to review" in " ".join(world.window.toasts.texts), "told")  # type: ignore[union-attr]

    world.run(story())


def test_a_key_just_after_the_card_came_and_one_while_the_journal_is_silent_say_nothing(world: WindowWorld) -> None:
    async def story() -> None:
        view = await offered(world)
        tap(world, "v")
        await world.until(lambda: view.review.action and not world.busy, "an action is on the card")
        assert view.review.guard.is_deaf
        tap(world, "f")
        tap(world, "s")
        await world.until(lambda: not world.busy, "nothing was begun")
        assert sent(world, ReviewAction) == []
        world.pass_time(1.0)
        view.set_stale(world.story.clock)
        tap(world, "f")
        tap(world, "s")
        await world.until(lambda: not world.busy, "nothing was begun")
        assert sent(world, ReviewAction) == []
        assert not any(isinstance(one, ChoiceDialog) and one.isVisible() for one in QApplication.topLevelWidgets())
        view.set_stale(0)
        tap(world, "f")
        await world.until(lambda: sent(world, ReviewAction), "it answers again")

    world.run(story())


def test_what_should_have_been_asked_leads_to_its_rule(world: WindowWorld) -> None:
    async def story() -> None:
        view = await offered(world)
        rule = world.story.policy.rules[2].rule_id
        sample = world.story.queue.sample
        world.story.queue.sample = [replace(sample[1], rule=f"rule {rule}"), *sample[2:]]
        tap(world, "v")
        await on_the_card(world, view, "2.1")
        tap(world, "s")
        dialog_of().line.setText("Customers read these notes")
        dialog_of().send()

        def page() -> RulesPage | None:
            found = [
                one for one in QApplication.topLevelWidgets() if isinstance(one, SettingsDialog) and one.isVisible()
            ]
            shown = found[0].current if found else None
            return shown if isinstance(shown, RulesPage) and shown.is_ready else None

        await world.until(lambda: page() and not world.busy, "the rules are open")
        rules = page()
        assert rules is not None
        assert rules.rules.table.chosen_row() == 2
        rules.window().reject()  # type: ignore[attr-defined]
        assert view.review.action is not None, "the review goes on behind it"

    world.run(story())


def test_somebody_else_was_first_and_a_request_chosen_meanwhile_leaves_the_rest(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        world.story.queue.sample = story_sample(world.story.clock)
        assert not view.can_review, "something waits"
        world.window.show_view(RUNS)  # type: ignore[union-attr]
        world.window.context.actions.press("review")  # type: ignore[union-attr]
        await on_the_card(world, view, "1.1")
        assert world.window.current == APPROVALS  # type: ignore[union-attr]
        world.story.queue.sample = world.story.queue.sample[1:]
        tap(world, "f")
        await on_the_card(world, view, "2.1")
        assert any("reviewed this action already" in text for text in world.window.toasts.texts)  # type: ignore[union-attr]
        view.pane.select("ask-mail")
        assert view.review.action is None
        await world.until(lambda: view.desk.isVisible() and not world.busy, "the request is on the card")
        assert len(world.story.queue.sample) == 2

    world.run(story())


def test_nothing_is_said_while_the_journal_is_silent(world: WindowWorld) -> None:
    async def story() -> None:
        view = await offered(world)
        view.begin_review()
        await on_the_card(world, view, "1.1")
        view.set_stale(world.story.clock)
        tap(world, "f")
        assert view.review.bar.fine.locked == "Off until the journal answers"
        view.set_stale(0)
        tap(world, "f")
        await on_the_card(world, view, "2.1")
        assert len(sent(world, ReviewAction)) == 1

    world.run(story())


def test_the_offer_does_not_change_under_a_persons_hand(world: WindowWorld) -> None:
    async def story() -> None:
        view = await offered(world)
        world.story.queue.sample = world.story.queue.sample[1:]
        reviewed = ActionReviewed(RunId("run-1"), CallId("1.1"), "maria", True)
        world.story.publish("run:run-1", "maria", reviewed)
        assert world.window is not None
        world.window.touch(ChangeSet(runs=frozenset({"run-1"})))
        await world.until(lambda: not world.busy)
        assert view.empty.button.text() == "Review 3 allowed actions"
        world.window.touch(ChangeSet(everything=True))
        await world.until(lambda: view.empty.button.text() == "Review 2 allowed actions", "read again")

    world.run(story())


def test_what_comes_into_the_sample_while_one_looks_has_its_key_and_moves_no_button(world: WindowWorld) -> None:
    async def story() -> None:
        view = await offered(world)
        drawn, world.story.queue.sample = world.story.queue.sample, []
        assert world.window is not None
        world.window.touch(ChangeSet(everything=True))
        await world.until(lambda: not view.can_review and not world.busy, "nothing is left")
        assert not view.empty.button.isVisible()
        before = view.empty.fleet.geometry()
        world.story.queue.sample = drawn[:1]
        world.window.touch(ChangeSet(runs=frozenset({"run-1"})))
        await world.until(lambda: view.can_review and not world.busy, "its key is there")
        footer = view.keys()
        assert "approvals.review" in footer
        assert not view.empty.button.isVisible()
        said = [label.text() for label in view.empty.findChildren(QLabel) if label.isVisible()]
        assert "1 allowed action can be reviewed, see the keys below." in said
        QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        assert view.empty.fleet.geometry() == before
        tap(world, "v")
        await on_the_card(world, view, "1.1")
        down(world, Qt.Key.Key_Escape)
        up(world, Qt.Key.Key_Escape)
        await world.until(lambda: view.empty.button.isVisible() and not world.busy, "who comes back sees the button")

    world.run(story())
