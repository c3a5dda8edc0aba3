"""What two people and requests over http need before Approve: all of it read, by each of them."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.dialogs.second_person_dialog import SecondPersonDialog
from console.views.approvals.evidence_tabs import PreviewPage
from console.views.approvals.readiness import Blocked
from console.widgets.exact_text import ExactText
from runtime.domain import commands as c
from runtime.domain import queue_commands as q
from runtime.domain.refusals import Refusal
from runtime.domain.words import AskState, Tier
from runtime.tools.contract import Preview, PreviewKind
from tests.fixtures.approvals_screen import opened, sent, settled, tap
from tests.fixtures.window_world import WindowWorld
from tests.unit.console.views.test_queue_in_the_window import with_look_alikes

pytestmark = pytest.mark.window
HEADERS = tuple((f"X-Part-{number}", "fixed") for number in range(40))
REQUEST = Preview(
    PreviewKind.REQUEST,
    "POST https://api.shop.example/v1/refunds",
    "{}",
    headers=(
        ("method", "POST"),
        ("address", "https://api.shop.example/v1/refunds"),
        *HEADERS,
        ("X-Account", "set by the grant"),
    ),
    source="POST /v1/refunds",
)


def test_a_request_is_read_to_the_end_of_its_headers_before_it_is_approved(world: WindowWorld) -> None:
    async def story() -> None:
        world.story.previews["ask-mail"] = REQUEST
        view = await opened(world, "ask-mail", read=False)
        desk = view.desk
        await world.until(lambda: desk.card.evidence.exact.has_seen_end, "what will run was read")
        world.pass_time(1.0)
        desk.tick()
        assert desk.blocked() is Blocked.REQUEST
        assert desk.bar.note.text() == "Read the preview to its end"
        tap(world, "a")
        await world.until(lambda: desk.card.evidence.has_seen_end, "pressing Approve leads to the end of the request")
        assert desk.card.evidence.tabs.current == "preview"
        assert sent(world, c.Approve) == []
        await world.until(lambda: desk.blocked() is Blocked.READY)
        tap(world, "a")
        await settled(world, view, AskState.HELD)

    world.run(story())


def test_the_second_person_sees_the_edited_action_and_the_card_says_that_they_come(world: WindowWorld) -> None:
    async def story() -> None:
        refund = world.story.asks["ask-refund"]
        wide = replace(refund, row=replace(refund.row, tier=Tier.FINAL_AND_WIDE))
        world.story.asks["ask-refund"] = wide
        view = await opened(world)
        desk = view.desk
        assert desk.bar.note.text() == "2 checks open, then hold A, then a second person"
        edited = wide.action.arguments.replace("1042", "1043")
        desk._use_edit(edited)
        await world.until(
            lambda: desk.edited is not None and desk.card.evidence.has_seen_end, "the edit is on the card"
        )
        for box in desk.card.checks.boxes:
            box.setChecked(True)
        world.pass_time(1.0)
        desk.tick()
        assert desk.bar.note.text() == "Hold A for 1 s, then a second person. No undo."
        desk.approve()

        def dialog() -> SecondPersonDialog | None:
            shown = QApplication.activeModalWidget()
            return shown if isinstance(shown, SecondPersonDialog) else None

        await world.until(lambda: dialog() is not None, "a second person is asked")
        asked = dialog()
        assert asked is not None
        assert asked.evidence.exact.text() == edited
        assert sent(world, c.Approve) == []
        asked.reject()
        await world.until(lambda: not world.busy, "nobody agreed")

    world.run(story())


def test_a_request_among_look_alikes_is_read_to_its_end_as_on_a_card_of_its_own(world: WindowWorld) -> None:
    async def story() -> None:
        world.story.previews["alike-1"] = REQUEST
        view = await with_look_alikes(world)
        group = view.group
        item = group.items[1]
        await world.until(lambda: item.preview.isVisible() and not world.busy, "the request is shown")
        assert "POST https://api.shop.example/v1/refunds" in item.preview.body.text()
        await world.until(lambda: item.exact.has_seen_end, "what will run was read")
        assert not item.read
        world.pass_time(2.0)
        tap(world, "a")
        assert sent(world, q.RuleEach) == []
        while unread := [one for one in group.items if not one.read]:
            part = unread[0].unread()
            tap(world, "v")
            await world.until(partial(seen, part), "V leads to its end")
        group.update_actions()
        tap(world, "a")
        await world.until(lambda: sent(world, q.RuleEach), "all three were ruled")
        await world.until(lambda: not world.busy)

    world.run(story())


DIFF = Preview(PreviewKind.DIFF, "1 line changes", "--- a\n+++ a\n@@ -1 +1 @@\n-old\n+new\n")
ROWS = Preview(PreviewKind.ROWS, "1 row changes", columns=("price",), before=(("1200 ct",),), after=(("1248 ct",),))
MAIL = Preview(
    PreviewKind.MAIL,
    "Mail to 1 person",
    "Hello",
    headers=(("To", "anna@example.org"), ("Bcc", "cleo@example.org"), ("Subject", "News")),
    source="To: anna@example.org\r\nBcc: cleo@example.org\r\n\r\nHello",
)


def test_look_alikes_show_what_each_would_do_whatever_its_kind(world: WindowWorld) -> None:
    async def story() -> None:
        world.story.previews.update({"alike-0": DIFF, "alike-1": ROWS, "alike-2": MAIL})
        view = await with_look_alikes(world)
        diff, rows, mail = view.group.items
        assert [item.preview.isVisible() for item in view.group.items] == [True, True, True]
        assert [(line.kind, line.text) for line in diff.preview.body._lines[-2:]] == [
            ("removed", "old"),
            ("added", "new"),
        ]
        assert "1200 ct" in rows.preview.body._shown
        assert "1248 ct" in rows.preview.body._shown
        shows_mail(mail.preview, "anna@example.org", "none", "cleo@example.org", "Hello")
        assert [item._title.text() for item in view.group.items] == [
            "Preview: 1 line changes",
            "Preview: 1 row changes",
            "Preview: Mail to 1 person",
        ]

    world.run(story())


def test_the_preview_of_a_mail_names_everybody_it_goes_to_beside_its_exact_source(world: WindowWorld) -> None:
    async def story() -> None:
        world.story.previews["ask-mail"] = MAIL
        view = await opened(world, "ask-mail")
        tap(world, "]")
        tap(world, "]")
        evidence = view.desk.card.evidence
        assert evidence.tabs.current == "preview"
        shows_mail(evidence.preview, "anna@example.org", "none", "cleo@example.org", "Hello")

    world.run(story())


def shows_mail(page: PreviewPage, to: str, cc: str, bcc: str, text: str) -> None:
    """As the recipient sees it, with everybody who gets it, and the bytes that are sent."""
    assert page._headers.isVisible()
    assert [page._headers.value(name) for name in ("To", "Cc", "Bcc")] == [to, cc, bcc]
    assert (page.body.isVisible(), page.body.text()) == (True, text)
    assert (page.source.isVisible(), page.source.text()) == (True, MAIL.source)


def test_presses_within_600_ms_decide_no_look_alikes(world: WindowWorld) -> None:
    async def story() -> None:
        view = await with_look_alikes(world)
        group = view.group
        while unread := [one for one in group.items if not one.read]:
            part = unread[0].unread()
            group.show_first_unread()
            await world.until(partial(seen, part), "it was read to its end")
        world.pass_time(0.5)
        group.update_actions()
        assert group.blocked() == "", "nothing but the guard stands in the way"
        for key in "ar":
            tap(world, key)
        QTest.mouseClick(group.approve, Qt.MouseButton.LeftButton)
        await world.until(lambda: not world.busy)
        assert not group.in_overlay
        assert sent(world, q.RuleEach) == []
        world.pass_time(0.2)
        tap(world, "a")
        await world.until(lambda: sent(world, q.RuleEach), "after 600 ms it counts")
        await world.until(lambda: not world.busy)

    world.run(story())


def test_a_preview_that_takes_its_time_is_waited_for_and_a_change_is_read_with_it(
    world: WindowWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        monkeypatch.setattr("console.views.approvals.asked_preview._AT_ONCE_S", 0)
        held = world.story.held_previews["ask-file"] = asyncio.Event()
        view = await opened(world, "ask-mail")
        desk = view.desk
        view.open_item("ask-file")
        await world.until(lambda: desk.detail and desk.detail.row.ask_id == "ask-file", "it is shown without a preview")
        await world.until(lambda: desk.card.evidence.exact.has_seen_end, "what will run was read")
        world.pass_time(2.0)
        desk.tick()
        assert desk.blocked() is Blocked.PREVIEW
        assert desk.bar.note.text() == "Waiting for the preview"
        assert desk.is_open, "it can be rejected meanwhile"
        tap(world, "a")
        assert sent(world, c.Approve) == []
        assert desk.card.evidence.tabs.current == "preview", "pressing Approve shows what is waited for"
        assert "price_cents = 1200" not in desk.card.evidence.exact._shown
        held.set()
        await world.until(lambda: desk.blocked() is not Blocked.PREVIEW, "it is there")
        assert "price_cents = 1200" in desk.card.evidence.exact._shown, "the change stands in what will run"
        desk.card.evidence.show_tab("run")
        await world.until(lambda: desk.card.evidence.has_seen_end, "the change was read")
        world.pass_time(2.0)
        held.clear()
        desk.tick()
        tap(world, "a")
        assert desk.blocked() is Blocked.LOOKING
        assert desk.bar.note.text() == "Looking once more at what it would do"
        assert sent(world, c.Approve) == []
        held.set()
        await settled(world, view, AskState.HELD)
        assert len(sent(world, c.Approve)) == 1

    world.run(story())


def test_a_preview_that_fails_says_so_beside_what_will_run(world: WindowWorld) -> None:
    async def story() -> None:
        world.story.previews["ask-file"] = Refusal("The folder is not there.")
        view = await opened(world, "ask-file")
        evidence = view.desk.card.evidence
        assert "there is no preview" in evidence._note.text()
        evidence.show_tab("preview")
        assert "There is no preview: The folder is not there." in evidence.preview._message.text()
        assert view.desk.blocked() not in (Blocked.PREVIEW, Blocked.UNREAD)

    world.run(story())


def test_among_look_alikes_a_preview_is_waited_for_and_a_failed_one_says_so(world: WindowWorld) -> None:
    async def story() -> None:
        held = world.story.held_previews["alike-0"] = asyncio.Event()
        world.story.previews["alike-1"] = Refusal("The folder is not there.")
        view = await with_look_alikes(world, still=False)
        group = view.group
        await world.until(
            lambda: group.items and all(item.exact.has_seen_end for item in group.items), "what will run was read"
        )
        world.pass_time(2.0)
        await world.until(lambda: group.items[1].has_preview and group.items[2].has_preview, "no one waits for another")
        group.update_actions()
        assert group.note.text() == "Waiting for the preview"
        assert group.items[1]._missing.text() == "There is no preview: The folder is not there."
        tap(world, "a")
        assert sent(world, q.RuleEach) == []
        held.set()
        await world.until(lambda: not group.blocked(), "it is there")
        world.pass_time(1.0)
        tap(world, "a")
        await world.until(lambda: sent(world, q.RuleEach), "all three were ruled")
        await world.until(lambda: not world.busy)

    world.run(story())


def seen(part: ExactText) -> bool:
    return part.has_seen_end
