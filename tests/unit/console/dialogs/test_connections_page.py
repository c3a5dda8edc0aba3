"""Models in the settings: a connection is added, its key goes into the keyring once, and a test tells its cost."""

from __future__ import annotations

import asyncio

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit

from console.dialogs.settings.connections_page import ConnectionsPage
from console.dialogs.settings.credentials_page import CredentialsPage
from runtime.domain.breaker import Breaker, Standing
from runtime.domain.events.workspace import ConnectionMoved
from tests.fixtures.fourth_provider import FOURTH, added
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.settings_story import SettingsStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
KEY, OTHER_KEY = "sk-typed-0123456789abcdef", "sk-another-fedcba9876543210"


def test_a_key_goes_in_is_tested_and_is_never_shown(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, ConnectionsPage)
        assert [row.key for row in page.model.rows] == ["anthropic", "openai"]
        page.table.choose_row(1)
        assert page.value.echoMode() is QLineEdit.EchoMode.Password
        page.value.setText(KEY)
        page.store.click()
        assert page.value.text() == ""
        assert not page.value.isUndoAvailable()
        await world.until(lambda: not world.busy, "it is stored")
        page.asked.setText("gpt-5-mini")
        page.test.click()
        await world.until(lambda: "24 tokens in, 3 out, $0.01" in page.said.accessibleName(), "its cost is told")
        shown = [label.text() for label in dialog.findChildren(QLabel)]
        shown += [field.text() for field in dialog.findChildren(QLineEdit)]
        shown += [field.toPlainText() for field in dialog.findChildren(QPlainTextEdit)]
        assert not any(KEY in text for text in shown)
        await world.until(lambda: not world.busy)
        assert story.keys["openai"][1] == KEY
        assert page.store.text() == "Replace the key"
        page.value.setText(OTHER_KEY)
        page.store.click()
        await world.until(lambda: story.keys["openai"][1] == OTHER_KEY and not world.busy, "it is replaced")
        page.forget.click()
        await world.until(lambda: "openai" not in story.keys and not world.busy, "it is removed")
        assert page.store.text() == "Store the key"
        assert not page.forget.isEnabled()
        assert not page.test.isEnabled()
        dialog.reject()

    world.run(gestures())
    assert story.tested == [("openai", "gpt-5-mini")]
    assert not any(key in repr(story.performed) for key in (KEY, OTHER_KEY))


def test_a_server_of_ones_own_is_added_and_removed(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, ConnectionsPage)
        page.name.setText("local")
        page.kind.setCurrentIndex(page.kind.findData("compatible"))
        page.address.setText("http://localhost:11434/v1/")
        page.keyless.setChecked(True)
        page.save_button.click()
        await world.until(lambda: not world.busy, "it is saved")
        spec = story.ways["local"]
        assert (spec.kind, spec.base_url, spec.keyless) == ("compatible", "http://localhost:11434/v1", True)
        assert not page.store.isEnabled()
        page.remove.click()
        await world.until(lambda: not story.ways, "it is removed")
        await world.until(lambda: not world.busy)
        dialog.reject()

    world.run(gestures())


def test_how_a_server_is_spoken_to_is_set_and_stays_where_its_name_is_typed_again(
    world: WindowWorld, story: SettingsStory
) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, ConnectionsPage)
        ways = page.ways
        assert ways.form.isHidden()
        ways.more.click()
        page.name.setText("local")
        page.kind.setCurrentIndex(page.kind.findData("compatible"))
        page.address.setText("http://localhost:11434/v1")
        ways.streams.setChecked(False)
        ways.structured.setCurrentIndex(ways.structured.findData("words"))
        ways.summaries.setChecked(False)
        ways.longest.setValue(100_000)
        page.save_button.click()
        await world.until(lambda: "local" in story.ways and not world.busy, "it is saved")
        spec = story.ways["local"]
        wanted = (False, "words", False, 100_000)
        assert (spec.streams, spec.structured, spec.summaries, spec.max_output_tokens) == wanted
        page.table.choose_row(0)
        assert ways.streams.isChecked()
        page.name.setText("local")
        assert not ways.streams.isChecked()
        page.kind.setCurrentIndex(page.kind.findData("compatible"))
        page.address.setText("http://localhost:11434/v1")
        page.keyless.setChecked(True)
        page.save_button.click()
        await world.until(lambda: story.ways["local"].keyless and not world.busy, "it is saved")
        assert story.ways["local"].max_output_tokens == 100_000
        await world.until(lambda: not world.busy)
        dialog.reject()

    world.run(gestures())


