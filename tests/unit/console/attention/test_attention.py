"""What the settings of attention do: who is called, with what sound, what closing does; and what a call opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QApplication

from console.attention.attention import Attention
from console.attention.facts import Answer, Call, Kind
from console.attention.message import Message
from console.attention.tray import Tray
from console.views.table import APPROVALS, AUDIT
from console.window import ConsoleWindow
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
HOUR = 3_600_000_000
NOBODY = {"urgent": False, "soon": False, "trouble": False}


class Called:
    """A window with somebody to call, and what was handed to the desktop."""

    def __init__(self, window: ConsoleWindow, attention: Attention, monkeypatch: pytest.MonkeyPatch) -> None:
        self.window, self.attention = window, attention
        self.shown: list[Message] = []
        monkeypatch.setattr(attention.desktop, "show", self._show)

    async def _show(self, message: Message) -> str:
        self.shown.append(message)
        return ""


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    """The story, not yet shown; one of its requests is urgent."""
    made = WindowWorld(qapp, tmp_path)
    yield made
    made.close()
    assert made.crashes == []


async def called(world: WindowWorld, monkeypatch: pytest.MonkeyPatch, **chosen: object) -> Called:
    """What was told once the window and the queue were read, as the settings were chosen before."""
    window = world.window = ConsoleWindow(world.context)
    attention = Attention(world.context, window)
    found = Called(window, attention, monkeypatch)
    attention.choose(**chosen)
    attention.start()
    window.start()
    window.show()
    window.activateWindow()
    await world.until(lambda: attention._queue and attention._figures and attention._rows, "who waits is known")
    await world.until(lambda: not world.busy, "and was told")
    return found


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({}, {(True, True)}),
        ({"sound": False}, {(True, False)}),
        ({"urgent": False}, set()),
        ({"soon": False, "trouble": False}, {(True, True)}),
    ],
)
def test_an_urgent_request_calls_as_the_settings_have_it(
    world: WindowWorld, monkeypatch: pytest.MonkeyPatch, chosen: dict[str, object], told: set[tuple[bool, bool]]
) -> None:
    async def story() -> None:
        found = await called(world, monkeypatch, **chosen)
        assert {(one.critical, one.sound) for one in found.shown if one.critical} == told
        await found.attention.close()

    world.run(story())


@pytest.mark.parametrize(("ask_id", "kind"), [("ask-mail", Kind.SOON), ("", Kind.CHAIN)])
def test_what_a_call_opens_is_in_front_of_an_open_dialog(
    world: WindowWorld, monkeypatch: pytest.MonkeyPatch, ask_id: str, kind: Kind
) -> None:
    async def story() -> None:
        found = await called(world, monkeypatch, **NOBODY)
        found.window.dialogs.open_about()
        await world.until(lambda: QApplication.activeModalWidget() is not None and not world.busy, "it is open")
        found.attention.message(Call(kind.value, kind, ask_id=ask_id), world.context.now()).on_click()
        await world.until(lambda: not world.busy, "it is shown")
        assert found.window.current == (APPROVALS if ask_id else AUDIT)
        assert QApplication.activeModalWidget() is None
        await found.attention.close()

    world.run(story())


@pytest.mark.parametrize("off", ["", "urgent", "soon", "trouble"])
def test_each_kind_is_silenced_by_its_own_setting_alone(
    world: WindowWorld, monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    room = {Kind.URGENT: "urgent", Kind.SOON: "soon"}

    async def story() -> None:
        found = await called(world, monkeypatch, **NOBODY)
        assert found.shown == [], "nothing is wanted"
        found.attention.choose(**{name: name != off for name in ("urgent", "soon", "trouble")})
        calls = tuple(Call(kind.value, kind) for kind in Kind)
        found.attention._carry_out(Answer(calls), world.context.now())
        await world.until(lambda: not world.busy, "they were handed over")
        heard = {one.key for one in found.shown}
        assert heard == {kind.value for kind in Kind if room.get(kind, "trouble") != off}
        await found.attention.close()

    world.run(story())


def test_during_quiet_hours_nobody_is_called_and_what_waits_is_told_when_they_end(
    world: WindowWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story() -> None:
        found = await called(world, monkeypatch, quiet_until=world.context.now() + HOUR)
        assert found.shown == []
        world.pass_time(3_601)
        found.window.heartbeat.fresh.emit(1.0)
        await world.until(lambda: found.shown, "what still waits is told")
        assert found.attention.preferences.quiet_until == 0, "they ended by themselves"
        await world.until(lambda: not world.busy)
        await found.attention.close()

    world.run(story())


@pytest.mark.parametrize(
    ("closing", "busy", "tray", "stays"),
    [
        ("work", True, True, True),
        ("work", False, True, False),
        ("always", False, True, True),
        ("quit", True, True, False),
        ("always", True, False, False),
    ],
)
def test_closing_ends_or_goes_on_in_the_tray_as_it_was_chosen(
    world: WindowWorld, monkeypatch: pytest.MonkeyPatch, closing: str, busy: bool, tray: bool, stays: bool
) -> None:
    monkeypatch.setattr(Tray, "available", property(lambda _tray: tray))
    ended: list[bool] = []

    async def story() -> None:
        found = await called(world, monkeypatch, closing=closing, **NOBODY)
        figures = found.attention._figures
        assert figures is not None
        working = replace(figures, agents_running=int(busy), waiting=0)
        found.attention._figures_are(working)
        found.window.closed.connect(lambda: ended.append(True))
        found.window.close()
        await world.until(lambda: not world.busy, "it was told")
        assert not found.window.isVisible()
        assert (not ended) is stays
        assert bool(found.shown) is stays, "that it goes on is said, and only then"
        found.window.quit()
        assert ended, "quitting ends it whatever was chosen"
        await found.attention.close()

    world.run(story())
