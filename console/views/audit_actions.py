"""The keys of the audit log: entries, filter, copy, verify, export, and the ways to what an entry is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from console.actions import Action

if TYPE_CHECKING:
    from console.views.audit_view import AuditView


def tr(text: str) -> str:
    """Translated, for texts outside a QObject."""
    return QCoreApplication.translate("AuditActions", text)


def add_audit_actions(view: AuditView) -> None:
    """What can be done in the audit log, with its keys."""
    add = view.context.actions.add
    entry = view.entry
    add(
        Action("audit.next", tr("Next entry"), ("J",), view.number, "entry", repeats=True, searchable=False),
        lambda: view.step(1),
    )
    add(
        Action("audit.previous", tr("Previous entry"), ("K",), view.number, "entry", repeats=True, searchable=False),
        lambda: view.step(-1),
    )
    add(
        Action("audit.filter", tr("Filter the audit log"), ("/",), view.number, tr("filter"), "filter"),
        view.filter.field.setFocus,
    )
    add(
        Action("audit.copy", tr("Copy the entry"), ("C",), view.number, tr("copy"), "copy"),
        entry.copy,
        enabled=lambda: entry.entry is not None,
    )
    add(
        Action("audit.form", tr("Show the entry as lines or as JSON"), ("[", "]"), view.number, tr("lines, JSON")),
        entry.other_form,
        enabled=lambda: entry.entry is not None,
    )
    add(
        Action("audit.verify", tr("Verify the chain"), ("V",), view.number, tr("verify chain"), "shield-check"),
        view.verify,
        enabled=lambda: not view.chain.running and not view.chain.comparing and not view.stale_since,
    )
    add(
        Action("audit.export", tr("Export the audit log"), ("Ctrl+E",), view.number, tr("export"), "export"),
        view.export,
    )
    add(
        Action("audit.decision", tr("Open the decision"), ("O",), view.number, tr("open decision"), "open-run"),
        entry.open_decision,
        enabled=lambda: entry.entry is not None and bool(entry.entry.row.ask_id),
    )
    add(
        Action("audit.run", tr("Open the run"), ("Return", "Enter"), view.number, tr("open run"), "open-run"),
        entry.open_run,
        enabled=lambda: entry.entry is not None and bool(entry.entry.row.run_id),
    )
