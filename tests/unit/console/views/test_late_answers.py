"""What comes late belongs to what it was asked for: it takes no other request from the card and unlocks none."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.views.approvals.known_ask import KnownAsk
from console.views.approvals.readiness import Blocked
from console.views.approvals_view import ApprovalsView
from runtime.domain import commands as c
from runtime.domain import queue_commands as q
from runtime.domain.changes import Done
from runtime.domain.commands import Command
from runtime.domain.ids import AskId
from runtime.domain.refusals import Refusal
from runtime.domain.words import AskState
from runtime.projections.rows import AskRow
from tests.fixtures.approvals_screen import card_shows, opened, sent, tap
from tests.fixtures.story_rows import NOW, story_asks
from tests.fixtures.window_world import WindowWorld
from tests.unit.console.views.test_queue_in_the_window import read_all, with_look_alikes

pytestmark = pytest.mark.window


def test_look_alikes_that_are_answered_leave_what_was_chosen_meanwhile_on_the_card(world: WindowWorld) -> None:
    async def story() -> None:
        view = await with_look_alikes(world)
        await read_all(world, view)
        world.story.gate = asyncio.Event()
        tap(world, "a")
        await world.until(lambda: sent(world, q.RuleEach), "they were sent")
        view.open_item("ask-mail")
        await world.until(lambda: view.desk.detail is not None, "another one is on the card")
        left: list[int] = []
        view._right.currentChanged.connect(left.append)
        world.story.gate.set()
        await world.until(lambda: not world.busy, "they were answered")
        assert left == [], "the card stays before the person whose keys mean it"
        assert view.pane.selected == "ask-mail"

    world.run(story())


def test_a_refusal_unlocks_no_other_request(world: WindowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    held: dict[str, asyncio.Event] = {}

    perform = world.story.perform

    async def slowly(command: Command) -> Done | Refusal:
        if not isinstance(command, c.Reject):  # that it was looked at
            return await perform(command)
        held[command.ask_id] = asyncio.Event()
        await held[command.ask_id].wait()
        return Refusal(f"Not this one: {command.ask_id}.")

    async def story() -> None:
        view = await opened(world, "ask-mail")
        monkeypatch.setattr(world.story, "perform", slowly)
        for ask_id in ("ask-mail", "ask-ticket"):
            view.open_item(ask_id)
            await world.until(lambda: view.desk.detail and view.desk.card.evidence.has_seen_end, "it was read")
            view.desk._send(c.Reject(AskId(ask_id), "anna", "No", 0))
            await world.until(partial(held.__contains__, ask_id), "it is on its way")
        held["ask-mail"].set()
        await world.until(lambda: world.tasks.names.count("command Reject") == 1, "the first was refused")
        assert view.desk.blocked() is Blocked.SENT
        held["ask-ticket"].set()
        await world.until(lambda: not world.busy, "so was the second")
        assert view.desk.is_open, "and can be decided anew"

    world.run(story())


def test_a_request_that_changed_while_approve_looked_once_more_can_be_decided_anew(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        held = world.story.held_previews["ask-mail"] = asyncio.Event()
        tap(world, "a")
        assert view.desk.blocked() is Blocked.LOOKING
        world.story.change_arguments("ask-mail", {"to": ["x@example.org"], "subject": "x", "body": "y"})
        await world.until(lambda: view.desk.blocked() is Blocked.CHANGED, "the card is locked")
        QTest.mouseClick(view.desk.state_bar.banner.button, Qt.MouseButton.LeftButton)
        held.set()
        await world.until(lambda: "x@example.org" in view.desk.card.evidence.exact.text(), "the new version is shown")
        await world.until(lambda: view.desk.card.evidence.has_seen_end and not world.busy, "and read")
        assert sent(world, c.Approve) == []
        assert view.desk.blocked() is Blocked.READY

    world.run(story())


def test_what_became_of_a_request_while_an_edited_version_was_on_its_way_is_known_when_it_comes(
    world: WindowWorld,
) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        held = world.story.held_previews["ask-mail"] = asyncio.Event()
        view.desk._use_edit('{"body":"Short","subject":"x","to":["anna@example.org"]}')
        world.story.change_arguments("ask-mail", {"to": ["x@example.org"], "subject": "x", "body": "y"})
        await world.until(lambda: view.desk.blocked() is Blocked.CHANGED, "the card is locked")
        held.set()
        await world.until(lambda: view.desk.edited is not None and not world.busy, "the edited version is there")
        assert view.desk.blocked() is Blocked.CHANGED, "it is an edit of what the agent no longer asks for"
        assert "This request changed. Look again." in view.desk.state_bar.text

    world.run(story())


def test_a_preview_that_takes_its_time_keeps_back_no_list(world: WindowWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        view = await opened(world, "ask-mail")
        monkeypatch.setattr("console.views.approvals.asked_preview._AT_ONCE_S", 3600)
        held = world.story.held_previews["ask-ticket"] = asyncio.Event()
        view.open_item("ask-ticket")
        world.story.decide_elsewhere("ask-ticket", "maria")
        await world.until(lambda: row_of(view, "ask-ticket").state is AskState.HELD, "the list follows")
        first = world.story.asks["ask-refund"]
        world.story.raise_ask(replace(first, row=replace(first.row, ask_id="ask-new", title="Refund order 7")))
        await world.until(lambda: view.pane.model.row_of("ask-new") >= 0, "and goes on")
        assert view.desk.detail is None
        held.set()
        await card_shows(world, view, "ask-ticket")
        assert view.desk.blocked() is Blocked.HELD

    world.run(story())


def test_a_version_that_arrives_is_shown_as_the_request_stands_by_then() -> None:
    asked, other = story_asks(NOW)[:2]
    decided = replace(asked, row=replace(asked.row, state=AskState.HELD))
    known = KnownAsk()
    assert known.beside(asked) == (asked, None)
    assert known.hear(asked), "nothing is on its way"
    assert not known.hear(decided)
    assert known.beside(asked) == (decided, None)
    assert known.beside(other) == (other, decided), "it has become something else"
    known.forget()
    assert known.hear(other)


def row_of(view: ApprovalsView, ask_id: str) -> AskRow:
    return next(row for row in view.pane._asks if row.ask_id == ask_id)
