"""Screens of the demo in which people look: Fleet, Runs, one run, a run in its own window, Audit, Spend."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from console.dialogs.rollback_sheet import RollbackSheet
from console.dialogs.step_viewer import StepViewer
from console.views.audit_view import AuditView
from console.views.fleet_view import FleetView
from console.views.run_window import RunWindow
from console.views.runs_view import RunsView
from console.views.table import AUDIT, FLEET, RUNS, SPEND
from tests.screens.screen import Screen, Stage

ROLLED_BACK = "Price of the blue mug"


async def fleet(stage: Stage) -> QWidget:
    stage.window.show_view(FLEET)
    await stage.settled()
    assert isinstance(stage.window.view(FLEET), FleetView)
    return stage.window


async def runs_view(stage: Stage) -> RunsView:
    stage.window.show_view(RUNS)
    await stage.settled()
    view = stage.window.view(RUNS)
    assert isinstance(view, RunsView)
    return view


async def runs(stage: Stage) -> QWidget:
    (await runs_view(stage)).show_list()
    await stage.settled()
    return stage.window


async def open_run(stage: Stage, run_id: str) -> RunsView:
    view = await runs_view(stage)
    view.open_item(run_id)
    await stage.until(lambda: view.page.detail and view.page.detail.row.run_id == run_id, "the run is read")
    await stage.settled()
    return view


async def run_waiting(stage: Stage) -> QWidget:
    waiting = await stage.window.context.runtime.history.runs(state="waiting")
    await open_run(stage, waiting[-1].run_id)
    return stage.window


async def priced_run(stage: Stage) -> RunsView:
    (row,) = await stage.window.context.runtime.history.runs(text=ROLLED_BACK)
    return await open_run(stage, row.run_id)


async def run(stage: Stage) -> QWidget:
    await priced_run(stage)
    return stage.window


async def run_in_its_own_window(stage: Stage) -> QWidget:
    (await priced_run(stage))._window_of_chosen()
    own = await stage.shown(RunWindow)
    await stage.until(lambda: own.page.detail, "the run is read in its own window")
    await stage.settled()
    return own


async def rollback_sheet(stage: Stage) -> QWidget:
    view = await priced_run(stage)
    view.page.roll_back()
    return await stage.shown(RollbackSheet)


async def step(stage: Stage) -> QWidget:
    view = await priced_run(stage)
    tools = [at for at, one in enumerate(view.page.model.steps) if one.tool]
    view.page.timeline.setCurrentIndex(view.page.model.index(tools[0]))
    view.page.open_step()
    return await stage.shown(StepViewer)


async def audit(stage: Stage) -> QWidget:
    stage.window.show_view(AUDIT)
    await stage.settled()
    view = stage.window.view(AUDIT)
    assert isinstance(view, AuditView)
    view.filter.field.setText("refund")
    view.filter.apply()
    await stage.settled()
    await stage.until(lambda: view.model.rowCount(), "entries are found")
    view.table.choose_row(1)
    await stage.settled()
    return stage.window


async def spend(stage: Stage) -> QWidget:
    stage.window.show_view(SPEND)
    await stage.settled()
    return stage.window


async def to_the_window(stage: Stage, shown: QWidget) -> None:
    """The own window of the run goes, the main one is in front again."""
    shown.window().close()
    stage.window.activateWindow()
    await stage.until(stage.window.isActiveWindow, "the window is in front again")


ROOMS = (
    Screen("fleet", fleet, sample=True),
    Screen("runs", runs, sample=True),
    Screen("run-waiting", run_waiting),
    Screen("run", run, sample=True),
    Screen("run-window", run_in_its_own_window, to_the_window),
    Screen("rollback-sheet", rollback_sheet),
    Screen("step", step),
    Screen("audit", audit, sample=True),
    Screen("spend", spend, sample=True),
)
