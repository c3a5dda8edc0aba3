"""Notices from outside when the window's loop stands still: a blocked loop can neither see nor say it.

A thread looks whether the loop still ticks. What it saw is written to the log at once, with the place where the loop
stood, and told in the window as soon as it moves again. Only the thread writes to the log: the log may be a slow file,
and the loop has stood still for long enough. Time in which the whole machine slept does not count.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

log = logging.getLogger("console.watchdog")
TICK_MS = 200
LOOK_EVERY_S = 0.25
STILL_AFTER_S = 1.0


class Watchdog(QObject):
    """``stood_still(seconds)`` is emitted on the loop once it is back. ``start`` and ``stop`` are called there too."""

    stood_still = Signal(float)

    def __init__(
        self,
        still_after_s: float = STILL_AFTER_S,
        clock: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._still_after_s, self._clock = still_after_s, clock
        # Each is written by one thread alone: the loop says when it ticked, the thread which tick was the last.
        self._ticked, self._looked, self._noted = 0.0, 0.0, -1.0
        self._asleep_until = 0.0
        self._stood: deque[float] = deque()
        self._watched = 0
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)

    def start(self) -> None:
        """From now on somebody looks."""
        self._watched = threading.get_ident()
        self._ticked = self._looked = self._clock()
        self._ended.clear()
        self._timer.start()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Nobody looks any more. The thread ends by itself; the loop does not wait for it."""
        self._timer.stop()
        self._ended.set()

    def tick(self) -> None:
        """The loop is alive; what the thread noted meanwhile is told."""
        now, before = self._clock(), self._ticked
        self._ticked = now
        if self._noted == before:
            self._stood.append(now - before)
            self.stood_still.emit(now - before)

    def look(self) -> bool:
        """Whether the loop was found standing still for the first time since it last ticked. The thread calls it."""
        now, ticked = self._clock(), self._ticked
        if now - self._looked > self._still_after_s:
            self._asleep_until = now  # this thread stood still as well: the machine slept or the process was held
        self._looked = now
        while self._stood:
            log.info("The window stood still for %.1f s", self._stood.popleft())
        if self._noted == ticked or now - max(ticked, self._asleep_until) <= self._still_after_s:
            return False
        self._noted = ticked
        frame = sys._current_frames().get(self._watched)
        place = "".join(traceback.format_stack(frame, limit=None)[-4:]) if frame is not None else ""
        log.info("The window stands still for more than %.1f s at\n%s", self._still_after_s, place)
        return True

    def _watch(self) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            self.look()
