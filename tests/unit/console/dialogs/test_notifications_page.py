"""Settings, Notifications: what is chosen is kept at once; quiet hours end by themselves; log-in is written exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.attention.preferences import read
from console.dialogs.settings.notifications_page import NotificationsPage, next_morning
from console.presenters.times import HOUR, MINUTE, local
from tests.fixtures.opened_settings import opened_settings
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window


def test_what_is_chosen_is_kept_at_once(world: WindowWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    async def gestures() -> None:
        dialog, page = await opened_settings(world, NotificationsPage)
        assert "no tray now: closing the window quits" in page.tray.text()
        page.sound.setChecked(False)
        page.soon.setChecked(False)
        page.closing.setCurrentIndex(page.closing.findData("quit"))
        page.quiet.segment("60").click()
        assert "Nobody is called until" in page.until.text()
        page.autostart.setChecked(True)
        await world.until(lambda: not world.busy, "it is written")
        assert (tmp_path / "autostart" / "operator-console.desktop").is_file()
        page.autostart.setChecked(False)
        await world.until(lambda: not world.busy, "it is removed")
        assert not (tmp_path / "autostart" / "operator-console.desktop").exists()
        dialog.reject()

    world.run(gestures())
    kept = read(world.context.settings)
    assert (kept.urgent, kept.sound, kept.soon, kept.closing) == (True, False, False, "quit")
    assert kept.quiet_until == world.context.now() + HOUR


@pytest.mark.parametrize("hour", [0, 7, 8, 9, 23])
def test_until_the_morning_is_the_next_eight_o_clock(hour: int) -> None:
    now = round(local(1_790_000_000_000_000).replace(hour=hour, minute=30).timestamp()) * 1_000_000
    morning = next_morning(now)
    assert now < morning <= now + 25 * HOUR
    assert (local(morning).hour, local(morning).minute) == (8, 0)
    assert morning % MINUTE == 0
