"""Dialogs over the demo: every page of the settings, search, keys, about, a run to start, figures and their numbers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QScrollArea, QWidget

from console.dialogs.about_dialog import AboutDialog
from console.dialogs.agent_pictures_dialog import AgentPicturesDialog
from console.dialogs.attachments_dialog import AttachmentsDialog
from console.dialogs.keys_dialog import KeysDialog
from console.dialogs.numbers_dialog import NumbersDialog
from console.dialogs.plan_dialog import PlanDialog
from console.dialogs.settings.agents_page import AgentsPage
from console.dialogs.settings.connections_page import ConnectionsPage
from console.dialogs.settings.pages import PAGES
from console.dialogs.settings.rules_page import RulesPage
from console.dialogs.settings_dialog import SettingsDialog
from console.dialogs.start_run_dialog import StartRunDialog
from console.dialogs.workspace_dialogs import DeleteWorkspaceDialog, NameWorkspaceDialog
from console.views.fleet_view import FleetView
from console.views.palette import Palette
from console.views.table import FLEET, SPEND
from console.workspaces import KnownWorkspace
from tests.screens.rooms import open_run
from tests.screens.screen import Screen, Show, Stage


def settings_page(key: str) -> Show:
    """That page of the settings."""

    async def show(stage: Stage) -> QWidget:
        stage.window.open_settings(key)
        dialog = await stage.shown(SettingsDialog)
        assert dialog.current.key == key
        return dialog

    return show


def agent_tab(tab: str) -> Show:
    """One part of the agent that is edited."""

    async def show(stage: Stage) -> QWidget:
        stage.window.open_settings("agents")
        dialog = await stage.shown(SettingsDialog)
        assert isinstance(dialog.current, AgentsPage)
        dialog.current.editor.tabs.segment(tab).click()
        return dialog

    return show


async def rule_checks(stage: Stage) -> QWidget:
    stage.window.open_settings("rules")
    dialog = await stage.shown(SettingsDialog)
    assert isinstance(dialog.current, RulesPage)
    dialog.current.tabs.segment("checks").click()
    return dialog


async def ways_of_a_connection(stage: Stage) -> QWidget:
    stage.window.open_settings("connections")
    dialog = await stage.shown(SettingsDialog)
    page = dialog.current
    assert isinstance(page, ConnectionsPage)
    page.ways.more.click()
    await stage.whole(dialog)
    above = page.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    assert above is not None
    above.verticalScrollBar().setValue(above.verticalScrollBar().maximum())
    return dialog


def page_key(module: str) -> str:
    """``console.dialogs.settings.agents_page`` -> ``agents``."""
    return module.rpartition(".")[2].removesuffix("_page")


async def palette(stage: Stage) -> QWidget:
    stage.window.dialogs.open_palette()
    opened = await stage.shown(Palette)
    await stage.until(lambda: opened.isAncestorOf(stage.keyboard()), "the palette has the keyboard")
    stage.type("refund")
    await stage.until(lambda: any(row.kind == "ask" for row in opened.model.rows), "requests are found")
    await stage.settled()
    return opened


async def keys(stage: Stage) -> QWidget:
    stage.window.dialogs.open_keys()
    return await stage.shown(KeysDialog)


async def about(stage: Stage) -> QWidget:
    stage.window.dialogs.open_about()
    return await stage.shown(AboutDialog)


async def fleet_view(stage: Stage) -> FleetView:
    stage.window.show_view(FLEET)
    await stage.settled()
    view = stage.window.view(FLEET)
    assert isinstance(view, FleetView)
    await stage.until(lambda: view.model.rowCount(), "the agents are there")
    view.grid.choose(0)
    return view


async def start_run(stage: Stage) -> QWidget:
    (await fleet_view(stage)).new_run()
    return await stage.shown(StartRunDialog)


async def agent_pictures(stage: Stage) -> QWidget:
    (await fleet_view(stage)).show_record()
    return await stage.shown(AgentPicturesDialog)


async def numbers(stage: Stage) -> QWidget:
    stage.window.show_view(SPEND)
    await stage.settled()
    stage.window.context.actions.press("picture.numbers")
    return await stage.shown(NumbersDialog)


async def plan(stage: Stage) -> QWidget:
    waiting = await stage.window.context.runtime.history.runs(state="waiting")
    view = await open_run(stage, waiting[-1].run_id)
    view.page.menu.do("plan")
    return await stage.shown(PlanDialog)


async def source(stage: Stage) -> QWidget:
    rows = await stage.window.context.runtime.history.runs()
    view = await open_run(stage, next(row.run_id for row in rows if row.source))
    view.page.menu.do("source")
    return await stage.shown(AttachmentsDialog)


async def new_workspace(stage: Stage) -> QWidget:
    title, said = "New workspace", "It starts empty: own journal, files, rules and secrets. This one stays as it is."
    return opened(NameWorkspaceDialog(stage.window.context, title, said, "Make and open it", parent=stage.window))


async def delete_workspace(stage: Stage) -> QWidget:
    known = KnownWorkspace("Small shop", Path("workspaces") / "small-shop", True, False)
    return opened(DeleteWorkspaceDialog(stage.window.context, known, stage.window))


def opened(dialog: QDialog) -> QDialog:
    """Open, and gone for good once it is closed."""
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog


PAGE_KEYS = tuple(page_key(module) for module, _ in PAGES)
AGENT_TABS = ("models", "limits", "tools", "quotas", "success", "file", "revisions", "teach")
DIALOGS = (
    *(Screen(f"settings-{key}", settings_page(key)) for key in PAGE_KEYS),
    *(Screen(f"settings-agents-{tab}", agent_tab(tab)) for tab in AGENT_TABS),
    Screen("settings-rules-checks", rule_checks),
    Screen("settings-connections-more", ways_of_a_connection),
    Screen("palette", palette, sample=True),
    Screen("keys", keys),
    Screen("about", about),
    Screen("start-run", start_run, sample=True),
    Screen("agent-pictures", agent_pictures),
    Screen("numbers", numbers),
    Screen("plan", plan),
    Screen("source", source),
    Screen("new-workspace", new_workspace),
    Screen("delete-workspace", delete_workspace),
)
