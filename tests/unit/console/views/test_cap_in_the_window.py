"""A run at the cap of its agent, in a window over a real workspace: what was done is told, and more is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from console.views.approvals_view import ApprovalsView
from console.views.spend_view import SpendView
from console.views.table import APPROVALS, SPEND
from console.window import ConsoleWindow
from runtime.domain.budget import Cap, Caps
from runtime.domain.commands import SetCaps
from runtime.domain.decision import Usage
from runtime.domain.ids import AgentName
from runtime.domain.words import Outcome
from runtime.models.scripted import Say
from tests.fixtures.priced_models import priced
from tests.fixtures.room import PLAN, done, furnished
from tests.fixtures.window_on_a_room import window_on
from tests.fixtures.window_world import WindowWorld
from tests.unit.runtime.engine.test_spending import NEXT_CALL, USED

pytestmark = pytest.mark.window


def texts(window: ConsoleWindow) -> list[str]:
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible()]


def test_a_run_at_the_cap_of_its_agent_is_allowed_more_from_the_card(world: WindowWorld, tmp_path: Path) -> None:
    async def story() -> None:
        async with furnished(tmp_path / "desk", spec=priced()) as room:
            caps = Caps(day=Cap(20_000_000), by_agent={AgentName("clerk"): Cap(NEXT_CALL)})
            await room.do(SetCaps(caps, "anna"))
            run_id = await room.start("work", Say(PLAN, Usage(0, 16_000)), Say(done(), USED), plan=False)
            await room.asked(run_id, "cap")
            await room.reopen()
            ask = await room.asked(run_id, "cap")
            async with window_on(world, room) as window:
                spend = window.view(SPEND)
                assert isinstance(spend, SpendView)
                window.show_view(SPEND)
                await world.until(lambda: any("Agent and day, clerk" in text for text in texts(window)), "its cap")
                window.open_ask(ask.raised.ask_id)
                view = window.view(APPROVALS)
                assert isinstance(view, ApprovalsView)
                await world.until(lambda: any("So far: 0 of " in text for text in texts(window)), "what was done")
                assert any("To finish:" in text for text in texts(window))
                world.seconds += 5
                more = view.desk.bar.outcomes["raise"]
                await world.until(lambda: more.isVisible() and not more.locked, "it can be answered")
                assert view.desk.bar.extra.value() > 0
                more.click()
                assert (await room.finished(run_id)).outcome is Outcome.COMPLETED

    (tmp_path / "desk").mkdir()
    world.run(story())
