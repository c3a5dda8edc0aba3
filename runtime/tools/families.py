"""The tool families of this program: one line each."""

from importlib import import_module
from typing import cast

from runtime.tools.contract import ToolFamily

FAMILIES = {
    "files": "runtime.tools.files.family:FilesFamily",
    "sql": "runtime.tools.sql.family:SqlFamily",
    "mail": "runtime.tools.mail.family:MailFamily",
    "tickets": "runtime.tools.tickets.family:TicketsFamily",
}
"""Name -> where its class is. Imported when the families are first wanted: the window's first frame does not wait."""


def standard_families() -> tuple[ToolFamily, ...]:
    """One of each family, for a Registry."""
    found: list[ToolFamily] = []
    for place in FAMILIES.values():
        module, name = place.split(":")
        found.append(cast(ToolFamily, getattr(import_module(module), name)()))
    return tuple(found)
