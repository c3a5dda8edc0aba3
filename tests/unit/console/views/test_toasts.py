"""Notices lie where nothing has to be seen to decide, all of them whole."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from console.notices.notice import Notice, NoticeTone
from console.views.approvals_view import ApprovalsView
from console.views.table import APPROVALS, FLEET
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
TONES: tuple[NoticeTone, ...] = ("waiting", "refused", "fault", "crash")


def within(window: QWidget, part: QWidget) -> QRect:
    return QRect(part.mapTo(window, QPoint()), part.size())


def test_notices_lie_over_the_list_of_requests_and_never_over_the_card(world: WindowWorld) -> None:
    async def story() -> None:
        window = await world.show()
        window.show_view(APPROVALS)
        await world.until(lambda: not world.busy)
        view, toasts = window.view(APPROVALS), window.toasts
        assert isinstance(view, ApprovalsView)
        for tone in TONES:
            window.context.notices.tell(Notice(tone, f"Told as {tone}", "What holds, and what can be done.", tone))
        await world.until(lambda: len(toasts.texts) == len(TONES))
        assert within(window, view.pane).contains(within(window, toasts))
        banners = [banner for _, banner in toasts._open]
        assert all(
            banner.isVisible() and banner.height() >= banner.heightForWidth(banner.width()) for banner in banners
        )
        window.show_view(FLEET)
        await world.until(lambda: not world.busy)
        assert within(window, toasts).right() > window.width() - window.context.theme.px(40)
        window.resize(window.width() + 80, window.height())
        await world.until(lambda: within(window, toasts).right() > window.width() - window.context.theme.px(40))
        while toasts.texts:
            toasts.close_newest()

    world.run(story())
