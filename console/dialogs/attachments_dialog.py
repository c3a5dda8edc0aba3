"""Where a run's task came from: the mail, what was odd about it, and its attachments to look at or save."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QFileDialog, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from console.context import ConsoleContext
from console.dialogs.dialog_size import open_at
from console.notices.notice import Notice
from console.operations.run_source import Source, SourceGone, attachment_of, is_picture, is_text, read_source, safe_name
from console.operations.task_from_file import size_words
from console.widgets.button import ActionButton
from console.widgets.exact_text import ExactText
from console.widgets.panel import Panel
from console.widgets.plain_label import PlainLabel
from runtime.projections.rows import RunRow
from runtime.tools.mail.decoding import decode_text
from runtime.tools.mail.message import Attachment

LARGEST_SHOWN = 5_000_000


class AttachmentsDialog(QDialog):
    """Nothing is executed or handed to another program: texts and pictures are shown here, the rest can be saved."""

    def __init__(self, context: ConsoleContext, run: RunRow, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context, self._run = context, run
        self._source: Source | None = None
        self._closed = False
        theme, px = context.theme, context.theme.px
        self.setWindowTitle(self.tr("Source and attachments"))
        self.setModal(True)
        self._about = PlainLabel(
            theme, self.tr("Reading {source}").format(source=run.source), "body", "text2", selectable=True
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(px(8))
        self.shown = ExactText(theme, name=self.tr("Text"), max_rows=18)
        self._picture = QLabel()
        self._picture.setAccessibleName(self.tr("Picture"))
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, px(8), 0)
        rows.addLayout(self._list)
        rows.addWidget(self.shown)
        rows.addWidget(self._picture)
        rows.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        close = ActionButton(theme, self.tr("Close"), None, "Esc", "normal", enter=True)
        close.activated.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(12))
        column.addWidget(PlainLabel(theme, run.title, "title"))
        column.addWidget(self._about)
        column.addWidget(scroll, 1)
        column.addLayout(foot)
        open_at(self, theme, 760, 600)
        self.shown.hide()
        self._picture.hide()
        self.finished.connect(self._ended)
        context.tasks.start(self._read(), name="read the source of a run", owner=self)

    async def _read(self) -> None:
        history = self.context.runtime.history
        agent = await history.agent(self._run.agent, self._run.revision)
        inbox = agent.spec.inbox if agent is not None else ""
        try:
            source = await asyncio.to_thread(read_source, self.context.runtime.folder, inbox, self._run.source)
        except SourceGone as error:
            if not self._closed:
                self._about.setText(str(error))
            return
        if not self._closed:
            self._source = source
            self._show(source)

    def _show(self, source: Source) -> None:
        theme, message = self.context.theme, source.message
        when = message.date.astimezone().strftime("%Y-%m-%d %H:%M") if message.date else self.tr("no date")
        sender = message.sender.shown or self.tr("nobody named")
        about = self.tr("{source}, from {sender}, {when}").format(source=self._run.source, sender=sender, when=when)
        self._about.setText("\n".join((about, *message.defects)))
        if not message.attachments:
            self._list.addWidget(PlainLabel(theme, self.tr("This mail has no attachments."), "body", "text2"))
        for attachment in message.attachments:
            self._list.addWidget(self._row(attachment))
        self.shown.set_text(message.text, self.tr("Text of the mail"))
        self.shown.show()

    def _row(self, attachment: Attachment) -> Panel:
        theme = self.context.theme
        panel = Panel(theme)
        row = QHBoxLayout()
        name = attachment.name or self.tr("without a name")
        words = QVBoxLayout()
        words.addWidget(PlainLabel(theme, name, "body_strong"))
        kind = attachment.media_type or self.tr("unknown kind")
        words.addWidget(PlainLabel(theme, f"{kind}, {size_words(attachment.size)}", "meta", "text2"))
        row.addLayout(words, 1)
        if is_text(attachment) or is_picture(attachment):
            look = ActionButton(theme, self.tr("Show"), "eye", None, "quiet", 28)
            look.setAccessibleName(self.tr("Show {name}").format(name=name))
            look.activated.connect(lambda: self._start(self._look(attachment)))
            row.addWidget(look)
        save = ActionButton(theme, self.tr("Save as"), "download", None, "normal", 28)
        save.setAccessibleName(self.tr("Save {name} as").format(name=name))
        save.activated.connect(lambda: self._choose(attachment))
        row.addWidget(save)
        panel.body.addLayout(row)
        return panel

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        self.context.tasks.start(work, name="attachment", owner=self)

    async def _content(self, attachment: Attachment) -> bytes | None:
        if self._source is None:
            return None
        try:
            return await asyncio.to_thread(attachment_of, self._source, attachment.index)
        except SourceGone as error:
            self.context.notices.refused(str(error))
            return None

    async def _look(self, attachment: Attachment) -> None:
        content = await self._content(attachment)
        if content is None or self._closed:
            return
        picture = QImage.fromData(content[:LARGEST_SHOWN]) if is_picture(attachment) else QImage()
        self._picture.setVisible(not picture.isNull())
        self.shown.setVisible(picture.isNull())
        if picture.isNull():
            text = decode_text(content[:LARGEST_SHOWN], "", [])
            self.shown.set_text(text, attachment.name)
            return
        wide = min(picture.width(), self.width() - self.context.theme.px(80))
        scaled = picture.scaledToWidth(max(1, wide), Qt.TransformationMode.SmoothTransformation)
        self._picture.setPixmap(QPixmap.fromImage(scaled))
        self._picture.setAccessibleName(self.tr("Picture {name}").format(name=attachment.name))

    def _choose(self, attachment: Attachment) -> None:
        dialog = QFileDialog(self, self.tr("Save attachment"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(safe_name(attachment.name))
        dialog.fileSelected.connect(lambda name: self._start(self.save(attachment, Path(name))))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    async def save(self, attachment: Attachment, target: Path) -> None:
        """Write its bytes to a file that the person chose."""
        content = await self._content(attachment)
        if content is None:
            return
        await asyncio.to_thread(target.write_bytes, content)
        said = self.tr("{name} saved, {size}").format(name=target.name, size=size_words(len(content)))
        self.context.notices.tell(Notice("done", said))

    def _ended(self) -> None:
        self._closed = True
