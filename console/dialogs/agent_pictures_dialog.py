"""An agent in pictures: how sure it says it is and how often it was right, risk against coverage, its activity."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from console.actions import Actions
from console.context import ConsoleContext
from console.key_dispatch import KeyDispatch
from console.presenters.pictures.activity_picture import activity_picture
from console.presenters.pictures.picture import Picture
from console.presenters.pictures.record_pictures import coverage_picture, reliability_picture
from console.views.ground import Ground
from console.views.picture_panel import PicturePanel, add_picture_action
from console.views.table import FLEET
from console.widgets.button import ActionButton
from console.widgets.plain_label import PlainLabel
from console.widgets.segmented import Segmented

MINUTES = 240
_WIDE, _TALL, _EDGE = 1040, 720, 24


class AgentPicturesDialog(QDialog):
    """Counts what changes something, or every call; the newest 1,000 runs. T opens the numbers of a picture."""

    def __init__(self, context: ConsoleContext, agent: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context, self.agent, self._closed = context, agent, False
        self.setWindowTitle(self.tr("How sure, and how often right"))
        self.setModal(True)
        self.reliability = PicturePanel(context, self.tr("How sure it says it is, and how often right"))
        self.coverage = PicturePanel(context, self.tr("Wrong, if it acts alone above a floor"))
        self.activity = PicturePanel(
            context, self.tr("Actions per minute, last 4 hours"), self.tr("marks: somebody was asked")
        )
        theme = context.theme
        choices = [("changes", self.tr("Changes")), ("all", self.tr("All calls"))]
        self.which = Segmented(theme, choices, self.tr("Which calls count"), "changes")
        self._build()
        actions = Actions(context.actions.remapped, context.actions.letters_on)
        add_picture_action(actions, lambda: self, FLEET)
        self._keys = KeyDispatch(self, actions, lambda: FLEET)
        self.which.chosen.connect(lambda _: self._start())
        self.finished.connect(self._ended)
        self._start()

    def _build(self) -> None:
        theme, px = self.context.theme, self.context.theme.px
        page = Ground(theme, "bg")
        inside = QVBoxLayout(page)
        inside.setContentsMargins(px(_EDGE), px(4), px(_EDGE), px(8))
        inside.setSpacing(px(12))
        size = self._room()
        beside = size[0] >= px(860)
        pair = QBoxLayout(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        pair.setSpacing(px(12))
        pair.addWidget(self.reliability, 1)
        pair.addWidget(self.coverage, 1)
        inside.addLayout(pair, 3)
        inside.addWidget(self.activity, 2)
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName(self.windowTitle())
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.setContentsMargins(px(_EDGE), 0, px(_EDGE), 0)
        foot.setContentsMargins(px(_EDGE), 0, px(_EDGE), 0)
        head.addWidget(PlainLabel(theme, self.agent, "title"), 1)
        head.addWidget(self.which)
        self._note = PlainLabel(theme, "", "meta", "text2")
        close = ActionButton(theme, self.tr("Close"), None, "Esc", "normal", enter=True)
        close.activated.connect(self.accept)
        foot.addWidget(self._note, 1)
        foot.addWidget(close)
        self._note.setText(
            self.tr("Its newest 1,000 runs. Right: done and not undone later. Wrong: failed, undone, or rejected.")
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(16), 0, px(16))
        column.setSpacing(px(8))
        column.addLayout(head)
        column.addWidget(scroll, 1)
        column.addLayout(foot)
        self.resize(*size)

    def _room(self) -> tuple[int, int]:
        """As large as it wants to be, never larger than the window it belongs to, or the screen."""
        px, above = self.context.theme.px, self.parentWidget()
        most = above.window().size() if above is not None else QGuiApplication.primaryScreen().availableSize()
        return min(px(_WIDE), most.width() - 40), min(px(_TALL), most.height() - 40)

    def _start(self) -> None:
        self.context.tasks.start(
            self._read(self.which.current == "all"), name="read the record of an agent", owner=self
        )

    async def _read(self, with_reads: bool) -> None:
        history = self.context.runtime.history
        record = await history.agent_record(self.agent, with_reads)
        minutes = await history.activity(MINUTES, self.agent)
        if self._closed:
            return
        gone = Picture("", "", "", empty=self.tr("There is no agent of this name any more."))
        self.reliability.show_picture(reliability_picture(record) if record is not None else gone)
        self.coverage.show_picture(coverage_picture(record) if record is not None else gone)
        title = self.tr("Actions per minute, last 4 hours")
        self.activity.show_picture(activity_picture(minutes, title, self.agent))

    def _ended(self) -> None:
        self._closed = True
