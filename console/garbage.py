"""Collects garbage on the window's thread alone: a widget that dies in a worker thread ends the process.

Python collects in whatever thread happens to allocate. Our runtime works in threads, and Qt objects in a reference
cycle must not be destroyed there. The collector is therefore switched off and run here, small and often, but only after
many new objects: agents at work make little that it alone can end.
"""

import gc
import sys

from PySide6.QtCore import QObject, QTimer

from console.freed_memory import EVERY_S, give_back

EVERY_MS = 500
SOON_MS = 100
"""After a round that had something to do: in half a second agents at work make the next take tens of milliseconds."""
YOUNG, OLDER = 5_000, 5
"""New objects until the youngest are looked through, which takes some milliseconds; so many such rounds until those
that outlived them are."""
FULL_ROUNDS = 100
"""Of so many rounds through the oldest generation one looks at everything; they are at least half a minute apart."""
IMPORTED = 50
"""Modules. So many at once are a package that is used from now on, as the SDK of a provider: it stays."""


class GarbageRounds(QObject):
    """``start`` takes the collector over, ``stop`` gives it back.

    What outlived a round through the oldest generation is set aside, and so is a package that was imported: looking at
    all that a day's work holds would stop the window for a quarter of a second every minute. Once an hour at the most
    everything is looked at all the same.
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
        self._modules = 0
        self._before = gc.get_threshold()

    def start(self) -> None:
        """From now on nothing is collected in another thread."""
        self._was_on, self._before = gc.isenabled(), gc.get_threshold()
        gc.set_threshold(YOUNG, OLDER, self._before[2])
        gc.collect()
        self._set_aside()
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
        if len(sys.modules) - self._modules >= IMPORTED:
            self._set_aside()
        counts, thresholds = gc.get_count(), gc.get_threshold()
        due = next((one for one in (2, 1, 0) if counts[one] > thresholds[one]), -1)
        if due == 2:
            self._collect_oldest()
        elif due >= 0:
            gc.collect(due)
        self._timer.setInterval(EVERY_MS if due < 0 else SOON_MS)
        return due

    def _collect_oldest(self) -> None:
        self._full += 1
        if self._full % FULL_ROUNDS == 0:
            gc.unfreeze()
        gc.collect()
        self._set_aside()

    def _set_aside(self) -> None:
        gc.freeze()
        self._modules = len(sys.modules)
