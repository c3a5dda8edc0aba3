"""The dialogs the window opens: each once, brought to the front where it is open already."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog

from console.context import ConsoleContext
from console.set_aside import SetAside
from console.views.table import HAS_SETTINGS, SETTINGS_DIALOG
from runtime.projections.rows import AuditFilter

if TYPE_CHECKING:
    from console.dialogs.settings_dialog import SettingsDialog
    from console.window import ConsoleWindow


class WindowDialogs:
    """``shown`` are those open now, by name; ``aside`` what waits because a person was called meanwhile."""

    def __init__(self, context: ConsoleContext, window: ConsoleWindow) -> None:
        self._context, self._window = context, window
        self.shown: dict[str, QDialog] = {}
        self.aside = SetAside(context, window)

    def open(self, name: str, build: Callable[[], QDialog]) -> None:
        """The dialog of this name; built only where it is not open."""
        if (known := self.shown.get(name)) is not None:
            self.aside.back() if known.isHidden() else known.raise_()
            return
        dialog = build()
        self.shown[name] = dialog
        dialog.finished.connect(lambda _result: self._closed(name))
        dialog.open()

    def _closed(self, name: str) -> None:
        dialog = self.shown.pop(name, None)
        if dialog is not None:
            dialog.deleteLater()

    def open_settings(self, page: str = "") -> None:
        """At a page by its key, or at the last one."""
        module, name = SETTINGS_DIALOG

        def build() -> QDialog:
            truth = self._window.truth
            dialog: SettingsDialog = getattr(importlib.import_module(module), name)(
                self._context, page, parent=self._window
            )
            dialog.set_stale(truth.since)
            truth.stale_since.connect(dialog.set_stale)
            dialog.retried.connect(self._window.heartbeat.ask_now)
            return dialog

        if HAS_SETTINGS:
            self.open("settings", build)

    def open_palette(self) -> None:
        """Ctrl+K."""
        from console.views.palette import Palette

        window = self._window
        self.open("palette", lambda: Palette(self._context, window.current, window, lambda: window.heartbeat.is_stale))

    def open_keys(self) -> None:
        """The key overview."""
        from console.dialogs.keys_dialog import KeysDialog

        async def opened() -> None:
            await self._window.know_all_actions()
            self.open("keys", lambda: KeysDialog(self._context, self._window))

        self._context.tasks.start(opened(), name="show all keys")

    def export_everything(self) -> None:
        """The whole log into a file, from wherever a person is told that it was changed."""
        self._context.tasks.start(self._export(), name="count what is exported")

    async def _export(self) -> None:
        from console.dialogs.export_dialog import AuditExport

        everything = AuditFilter()
        AuditExport(self._context, everything, await self._context.runtime.history.audit_count(everything)).start()

    def open_about(self) -> None:
        """Version, licences, help."""
        from console.dialogs.about_dialog import AboutDialog

        self.open("about", lambda: AboutDialog(self._context, self._window))
