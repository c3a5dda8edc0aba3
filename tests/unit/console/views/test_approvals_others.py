"""What the Approvals screen shows when somebody else, the clock or the journal was quicker than the person."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.views.approvals.readiness import Blocked
from console.widgets.plain_label import PlainLabel
from runtime.domain import commands as c
from runtime.domain.action import Action
from runtime.domain.words import AskState
from runtime.projections.rows import AskedBefore
from runtime.tools.contract import Preview, PreviewKind
from tests.fixtures.approvals_screen import card_shows, opened, sent, settled, tap
from tests.fixtures.story_rows import NOW
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


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


THERE = Preview(PreviewKind.TEXT, "Mail to 2 people", "One of them has left.")


def test_a_world_that_changed_since_the_card_was_opened_locks_it_when_approve_is_pressed(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        world.story.previews["ask-mail"] = THERE
        tap(world, "a")
        await world.until(lambda: view.desk.blocked() is Blocked.WORLD, "the card is locked")
        await world.until(lambda: not world.busy)
        assert sent(world, c.Approve) == []
        assert "What it would do changed. Look again." in view.desk.state_bar.text
        QTest.mouseClick(view.desk.state_bar.banner.button, Qt.MouseButton.LeftButton)
        await world.until(lambda: view.desk.blocked() is not Blocked.WORLD, "the new preview is shown")
        await world.until(lambda: view.desk.card.evidence.has_seen_end)
        world.pass_time(1)
        tap(world, "a")
        await settled(world, view, AskState.HELD)

    world.run(story())


def test_a_card_that_stays_open_notices_by_itself_that_the_world_changed(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        world.story.previews["ask-mail"] = THERE
        world.pass_time(11)
        view.desk.tick()
        await world.until(lambda: view.desk.blocked() is Blocked.WORLD, "the card is locked")

    world.run(story())


def test_a_repeated_request_begins_with_what_differs_from_last_time(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        assert not view.desk.card.known.isVisible()
        ask = world.story.asks["ask-mail"]
        last = AskedBefore(Action("mail.send", '{"subject":"Old"}'), "rejected", "Maria Sand", NOW - 120_000_000)
        world.story.asks["ask-mail"] = replace(ask, before=last)
        view.open_item("ask-ticket")
        await card_shows(world, view, "ask-ticket")
        view.open_item("ask-mail")
        await card_shows(world, view, "ask-mail")
        said = view.desk.card.known.text.text()
        assert said.startswith("Differs from last time: ")
        assert "That was rejected by Maria Sand" in said

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
        bar, header = view.desk.bar, view.desk.card.header
        for button in (*bar.buttons, bar.shelve, bar.hand_over):
            assert button.locked == "Off until the journal answers"
        grey = world.context.theme.color("text3")
        labels = [header.title, header.expires, *header.facts.findChildren(PlainLabel)]
        assert [one.palette().windowText().color() for one in labels] == [grey] * len(labels), "values turn grey"
        assert not {"approvals.edit", "approvals.reject", "approvals.first_check"} & set(view.keys())
        tap(world, "a")
        tap(world, "r")
        assert world.story.performed == []
        assert not view.desk.in_overlay
        world.story.silent = False
        world.window.heartbeat.ask_now()
        await world.until(lambda: not view.stale_since)
        await world.until(lambda: view.desk.blocked() is Blocked.READY)
        assert header.title.palette().windowText().color() == world.context.theme.color("text")
        assert not bar.shelve.locked + bar.hand_over.locked
        assert {"approvals.edit"} <= set(view.keys())

    world.run(story())


def test_until_the_chosen_request_is_there_the_one_before_is_grey_and_nothing_can_be_done(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        bar, title = view.desk.bar, view.desk.card.header.title
        view.open_item("ask-ticket")  # nothing was read yet: that takes a turn of the loop
        for button in (*bar.buttons, bar.shelve, bar.hand_over):
            assert button.locked == "Loading"
        assert bar.note.text() == "Loading"
        assert title.palette().windowText().color() == world.context.theme.color("text3")
        await card_shows(world, view, "ask-ticket")
        assert title.palette().windowText().color() == world.context.theme.color("text")
        assert not bar.reject.locked

    world.run(story())


def test_a_broken_chain_switches_approvals_off_and_offers_the_log_in_a_file(
    world: WindowWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        world.story.chain_broken = "Record 17 was changed."
        view = await opened(world, "ask-mail")
        assert view.desk.blocked() is Blocked.CHAIN
        assert world.window is not None
        assert world.window.truth.chain.isVisible()
        tap(world, "a")
        assert sent(world, c.Approve) == []
        wrote: list[Path] = []

        async def chosen(_parent: object, _title: str, name: str, _kinds: object) -> Path:
            wrote.append(world.tmp / f"{name}.jsonl")
            return wrote[0]

        monkeypatch.setattr("console.dialogs.export_dialog.file_to_write", chosen)
        export = world.window.truth.export
        assert export.text() == "Export the log"
        export.setFocus()
        QTest.keyClick(export, Qt.Key.Key_Space)
        await world.until(lambda: wrote and not world.busy, "the log is written")
        assert wrote[0].is_file()

    world.run(story())
