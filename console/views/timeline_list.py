"""The list of steps: it follows what is live, stands still once a person scrolled up, and says what is new below."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from console.models.timeline_model import TimelineModel, checkpoint_of
from console.theme.theme import Theme
from console.views.timeline_delegate import TimelineDelegate
from console.widgets.button import ActionButton
from runtime.projections.rows import TimelineStep


class TimelineList(QListView):
    """``following_changed`` when scrolling switched it; ``opened`` with the place of a step to be seen whole."""

    following_changed = Signal(bool)
    opened = Signal(int)

    def __init__(self, theme: Theme, model: TimelineModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.steps = model
        self.following = True
        self._new = 0
        self._quiet = False
        self._anchor: tuple[QPersistentModelIndex, int] | None = None
        self.delegate = TimelineDelegate(theme, model, self)
        self.setItemDelegate(self.delegate)
        self.setModel(model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName(self.tr("Steps of this run"))
        self.below = ActionButton(theme, "", "arrow-down", None, "normal", height=28, parent=self)
        self.below.activated.connect(self.to_end)
        self.below.hide()
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.verticalScrollBar().rangeChanged.connect(self._grown)
        self.doubleClicked.connect(lambda index: self.toggle(index.row()))
        model.dataChanged.connect(self._resized_rows)
        theme.changed.connect(self._restyle)
        self._restyle()

    def keyboardSearch(self, search: str) -> None:
        """Letters are gestures here."""

    # -- following -----------------------------------------------------------------------------------------------
    def before_change(self) -> None:
        """Remember what stands at the top, so that it stays there."""
        self._quiet = True
        top = self.indexAt(self.viewport().rect().topLeft() + self._inside())
        self._anchor = (QPersistentModelIndex(top), self.visualRect(top).top()) if top.isValid() else None

    def after_change(self, new: int) -> None:
        """Follow to the end, or stand still and count what came."""
        self.executeDelayedItemsLayout()
        if self.following:
            self.scrollToBottom()
        else:
            if self._anchor is not None and self._anchor[0].isValid():
                here = self.model().index(self._anchor[0].row(), 0)
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + self.visualRect(here).top() - self._anchor[1])
            self._new += new
        self._quiet = False
        self._tell_new()

    def set_following(self, following: bool) -> None:
        """L, or the switch."""
        self.following = following
        if following:
            self._new = 0
            self._quiet = True
            self.scrollToBottom()
            self._quiet = False
        self._tell_new()

    def to_end(self) -> None:
        """What is new is seen; follow again."""
        self.set_following(True)
        self.following_changed.emit(True)

    @property
    def new_below(self) -> int:
        """Steps that came since scrolling up."""
        return self._new

    def _inside(self) -> QPoint:
        return QPoint(self._theme.px(30), 2)

    def _at_end(self) -> bool:
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 4

    def _scrolled(self) -> None:
        if self._quiet:
            return
        if self._at_end():
            self._new = 0
        following = self._at_end() and not self.steps.has_later
        if following != self.following and not following:
            self.following = False
            self.following_changed.emit(False)
        self._tell_new()

    def _grown(self, _low: int, _high: int) -> None:
        if self.following and not self._quiet:
            self._quiet = True
            self.scrollToBottom()
            self._quiet = False

    def _tell_new(self) -> None:
        self.below.setVisible(self._new > 0 and not self.following)
        if self._new:
            self.below.setText(self.tr("{count} new below").format(count=self._new))
            self.below.adjustSize()
            self._place_below()

    def _place_below(self) -> None:
        x = (self.width() - self.below.width()) // 2
        self.below.move(x, self.height() - self.below.height() - self._theme.px(8))

    # -- steps ---------------------------------------------------------------------------------------------------
    def step(self, by: int) -> None:
        """J and K."""
        count = self.steps.rowCount()
        if count:
            here = self.currentIndex().row() if self.currentIndex().isValid() else (count if by < 0 else -1)
            to = min(max(0, here + by), count - 1)
            self.setCurrentIndex(self.steps.index(to))

    def chosen(self) -> int:
        """The place of the chosen step, or -1."""
        return self.currentIndex().row() if self.currentIndex().isValid() else -1

    def chosen_checkpoint(self) -> int:
        """The checkpoint at or before the chosen step; the newest one where none is chosen. -1 = there is none."""
        place = self.chosen() if self.chosen() >= 0 else self.steps.rowCount() - 1
        for at in range(place, -1, -1):
            found = checkpoint_of(self.steps.line(at))
            if found >= 0 and (self.chosen() >= 0 or self._undoes(at)):
                return found
        return -1

    def _undoes(self, place: int) -> bool:
        line = self.steps.line(place)
        return isinstance(line, TimelineStep) and line.undoes > 0

    def toggle(self, place: int) -> None:
        """Space: three lines, forty, then the whole in a window."""
        if place < 0:
            return
        line, layout = self.steps.line(place), self.delegate.layout(place)
        level = self.steps.level(line)
        if level == 0 and layout.more:
            self.steps.set_level(place, 1)
            self.scrollTo(self.steps.index(place))
        elif level == 1 and layout.more:
            self.opened.emit(place)
        else:
            self.steps.set_level(place, 0)

    def set_stale(self, stale: bool) -> None:
        """Grey everything, switch buttons off."""
        self.delegate.stale = stale
        self.viewport().update()

    def _resized_rows(self, first: QModelIndex, last: QModelIndex) -> None:
        for place in range(first.row(), last.row() + 1):
            self.delegate.sizeHintChanged.emit(self.steps.index(place))

    def wheelEvent(self, event: QWheelEvent) -> None:
        super().wheelEvent(event)
        if event.angleDelta().y() > 0 and self.following and not self._at_end():
            self.following = False
            self.following_changed.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        # with or without its scroll bar the texts have one width, so that nothing is wrapped anew when it comes
        width = self.width() - self.verticalScrollBar().sizeHint().width()
        if self.delegate.width != width:
            self.delegate.width = width
            self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)
        self._place_below()

    def _restyle(self) -> None:
        self.verticalScrollBar().setSingleStep(self._theme.px(24))
        self.scheduleDelayedItemsLayout()
