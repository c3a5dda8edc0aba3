"""Clears the way to what a person was called to: open dialogs close, or wait with all that was typed in them."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

from console.context import ConsoleContext
from console.notices.notice import Notice
from console.presenters.wording import say
from console.to_front import to_front

_KEY = "set-aside"


class SetAside(QObject):
    """Of one window. A dialog is modal: left open it would stand before the card, and no key would reach that.

    ``back`` shows again what waits; a notice offers it, and the palette."""

    def __init__(self, context: ConsoleContext, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._waiting: list[QDialog] = []

    @property
    def waiting(self) -> list[QDialog]:
        """Those that wait, the one that lay lowest last."""
        return [dialog for dialog in self._waiting if isValid(dialog) and not dialog.isVisible()]

    def clear(self) -> None:
        """Nothing stands before the window any more."""
        self._waiting = self.waiting
        stood = QApplication.activeModalWidget() is not None
        while isinstance(dialog := QApplication.activeModalWidget(), QDialog):
            if not holds_work(dialog):
                dialog.reject()
            if isValid(dialog) and dialog.isVisible():  # it holds something, or would not go
                dialog.hide()
                dialog.finished.connect(self._over)
                self._waiting.append(dialog)
        if stood:
            to_front(self._window)  # a window below a dialog is not given the keyboard
        self._tell()

    def back(self) -> None:
        """As they lay before, the lowest first."""
        waiting, self._waiting = self.waiting, []
        for dialog in reversed(waiting):
            dialog.finished.disconnect(self._over)
            dialog.open()
            to_front(dialog)
        self._tell()

    def _over(self) -> None:
        """One that waits ended by itself: what it had sent was answered."""
        ended = self.sender()
        self._waiting = [dialog for dialog in self._waiting if dialog is not ended]
        self._tell()

    def _tell(self) -> None:
        names = [dialog.windowTitle() for dialog in self.waiting]
        if not names:
            self._context.notices.withdraw(_KEY)
            return
        told = say("{dialog} waits as you left it", dialog=names[-1])
        if len(names) > 1:
            told = say("{dialog} and {count} more wait as you left them", dialog=names[-1], count=len(names) - 1)
        said = say("What you typed there is kept and not sent yet.")
        self._context.notices.tell(Notice("waiting", told, said, _KEY, say("Go back to it"), self.back))


def holds_work(dialog: QDialog) -> bool:
    """Whether something would be lost with it: it says so by ``holds_work``, or somebody typed in it. What is typed in
    one with ``is_passing`` (a search, the passphrase of somebody who stands there) is not kept for later."""
    if getattr(dialog, "is_passing", False):
        return False
    lines = any(line.isModified() and line.text() for line in dialog.findChildren(QLineEdit))
    areas = dialog.findChildren(QPlainTextEdit)
    texts = any(area.document().isModified() and not area.isReadOnly() for area in areas)
    return bool(getattr(dialog, "holds_work", False)) or lines or texts
