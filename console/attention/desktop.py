"""Shows notifications through the desktop's own service, and says why where there is none."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from console.presenters.wording import say

if TYPE_CHECKING:
    from desktop_notifier import Capability, DesktopNotifier, Notification

    from console.attention.message import Message

log = logging.getLogger("console.attention")
BUS = "DBUS_SESSION_BUS_ADDRESS"
WITHIN_S = 5.0
"""How long the service may take for one answer; it is another program, and may hang."""
ENDS_WITHIN_S = 1.0


@dataclass(frozen=True, slots=True)
class DesktopState:
    """``why_not`` is empty when notifications reach the desktop. The rest is what its service can do."""

    why_not: str = ""
    buttons: bool = False
    sound: bool = False
    clicks: bool = False

    @property
    def sentence(self) -> str:
        """For Settings and doctor."""
        if self.why_not:
            return self.why_not
        every = ((say("buttons"), self.buttons), (say("sound"), self.sound), (say("clicks"), self.clicks))
        can, lacks = [word for word, has in every if has], [word for word, has in every if not has]
        if not can:
            return say("Notifications reach the desktop. Its service shows text alone.")
        if not lacks:
            return say("Notifications reach the desktop. Its service knows {can}.", can=_listed(can))
        lacking = ", ".join(say("no {part}", part=part) for part in lacks)
        return say(
            "Notifications reach the desktop. Its service knows {can}, {lacking}.", can=_listed(can), lacking=lacking
        )


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else say("{some} and {last}", some=", ".join(words[:-1]), last=words[-1])


class Desktop:
    """One connection to the service, made when first needed and anew after it broke. For one loop."""

    def __init__(self, app_name: str) -> None:
        self._app_name = app_name
        self._notifier: DesktopNotifier | None = None
        self._shown: dict[str, str] = {}
        self._turn = asyncio.Lock()
        """One call after the other: what is withdrawn was shown before."""
        self._closed = False

    @property
    def taken(self) -> frozenset[str]:
        """Keys of what the service said that it took; each can be pressed from then on."""
        return frozenset(self._shown)

    async def look(self) -> DesktopState:
        """Whether notifications would be shown now, and what the service can do."""
        async with self._turn:
            return await self._look()

    async def show(self, message: Message) -> str:
        """Show it in place of an earlier one with its key. Empty when the service took it, else why it did not."""
        async with self._turn:
            if self._closed:
                return say("The program is closing.")
            await self._take_away(message.key)
            why = ""
            for _attempt in range(2):  # the second with a new connection: the service was started anew
                state = await self._look()
                why = state.why_not
                if not why and await self._sent(message, state):
                    return ""
                await self._hang_up()
            return why or say("The notification service did not take it.")

    async def withdraw(self, key: str) -> None:
        """Take it off the screen, if it is still there."""
        async with self._turn:
            await self._take_away(key)

    async def close(self) -> None:
        """Take everything off the screen: its buttons would press nothing any more."""
        async with self._turn:
            self._closed = True
            for key in tuple(self._shown):
                await self._take_away(key)
            await self._hang_up()

    # -- one call, in its turn -------------------------------------------------------------------------------------
    async def _look(self) -> DesktopState:
        why = await asyncio.to_thread(why_no_service)
        if why:
            return DesktopState(why)
        try:
            async with asyncio.timeout(WITHIN_S):
                can = await (await self._service()).get_capabilities()
        except TimeoutError:
            await self._hang_up()
            return DesktopState(
                say("The notification service did not answer within {seconds} s.", seconds=f"{WITHIN_S:.0f}")
            )
        except Exception as error:  # whatever a bus, its service or the library raises is told, never fatal
            log.info("No notification service: %s: %s", type(error).__name__, error)
            await self._hang_up()
            return DesktopState(_no_answer())
        return _state_of(can)

    async def _service(self) -> DesktopNotifier:
        if self._notifier is None:
            self._notifier = await asyncio.to_thread(_load, self._app_name)
        return self._notifier

    async def _sent(self, message: Message, state: DesktopState) -> bool:
        taken: list[bool] = []
        service = await self._service()
        # The library only logs a failure; this is how it says that there was none.
        notification = _notification(message, state, asyncio.get_running_loop(), lambda: taken.append(True))
        try:
            async with asyncio.timeout(WITHIN_S):
                await service.send_notification(notification)
        except TimeoutError:
            return False
        if taken:
            self._shown[message.key] = notification.identifier
        return bool(taken)

    async def _take_away(self, key: str) -> None:
        identifier = self._shown.pop(key, "")
        if not identifier or self._notifier is None:
            return
        try:
            async with asyncio.timeout(WITHIN_S):
                await self._notifier.clear(identifier)
        except Exception as error:  # a person closed it, or its service ended
            log.debug("It was gone already: %s", type(error).__name__)

    async def _hang_up(self) -> None:
        notifier, self._notifier = self._notifier, None
        self._shown.clear()
        bus = getattr(getattr(notifier, "_backend", None), "bus", None)  # the library keeps it open for ever
        if bus is None:
            return
        try:
            async with asyncio.timeout(ENDS_WITHIN_S):
                # An answer of the bus itself: what was said before is written out, and not lost with a complaint later.
                await bus.introspect("org.freedesktop.DBus", "/org/freedesktop/DBus")
        except Exception as error:
            log.debug("The bus did not answer: %s", type(error).__name__)
        bus.disconnect()
        try:
            async with asyncio.timeout(ENDS_WITHIN_S):
                await bus.wait_for_disconnect()
        except Exception as error:  # it was broken off by the other side
            log.debug("The bus had gone: %s", type(error).__name__)


def why_no_service() -> str:
    """Why this machine can't show notifications at all, as far as can be told without asking. May read the disk."""
    if sys.platform == "darwin":
        from desktop_notifier.backends.macos_support import is_bundle  # type: ignore[import-not-found, unused-ignore]

        return "" if is_bundle() else say("macOS shows notifications of installed applications only.")
    if not sys.platform.startswith("linux") or os.environ.get(BUS):
        return ""
    usual = Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere")) / "bus"
    if usual.is_socket():
        os.environ[BUS] = f"unix:path={usual}"
        return ""
    return say(
        "There is no session bus ({variable} is not set), so the desktop can't be asked to show any.", variable=BUS
    )


