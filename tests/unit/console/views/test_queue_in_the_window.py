"""The queue under a person's hands: look-alikes, the shelf, hand-over, first looks, duty, floods and the week."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.change_set import ChangeSet
from console.dialogs.numbers_dialog import NumbersDialog
from console.dialogs.queue_dialogs import ChoiceDialog
from console.presence import AWAY_AFTER_S
from console.presenters.times import clock_time
from console.views.approvals_view import ApprovalsView
from console.views.table import APPROVALS
from runtime.domain import queue_commands as q
from runtime.domain.words import AskState, EffectKind, Tier
from tests.fixtures.approvals_screen import card_shows, opened, sent, tap
from tests.fixtures.story_rows import story_asks
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


async def with_look_alikes(world: WindowWorld, count: int = 3, *, still: bool = True) -> ApprovalsView:
    """So many requests to write files, alike and reversible, beside the story's own. ``still``: until all is shown."""
    mail = next(ask for ask in story_asks(world.story.clock) if ask.row.ask_id == "ask-mail")
    for at in range(count):
        name = f"alike-{at}"
        row = replace(
            mail.row,
            ask_id=name,
            title=f"Write {name}",
            tool="files.write",
            rule="ask-writes",
            same=name,
            effect=EffectKind.REVERSIBLE,
            tier=Tier.SMALL,
            priority=3,
        )
        action = replace(mail.action, tool="files.write", arguments=f'{{"content":"{at}","path":"{name}.md"}}')
        world.story.raise_ask(replace(mail, row=row, action=action, digest=f"{at}" * 64))
    window = await world.show()
    view = window.view(APPROVALS)
    assert isinstance(view, ApprovalsView)
    await world.until(window.isActiveWindow)
    await world.until(lambda: not world.busy)
    view.pane.select("group:alike-0")
    await world.until(lambda: len(view.group.items) == count, "the group is on its card")
    await world.until(lambda: not still or not world.busy)
    return view


def looks(world: WindowWorld) -> list[str]:
    return [str(one.ask_id) for one in world.story.queue.noticed if isinstance(one, q.SeeAsk)]


async def read_all(world: WindowWorld, view: ApprovalsView) -> None:
    for _ in view.group.items:
        view.group.show_first_unread()
        await world.until(lambda: not world.busy)
    await world.until(lambda: all(item.read for item in view.group.items), "every item was read to its end")
    world.pass_time(2.0)
    view.group.update_actions()


def test_look_alikes_stand_on_one_card_and_each_is_bound_to_its_own_digest(world: WindowWorld) -> None:
    async def story() -> None:
        view = await with_look_alikes(world)
        assert [item.exact.text() for item in view.group.items] == [
            world.story.asks[f"alike-{at}"].action.arguments for at in range(3)
        ]
        assert looks(world) == [], "they were not there for a second"
        await read_all(world, view)
        view.group.update_actions()
        await world.until(lambda: not world.busy)
        assert sorted(looks(world)) == ["alike-0", "alike-1", "alike-2"], "one that runs out now was seen"
        assert view.group.blocked() == ""
        tap(world, "a")
        await world.until(lambda: sent(world, q.RuleEach), "they were ruled")
        (command,) = sent(world, q.RuleEach)
        assert isinstance(command, q.RuleEach)
        assert command.items == tuple((f"alike-{at}", f"{at}" * 64) for at in range(3))
        assert command.looked_ms >= 2000
        await world.until(lambda: not world.busy)

    world.run(story())


def test_what_was_decided_or_changed_elsewhere_is_left_out_and_says_so(world: WindowWorld) -> None:
    async def story() -> None:
        view = await with_look_alikes(world)
        await read_all(world, view)
        same, changed, decided = view.group.items
        world.story.change_arguments("alike-1", {"content": "other", "path": "alike-1.md"})
        world.story.decide_elsewhere("alike-2", "ben")
        await world.until(lambda: len(view.group.parts) == 1, "one is left in")
        assert changed._missing.text() == "It was changed meanwhile and is not decided here. Open it alone."
        assert decided._missing.text() == "It was decided meanwhile and is left out."
        assert [one.part.isEnabled() for one in (same, changed, decided)] == [True, False, False]
        assert view.group.parts == [same]
        await world.until(lambda: not world.busy)

    world.run(story())


