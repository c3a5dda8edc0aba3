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
from tests.fixtures.window_world import WindowWorld

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
