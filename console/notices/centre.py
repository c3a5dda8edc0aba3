"""The one place that tells: owns the hooks of sys, threading, asyncio and Qt; keeps notices until there is a window."""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QtMsgType, Signal, qInstallMessageHandler

from console.notices.crash_report import crash_report, kind_of
from console.notices.notice import Notice
from console.presenters.wording import later, say

log = logging.getLogger("console")

# What Qt says on machines that are in order; nothing for a person.
_QT_CHATTER = ("propagateSizeHints", "This plugin does not support", "QStandardPaths: XDG_RUNTIME_DIR")


class NoticeCentre(QObject):
    """``shown`` carries each Notice once a window listens; crashes of one kind are shown once and counted."""

    shown = Signal(object)
    _from_thread = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._buffer: list[Notice] = []
        self._listening = False
        self._crashes: dict[str, tuple[int, str]] = {}
        self._before: tuple[Any, Any, Any] | None = None
        # A crash in a thread is told on the window's thread.
        self._from_thread.connect(self.crashed, Qt.ConnectionType.QueuedConnection)

    # -- hooks ---------------------------------------------------------------------------------------------------
    def own_hooks(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """From now on nothing that goes wrong is lost. ``release_hooks`` gives them back."""
        if self._before is None:
            self._before = (sys.excepthook, threading.excepthook, qInstallMessageHandler(self._qt_says))
            sys.excepthook = self._uncaught
            threading.excepthook = self._uncaught_in_thread
        if loop is not None:
            loop.set_exception_handler(self._loop_says)

    def release_hooks(self) -> None:
        """Put the hooks back as they were."""
        if self._before is not None:
            sys.excepthook, threading.excepthook, qt_handler = self._before
            qInstallMessageHandler(qt_handler)
            self._before = None

    def _uncaught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        self.crashed(error, "a gesture")

    def _uncaught_in_thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            name = args.thread.name if args.thread is not None else "unknown"
            self._from_thread.emit(args.exc_value, f"thread {name}")

    def _loop_says(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.crashed(error, str(context.get("message", "the event loop")))
        else:
            log.error("Event loop: %s", context.get("message", ""))

    def _qt_says(self, kind: QtMsgType, _context: QMessageLogContext, text: str) -> None:
        if any(part in text for part in _QT_CHATTER):
            return
        level = {
            QtMsgType.QtDebugMsg: logging.DEBUG,
            QtMsgType.QtInfoMsg: logging.INFO,
            QtMsgType.QtWarningMsg: logging.WARNING,
        }.get(kind, logging.ERROR)
        log.log(level, "Qt: %s", text)

    # -- telling -------------------------------------------------------------------------------------------------
    def listen(self, window_shows: Callable[[Notice], None]) -> None:
        """The window exists: it gets what was kept and all that follows."""
        self.shown.connect(window_shows)
        self._listening = True
        kept, self._buffer = self._buffer, []
        for notice in kept:
            self.shown.emit(notice)

    def stop_listening(self) -> None:
        """The window is gone; what is told from now on is kept for the next one."""
        if self._listening:
            self.shown.disconnect()
            self._listening = False

    def tell(self, notice: Notice) -> None:
        """Show it, or keep it until the window exists."""
        if self._listening:
            self.shown.emit(notice)
        else:
            self._buffer.append(notice)

    def done(self, sentence: str) -> None:
        """Something holds now."""
        if sentence:
            self.tell(Notice("done", sentence))

    def withdraw(self, key: str) -> None:
        """What was told under this key no longer holds: it goes, and nothing is said in its place."""
        self.tell(Notice("done", "", key=key))

    def refused(self, sentence: str, key: str = "") -> None:
        """Something was not done, and why."""
        self.tell(Notice("refused", self.tr("Not done"), sentence, key))

    def failed(self, error: BaseException, where: str) -> None:
        """A task or command raised: the world's faults in their own sentences, our own as a crash."""
        sentence = fault_sentence(error)
        if sentence:
            log.warning("%s: %s", where, type(error).__name__)
            self.tell(Notice("fault", self.tr("This went wrong"), sentence, key=f"fault:{type(error).__name__}"))
        else:
            self.crashed(error, where)

    def crashed(self, error: BaseException, where: str) -> None:
        """A mistake of the program itself."""
        kind = kind_of(error)
        times = self._crashes.get(kind, (0, ""))[0] + 1
        self._crashes[kind] = (times, crash_report(error, where, times))
        if times > 1:
            return
        log.error("Crash in %s", where, exc_info=(type(error), error, error.__traceback__))
        told = self.tr("The program made a mistake. What was recorded is safe; this gesture may not have been done.")
        self.tell(Notice("crash", self.tr("Something in the program broke"), f"{told} ({kind})", key=f"crash:{kind}"))

    def reports(self) -> str:
        """All crash reports of this session, to copy."""
        return "\n".join(report for _, report in self._crashes.values())


def fault_sentence(error: BaseException) -> str:
    """What a fault of the world says about itself, or nothing when the error is a mistake of the program."""
    if hasattr(error, "what") and hasattr(error, "holds") and hasattr(error, "to_do"):
        return str(error)
    if isinstance(error, TimeoutError):
        return say("There was no answer in time. Nothing is known to have changed. Look again in a moment.")
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        said = later("The disk or the system refused: {reason}. Nothing else was touched. Mend it and try again.")
        return say(said, reason=reason)
    return ""
