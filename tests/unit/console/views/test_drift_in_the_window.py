"""An action beside the approved plan, in a window over a real workspace: it is asked for, and the plan shows it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from console.dialogs.plan_dialog import PlanDialog
from console.views.approvals_view import ApprovalsView
from console.views.run_window import RunWindow
from console.views.table import APPROVALS
from console.window import ConsoleWindow
from runtime.domain.ids import RunId
from tests.fixtures.gone import gone
from tests.fixtures.room import Room, done, furnished, write
from tests.fixtures.window_on_a_room import window_on
from tests.fixtures.window_world import WindowWorld
from tests.unit.runtime.engine.test_plan_review import PLAN, for_step, reviewed

pytestmark = pytest.mark.window
ASKED = "It is not in the approved plan (revision 1): the one step with files.write was carried out already."


def rows_of(page: RunWindow) -> list[tuple[str, str]]:
    return [(line.step.title, line.status.value) for line in page.page.plan.model.rows]


def test_it_is_asked_for_and_the_plan_shows_it_after_a_restart(world: WindowWorld, tmp_path: Path) -> None:
    async def story() -> None:
        async with furnished(tmp_path / "desk", spec=reviewed()) as room:
            script = (for_step("s2", write("a.txt", "x\n")), for_step("s2", write("b.txt", "x\n")), done())
            run_id = await room.start("t", PLAN, *script, plan=False)
            await room.approve(await room.asked(run_id, "plan"))
            await room.asked(run_id)
            await room.reopen()
            async with window_on(world, room) as window:
                await seen(window, room, run_id)

    async def seen(window: ConsoleWindow, room: Room, run_id: RunId) -> None:
        ask = await room.asked(run_id)
        window.open_ask(ask.raised.ask_id)
        view = window.view(APPROVALS)
        assert isinstance(view, ApprovalsView)
        await world.until(lambda: any(ASKED in label.text() for label in view.desk.findChildren(QLabel)), "why")
        page = RunWindow(window.context, run_id)
        page.show()
        beside = ("Not in the plan: Create b.txt, 1 line", "waiting")
        await world.until(lambda: beside in rows_of(page), "the drift is shown")
        assert "Revision 1 approved by Anna, 1 beside the plan" in page.page.plan._changed.text()
        model = page.page.plan.model
        assert model.said_of(model.rows[-1]).endswith(f". {ASKED}")  # in its tooltip, and to a screen reader
        await room.approve(ask)
        await room.finished(run_id)
        await world.until(lambda: rows_of(page)[-1][1] == "done", "it is carried out, and still beside the plan")
        page.close()
        page.deleteLater()

    (tmp_path / "desk").mkdir()
    world.run(story())


def test_a_plan_that_waits_is_edited_reordered_and_shortened_in_the_window(world: WindowWorld, tmp_path: Path) -> None:
    async def story() -> None:
        async with furnished(tmp_path / "desk", spec=reviewed()) as room:
            run_id = await room.start("t", PLAN, done(), plan=False)
            await room.asked(run_id, "plan")
            async with window_on(world, room) as window:
                dialog = PlanDialog(window.context, run_id, parent=window)
                dialog.open()
                await world.until(lambda: dialog.list.count() == 2, "the plan is shown")
                dialog.list.setCurrentRow(1)
                dialog.step_title.setText("Write it down twice")
                dialog.step_title.textEdited.emit(dialog.step_title.text())
                dialog.needs.setText("")
                dialog.needs.textEdited.emit("")
                dialog.up.click()
                dialog.list.setCurrentRow(1)
                dialog.drop.click()
                dialog.add.click()
                dialog.step_title.setText("Tell Anna")
                dialog.step_title.textEdited.emit("Tell Anna")
                dialog.save.click()
                await world.until(lambda: gone(dialog), "it is recorded")
                await room.until(lambda: (plan := room.run(run_id).plan) is not None and plan.revision == 2)
                dialog.deleteLater()
            await room.reopen()
            plan = room.run(run_id).plan
            assert plan is not None
            assert [step.title for step in plan.steps] == ["Write it down twice", "Tell Anna"]
            await room.approve(await room.asked(run_id, "plan"))
            assert (await room.finished(run_id)).approved_revision == 2

    (tmp_path / "desk").mkdir()
    world.run(story())
