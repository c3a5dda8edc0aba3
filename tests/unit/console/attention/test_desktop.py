"""Notifications over a real bus: taken, pressed, taken away; a service that is missing, hangs or comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from console.attention import desktop as of
from console.attention.desktop import Desktop
from console.attention.message import Message
from tests.fixtures.session_bus import NotificationService, session_bus

PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with session_bus() as found:
        yield found


@pytest.fixture
def bus(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    return address


@pytest_asyncio.fixture
async def service(bus: str) -> AsyncIterator[NotificationService]:
    made = NotificationService()
    await made.start(bus)
    yield made
    await made.stop()


@pytest_asyncio.fixture
async def desktop() -> AsyncIterator[Desktop]:
    made = Desktop("Operator console")
    yield made
    await made.close()


async def test_a_notification_has_its_words_weight_sound_and_buttons(
    service: NotificationService, desktop: Desktop
) -> None:
    pressed: asyncio.Queue[str] = asyncio.Queue()
    message = Message(
        "a",
        "An urgent request waits",
        "Answer by 14:32.",
        critical=True,
        sound=True,
        buttons=(
            ("Open request", lambda: pressed.put_nowait("open")),
            ("Pause agent", lambda: pressed.put_nowait("pause")),
        ),
        on_click=lambda: pressed.put_nowait("click"),
    )
    assert (
        await desktop.look()
    ).sentence == "Notifications reach the desktop. Its service knows buttons, sound and clicks."
    assert await desktop.show(message) == ""
    [shown] = service.ever
    assert (shown.headline, shown.sentence) == ("An urgent request waits", "Answer by 14:32.")
    assert (shown.hints["urgency"], shown.timeout) == (2, 0)
    assert "sound-name" in shown.hints
    assert [words for words in shown.actions.values() if words] == ["Open request", "Pause agent"]
    for words, expected in (("Pause agent", "pause"), ("Open request", "open")):
        await desktop.show(message)
        newest = service.ever[-1]
        service.press(newest, newest.action(words))
        assert await asyncio.wait_for(pressed.get(), PATIENCE_S) == expected
    await desktop.show(message)
    service.press(service.ever[-1])
    assert await asyncio.wait_for(pressed.get(), PATIENCE_S) == "click"


async def test_a_later_one_takes_the_place_and_what_is_over_is_taken_away(
    service: NotificationService, desktop: Desktop
) -> None:
    await desktop.show(Message("a", "first", "."))
    await desktop.show(Message("b", "other", "."))
    await desktop.show(Message("a", "second", "."))
    assert [one.headline for one in service.on_screen.values()] == ["other", "second"]
    assert [(one.hints["urgency"], one.timeout, "sound-name" in one.hints) for one in service.ever][:1] == [
        (1, -1, False)
    ]
    await desktop.withdraw("a")
    assert [one.headline for one in service.on_screen.values()] == ["other"]
    await desktop.close()
    assert service.on_screen == {}
    assert await desktop.show(Message("c", "late", ".")) == "The program is closing."


async def test_a_service_without_buttons_gets_none_and_the_sentence_says_so(bus: str, desktop: Desktop) -> None:
    service = NotificationService(capabilities=("body",))
    await service.start(bus)
    state = await desktop.look()
    assert state.sentence == "Notifications reach the desktop. Its service knows clicks, no buttons, no sound."
    await desktop.show(Message("a", "x", ".", buttons=(("Open request", print),)))
    assert [words for words in service.ever[0].actions.values() if words] == []
    await service.stop()


async def test_without_a_bus_the_sentence_says_so(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    state = await desktop.look()
    assert "no session bus" in state.sentence
    assert await desktop.show(Message("a", "x", ".")) == state.why_not


async def test_without_a_service_the_sentence_says_so_and_one_that_comes_later_is_found(
    bus: str, desktop: Desktop
) -> None:
    assert "No notification service answers" in await desktop.show(Message("a", "x", "."))
    service = NotificationService()
    await service.start(bus)
    assert await desktop.show(Message("a", "x", ".")) == ""
    await service.stop()
    again = NotificationService()
    await again.start(bus)
    assert await desktop.show(Message("a", "x", ".")) == ""
    await again.stop()


async def test_a_service_that_hangs_costs_some_seconds_and_never_the_loop(
    service: NotificationService, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.awake.clear()
    with monkeypatch.context() as impatient:
        impatient.setattr(of, "WITHIN_S", 0.2)
        assert "did not" in await desktop.show(Message("a", "x", "."))
    service.awake.set()
    assert await desktop.show(Message("a", "x", ".")) == ""


async def test_a_bus_that_broke_off_is_connected_anew(desktop: Desktop, monkeypatch: pytest.MonkeyPatch) -> None:
    for _life in range(2):
        with session_bus() as address:
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
            service = NotificationService()
            await service.start(address)
            assert await desktop.show(Message("a", "x", ".")) == ""
            await service.stop()
