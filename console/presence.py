"""Whether the person is before this program: a window of it in front and touched in the last minutes. Told when it
changes."""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from console.context import ConsoleContext
from runtime.domain.queue_commands import NoteAway, NoteBack, QueueCommand

AWAY_AFTER_S = 180.0
_LOOK_EVERY_MS = 5_000
_TOUCHES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class Presence(QObject):
    """Facts, not keys: at most one command each time somebody comes or goes."""

    def __init__(self, context: ConsoleContext, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._touched = -AWAY_AFTER_S
        self._told: tuple[str, bool] | None = None
        """(who, whether there) as the journal was told last."""
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Watch from now on; opening the window is a touch."""
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self)
        self._touched = self._context.monotonic()
        self._timer.start()
        self.look()

    def stop(self) -> None:
        """The window is closed; that nobody is there the runtime says itself when it ends."""
        app = QApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._timer.stop()

    @property
    def there(self) -> bool:
        """Whether somebody touched it lately."""
        return self._context.monotonic() - self._touched < AWAY_AFTER_S

    def look(self) -> None:
        """Tell the journal where it changed; another person at this seat leaves the first one away."""
        who = self._context.operator()
        told, now = self._told, (who, self.there)
        if not who or told == now:
            return
        if told is not None and told[0] != who and told[1]:
            self._tell(NoteAway(told[0], self._context.now()))
        self._told = now
        if now[1]:
            self._tell(NoteBack(who))
        else:
            gone = round((self._context.monotonic() - self._touched) * 1_000_000)
            self._tell(NoteAway(who, self._context.now() - gone))

    def _tell(self, command: QueueCommand) -> None:
        self._context.runner.submit(command, quiet=True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A dialog, or a run in a window of its own, is in front of the same person.
        if event.type() in _TOUCHES and event.spontaneous() and QApplication.activeWindow() is not None:
            was_there = self.there
            self._touched = self._context.monotonic()
            if not was_there:
                self.look()
        return False