def test_what_was_left_out_is_not_ruled_and_nothing_is_left_in_unread(world: WindowWorld) -> None:
    async def story() -> None:
        view = await with_look_alikes(world, 8)
        assert "of 8" in view.group.blocked()
        view.group.guard._until = 0.0
        view.group.approve_each()
        assert sent(world, q.RuleEach) == []
        view.group.items[1].part.setChecked(False)
        for item in view.group.items[2:]:
            item.part.setChecked(False)
        view.group.show_first_unread()
        await world.until(lambda: view.group.items[0].read, "the one that is left in was read")
        world.pass_time(2.0)
        view.group.approve_each()
        await world.until(lambda: sent(world, q.RuleEach))
        (command,) = sent(world, q.RuleEach)
        assert isinstance(command, q.RuleEach)
        assert [ask_id for ask_id, _ in command.items] == ["alike-0"]
        await world.until(lambda: not world.busy)

    world.run(story())


def test_one_can_be_pulled_out_and_gets_its_own_card(world: WindowWorld) -> None:
    async def story() -> None:
        view = await with_look_alikes(world, 4)
        view.group.items[2].alone.activated.emit()
        await card_shows(world, view, "alike-2")
        assert view.group.group is None
        assert view.pane.group_of("group:alike-0") is not None
        assert view.pane.model.row_of("alike-2") >= 0

    world.run(story())


def dialog_of() -> ChoiceDialog:
    return next(one for one in QApplication.topLevelWidgets() if isinstance(one, ChoiceDialog) and one.isVisible())


