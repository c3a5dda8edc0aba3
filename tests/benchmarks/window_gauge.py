"""Measures a Qt program from inside: how late a timer rings, and how long each event takes to be handled."""

import time
from collections import defaultdict

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from console.plain_imports import import_as_python_does
from tests.benchmarks.measured import Durations

import_as_python_does()  # as the program does, whatever the benchmark imports before it starts
RINGS_EVERY_MS = 10
_PAINTS = {QEvent.Type.UpdateRequest, QEvent.Type.Paint, QEvent.Type.Expose, QEvent.Type.LayoutRequest}
_INPUT = {
    QEvent.Type.KeyPress,
    QEvent.Type.KeyRelease,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.Resize,
}


class Gauge:
    """What was measured since ``start``, in milliseconds."""

    def __init__(self) -> None:
        self.blocked = Durations()
        self.handled: dict[str, Durations] = defaultdict(Durations)
        self.paint_and_events = Durations()
        self.key_to_frame: list[float] = []
        self._pressed, self._handled = 0.0, False
        self.on = False
        self._timer: QTimer | None = None
        self._rang = 0.0

    def start(self) -> None:
        """Needs the application."""
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(RINGS_EVERY_MS)
        self._timer.timeout.connect(self._ring)
        self._rang = time.perf_counter()
        self._timer.start()
        self.on = True

    def stop(self) -> None:
        """Nothing more is measured."""
        self.on = False
        if self._timer is not None:
            self._timer.stop()

    def _ring(self) -> None:
        now = time.perf_counter()
        self.blocked.append(max(0.0, (now - self._rang) * 1000 - RINGS_EVERY_MS))
        self._rang = now

    def press(self, window: QWidget, letter: str) -> None:
        """A key whose way to the screen is measured: until the first frame after it was handled has been painted."""
        self._pressed = time.perf_counter()
        press(window, letter)

    def note(self, receiver: QObject, kind: QEvent.Type, milliseconds: float) -> None:
        """One event that Qt handed out itself, with all that followed from it at once."""
        if kind == QEvent.Type.KeyPress and self._pressed:
            self._handled = True
        elif kind == QEvent.Type.UpdateRequest and self._pressed and self._handled:
            self.key_to_frame.append((time.perf_counter() - self._pressed) * 1000)
            self._pressed, self._handled = 0.0, False
        if kind in _PAINTS:
            name = "paint"
        elif kind in _INPUT:
            name = "input"
        elif type(receiver).__name__ == "Bell":
            name = "loop work"
        else:
            name = "other"
        self.handled[name].append(milliseconds)
        if name != "loop work":
            self.paint_and_events.append(milliseconds)


class MeasuredApplication(QApplication):
    """Tells its gauge of every event that is not part of another one."""

    def __init__(self, gauge: Gauge) -> None:
        super().__init__(["benchmark"])
        self.gauge = gauge
        self._inside = False

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        if self._inside or not self.gauge.on:
            return super().notify(receiver, event)
        self._inside = True
        kind, begun = event.type(), time.perf_counter()
        try:
            return super().notify(receiver, event)
        finally:
            self._inside = False
            self.gauge.note(receiver, kind, (time.perf_counter() - begun) * 1000)


def press(window: QWidget, letter: str) -> None:
    """A key, as the window system would hand it over."""
    key = Qt.Key(ord(letter.upper()))
    target = QApplication.focusWidget() or window
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.postEvent(target, QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, letter))
