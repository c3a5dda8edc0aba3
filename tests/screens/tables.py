"""All that is pictured, and which screen shows which class: a new page, dialog or card needs a line here."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from PySide6.QtWidgets import QWidget

import console
from tests.screens.around import AROUND
from tests.screens.beginning import BEGINNING
from tests.screens.care import CARE
from tests.screens.decisions import DECISIONS
from tests.screens.dialogs import AGENT_TABS, DIALOGS, PAGE_KEYS
from tests.screens.empty import EMPTY
from tests.screens.one_thing import ONE_THING
from tests.screens.rooms import ROOMS
from tests.screens.rules_and_grants import RULES_AND_GRANTS
from tests.screens.states import LAST, STATES

DEMO = (*DECISIONS, *ROOMS, *DIALOGS, *BEGINNING)
STORY = (*STATES, *ONE_THING, *CARE, *RULES_AND_GRANTS, *AROUND, *LAST)
ALL = (*DEMO, *EMPTY, *STORY)

SHOWN = ("Card", "ClosingList", "Dialog", "Page", "Palette", "Panel", "Part", "Sheet", "View", "Viewer", "Welcome",
         "Window")  # fmt: skip
"""Widgets whose names end so are what a person looks at as a whole."""
SEEN_ON: dict[str, str] = {
    **{f"Agent{tab.capitalize()}Part": f"settings-agents-{tab}" for tab in AGENT_TABS},
    **{f"{key.capitalize()}Page": f"settings-{key}" for key in PAGE_KEYS},
    "AboutDialog": "about",
    "AgentCapsPart": "settings-caps",
    "AgentPicturesDialog": "agent-pictures",
    "AgentRolePart": "settings-agents",
    "ApprovalsView": "approvals-tier-1",
    "AttachmentsDialog": "source",
    "AuditView": "audit",
    "BacktestDialog": "backtest-list",
    "BacktestPart": "backtest",
    "CapPanel": "spend",
    "ChecksPart": "settings-rules-checks",
    "ChoiceDialog": "shelve",
    "ClosingList": "closing",
    "ConsoleWindow": "fleet",
    "DecisionCard": "approvals-tier-2",
    "DeleteWorkspaceDialog": "delete-workspace",
    "EditPage": "approvals-edit",
    "FleetView": "fleet",
    "FleetWelcome": "first-steps",
    "GrantLimitsDialog": "grant-limits",
    "GrantsPage": "grants",
    "GroupCard": "approvals-group",
    "KeysDialog": "keys",
    "NameWorkspaceDialog": "new-workspace",
    "NumbersDialog": "week",
    "OpeningWindow": "opening",
    "Palette": "palette",
    "PictureView": "spend",
    "PlanDialog": "plan",
    "PracticeWindow": "practice",
    "PreviewPage": "approvals-mail-preview",
    "ProposalsPart": "rule-proposals",
    "RejectPanel": "approvals-reject",
    "ReviewCard": "approvals-review",
    "RollbackSheet": "rollback-sheet",
    "RulesPart": "settings-rules",
    "RunPage": "run",
    "RunWindow": "run-window",
    "RunsView": "runs",
    "SecondPersonDialog": "second-person",
    "SettingsDialog": "settings-general",
    "SpendView": "spend",
    "StartRunDialog": "start-run",
    "StepViewer": "step",
}
"""Every class of that kind, and the screen on which it has to be seen."""


def shown_classes() -> dict[str, type[QWidget]]:
    """By name: every class of the window that a person looks at as a whole; those that others are made from are not."""
    for module in pkgutil.walk_packages(console.__path__, "console."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {
        kind.__name__: kind
        for kind in _below(QWidget)
        if kind.__module__.startswith("console.") and kind.__name__.endswith(SHOWN) and not kind.__subclasses__()
    }


def _below(kind: type[QWidget]) -> Iterator[type[QWidget]]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


def not_seen(screen: str, shown: QWidget) -> list[str]:
    """Classes that are to be seen on this screen and are not."""
    there = {type(widget).__name__ for widget in (shown, *shown.findChildren(QWidget)) if widget.isVisible()}
    return [name for name, place in SEEN_ON.items() if place == screen and name not in there]
