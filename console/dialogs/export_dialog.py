"""Asks where an export goes, writes it in the background and tells when it is there."""

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from console.context import ConsoleContext
from console.dialogs.choose_file import file_to_write
from console.notices.notice import Notice
from console.operations.audit_export import export_audit
from console.operations.file_writing import ExportFailed, write_text
from runtime.projections.rows import AuditFilter

JSON_LINES, CSV = "JSON lines (*.jsonl)", "CSV (*.csv)"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Export", text)


def dated_name(context: ConsoleContext, what: str) -> str:
    """``audit-2026-11-20``."""
    return f"{what}-{datetime.fromtimestamp(context.now() / 1_000_000):%Y-%m-%d}"


class AuditExport:
    """One export of the journal; the window stays usable."""

    def __init__(self, context: ConsoleContext, wanted: AuditFilter, total: int) -> None:
        self._context, self._wanted, self._total = context, wanted, total
        self._key = f"export {id(self)}"

    def start(self) -> None:
        """Ask for the place first."""
        self._context.tasks.start(self._run(), name="export the audit log")

    async def _run(self) -> None:
        name = dated_name(self._context, "audit")
        target = await file_to_write(self._context.window(), _tr("Export the audit log"), name, (JSON_LINES, CSV))
        if target is not None:
            await self.write(target)

    async def write(self, target: Path) -> None:
        """Into a chosen file."""
        notices = self._context.notices
        try:
            done = await export_audit(self._context.runtime.history, self._wanted, target, self._tell_progress)
        except ExportFailed as error:
            notices.tell(Notice("fault", _tr("The export was not written"), str(error), key=self._key))
            return
        said = _tr("{count} entries were written to {name}").format(count=f"{done:,}", name=target.name)
        notices.tell(Notice("done", said, key=self._key))

    def _tell_progress(self, done: int) -> None:
        if done < self._total:
            said = _tr("{done} of {total} entries exported").format(done=f"{done:,}", total=f"{self._total:,}")
            self._context.notices.tell(Notice("waiting", said, key=self._key))


class TextExport:
    """A text that is there already, into a file a person chooses."""

    def __init__(self, context: ConsoleContext, title: str, name: str, kinds: tuple[str, ...], text: str) -> None:
        self._context, self._title, self._name, self._kinds, self._text = context, title, name, kinds, text

    def start(self) -> None:
        """Ask for the place first."""
        self._context.tasks.start(self._run(), name="export a text")

    async def _run(self) -> None:
        target = await file_to_write(self._context.window(), self._title, self._name, self._kinds)
        if target is not None:
            await self.write(target)

    async def write(self, target: Path) -> None:
        """Into a chosen file."""
        try:
            await write_text(target, self._text)
        except ExportFailed as error:
            self._context.notices.tell(Notice("fault", _tr("The file was not written"), str(error)))
            return
        self._context.notices.tell(Notice("done", _tr("{name} was written").format(name=target.name)))
