"""The card of look-alikes is deaf for a moment whenever it comes on screen, also with the screen it is on."""

from __future__ import annotations

import pytest

from console.views.table import APPROVALS, FLEET
from runtime.domain import queue_commands as q
from tests.fixtures.approvals_screen import sent, tap
from tests.fixtures.window_world import WindowWorld
from tests.unit.console.views.test_queue_in_the_window import read_all, with_look_alikes

pytestmark = pytest.mark.window


def test_a_key_meant_for_another_screen_rules_no_look_alikes(world: WindowWorld) -> None:
    async def story() -> None:
        view = await with_look_alikes(world)
        await read_all(world, view)
        assert view.group.blocked() == ""
        assert world.window is not None
        world.window.show_view(FLEET)
        world.pass_time(2.0)
        await world.until(lambda: not world.busy, "the fleet is shown")
        world.window.show_view(APPROVALS)
        assert view.group.isVisible()
        tap(world, "a")
        await world.until(lambda: not world.busy, "nothing was sent")
        assert sent(world, q.RuleEach) == []
        world.pass_time(0.7)
        tap(world, "a")
        await world.until(lambda: sent(world, q.RuleEach), "they are ruled after that")
        await world.until(lambda: not world.busy)

    world.run(story())
