"""Small dialogs about workspaces: name a new or a restored one, delete one. Each says first what will happen."""

import asyncio
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from console import workspaces as places
from console.context import ConsoleContext
from console.dialogs.settings.form import Form
from console.notices.centre import fault_sentence
from console.widgets.banner import Banner
from console.widgets.button import ActionButton
from console.widgets.button_face import Kind
from console.widgets.plain_label import PlainLabel


class SmallDialog(QDialog):
    """A title, what will happen, a form, a sentence when it did not work; Enter does nothing, Esc leaves."""

    def __init__(
        self,
        context: ConsoleContext,
        title: str,
        consequences: str,
        action: str,
        kind: Kind = "normal",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.context = context
        theme, px = context.theme, context.theme.px
        self.setWindowTitle(title)
        self.setModal(True)
        self.form = Form(theme)
        self.said = Banner(theme, "warn", "", "", stacked=True)
        self.said.hide()
        self.action = ActionButton(theme, action, kind=kind)
        self.cancel = ActionButton(theme, self.tr("Cancel"), None, "Esc")
        foot = QHBoxLayout()
        foot.setSpacing(px(8))
        foot.addStretch(1)
        foot.addWidget(self.cancel)
        foot.addWidget(self.action)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(theme, title, "title"))
        column.addWidget(PlainLabel(theme, consequences, "body", "text2"))
        column.addWidget(self.form)
        column.addWidget(self.said)
        column.addStretch(1)
        column.addLayout(foot)
        self.cancel.activated.connect(self.reject)
        self.action.activated.connect(self._go)
        self.setMinimumWidth(px(520))

    async def do(self) -> None:
        """The work; a WorkspaceFault or a fault of the world is told in place."""
        raise NotImplementedError

    def _go(self) -> None:
        self.action.setEnabled(False)
        self.cancel.setEnabled(False)
        self.context.tasks.start(self._work(), name=self.windowTitle())

    async def _work(self) -> None:
        try:
            await self.do()
        except Exception as error:
            told = str(error) if isinstance(error, places.WorkspaceFault) else fault_sentence(error)
            if not told:
                raise
            self.said.set_message(self.tr("It was not done"), told)
            self.said.show()
        else:
            self.accept()
        finally:
            self.action.setEnabled(True)
            self.cancel.setEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return
        super().keyPressEvent(event)

    def reject(self) -> None:
        if self.cancel.isEnabled():
            super().reject()


class NameWorkspaceDialog(SmallDialog):
    """Asks for a name; with ``source`` the backup is restored there. ``folder`` is the place when it was done."""

    def __init__(
        self,
        context: ConsoleContext,
        title: str,
        consequences: str,
        action: str,
        source: Path | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(context, title, consequences, action, parent=parent)
        self._source = source
        self.folder: Path | None = None
        self.name = self.form.text(self.tr("Name"), self.tr("Letters, digits, blanks, - and _."), longest=60)
        if source is not None:
            self.form.put(self.tr("Backup"), PlainLabel(context.theme, source.name, "mono"))
        self.form.edited.connect(self._arm)
        self._arm()

    def _arm(self) -> None:
        self.action.setEnabled(bool(self.name.text().strip()))

    async def do(self) -> None:
        target = await asyncio.to_thread(places.new_folder, self.name.text().strip())
        if self._source is not None:
            from runtime.operations.unopened import restore_backup

            await restore_backup(self._source, target)
        await asyncio.to_thread(places.note_recent, target)
        self.folder = target


class DeleteWorkspaceDialog(SmallDialog):
    """The name must be typed: nothing brings a deleted workspace back but a backup."""

    def __init__(
        self, context: ConsoleContext, workspace: places.KnownWorkspace, parent: QWidget | None = None
    ) -> None:
        self._workspace = workspace
        self._kept_secrets = ""
        said = context.theme.tr(
            "This deletes the folder {folder} with journal, files, contents and automatic backups. "
            "Its secrets leave the keyring. "
            "It cannot be undone. Backups that lie elsewhere stay."
        )
        super().__init__(
            context,
            context.theme.tr("Delete {name}").format(name=workspace.name),
            said.format(folder=workspace.folder),
            context.theme.tr("Delete for good"),
            "danger",
            parent,
        )
        self.name = self.form.text(
            self.tr("Its name"), self.tr("Type {name} to switch the button on.").format(name=workspace.name)
        )
        self.form.edited.connect(self._arm)
        self._arm()

    def _arm(self) -> None:
        self.action.setEnabled(self.name.text() == self._workspace.name)

    async def do(self) -> None:
        from runtime.door.ownership import owner

        if await owner(self._workspace.folder) is not None:
            raise places.WorkspaceFault(
                self.tr("{name} is open in another process. Nothing was changed. Close it there first.").format(
                    name=self._workspace.name
                )
            )
        from runtime.operations.unopened import forget_secrets

        try:
            await forget_secrets(self._workspace.folder)
        except Exception as error:
            if not (told := fault_sentence(error)):
                raise
            if self._kept_secrets != told:  # said once; a second press deletes it all the same
                self._kept_secrets = told
                raise places.WorkspaceFault(
                    self.tr("Its secrets stay in the keyring: {why} Press again to delete it without them.").format(
                        why=told
                    )
                ) from error
        await asyncio.to_thread(places.delete_folder, self._workspace.folder)