def test_a_provider_that_was_added_to_the_table_is_offered(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        dialog, page = await opened_settings(world, ConnectionsPage)
        assert [row.key for row in page.model.rows] == ["anthropic", FOURTH, "openai"]
        page.name.setText("second")
        page.kind.setCurrentIndex(page.kind.findText("The fourth"))
        assert page.address.placeholderText() == "https://api.fourth.example/v1"
        page.save_button.click()
        await world.until(lambda: not world.busy, "it is saved")
        spec = story.ways["second"]
        assert (spec.kind, spec.base_url) == (FOURTH, "https://api.fourth.example/v1")
        await world.until(lambda: not world.busy)
        dialog.reject()

    with added():
        world.run(gestures())


@pytest.mark.parametrize("kind", [ConnectionsPage, CredentialsPage])
def test_while_the_keyring_keeps_somebody_waiting_the_page_says_so(
    world: WindowWorld, story: SettingsStory, kind: type[ConnectionsPage | CredentialsPage]
) -> None:
    async def gestures() -> None:
        answers = story.keyring_answers = asyncio.Event()
        dialog, page = await opened_settings(world, kind, filled=False)
        waiting = "Waiting for the keyring. It may ask for its password in a window of its own."
        await world.until(lambda: page.keyring.state.text() == waiting, "that it is waited for is said")
        assert page.keyring.state.isVisibleTo(dialog)
        page.value.setText(KEY)
        assert not page.store.isEnabled()
        answers.set()
        said = story.keyring_says[1]
        await world.until(lambda: page.keyring.state.text() == said and not world.busy, "it answered")
        dialog._drop_and_leave()

    world.run(gestures())


def test_without_an_open_keyring_no_key_can_be_stored(world: WindowWorld, story: SettingsStory) -> None:
    async def gestures() -> None:
        story.keyring_says = ("locked", "The keyring is locked. Unlock it, then look again.")
        dialog, page = await opened_settings(world, ConnectionsPage)
        assert page.keyring.state.text() == "The keyring is locked. Unlock it, then look again."
        page.table.choose_row(0)
        page.value.setText(KEY)
        assert not page.store.isEnabled()
        dialog._drop_and_leave()

    world.run(gestures())


def test_a_provider_that_fails_while_the_page_is_open_is_shown_and_what_is_typed_stays(
    world: WindowWorld, story: SettingsStory
) -> None:
    def move(breaker: Breaker) -> None:
        story.breakers["openai"] = breaker
        story.publish("workspace", "runtime", ConnectionMoved("openai", breaker))

    async def gestures() -> None:
        dialog, page = await opened_settings(world, ConnectionsPage)
        page.table.choose_row(1)
        page.value.setText("sk-half-typed")
        move(Breaker(Standing.OPEN, 5, 1, story.clock, story.clock + 60_000_000, "It was overloaded 5 times."))
        await world.until(lambda: "left alone to" in page.model.rows[1].cells[-1].text, "its row says so")
        assert "It was overloaded 5 times. A test that works" in page.said.accessibleName()
        move(Breaker(Standing.HALF_OPEN, 5, 1, story.clock, story.clock))
        await world.until(lambda: page.model.rows[1].cells[-1].text == "one call tries it", "one call tries it")
        move(Breaker())
        await world.until(lambda: page.model.rows[1].cells[-1].text == "not tested", "it is asked again")
        assert "openai answers again; agents ask it." in page.said.accessibleName()
        assert page.value.text() == "sk-half-typed"
        dialog._drop_and_leave()

    world.run(gestures())
