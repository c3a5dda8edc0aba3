"""Says why a workspace is not shown: a fault in a sentence, our own mistake with a report that can be copied."""

from __future__ import annotations

import asyncio
import logging

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from console.notices.centre import fault_sentence
from console.notices.crash_report import crash_report

log = logging.getLogger("console")


async def tell_not_opened(error: Exception) -> None:
    """Returns when the person has read it."""
    log.error("The workspace could not be opened", exc_info=error)
    box = QMessageBox()
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle(box.tr("Operator console"))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(box.tr("The workspace could not be opened"))
    told = fault_sentence(error)
    broke = box.tr("The program made a mistake. Nothing was changed. Copy the report below.")
    box.setInformativeText(told or broke)
    if not told:
        box.setDetailedText(crash_report(error, "opening the workspace"))
    ended = asyncio.Event()
    box.finished.connect(ended.set)
    box.open()
    await ended.wait()
    box.deleteLater()
