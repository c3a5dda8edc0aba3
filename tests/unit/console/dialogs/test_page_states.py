"""Every page of the settings while it is read, while the journal is silent, and where it could not be read."""

from __future__ import annotations

import asyncio
import inspect
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from console.dialogs.settings.general_page import GeneralPage
from console.dialogs.settings.page import SettingsPage
from console.dialogs.settings.pages import page_classes
from console.dialogs.settings_dialog import SettingsDialog
from console.widgets.plain_label import PlainLabel
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
OF_JOURNAL = [kind for kind in page_classes() if kind.from_journal]


class Gate:
    """A runtime whose every answer waits until ``open`` is set, and which answers with ``fault`` where there is one."""

    def __init__(self, inner: Any, gate: Gate | None = None) -> None:
        self._inner, self._gate = inner, gate or self
        if gate is None:
            self.open = asyncio.Event()
            self.fault: Exception | None = None

    @property
    def history(self) -> Gate:
        return Gate(self._inner.history, self._gate)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not inspect.iscoroutinefunction(found):
            return found

        async def later(*values: object, **named: object) -> object:
            await self._gate.open.wait()
            if self._gate.fault is not None:
                raise self._gate.fault
            return await found(*values, **named)

        return later


def said(page: SettingsPage) -> list[str]:
    return [label.text() for label in page.truth.findChildren(PlainLabel) if label.isVisibleTo(page)]


def unread(page: SettingsPage) -> bool:
    return "This page could not be read" in said(page)


def read(page: SettingsPage) -> bool:
    return page.body.isVisibleTo(page) and not said(page)


def test_there_is_something_to_test() -> None:
    assert {"general", "rules", "operators", "credentials", "agents"} <= {kind.key for kind in OF_JOURNAL}


def test_until_it_was_read_a_page_says_so_and_shows_no_value_that_is_not_true(world: WindowWorld) -> None:
    async def gestures() -> None:
        window = await world.show(())
        gate = Gate(world.story)
        world.context.runtime = gate
        dialog = SettingsDialog(world.context, "general", window)
        dialog.open()
        for kind in OF_JOURNAL:
            page = dialog.page(kind.key)
            dialog.show_page(kind.key)
            assert (said(page), page.body.isVisibleTo(page)) == (["Loading"], False), kind.key
            assert not dialog.save.isEnabled()
        gate.open.set()
        for kind in OF_JOURNAL:
            page = dialog.page(kind.key)
            dialog.show_page(kind.key)
            await world.until(partial(page.body.isVisibleTo, page), kind.key)
            assert (said(page), page.body.isEnabled()) == ([], True), kind.key
        await world.until(lambda: not world.busy)
        dialog.reject()

    world.run(gestures())


def test_a_page_that_could_not_be_read_says_why_and_tries_again(world: WindowWorld) -> None:
    async def gestures() -> None:
        window = await world.show(())
        gate = Gate(world.story)
        gate.open.set()
        world.context.runtime = gate
        dialog = SettingsDialog(world.context, "general", window)
        dialog.open()
        for kind in OF_JOURNAL:
            gate.fault = OSError(5, "Input/output error")
            page = dialog.page(kind.key)
            dialog.show_page(kind.key)
            await world.until(partial(unread, page), kind.key)
            assert any("Input/output error" in line for line in said(page)), kind.key
            assert not page.body.isVisibleTo(page), "no value is shown that was not read"
            gate.fault = None
            page.truth.banner.button.setFocus()
            QTest.keyClick(page.truth.banner.button, Qt.Key.Key_Space)
            await world.until(partial(read, page), kind.key)
        await world.until(lambda: not world.busy)
        dialog.reject()

    world.run(gestures())


def test_while_the_journal_is_silent_every_page_is_old_and_can_change_nothing(
    world: WindowWorld, story: SettingsStory
) -> None:
    async def gestures() -> None:
        window = await world.show(())
        window.dialogs.open_settings("general")
        dialog = window.dialogs.shown["settings"]
        assert isinstance(dialog, SettingsDialog)
        pages = [dialog.page(kind.key) for kind in page_classes()]
        dialog.show_page("general")
        await world.until(lambda: all(page.is_ready for page in pages), "all of them are filled")
        general = dialog.current
        assert isinstance(general, GeneralPage)
        general.name.setText("Another name")
        assert dialog.save.isEnabled()
        window.heartbeat.stale.emit(story.now())
        for page in pages:
            assert page.body.isEnabled() is not page.from_journal, page.key
            assert bool(said(page)) is page.from_journal, page.key
        assert said(general)[0].startswith("The journal has not answered since ")
        QTest.keyClick(dialog, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        await world.until(lambda: not world.busy, "what was sent was carried out")
        assert (dialog.save.isEnabled(), story.performed) == (False, [])
        general.truth.banner.button.click()
        window.heartbeat.fresh.emit(3.0)
        await world.until(lambda: all(page.is_ready and not said(page) for page in pages), "all of them are true again")
        assert general.name.text() == "Another name"  # edits are kept
        await world.until(lambda: not world.busy)
        dialog.discard.click()
        await world.until(lambda: not world.busy)
        dialog.reject()

    world.run(gestures())