def _no_answer() -> str:
    if sys.platform.startswith("linux"):
        return say(
            "No notification service answers on the session bus. Start the one of your desktop, or install dunst."
        )
    return say("The notification service of this system refused.")


def _load(app_name: str) -> DesktopNotifier:
    from desktop_notifier import DesktopNotifier

    logging.getLogger("desktop_notifier").setLevel(logging.CRITICAL)  # it logs what is told here in a sentence
    return DesktopNotifier(app_name, app_icon=None)


def _state_of(can: frozenset[Capability]) -> DesktopState:
    from desktop_notifier import Capability

    return DesktopState(
        buttons=Capability.BUTTONS in can, sound=Capability.SOUND in can, clicks=Capability.ON_CLICKED in can
    )


def _notification(
    message: Message, state: DesktopState, loop: asyncio.AbstractEventLoop, taken: Callable[[], None]
) -> Notification:
    from desktop_notifier import Button, Notification, Sound, Urgency

    def later(act: Callable[[], None]) -> Callable[[], None]:
        """Whatever thread the system calls back in, the gesture happens in the window's."""

        def pressed() -> None:
            loop.call_soon_threadsafe(act)

        return pressed

    name = "default" if sys.platform in ("win32", "darwin") else "message-new-instant"
    return Notification(
        message.headline,
        message.sentence,
        urgency=Urgency.Critical if message.critical else Urgency.Normal,
        buttons=tuple(Button(text, later(act)) for text, act in message.buttons) if state.buttons else (),
        on_dispatched=taken,
        on_clicked=later(message.on_click),
        sound=Sound(name=name) if message.sound else None,
        timeout=0 if message.critical else -1,
    )
