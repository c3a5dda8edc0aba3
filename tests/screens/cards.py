"""A request on its card, read to its end as a person does, and one of the story, whose time passes."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from console.views.approvals.shown_ask import ShownAsk
from console.views.approvals_view import ApprovalsView
from console.views.table import APPROVALS
from tests.screens.screen import Stage


async def read_to_end(stage: Stage, window: QWidget, desk: ShownAsk) -> None:
    """What has no room is scrolled to, and the card back to its beginning."""
    card = desk.card
    await stage.whole(window)
    while not card.evidence.has_seen_end:
        card.show_first_open()
        await stage.whole(window)
    card.verticalScrollBar().setValue(0)


async def story_approvals(stage: Stage) -> ApprovalsView:
    """The screen, filled."""
    stage.window.show_view(APPROVALS)
    await stage.settled()
    view = stage.window.view(APPROVALS)
    assert isinstance(view, ApprovalsView)
    return view


async def story_card(stage: Stage, ask_id: str) -> ApprovalsView:
    """The card of one request; time passes, so that keys count."""
    view = await story_approvals(stage)
    view.open_item(ask_id)
    await stage.until(lambda: view.desk.detail and view.desk.detail.row.ask_id == ask_id, f"the card of {ask_id}")
    await read_to_end(stage, stage.window, view.desk)
    stage.story.pass_time(1.0)
    await stage.settled()
    view.desk.tick()
    return view
