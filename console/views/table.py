"""Which screens there are: fixed number (Ctrl+1..8), title, icon, module, class. No module, no screen."""

import importlib
import importlib.util
from dataclasses import dataclass

from console.context import ConsoleContext
from console.presenters.wording import later
from console.views.view import View


@dataclass(frozen=True, slots=True)
class ViewEntry:
    """One screen. ``group`` sets the gaps in the rail."""

    number: int
    title: str
    icon: str
    module: str
    class_name: str
    group: int

    def is_there(self) -> bool:
        """Whether this program has the screen."""
        return importlib.util.find_spec(self.module) is not None

    def build(self, context: ConsoleContext) -> View:
        """The screen itself; loaded when it is first shown."""
        view = getattr(importlib.import_module(self.module), self.class_name)(context)
        if not isinstance(view, View):
            raise TypeError(f"{self.class_name} is not a view")
        return view


FLEET, APPROVALS, RUNS, AUDIT, SPEND, EVALUATIONS, TRIGGERS, SETTINGS = range(1, 9)

SAMPLE = "sample"
"""What Approvals opens beside an ask by its id: the review of what ran without asking."""

VIEWS = (
    ViewEntry(FLEET, later("Fleet"), "fleet", "console.views.fleet_view", "FleetView", 1),
    ViewEntry(APPROVALS, later("Approvals"), "approvals", "console.views.approvals_view", "ApprovalsView", 1),
    ViewEntry(RUNS, later("Runs"), "runs", "console.views.runs_view", "RunsView", 1),
    ViewEntry(AUDIT, later("Audit"), "audit", "console.views.audit_view", "AuditView", 1),
    ViewEntry(SPEND, later("Spend"), "spend", "console.views.spend_view", "SpendView", 2),
)

SETTINGS_DIALOG = ("console.dialogs.settings_dialog", "SettingsDialog")
"""Number 8. Built as ``SettingsDialog(context, page="", parent=window)`` and shown with ``open()``."""


# Looked up once, on import: the window is built on the running loop, where nothing may touch the disk.
PRESENT = tuple(entry for entry in VIEWS if entry.is_there())
HAS_SETTINGS = importlib.util.find_spec(SETTINGS_DIALOG[0]) is not None
