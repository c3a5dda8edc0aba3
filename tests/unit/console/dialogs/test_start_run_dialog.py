"""Starting a run by hand: typed or from a file; what is wrong is told in the dialog and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console.dialogs.attachments_dialog import AttachmentsDialog
from console.dialogs.start_run_dialog import StartRunDialog
from runtime.domain import commands as c
from tests.fixtures.gone import gone
from tests.fixtures.run_story import RunStory
from tests.fixtures.window_world import WindowWorld

pytestmark = pytest.mark.window
MAIL = (
    b"From: Anna <anna@example.org>\r\nSubject: Broken mug\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nIt broke.\r\n'
    b'--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename="note.txt"\r\n\r\nhello\r\n--b--\r\n'
)


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path) -> Iterator[WindowWorld]:
    made = WindowWorld(qapp, tmp_path, story=RunStory(tmp_path))
    yield made
    made.close()
    assert made.crashes == []


async def opened(world: WindowWorld) -> StartRunDialog:
    dialog = StartRunDialog(world.context, "refunds")
    dialog.open()
    await world.until(lambda: dialog.agent.count() == 3, "the agents are listed")
    return dialog


def test_a_typed_task_starts_a_run(world: WindowWorld) -> None:
    async def story() -> None:
        dialog = await opened(world)
        started: list[str] = []
        dialog.started.connect(started.append)
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        assert dialog.trouble.isVisible()
        assert world.story.performed == []
        dialog.text.setPlainText("Refund order 1042\nIt broke.")
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        await world.until(lambda: started and not world.busy, "it was recorded")
        (command,) = world.story.performed
        assert isinstance(command, c.StartRun)
        assert (command.agent, command.by, command.run_id) == ("refunds", "anna", started[0])
        assert (command.task.title, command.task.trusted) == ("Refund order 1042", True)
        assert gone(dialog)

    world.run(story())


def test_a_refusal_is_told_and_the_text_is_kept(world: WindowWorld) -> None:
    async def story() -> None:
        dialog = await opened(world)
        dialog.heading.setText("refuse me")
        dialog.text.setPlainText("Something")
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        await world.until(lambda: dialog.trouble.isVisible() and not world.busy, "it was refused")
        assert dialog.isVisible()
        assert dialog.text.toPlainText() == "Something"
        assert not dialog.start.locked
        dialog.reject()

    world.run(story())


def test_a_mail_can_be_dragged_here(world: WindowWorld, tmp_path: Path) -> None:
    path = tmp_path / "0042.eml"
    path.write_bytes(MAIL)

    async def story() -> None:
        dialog = await opened(world)
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        copied, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        dialog.dropEvent(QDropEvent(QPointF(10, 10), copied, data, left, none))
        await world.until(lambda: not dialog.start.locked and not world.busy, "it was read")
        assert dialog.preview.text().strip() == "It broke."
        assert "attached: note.txt" in dialog.file_words.text()
        QTest.mouseClick(dialog.start, Qt.MouseButton.LeftButton)
        await world.until(lambda: gone(dialog) and not world.busy, "it was started")
        (command,) = world.story.performed
        assert isinstance(command, c.StartRun)
        assert command.task.facts["sender"] == "anna@example.org"
        assert not command.task.trusted

    world.run(story())


def test_a_file_that_can_not_be_read_starts_nothing(world: WindowWorld, tmp_path: Path) -> None:
    async def story() -> None:
        dialog = await opened(world)
        dialog.take_file(tmp_path / "gone.eml")
        await world.until(lambda: dialog.trouble.isVisible() and not world.busy, "it was told")
        assert dialog.start.locked
        dialog.reject()

    world.run(story())


def test_attachments_of_a_run_are_listed_shown_and_saved(world: WindowWorld, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "run-1.eml").write_bytes(MAIL)

    async def story() -> None:
        dialog = AttachmentsDialog(world.context, world.story.runs["run-1"].row)
        dialog.open()
        await world.until(lambda: dialog.shown.isVisible() and not world.busy, "the mail was read")
        assert dialog._source is not None
        (attachment,) = dialog._source.message.attachments
        await dialog._look(attachment)
        assert dialog.shown.text().strip() == "hello"
        target = tmp_path / "saved.txt"
        await dialog.save(attachment, target)
        assert target.read_bytes().strip() == b"hello"
        dialog.accept()

    world.run(story())
