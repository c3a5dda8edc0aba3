"""A person who does not look is called by the desktop, opens the very request from there, or pauses its agent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from console.app import WindowOptions, run_window
from console.attention.attention import Attention
from console.attention.tray import Tray
from console.dialogs.settings_dialog import SettingsDialog
from console.views.table import APPROVALS, FLEET
from console.window import ConsoleWindow
from runtime.interface import Runtime
from tests.fixtures.real_console import Person
from tests.fixtures.room import ASK_ALL, CLERK, Room, act, bench, done
from tests.fixtures.session_bus import NotificationService, Shown, session_bus

pytestmark = pytest.mark.window
Visit = Callable[[Person, Room, NotificationService], Awaitable[None]]


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> object:
    with session_bus() as found:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", found)
        yield found


async def called(person: Person, service: NotificationService, what: str) -> Shown:
    """The newest notification, once the program heard that the desktop took it: nobody can press it sooner."""
    calls = person.window.context.calls
    assert isinstance(calls, Attention)
    on_screen = service.on_screen
    await person.until(lambda: on_screen and len(calls.desktop.taken) >= len(on_screen), what)
    return list(on_screen.values())[-1]


def at_work(folder: Path, address: str, visit: Visit) -> None:
    """The whole program on a furnished workspace, with a desktop that shows notifications."""
    room, service = Room(folder / "ws"), NotificationService()
    failed: list[BaseException] = []
    visits: list[asyncio.Task[None]] = []

    async def opened() -> Runtime:
        await service.start(address)
        await room.open()
        await room.furnish(CLERK, ASK_ALL)
        return room.runtime

    async def visited(window: ConsoleWindow) -> None:
        try:
            await Person(window).until(window.isActiveWindow, "the window is in front")
            await visit(Person(window), room, service)
        except BaseException as error:
            failed.append(error)
        finally:
            window.quit()
            await service.stop()

    def begin(window: ConsoleWindow) -> None:
        visits.append(asyncio.ensure_future(visited(window)))

    status = run_window(opened, WindowOptions(folder / "window.ini", on_window=begin))
    if failed:
        raise failed[0]
    assert status == 0


def test_a_final_action_calls_and_the_notification_opens_its_card(tmp_path: Path, address: str) -> None:
    async def visit(person: Person, room: Room, service: NotificationService) -> None:
        window = person.window
        window.show_view(FLEET)
        run_id = await room.start("Wire money", act(bench("final", "4711 Anna Keller")), done())
        ask = await room.asked(run_id)
        shown = await called(person, service, "the desktop shows it")
        assert shown.headline == "A request that can't be undone waits"
        assert (shown.hints["urgency"], shown.timeout, "sound-name" in shown.hints) == (2, 0, True)
        assert [words for words in shown.actions.values() if words] == ["Open request", "Pause agent"]
        assert not any(word in shown.headline + shown.sentence for word in ("4711", "Anna", "clerk", "Wire"))
        window.open_settings()
        await person.until(lambda: isinstance(QApplication.activeModalWidget(), SettingsDialog), "settings are open")
        await person.settled()
        window.showMinimized()
        service.press(shown, shown.action("Open request"))
        await person.until(lambda: window.current == APPROVALS and not window.isMinimized(), "the window is back")
        desk = window.view(APPROVALS).desk  # type: ignore[attr-defined]  # the view of this number
        await person.until(lambda: desk.ask_id == ask.raised.ask_id, "the very request is open")
        assert QApplication.activeModalWidget() is None, "nothing stands before it"
        waits = await room.asked(await room.start("Another", act(bench("final", "b")), done()))
        await person.until(lambda: list(service.on_screen.values()), "the next one calls too")
        await room.reject(waits, "no")
        await person.until(lambda: not service.on_screen, "an answered request does not call any more")

    at_work(tmp_path, address, visit)


def test_the_notification_pauses_the_agent_and_quiet_hours_call_nobody(tmp_path: Path, address: str) -> None:
    async def visit(person: Person, room: Room, service: NotificationService) -> None:
        calls = person.window.context.calls
        assert calls is not None
        calls.choose(quiet_until=person.window.context.now() + 3_600_000_000)
        await room.asked(await room.start("Quiet", act(bench("final", "a")), done()))
        await person.settled()
        assert service.ever == []
        calls.choose(quiet_until=0)
        shown = await called(person, service, "what still waits is told afterwards")
        service.press(shown, shown.action("Pause agent"))

        async def paused() -> bool:
            [card] = await room.runtime.history.fleet()
            return card.paused

        await person.until_told(paused, "the agent is paused")

    at_work(tmp_path, address, visit)


def test_nobody_off_duty_is_called_and_the_tray_puts_them_on_duty(tmp_path: Path, address: str) -> None:
    async def visit(person: Person, room: Room, service: NotificationService) -> None:
        calls = person.window.context.calls
        assert isinstance(calls, Attention)
        await person.until(lambda: calls.on_duty, "on duty, as everybody is at first")
        calls.tray.duty_action.trigger()
        await person.until(lambda: not calls.on_duty, "off duty, as the journal says")
        await room.asked(await room.start("Quiet", act(bench("final", "a")), done()))
        await person.settled()
        assert service.ever == []
        assert calls.tray.icon.toolTip().endswith("no notifications")
        calls.tray.duty_action.trigger()
        await person.until(lambda: list(service.on_screen.values()), "what still waits is told on duty")

    at_work(tmp_path, address, visit)


def test_closing_hides_while_agents_work_and_quitting_ends(
    tmp_path: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def visit(person: Person, room: Room, service: NotificationService) -> None:
        window = person.window
        monkeypatch.setattr(Tray, "available", property(lambda _tray: True))  # Xvfb has none; the desktop's word on it
        await room.asked(await room.start("Waits", act(bench("change", "a")), done()))
        await person.until(lambda: window.strip.waiting.accessibleName().startswith("Waiting on you: 1"), "it waits")
        window.close()
        assert not window.isVisible()
        told = await person.until(
            lambda: [one for one in service.ever if one.headline.startswith("The window is closed")], "it is said"
        )
        window.to_front()
        assert window.isVisible()
        await called(person, service, "and can be pressed")
        window.close()
        await person.settled()
        assert [one for one in service.ever if one.headline.startswith("The window is closed")] == told  # once
        service.press(told[0])
        await person.until(window.isVisible, "the notification brings it back")

    at_work(tmp_path, address, visit)
