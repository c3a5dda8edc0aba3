"""Ctrl+K finds pages of the settings, rules, agents to pause and words of the audit log beside what it found before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.views.palette import Palette
from console.views.palette_findings import LIMIT, Found, find
from console.views.table import APPROVALS, AUDIT
from runtime.domain.commands import PauseAgent
from storage.errors import StorageUnavailable
from tests.fixtures.window_world import WindowWorld
from tests.screens.states import Unanswered, Unreadable

pytestmark = pytest.mark.window


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    made = WindowWorld(qapp, tmp_path)
    yield made
    made.close()
    assert made.crashes == []


def test_everything_that_has_a_name_is_found_and_no_ruling(world: WindowWorld) -> None:
    async def story() -> None:
        await world.show()
        context = world.context

        async def found(typed: str) -> list[Found]:
            return await find(context, typed, APPROVALS)

        assert any(one.kind == "settings" and one.key == "notifications" for one in await found("notif"))
        agent = (await context.runtime.history.fleet())[0].name
        kinds = {one.kind for one in await found(agent)}
        assert {"agent", "pause", "words"} <= kinds
        rule = (await context.runtime.history.policy()).rules[0]
        assert any(one.kind == "rule" and one.key == rule.rule_id for one in await found(rule.rule_id))
        assert any(one.hint == "Ctrl Shift P" for one in await found("pause or resume all"))
        for typed in ("", "approve", "reject", "a", "e", agent):
            rows = await found(typed)
            assert len(rows) <= LIMIT
            assert not any(one.key in ("approvals.approve", "approvals.reject", "approvals.edit") for one in rows)

    world.run(story())


def test_a_finding_opens_its_page_searches_the_log_and_pauses(world: WindowWorld) -> None:
    async def chosen(kind: str, typed: str) -> None:
        assert world.window is not None
        world.window.dialogs.open_palette()
        palette = world.window.findChild(Palette)
        assert isinstance(palette, Palette)
        palette.field.setText(typed)
        await world.until(lambda: any(row.kind == kind for row in palette.model.rows), kind)
        row = next(at for at, one in enumerate(palette.model.rows) if one.kind == kind)
        palette.list.setCurrentIndex(palette.model.index(row))
        QTest.keyClick(palette, Qt.Key.Key_Return)
        await world.until(lambda: not world.busy)

    async def story() -> None:
        window = await world.show()
        await chosen("settings", "keys")
        assert window.dialogs.shown["settings"].current.key == "keys"  # type: ignore[attr-defined]  # its page
        window.dialogs.shown["settings"].reject()
        await chosen("words", "order")
        assert window.current == AUDIT
        assert window.view(AUDIT).filter.wanted().text == "order"  # type: ignore[attr-defined]  # its view
        agent = (await world.context.runtime.history.fleet())[0].name
        await chosen("pause", agent)
        assert [one for one in world.story.performed if isinstance(one, PauseAgent)]

    world.run(story())


def opened(world: WindowWorld) -> Palette:
    assert world.window is not None
    world.window.dialogs.open_palette()
    palette = world.window.findChild(Palette)
    assert isinstance(palette, Palette)
    return palette


def test_enter_does_nothing_until_what_is_typed_was_looked_up(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        palette = opened(world)
        await world.until(lambda: palette.model.rows and not world.busy, "the gestures are listed")
        history = world.story.history
        world.story.history = waits = Unanswered(history)
        before = window.current
        palette.field.setText("order 1042")
        QTest.keyClick(palette, Qt.Key.Key_Return)
        await world.until(palette._nothing.isVisible, "it says that it looks")
        assert (palette._nothing.text(), palette.list.isVisible()) == ("Being read", False)
        QTest.keyClick(palette, Qt.Key.Key_Return)
        assert palette.isVisible()
        assert (window.current, world.story.performed) == (before, [])
        world.story.history = history
        waits.answer.set()
        await world.until(lambda: palette.list.isVisible() and not world.busy, "it is found")
        QTest.keyClick(palette, Qt.Key.Key_Return)
        assert not palette.isVisible()
        await world.until(lambda: not world.busy)

    world.run(story())


@pytest.mark.may_block(reason="the log handler of pytest writes at once")
@pytest.mark.may_log(reason="what could not be looked up is told and noted")
def test_what_could_not_be_looked_up_says_so(world: WindowWorld) -> None:
    async def story() -> None:
        await world.show()
        palette = opened(world)
        await world.until(lambda: palette.model.rows and not world.busy, "the gestures are listed")
        history = world.story.history
        world.story.history = Unreadable(history)
        palette.field.setText("order")
        await world.until(lambda: palette._nothing.isVisible() and not world.busy, "it could not look")
        assert palette._nothing.text().startswith("This could not be looked up")
        world.story.history = history
        palette.field.setText("order 1042")
        await world.until(lambda: palette.list.isVisible() and not world.busy, "it looks again")
        palette.reject()
        assert {type(error) for error, _ in world.crashes} == {StorageUnavailable}
        world.crashes.clear()

    world.run(story())


def test_nobody_is_paused_from_the_search_while_the_journal_is_silent(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        agent = (await world.context.runtime.history.fleet())[0].name
        world.story.silent = True
        window.heartbeat.ask_now()
        await world.until(lambda: window.heartbeat.is_stale, "the journal is silent")
        palette = opened(world)
        palette.field.setText(agent)
        await world.until(lambda: any(row.kind == "agent" for row in palette.model.rows), "the agent is found")
        assert not any(row.kind == "pause" for row in palette.model.rows)
        palette.reject()
        world.story.silent = False

    world.run(story())
