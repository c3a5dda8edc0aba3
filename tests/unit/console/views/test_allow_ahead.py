"""Allowing ahead on the card: nothing is chosen by itself; it goes with the approval, only for what can be undone."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton

from runtime.domain import commands as c
from runtime.domain.grant_commands import GrantStanding
from runtime.domain.words import AskState
from tests.fixtures.approvals_screen import card_shows, opened, sent, settled, tap
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_by_itself_an_approval_allows_nothing_ahead(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-file")
        assert view.desk.card.ahead.isVisibleTo(view)
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        assert sent(world, GrantStanding) == []

    world.run(story())


@pytest.mark.parametrize(
    ("words", "seconds", "uses", "this_run"),
    [("1 hour", 3_600, 100, False), ("This run", 86_400, 100, True), ("10 times", 86_400, 10, False)],
)
def test_what_was_chosen_goes_with_the_approval_and_is_chosen_once(
    world: WindowWorld, words: str, seconds: int, uses: int, this_run: bool
) -> None:
    async def story() -> None:
        view = await opened(world, "ask-file")
        ahead = view.desk.card.ahead
        [segment] = [one for one in ahead.choice.findChildren(QAbstractButton) if one.text() == words]
        segment.click()
        assert sent(world, GrantStanding) == []
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        await world.until(lambda: sent(world, GrantStanding), "it was granted")
        [granted] = sent(world, GrantStanding)
        assert isinstance(granted, GrantStanding)
        [approved] = sent(world, c.Approve)
        assert isinstance(approved, c.Approve)
        assert (granted.ask_id, granted.digest) == (approved.ask_id, approved.digest)
        terms = granted.terms
        assert (terms.seconds, terms.uses, terms.this_run, terms.widened) == (seconds, uses, this_run, ())
        await world.until(lambda: not world.busy)

    world.run(story())


def test_another_request_begins_with_only_once_and_the_final_one_offers_nothing(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-file")
        ahead = view.desk.card.ahead
        ahead.choice.set_current("hour")
        view.open_item("ask-refund")
        await card_shows(world, view, "ask-refund")
        assert not ahead.isVisibleTo(view)
        assert ahead.command() is None

    world.run(story())


def test_what_a_person_edited_is_not_offered_ahead_and_what_was_chosen_before_goes(world: WindowWorld) -> None:
    async def story() -> None:
        view = await opened(world, "ask-file")
        desk = view.desk
        ahead = desk.card.ahead
        ahead.choice.set_current("hour")
        desk._use_edit('{"content":"name = \\"Mug\\"\\nstock = 4\\n","path":"products/mug.toml"}')
        await world.until(lambda: desk.edited is not None and desk.card.evidence.has_seen_end, "the edit is shown")
        await world.until(lambda: not world.busy)
        assert not ahead.isVisibleTo(view), "the agent proposes its own version again"
        assert ahead.command() is None
        world.pass_time(2.0)
        tap(world, "a")
        await settled(world, view, AskState.HELD)
        assert sent(world, GrantStanding) == []

    world.run(story())


def test_limits_are_typed_and_shown(world: WindowWorld) -> None:
    from console.dialogs.grant_limits_dialog import GrantLimitsDialog

    async def story() -> None:
        view = await opened(world, "ask-file")
        ahead = view.desk.card.ahead
        ahead.choice.set_current("hour")
        ahead.vary.click()
        assert world.window is not None
        [dialog] = world.window.findChildren(GrantLimitsDialog)
        dialog.fields["content"].setText("any:many")
        dialog.use.click()
        assert "any:" in dialog.fault.text()
        dialog.fields["content"].setText("any:200")
        dialog.use.click()
        assert "any text of at most 200 characters" in ahead.sentence.text()
        command = ahead.command()
        assert command is not None
        assert command.terms.widened[0].longest == 200

    world.run(story())
