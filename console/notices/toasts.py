"""Notices over a corner of the screen that decides nothing: nothing below them moves, they stay until closed."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QTimer
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.notices.centre import NoticeCentre
from console.notices.notice import Notice, NoticeTone
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL
from console.views.view import View
from console.widgets.banner import Banner, Weight
from console.widgets.painting import box, painting
from console.widgets.say_aloud import say_aloud

_WEIGHT: dict[NoticeTone, Weight] = {
    "done": "info",
    "refused": "warn",
    "waiting": "warn",
    "fault": "crit",
    "crash": "crit",
}
_URGENT = frozenset({"fault", "crash"})
_WIDTH, _MOST, _ONCE = 420, 4, "once:"
PASSES_MS = 6_000


class Toasts(QWidget):
    """Shows what the centre tells. Passing news goes to ``say`` (the footer) instead of covering anything.

    They lie over ``body`` beside it, in the widget that holds it: of a stack a screen reader is told the pages alone.
    """

    def __init__(self, theme: Theme, centre: NoticeCentre, body: QStackedWidget, say: Callable[[str], None]) -> None:
        super().__init__(body.parentWidget())
        self._theme, self._centre, self._body, self._say = theme, centre, body, say
        self._open: list[tuple[str, Banner]] = []
        self._closed: dict[str, Callable[[], None]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(8))
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(PASSES_MS)
        self._quiet.timeout.connect(lambda: say(""))
        body.installEventFilter(self)
        body.currentChanged.connect(self._place)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Called by the centre."""
        if notice.key:
            self._drop(notice.key)
        if not notice.headline:
            return  # withdrawn
        if notice.passes:
            self._say(notice.headline)
            self._quiet.start()
            return
        action, act = self._offer(notice)
        sentence = notice.sentence
        banner = Banner(self._theme, _WEIGHT[notice.tone], notice.headline, sentence, action, stacked=True, parent=self)
        key = notice.key or f"{_ONCE}{id(banner)}"

        def pressed() -> None:
            act()
            self._close(key)

        if notice.closed is not None:
            self._closed[key] = notice.closed
        banner.activated.connect(pressed)
        self._open.append((key, banner))
        self._column.addWidget(banner)
        banner.show()  # else it is shown a moment later, when its room was measured without it
        say_aloud(banner, banner.accessibleName(), urgent=notice.tone in _URGENT)
        while len(self._open) > _MOST:
            self._drop(self._open[0][0])
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """What they lie over is not seen in slices between them."""
        with painting(self) as painter:
            box(painter, self.rect(), self._theme.px(RADIUS_CONTROL), fill=self._theme.color("surface"))

    def close_newest(self) -> None:
        """Esc closes the newest."""
        if self._open:
            self._close(self._open[-1][0])

    @property
    def texts(self) -> list[str]:
        """What is open, for screen readers and tests."""
        return [banner.accessibleName() for _, banner in self._open]

    def _offer(self, notice: Notice) -> tuple[str, Callable[[], None]]:
        if notice.tone == "crash":
            return self.tr("Copy report and close"), lambda: QGuiApplication.clipboard().setText(self._centre.reports())
        if notice.action and notice.act is not None:
            return notice.action, notice.act
        return self.tr("Close"), lambda: None

    def _close(self, key: str) -> None:
        """A person has read it, here and in every other window."""
        closed = self._closed.pop(key, None)
        self._drop(key)
        if closed is not None:
            closed()
        if not key.startswith(_ONCE):
            self._centre.withdraw(key)

    def _drop(self, key: str) -> None:
        self._closed.pop(key, None)
        for at, (known, banner) in enumerate(self._open):
            if known == key:
                del self._open[at]
                self._column.removeWidget(banner)
                banner.hide()
                banner.deleteLater()
                break
        self._place()

    def _let_go(self) -> None:
        key, oldest = self._open.pop(0)
        self._closed.pop(key, None)
        self._column.removeWidget(oldest)
        oldest.hide()
        oldest.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move):
            self._place()
        return False

    def _place(self) -> None:
        self.setVisible(bool(self._open))
        if not self._open:
            return
        px, room = self._theme.px, self._room()
        width = min(px(_WIDTH), room.width() - px(24))
        while (height := max(1, self._column.heightForWidth(width))) > room.height() - px(24) and len(self._open) > 1:
            self._let_go()  # the oldest: what is new is read first
        self.resize(width, height)
        self.move(room.right() - width - px(12), max(room.top(), room.bottom() - height - px(12)))
        self.raise_()

    def _room(self) -> QRect:
        """The pane of the view that may be covered for a while, else all of the body."""
        view = self._body.currentWidget()
        pane = view.for_notices() if isinstance(view, View) else None
        if pane is None or not pane.isVisible():
            return self._body.geometry()
        pane.removeEventFilter(self)
        pane.installEventFilter(self)
        return QRect(self._body.geometry().topLeft() + pane.mapTo(self._body, QPoint()), pane.size())
