"""Collects garbage on the window's thread alone: a widget that dies in a worker thread ends the process.

Python collects in whatever thread happens to allocate. Our runtime works in threads, and Qt objects in a reference
cycle must not be destroyed there. The collector is therefore switched off and run here, small and often.
"""

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500


class GarbageRounds(QObject):
    """``start`` takes the collector over, ``stop`` gives it back. What lives at the start is never looked at."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.collect_due)
        self._was_on = False

    def start(self) -> None:
        """From now on nothing is collected in another thread."""
        self._was_on = gc.isenabled()
        gc.collect()
        gc.freeze()
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """As it was before."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()

    def collect_due(self) -> int:
        """Collect the oldest generation whose turn it is, by Python's own thresholds; answers which, or -1."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                gc.collect(generation)
                return generation
        return -1