def test_h_shelves_with_a_reason_and_the_request_stands_under_shelved(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        tap(world, "h")
        dialog = dialog_of()
        assert dialog.act.locked
        dialog.line.setText("after the call")
        dialog.send()
        await world.until(lambda: sent(world, q.ShelveAsk))
        (command,) = sent(world, q.ShelveAsk)
        assert isinstance(command, q.ShelveAsk)
        assert (command.ask_id, command.reason) == ("ask-mail", "after the call")
        await world.until(lambda: not world.busy)
        assert view.pane.tabs.segment("shelved").text() == "Shelved 1"
        view.pane.tabs.set_current("shelved")
        view.pane.tabs.chosen.emit("shelved")
        assert view.pane.model.ask_ids() == ["ask-mail"]

    world.run(story())


def test_priority_1_is_not_shelved_and_its_button_says_so(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world)  # a refund, which cannot be undone
        button = view.desk.bar.shelve
        assert "Priority 1 is not shelved" in button.locked
        tap(world, "h")
        assert world.window is not None
        assert world.window.toasts.texts == []
        button.click()
        assert "Priority 1 is not shelved" in world.window.toasts.texts[0]
        world.window.toasts.close_newest()
        view.open_item("ask-mail")
        await card_shows(world, view, "ask-mail")
        assert button.locked == ""

    world.run(story())


def test_buttons_of_the_header_stay_where_they_are_when_the_card_must_scroll(world: WindowWorld) -> None:
    async def places(view: ApprovalsView, height: int, scrolls: bool) -> list[int]:
        card = view.desk.card
        assert world.window is not None
        world.window.resize(1440, height)
        await world.until(lambda: card.verticalScrollBar().isVisible() is scrolls, "the window has its height")
        QApplication.sendPostedEvents()
        return [card.header.open_run.mapTo(card, QPoint()).x()]

    async def story() -> None:
        view = await opened(world)
        assert await places(view, 1400, False) == await places(view, 700, True)

    world.run(story())


def test_m_hands_over_with_a_note_and_mine_lists_what_i_hold(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        tap(world, "m")
        dialog = dialog_of()
        dialog.choices["maria"].setChecked(True)
        dialog.line.setText("Yours?")
        dialog.send()
        await world.until(lambda: sent(world, q.HandOver))
        assert sent(world, q.HandOver) == [q.HandOver("ask-mail", "anna", "maria", "Yours?")]  # type: ignore[arg-type]
        await world.until(lambda: not world.busy)
        assert view.pane.tabs.segment("mine").text() == "Mine 0"
        world.operator = "maria"
        view.pane.tabs.set_current("mine")
        view.pane.tabs.chosen.emit("mine")
        assert view.pane.model.ask_ids() == ["ask-mail"]

    world.run(story())


def test_harm_found_later_is_marked_on_the_card_told_to_whoever_approved_it_and_can_be_taken_back(
    world: WindowWorld,
) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        banner = view.desk.state_bar.banner
        tap(world, "a")
        await world.until(lambda: view.desk.detail and view.desk.detail.row.state is AskState.HELD, "it is held")
        assert not banner.button.isVisibleTo(banner), "what does not act yet is taken back instead"
        world.story.close_ask("ask-mail")
        await world.until(lambda: banner.button.isVisibleTo(banner), "it was done")
        assert view.desk.bar.hand_over.locked == view.desk.bar.shelve.locked == "Already answered"
        banner.button.click()
        view.desk.stale = True
        world.pass_time(1.0)
        banner.button.click()
        assert not [one for one in QApplication.topLevelWidgets() if isinstance(one, ChoiceDialog) and one.isVisible()]
        view.desk.stale = False
        world.operator = "maria"
        banner.button.click()
        dialog = dialog_of()
        assert dialog.act.locked, "harm has to be named"
        dialog.line.setText("It went to the wrong list")
        dialog.send()
        await world.until(lambda: "Found harmful by Maria Sand: It went to" in banner.accessibleName())
        assert sent(world, q.MarkHarmful) == [q.MarkHarmful("ask-mail", "maria", "It went to the wrong list")]  # type: ignore[arg-type]
        assert world.window is not None
        toasts = world.window.toasts
        world.operator = "anna"
        world.window.touch(ChangeSet(everything=True))
        await world.until(lambda: any("What you approved was found harmful" in text for text in toasts.texts), "told")
        banner.button.click()
        await world.until(lambda: not world.busy)
        assert sent(world, q.UnmarkHarmful) == [], "the dialog has just closed"
        world.pass_time(1.0)
        banner.button.click()
        await world.until(lambda: "Found harmful" not in banner.accessibleName(), "it did no harm after all")
        assert len(sent(world, q.UnmarkHarmful)) == 1
        await world.until(lambda: not any("found harmful" in text for text in toasts.texts), "nothing of it stays")
        assert sent(world, q.ReadAfterwards) == []

    world.run(story())


def test_the_first_look_is_told_once_after_a_second_on_screen(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        view.care.tell_look()
        view.care.tell_look()
        await world.until(lambda: not world.busy)
        assert [one for one in world.story.queue.noticed if isinstance(one, q.SeeAsk)] == [
            q.SeeAsk("ask-mail", "anna")  # type: ignore[arg-type]
        ]

    world.run(story())


def comings_and_goings(world: WindowWorld) -> list[object]:
    return [one for one in world.story.queue.noticed if isinstance(one, q.NoteBack | q.NoteAway)]


def test_presence_is_told_when_it_changes_and_not_for_every_touch(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        presence = window.queue.presence
        assert [type(one) for one in comings_and_goings(world)] == [q.NoteBack]
        presence.look()
        world.pass_time(AWAY_AFTER_S + 1)
        presence.look()
        presence.look()
        await world.until(lambda: not world.busy)
        back, away = comings_and_goings(world)  # that a card was seen meanwhile is another fact
        assert isinstance(back, q.NoteBack)
        assert isinstance(away, q.NoteAway)
        assert world.story.clock - away.since >= AWAY_AFTER_S * 1_000_000

    world.run(story())


def test_who_works_in_a_dialog_of_the_window_is_there(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        window.dialogs.open_about()
        about = window.dialogs.shown["about"]
        await world.until(about.isActiveWindow, "the dialog is in front")
        world.pass_time(AWAY_AFTER_S - 1)
        QTest.keyClick(about, Qt.Key.Key_Tab)
        world.pass_time(2)
        window.queue.presence.look()
        await world.until(lambda: not world.busy)
        assert [type(one) for one in comings_and_goings(world)] == [q.NoteBack]
        about.reject()

    world.run(story())


def test_the_foot_of_the_rail_says_and_turns_duty(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        duty = window.rail.duty
        await world.until(lambda: duty.text() == "On duty")
        assert (duty.on_duty, duty.accessibleName()) == (True, "On duty. Press to go off duty.")
        duty.click()
        await world.until(lambda: duty.text().startswith("Off duty since"), "the rail says it")
        assert duty.on_duty is False
        assert duty.accessibleName().endswith("Press to go on duty.")
        assert sent(world, q.SetDuty) == [q.SetDuty("anna", False, "anna")]
        duty.setText("")  # the words are a translator's; whether there is something to press is not theirs to say
        window.rail.set_collapsed(True)
        assert not duty.isVisibleTo(window.rail)
        window.rail.set_collapsed(False)
        assert duty.isVisibleTo(window.rail)
        world.operator = "nobody"
        await window.queue.refresh()
        assert not duty.isVisibleTo(window.rail)
        window.queue.toggle_duty()
        assert len(sent(world, q.SetDuty)) == 1

    world.run(story())


def test_a_flood_is_told_once_and_priority_three_is_held_back(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        view = window.view(APPROVALS)
        assert isinstance(view, ApprovalsView)
        world.story.queue.flood(14)
        await world.until(lambda: view.pane.flood.isVisibleTo(view.pane), "the banner is shown")
        names = [view.pane.model.data(view.pane.model.index(at)) for at in range(view.pane.model.rowCount())]
        assert "Held until calm" in names
        assert window.footer.undo.text().startswith("14 asks in 10 minutes")
        began = clock_time(world.story.queue.state.flood_since)[:5]
        assert view.pane.flood.accessibleName().startswith(f"14 asks in 10 minutes at {began}")
        assert window.toasts.texts == []  # the banner says it; nothing covers the card
        world.story.queue.flood(0)
        await world.until(lambda: not view.pane.flood.isVisibleTo(view.pane))

    world.run(story())


def test_the_week_is_reached_from_the_palette_and_can_be_exported(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        assert [one.id for one in world.context.actions.search("this week", 0)] == ["week"]
        window.strip.asks.pressed.emit()
        await world.until(lambda: window.findChildren(NumbersDialog), "the week is open")
        (dialog,) = window.findChildren(NumbersDialog)
        assert "Busiest 10 min,7" in dialog.csv()
        dialog.accept()

    world.run(story())


def test_half_an_hour_of_many_decisions_gives_a_quiet_hint(world: WindowWorld) -> None:
    async def story() -> None:
        world.story.queue.state = replace(world.story.queue.state, decided_in_30_min=40)
        window = await world.show()
        view = window.view(APPROVALS)
        assert isinstance(view, ApprovalsView)
        await world.until(lambda: view.pane.hint.isVisibleTo(view.pane))
        assert view.pane.hint.text().startswith("40 decisions in 30 min.")

    world.run(story())


def test_a_group_can_be_taken_apart_by_a_key(world: WindowWorld) -> None:
    async def story() -> None:
        view = await with_look_alikes(world, 4)
        assert world.context.actions.press("approvals.apart")
        await card_shows(world, view, "alike-0")
        assert {f"alike-{at}" for at in range(4)} <= set(view.pane.model.ask_ids())

    world.run(story())
