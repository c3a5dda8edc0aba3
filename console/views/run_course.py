"""Reads the course of the run on screen for its pictures: at once when it is opened, then now and then."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from console.context import ConsoleContext
from console.views.run_facts import RunFacts

SOON_MS, LATER_MS = 2_000, 30_000
"""After something happened; and while nothing does but time passes."""


class CourseReader(QObject):
    """The pictures may be two seconds late, so that a busy run is not folded for each of its events.

    ``shown``: they are new.
    """

    shown = Signal()

    def __init__(self, context: ConsoleContext, facts: RunFacts) -> None:
        super().__init__(facts)
        self._context, self._facts = context, facts
        self._run_id = ""
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.timeout.connect(self._read)

    def touch(self, run_id: str) -> None:
        """The run changed, or another one is shown."""
        if run_id != self._run_id:
            self._run_id = run_id
            self._read()
        elif not self._due.isActive() or self._due.remainingTime() > SOON_MS:
            self._due.start(SOON_MS)

    def rest(self) -> None:
        """Nobody looks; the next look reads anew."""
        self._run_id = ""
        self._due.stop()

    def _read(self) -> None:
        if self._run_id:
            self._context.tasks.start(self._load(self._run_id), name="read the course of a run", owner=self)

    async def _load(self, run_id: str) -> None:
        course = await self._context.runtime.history.run_course(run_id)
        if course is not None and run_id == self._run_id:
            self._facts.show_course(course)
            self.shown.emit()
            if not course.ended:
                self._due.start(LATER_MS)
