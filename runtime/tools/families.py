"""The tool families of this program: one line each."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

from runtime.tools.contract import ToolFamily

if TYPE_CHECKING:
    from runtime.tools.mail.smtp import SmtpAccount

FAMILIES = {
    "files": "runtime.tools.files.family:FilesFamily",
    "sql": "runtime.tools.sql.family:SqlFamily",
    "mail": "runtime.tools.mail.family:MailFamily",
    "tickets": "runtime.tools.tickets.family:TicketsFamily",
    "documents": "runtime.tools.documents.family:DocumentsFamily",
    "repository": "runtime.tools.repository.family:RepositoryFamily",
    "http": "runtime.tools.http.family:HttpFamily",
}
"""Name -> where its class is. Imported when the families are first wanted: the window's first frame does not wait."""


def standard_families(smtp_account: "Callable[[], SmtpAccount | None]" = lambda: None) -> tuple[ToolFamily, ...]:
    """One of each family, for a Registry. ``smtp_account`` tells the workspace's account when mail is to leave."""
    found: list[ToolFamily] = []
    for name, place in FAMILIES.items():
        module, class_name = place.split(":")
        family = getattr(import_module(module), class_name)
        found.append(cast(ToolFamily, family(smtp_account) if name == "mail" else family()))
    return tuple(found)
