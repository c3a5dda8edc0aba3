"""Asks for a file or folder in the desktop's own dialog, without stopping the loop."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QFileDialog, QWidget
from shiboken6 import isValid


async def finished(dialog: QDialog) -> bool:
    """Show a dialog and wait until it is closed; True when it was accepted."""
    closed = asyncio.Event()
    dialog.finished.connect(closed.set)
    dialog.destroyed.connect(closed.set)  # what it was opened above went away
    dialog.open()
    await closed.wait()
    return isValid(dialog) and bool(dialog.result())


async def file_to_write(parent: QWidget | None, title: str, name: str, kinds: Sequence[str]) -> Path | None:
    """Where to write; ``kinds`` are name filters such as "CSV (*.csv)". The ending of the chosen kind is added."""
    dialog = QFileDialog(parent, title, name)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setNameFilters(list(kinds))
    dialog.selectFile(name)
    try:
        if not await finished(dialog) or not dialog.selectedFiles():
            return None
        chosen = Path(dialog.selectedFiles()[0])
        ending = dialog.selectedNameFilter().rpartition("*")[2].rstrip(")")
        return chosen if chosen.suffix or not ending.startswith(".") else chosen.with_name(chosen.name + ending)
    finally:
        if isValid(dialog):
            dialog.deleteLater()


async def file_to_read(parent: QWidget | None, title: str, kinds: Sequence[str]) -> Path | None:
    """An existing file."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(list(kinds))
    return await _chosen(dialog)


async def folder(parent: QWidget | None, title: str) -> Path | None:
    """A folder, existing or new."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return await _chosen(dialog)


async def _chosen(dialog: QFileDialog) -> Path | None:
    try:
        if not await finished(dialog) or not dialog.selectedFiles():
            return None
        return Path(dialog.selectedFiles()[0])
    finally:
        if isValid(dialog):
            dialog.deleteLater()
