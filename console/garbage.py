"""Collects garbage on the window's thread alone: a widget that dies in a worker thread ends the process.

Python collects in whatever thread happens to allocate. Our runtime works in threads, and Qt objects in a reference
cycle must not be destroyed there. The collector is therefore switched off and run here, small and often, but as without
a window (``console.cli.collecting``) only after many new objects: agents at work make little that it alone can end.
"""

import gc

from PySide6.QtCore import QObject, QTimer

from console.cli.collecting import YOUNG
from console.freed_memory import EVERY_S, give_back

EVERY_MS = 500
FULL_ROUNDS = 60
"""Of so many rounds through the oldest generation one looks at everything; they are at least a minute apart."""


class GarbageRounds(QObject):
    """``start`` takes the collector over, ``stop`` gives it back.

    What outlived a round through the oldest generation is set aside: looking at all that a day's work holds would stop
    the window for a quarter of a second every minute. Once an hour at the most everything is looked at all the same.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.collect_due)
        self._giving = QTimer(self)
        self._giving.setInterval(round(EVERY_S * 1000))
        self._giving.timeout.connect(give_back)
        self._was_on = False
        self._full = 0
        self._before = gc.get_threshold()

    def start(self) -> None:
        """From now on nothing is collected in another thread."""
        self._was_on, self._before = gc.isenabled(), gc.get_threshold()
        gc.set_threshold(YOUNG, *self._before[1:])
        gc.collect()
        gc.freeze()
        gc.disable()
        self._timer.start()
        self._giving.start()

    def stop(self) -> None:
        """As it was before."""
        self._timer.stop()
        self._giving.stop()
        gc.unfreeze()
        gc.set_threshold(*self._before)
        if self._was_on:
            gc.enable()

    def collect_due(self) -> int:
        """Collect the oldest generation whose turn it is, by these thresholds; answers which, or -1."""
        counts, thresholds = gc.get_count(), gc.get_threshold()
        for generation in (2, 1, 0):
            if counts[generation] > thresholds[generation]:
                if generation == 2:
                    self._collect_oldest()
                else:
                    gc.collect(generation)
                return generation
        return -1

    def _collect_oldest(self) -> None:
        self._full += 1
        if self._full % FULL_ROUNDS == 0:
            gc.unfreeze()
        gc.collect()
        gc.freeze()
