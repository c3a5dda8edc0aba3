"""Settings, Notifications: what calls, with what sound, until when nobody is called, the tray, starting at log-in."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import ClassVar

from console.attention.autostart import AutostartState, this_autostart
from console.attention.preferences import CLOSINGS, Preferences, change, read
from console.context import ConsoleContext
from console.dialogs.settings.form import Form, pick
from console.dialogs.settings.page import SettingsPage
from console.presenters.times import MINUTE, SECOND, day_and_time, local
from console.presenters.wording import later
from console.widgets.button import ActionButton
from console.widgets.hairline import Hairline
from console.widgets.plain_label import PlainLabel

QUIET_MINUTES = (30, 60, 120)
MORNING_HOUR = 8


def next_morning(now: int) -> int:
    """The next 08:00 of this workstation (µs UTC)."""
    here = local(now)
    morning = here.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
    if morning <= here:
        morning = (morning + timedelta(days=1)).replace(tzinfo=None).astimezone()  # also over a change of the clocks
    return round(morning.timestamp()) * SECOND


class NotificationsPage(SettingsPage):
    """Each gesture holds at once."""

    key: ClassVar[str] = "notifications"
    title: ClassVar[str] = later("Notifications")
    icon: ClassVar[str] = "bell"
    from_journal: ClassVar[bool] = False
    saves: ClassVar[bool] = False
    explanation: ClassVar[str] = later(
        "Holds at once, on this workstation. No notification says what would be done, or names anybody."
    )

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        self._filling = False
        for part in (self._what(), Hairline(context.theme), self._quiet(), Hairline(context.theme), self._program()):
            self.column.addWidget(part)
        self.column.addStretch(1)

    def _what(self) -> Form:
        form, tr = Form(self.context.theme), self.tr
        self.urgent = form.toggle(
            tr("Urgent requests"), tr("Call at once and stay"), tr("And call again at 50 % and 80 % of the time left.")
        )
        self.soon = form.toggle(
            tr("Other requests"),
            tr("Together, silent, at most once in 5 min"),
            tr("Priority 2, and only while the window is not in front. Priority 3 never calls."),
        )
        self.trouble = form.toggle(
            tr("Trouble"),
            tr("A flood, no answer for 30 s, a changed journal, a cap, a failed run"),
        )
        self.sound = form.toggle(tr("Sound"), tr("One sound with an urgent request"), tr("The one of your desktop."))
        self.test = ActionButton(self.context.theme, tr("Show a test notification"), "bell", height=28)
        form.put(tr("Try it"), self.test)
        self.state = PlainLabel(self.context.theme, "", "meta", "text2")
        form.put("", self.state)
        for name, toggle in (("urgent", self.urgent), ("soon", self.soon), ("trouble", self.trouble)):
            toggle.toggled.connect(lambda on, name=name: self._choose(**{name: on}))
        self.sound.toggled.connect(lambda on: self._choose(sound=on))
        self.test.activated.connect(self._try)
        return form

    def _quiet(self) -> Form:
        form, tr = Form(self.context.theme), self.tr
        choices = [("0", tr("Off")), *((str(one), tr("{minutes} min").format(minutes=one)) for one in QUIET_MINUTES)]
        self.quiet = form.segments(tr("Do not disturb"), [*choices, ("morning", tr("Until 08:00"))])
        self.until = PlainLabel(self.context.theme, "", "meta", "text2")
        form.put("", self.until)
        self.quiet.chosen.connect(self._quiet_chosen)
        return form

    def _program(self) -> Form:
        form, tr = Form(self.context.theme), self.tr
        words = {
            "work": tr("Goes on in the tray while agents work or requests wait"),
            "always": tr("Always goes on in the tray"),
            "quit": tr("Quits"),
        }
        self.closing = form.choice(tr("Closing the window"), [(key, words[key]) for key in CLOSINGS])
        self.tray = PlainLabel(self.context.theme, "", "meta", "text2")
        form.put("", self.tray)
        self.autostart = form.toggle(tr("Log-in"), tr("Start the program when I log in"))
        self.kept = PlainLabel(self.context.theme, "", "meta", "text2")
        form.put("", self.kept)
        self.closing.currentIndexChanged.connect(lambda _at: self._choose(closing=self.closing.currentData()))
        self.autostart.toggled.connect(self._autostart_chosen)
        return form

    async def load(self) -> None:
        calls = self.context.calls
        self._show(calls.preferences if calls else read(self.context.settings))
        there = bool(calls and calls.tray_available)
        tray = self.tr("This desktop has a tray.")
        none = self.tr("This desktop has no tray now: closing the window quits, after what runs has ended.")
        self.tray.setText(tray if there else none)
        state = await calls.look() if calls else None
        self.state.setText(state.sentence if state else self.tr("Nobody is called by this window."))
        try:
            self._show_autostart(await asyncio.to_thread(lambda: this_autostart().look()))
        except OSError as error:
            self.kept.setText(self.tr("Could not be read: {why}").format(why=error.strerror or error))

    def _show(self, chosen: Preferences) -> None:
        self._filling = True
        self.urgent.setChecked(chosen.urgent)
        self.soon.setChecked(chosen.soon)
        self.trouble.setChecked(chosen.trouble)
        self.sound.setChecked(chosen.sound)
        pick(self.closing, chosen.closing)
        now = self.context.now()
        if chosen.quiet_until > now:
            until = day_and_time(chosen.quiet_until, now)
            self.until.setText(self.tr("Nobody is called until {time}. What waits then calls.").format(time=until))
        else:
            self.quiet.set_current("0")
            self.until.setText(self.tr("Requests call."))
        self._filling = False

    def _show_autostart(self, state: AutostartState) -> None:
        self._filling = True
        self.autostart.setChecked(state.on)
        self.kept.setText(state.sentence)
        self.kept.set_token("text2" if state.ours else "warn")
        self._filling = False

    # -- gestures --------------------------------------------------------------------------------------------------
    def _choose(self, **changes: object) -> None:
        if self._filling:
            return
        if self.context.calls is not None:
            self.context.calls.choose(**changes)
        else:
            change(self.context.settings, **changes)
        self._show(read(self.context.settings))

    def _quiet_chosen(self, key: str) -> None:
        now = self.context.now()
        until = next_morning(now) if key == "morning" else now + int(key) * MINUTE if int(key) else 0
        self._choose(quiet_until=until)

    def _try(self) -> None:
        if self.context.calls is not None:
            self.context.tasks.start(self._shown(), name="test notification", owner=self)

    async def _shown(self) -> None:
        assert self.context.calls is not None
        why = await self.context.calls.test()
        if why:
            self.tell_fault(self.tr("It could not be shown"), why)
        else:
            self.tell_done(self.tr("It was handed to the desktop."))

    def _autostart_chosen(self, on: bool) -> None:
        if not self._filling:
            self.context.tasks.start(self._switch(on), name="start at log-in", owner=self)

    async def _switch(self, on: bool) -> None:
        try:
            self._show_autostart(await asyncio.to_thread(lambda: this_autostart().switch(on)))
            self.tell_nothing()
        except OSError as error:
            sentence = self.tr("{why}. Nothing else was changed. Look at the rights of the folder.")
            self.tell_fault(self.tr("It was not changed"), sentence.format(why=error.strerror or error))
            await self.load()
