"""Which pages the settings have, in order; a page's module is loaded when it is first asked about."""

from __future__ import annotations

import importlib
from functools import cache

from console.dialogs.settings.page import SettingsPage
from console.presenters.wording import say

_ROOM = "console.dialogs.settings"
PAGES = (
    (f"{_ROOM}.agents_page", "AgentsPage"),
    (f"{_ROOM}.rules_page", "RulesPage"),
    (f"{_ROOM}.grants_page", "GrantsPage"),
    (f"{_ROOM}.connections_page", "ConnectionsPage"),
    (f"{_ROOM}.credentials_page", "CredentialsPage"),
    (f"{_ROOM}.operators_page", "OperatorsPage"),
    (f"{_ROOM}.general_page", "GeneralPage"),
    (f"{_ROOM}.caps_page", "CapsPage"),
    (f"{_ROOM}.prices_page", "PricesPage"),
    (f"{_ROOM}.notifications_page", "NotificationsPage"),
    (f"{_ROOM}.appearance_page", "AppearancePage"),
    (f"{_ROOM}.keys_page", "KeysPage"),
    (f"{_ROOM}.workspace_page", "WorkspacePage"),
)


@cache
def _classes() -> tuple[type[SettingsPage], ...]:
    return tuple(getattr(importlib.import_module(module), name) for module, name in PAGES)


def page_classes() -> list[type[SettingsPage]]:
    """Every page."""
    return list(_classes())


def page_titles() -> list[tuple[str, str, str]]:
    """(key, title, icon) of each."""
    return [(one.key, say(one.title), one.icon) for one in _classes()]
