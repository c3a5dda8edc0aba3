"""Settings, Workspace: what it takes on disk and what may go, backup and restore, and the other workspaces."""

import asyncio
from pathlib import Path
from typing import ClassVar

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from console import workspaces as places
from console.context import ConsoleContext
from console.dialogs.choose_file import file_to_read, file_to_write, finished, folder
from console.dialogs.export_dialog import dated_name
from console.dialogs.settings.page import SettingsPage
from console.dialogs.workspace_dialogs import DeleteWorkspaceDialog, NameWorkspaceDialog
from console.models.plain_rows import PlainRow, PlainRows
from console.presenters import disk_text
from console.presenters.wording import later
from console.widgets.button import ActionButton
from console.widgets.data_table import Cell, DataTable
from console.widgets.flow_layout import FlowLayout
from console.widgets.meter import Meter
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.domain.commands import ClearSpace, MakeBackup
from runtime.projections.rows import SpaceUse

BACKUP = "Backup (*.zip)"


class WorkspacePage(SettingsPage):
    """Every gesture says what it will do before it does it."""

    key: ClassVar[str] = "workspace"
    title: ClassVar[str] = later("Workspace")
    icon: ClassVar[str] = "hard-drive"
    saves: ClassVar[bool] = False

    def __init__(self, context: ConsoleContext) -> None:
        super().__init__(context)
        theme, px = context.theme, context.theme.px
        self._known: list[places.KnownWorkspace] = []
        where = QHBoxLayout()
        self.where = PlainLabel(theme, str(context.runtime.folder), "mono", selectable=True)
        copy = ActionButton(theme, self.tr("Copy"), "copy", kind="quiet", height=28)
        copy.activated.connect(lambda: QGuiApplication.clipboard().setText(str(context.runtime.folder)))
        where.addWidget(self.where, 1)
        where.addWidget(copy)
        self.column.addLayout(where)
        self.column.addWidget(self._space_panel())
        self.column.addLayout(self._buttons())
        note = self.tr("A backup holds journal, contents and files, but no secrets.")
        self.column.addWidget(PlainLabel(theme, note, "meta", "text2"))
        self.model = PlainRows((self.tr("Workspace"), self.tr("Folder"), self.tr("State")), self)
        self.table = DataTable(theme, self.tr("Workspaces on this machine"), (180, 320, 130), 1)
        self.table.setModel(self.model)
        self.table.setMinimumHeight(px(96))
        self.column.addWidget(PlainLabel(theme, self.tr("Workspaces on this machine"), "meta_strong", "text2"))
        self.column.addWidget(self.table, 1)
        self.column.addLayout(self._workspace_buttons())
        self.table.selectionModel().selectionChanged.connect(self._arm)
        self._arm()

    def _space_panel(self) -> Panel:
        theme = self.context.theme
        self.panel = Panel(theme, self.tr("Space on disk"))
        grid_widget = QWidget()
        self._grid = QGridLayout(grid_widget)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(16))
        self._grid.setColumnStretch(3, 1)
        self._lines: list[tuple[PlainLabel, PlainLabel, Meter, PlainLabel]] = []
        self.panel.add(grid_widget)
        self.clear = ActionButton(theme, self.tr("Clear what may go"), "trash", height=28)
        self.clear.activated.connect(
            lambda: self.submit(ClearSpace(self.context.operator()), failed=self.tr("Nothing was cleared"))
        )
        self.clearable = PlainLabel(theme, "", "meta", "text2")
        row = QHBoxLayout()
        row.addWidget(self.clear)
        row.addWidget(self.clearable, 1)
        self.panel.body.addLayout(row)
        return self.panel

    def _buttons(self) -> FlowLayout:
        theme, row = self.context.theme, FlowLayout(self.context.theme.px(8))
        self.backup = ActionButton(theme, self.tr("Back up"), "download", height=32)
        self.restore = ActionButton(theme, self.tr("Restore a backup"), "upload", height=32)
        self.backup.activated.connect(lambda: self._start(self._back_up(), "back up"))
        self.restore.activated.connect(lambda: self._start(self._restore(), "restore"))
        for button in (self.backup, self.restore):
            row.addWidget(button)
        return row

    def _workspace_buttons(self) -> FlowLayout:
        theme, row = self.context.theme, FlowLayout(self.context.theme.px(8))
        self.open = ActionButton(theme, self.tr("Switch to it"), "log-out", height=32)
        self.other = ActionButton(theme, self.tr("Open a folder"), "folder", height=32)
        self.new = ActionButton(theme, self.tr("New"), "plus", height=32)
        self.delete = ActionButton(theme, self.tr("Delete"), "trash", height=32)
        self.open.activated.connect(self._switch)
        self.other.activated.connect(lambda: self._start(self._open_folder(), "open a folder"))
        self.new.activated.connect(lambda: self._start(self._create(), "make a workspace"))
        self.delete.activated.connect(lambda: self._start(self._delete(), "delete a workspace"))
        for button in (self.open, self.other, self.new, self.delete):
            row.addWidget(button)
        return row

    async def load(self) -> None:
        self._show_space(await self.context.runtime.space())
        known = await asyncio.to_thread(places.known_workspaces)
        here = self.context.runtime.folder
        this = [] if any(one.folder == here for one in known) else [places.KnownWorkspace(here.name, here, True, True)]
        self._known = [*this, *known]
        self.model.show_rows(
            [
                PlainRow(
                    str(one.folder),
                    (
                        Cell(one.name, role="body_medium"),
                        Cell("", mono=str(one.folder)),
                        Cell(
                            self._state(one, here), "accent" if one.folder == here else "text2" if one.there else "warn"
                        ),
                    ),
                )
                for one in self._known
            ]
        )
        self._arm()

    def _state(self, one: places.KnownWorkspace, here: Path) -> str:
        if one.folder == here:
            return self.tr("open here")
        return self.tr("on disk") if one.there else self.tr("folder is gone")

    def _show_space(self, use: SpaceUse) -> None:
        theme, whole = self.context.theme, max(1, disk_text.total(use))
        self.panel.set_note(disk_text.size(disk_text.total(use)))
        for at, (name, count, what) in enumerate(disk_text.kinds(use)):
            if at == len(self._lines):
                line = (
                    PlainLabel(theme, name, "body_medium", wrap=False),
                    PlainLabel(theme, "", "body", wrap=False),
                    Meter(theme, width=120),
                    PlainLabel(theme, what, "meta", "text2"),
                )
                for column, part in enumerate(line):
                    self._grid.addWidget(part, at, column)
                self._lines.append(line)
            said = disk_text.size(count)
            self._lines[at][1].setText(said)
            self._lines[at][2].set_use(min(0.8, 0.8 * count / whole), sentence=f"{name}: {said}")
        self.clear.setEnabled(use.clearable > 0)
        self.clearable.setText(
            self.tr("{size} may go: older automatic backups and contents that no entry names.").format(
                size=disk_text.size(use.clearable)
            )
            if use.clearable
            else self.tr("Everything stored is still needed.")
        )

    # -- gestures ------------------------------------------------------------------------------------------------
    def _start(self, work: object, name: str) -> None:
        self.context.tasks.start(work, name=name, owner=self)  # type: ignore[arg-type]  # always one of the coroutines below

    def _chosen(self) -> places.KnownWorkspace | None:
        key = self.model.key_at(self.table.chosen_row())
        return next((one for one in self._known if str(one.folder) == key), None)

    def _arm(self) -> None:
        one, here = self._chosen(), self.context.runtime.folder
        other = one is not None and one.folder != here
        self.open.setEnabled(other and one is not None and one.there)
        self.delete.setEnabled(other and one is not None and one.there)

    def _switch(self) -> None:
        one = self._chosen()
        if one is not None:
            self._leave_for(one.folder)

    def _leave_for(self, target: Path) -> None:
        dialog = self.window()
        dialog.close()
        if dialog.isVisible():
            return  # another page has edits that would be lost; the dialog says so
        self.context.navigation.open_workspace(target)

    async def _open_folder(self) -> None:
        target = await folder(self.window(), self.tr("Open a workspace"))
        if target is None:
            return
        if await asyncio.to_thread(places.is_workspace, target):
            self._leave_for(target)
            return
        self.tell_fault(
            self.tr("{name} is not a workspace").format(name=target.name),
            self.tr("It has no journal. Nothing was changed. Choose a folder that holds journal.sqlite, or make one."),
        )

    async def _create(self) -> None:
        dialog = NameWorkspaceDialog(
            self.context,
            self.tr("New workspace"),
            self.tr("It starts empty: own journal, files, rules and secrets. This one stays as it is."),
            self.tr("Make and open it"),
            parent=self,
        )
        if await finished(dialog) and dialog.folder is not None:
            self._leave_for(dialog.folder)

    async def _delete(self) -> None:
        one = self._chosen()
        if one is None:
            return
        dialog = DeleteWorkspaceDialog(self.context, one, parent=self)
        if await finished(dialog):
            self.tell_done(self.tr("{name} was deleted.").format(name=one.name))
            self.reload()

    async def _back_up(self) -> None:
        target = await file_to_write(
            self.window(), self.tr("Back up this workspace"), dated_name(self.context, "backup"), (BACKUP,)
        )
        if target is not None:
            self.tell_done(self.tr("{name} is being written").format(name=target.name))
            self.submit(MakeBackup(str(target), self.context.operator()), failed=self.tr("No backup was written"))

    async def _restore(self) -> None:
        source = await file_to_read(self.window(), self.tr("Restore a backup"), (BACKUP,))
        if source is None:
            return
        dialog = NameWorkspaceDialog(
            self.context,
            self.tr("Restore a backup"),
            self.tr(
                "It becomes a workspace of its own; this one stays as it is. Every file and record is checked first. "
                "Keys, credentials and passphrases stay with the workspace it was made of: enter again what it needs. "
                "Everything in it is paused until you resume it."
            ),
            self.tr("Restore and open it"),
            source=source,
            parent=self,
        )
        if await finished(dialog) and dialog.folder is not None:
            self._leave_for(dialog.folder)
