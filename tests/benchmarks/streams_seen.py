"""What streams as it is seen: from the moment a provider wrote a piece to the frame in which it was painted.

Every piece says when it was written (``stream_server``); the texts of a run's steps are read as they are painted, and
count with the end of the frame they belong to.
"""

import time

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from console.models.keyed_rows import Index
from console.views.timeline_delegate import TimelineDelegate
from tests.benchmarks.stream_server import FIRST, STAMP
from tests.benchmarks.window_gauge import Gauge


class Seen:
    """Milliseconds from the socket to the screen, of first pieces and of all later ones, while ``since`` is set."""

    def __init__(self) -> None:
        self.first: list[float] = []
        self.later: list[float] = []
        self.since: float | None = None
        """Pieces written from this moment on count (``time.perf_counter``)."""
        self._painted: set[tuple[str, str]] = set()
        self._known: set[tuple[str, str]] = set()

    def watch(self) -> None:
        """Look at every step that is painted from now on."""
        paint = TimelineDelegate.paint

        def seen(own: TimelineDelegate, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
            paint(own, painter, option, index)
            if self.since is not None:
                bottom = painter.device().height() if painter.device() is not None else 0
                self._take(own, option.rect.top(), bottom, index.row())

        TimelineDelegate.paint = seen  # type: ignore[method-assign, assignment]

    def _take(self, delegate: TimelineDelegate, top: int, bottom: int, place: int) -> None:
        for text in delegate.layout(place).texts:
            if 0 <= top + text.top < bottom:
                self._painted.update(STAMP.findall(text.words))

    def framed(self) -> None:
        """A frame is on the screen."""
        now = time.perf_counter()
        new, self._painted = self._painted - self._known, set()
        for which, written in new:
            if self.since is not None and float(written) >= self.since:
                self._known.add((which, written))
                (self.first if which == FIRST else self.later).append((now - float(written)) * 1000)


class SeeingGauge(Gauge):
    """Tells of every frame as well."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = Seen()

    def note(self, receiver: QObject, kind: QEvent.Type, milliseconds: float) -> None:
        if kind == QEvent.Type.UpdateRequest:
            self.seen.framed()
        super().note(receiver, kind, milliseconds)
