"""The settings: pages on the left, one of them on the right. Esc leaves, unless edits would be lost."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QListView, QScrollArea, QVBoxLayout, QWidget

from console.change_set import ChangeSet
from console.context import ConsoleContext
from console.dialogs.settings.page import SettingsPage
from console.dialogs.settings.page_list import BESIDE_TITLE, PageDelegate, PageList
from console.dialogs.settings.pages import page_classes
from console.event_bridge import EventBridge
from console.presenters.wording import say
from console.views.ground import Ground
from console.widgets.banner import Banner
from console.widgets.button import ActionButton
from console.widgets.hairline import Hairline

SIZE = (1020, 720)
_LIST, _WIDEST_LIST = 188, 232
"""Pixels at 100 %: as wide as its titles, within these."""


class SettingsDialog(QDialog):
    """``page`` is the key of the page that is shown first; a page is built when it is first shown. ``key/thing`` also
    chooses one thing on it, where it is there."""

    last_page: ClassVar[str] = ""
    retried = Signal()
    """A person wants the silent journal asked again now."""

    def __init__(self, context: ConsoleContext, page: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.setWindowTitle(self.tr("Settings"))
        self.setModal(True)
        self.setSizeGripEnabled(True)
        self._classes: list[type[SettingsPage]] = page_classes()
        self._pages: dict[str, SettingsPage] = {}
        self._frames: dict[str, QScrollArea] = {}
        self._leaving = self._dropped = False
        self._stale_since = 0
        self._build()
        self._bridge = EventBridge(context.runtime, context.tasks, self)
        self._bridge.changed.connect(self._touch)
        self.finished.connect(self._bridge.close)
        self._bridge.start()
        page, _, thing = page.partition("/")
        known = [one.key for one in self._classes]
        self.show_page(page if page in known else SettingsDialog.last_page or known[0])
        if page in known:
            self.current.take_keyboard(thing)

    def _build(self) -> None:
        theme, px = self.context.theme, self.context.theme.px
        self.model = PageList([(one.key, say(one.title), one.icon) for one in self._classes], self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(PageDelegate(theme, self.list))
        self.list.setAccessibleName(self.tr("Pages of the settings"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.viewport().setAutoFillBackground(False)
        titles = [theme.metrics("body_strong").horizontalAdvance(say(one.title)) for one in self._classes]
        self.list.setFixedWidth(min(px(_WIDEST_LIST), max(px(_LIST), max(titles) + px(BESIDE_TITLE) + 4)))
        self.list.setMouseTracking(True)
        self.list.selectionModel().currentChanged.connect(self._chosen)
        side = Ground(theme, "surface")
        side_column = QVBoxLayout(side)
        side_column.setContentsMargins(px(8), px(16), px(8), px(16))
        side_column.addWidget(self.list)
        self.unsaved = Banner(theme, "warn", self.tr("You have unsaved changes"), "", self.tr("Save"))
        self.drop = ActionButton(theme, self.tr("Discard"), height=28, kind="quiet")
        self.unsaved.add_button(self.drop)
        self.unsaved.hide()
        self.room = QVBoxLayout()
        self.save = ActionButton(theme, self.tr("Save"), "check", "Ctrl S")
        self.discard = ActionButton(theme, self.tr("Discard changes"), "undo-2", kind="quiet")
        self.close_button = ActionButton(theme, self.tr("Close"), None, "Esc")
        foot = QHBoxLayout()
        foot.setContentsMargins(px(24), px(10), px(24), px(12))
        foot.setSpacing(px(8))
        foot.addWidget(self.save)
        foot.addWidget(self.discard)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.unsaved)
        right.addLayout(self.room, 1)
        right.addWidget(Hairline(theme))
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(side)
        whole.addWidget(Hairline(theme, Qt.Orientation.Vertical))
        whole.addLayout(right, 1)
        self.save.activated.connect(self._save)
        self.discard.activated.connect(self._discard)
        self.close_button.activated.connect(self.reject)
        self.unsaved.activated.connect(self._save_and_leave)
        self.drop.activated.connect(self._drop_and_leave)
        self.resize(self._size())
        self.setMinimumSize(QSize(px(760), px(480)).boundedTo(self._size()))

    def _size(self) -> QSize:
        wanted = QSize(self.context.theme.px(SIZE[0]), self.context.theme.px(SIZE[1]))
        above = self.parentWidget()
        return wanted if above is None else wanted.boundedTo(above.size() * 0.96)

    # -- pages ---------------------------------------------------------------------------------------------------
    def page(self, key: str) -> SettingsPage:
        """A page, built when first asked for."""
        if key not in self._pages:
            page = next(one for one in self._classes if one.key == key)(self.context)
            frame = QScrollArea()
            frame.setWidget(page)
            frame.setWidgetResizable(True)
            frame.setFrameShape(QFrame.Shape.NoFrame)
            frame.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            frame.setAccessibleName(say(page.title))
            frame.hide()
            self.room.addWidget(frame)
            self._pages[key], self._frames[key] = page, frame
            page.changed.connect(self._arm)
            page.retried.connect(self.retried)
            page.set_stale(self._stale_since)
            page.reload()
        return self._pages[key]

    @property
    def current(self) -> SettingsPage:
        """The page that is shown."""
        return self._pages[self._key]

    def show_page(self, key: str) -> None:
        """Choose a page."""
        self.list.setCurrentIndex(self.model.index(self.model.row_of(key)))

    def _chosen(self, now: QModelIndex, _before: QModelIndex) -> None:
        self._key = self.model.key_at(now.row())
        SettingsDialog.last_page = self._key
        self.page(self._key)
        for key, frame in self._frames.items():
            frame.setVisible(key == self._key)
        self._arm()

    def _touch(self, change: ChangeSet) -> None:
        for page in self._pages.values():
            page.touch(change)

    def set_stale(self, since: int) -> None:
        """The journal is silent since then (µs UTC); 0 = it answers again."""
        self._stale_since = since
        for page in self._pages.values():
            page.set_stale(since)

    @property
    def holds_work(self) -> bool:
        """Whether edits would be lost with it."""
        return bool(self._dirty())

    def _dirty(self) -> list[SettingsPage]:
        return [page for page in self._pages.values() if page.is_dirty]

    def _arm(self) -> None:
        dirty = self.current.is_dirty
        for button in (self.save, self.discard):
            button.setVisible(self.current.saves)
            button.setEnabled(dirty and self.current.is_ready)
        if not self._dirty():
            self.unsaved.hide()
            if self._leaving:
                self._drop_and_leave()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Save):
            self._save()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):  # Enter never decides here
            super().keyPressEvent(event)

    # -- leaving -------------------------------------------------------------------------------------------------
    def _save(self) -> None:
        self._leaving = False
        if self.current.is_dirty and self.current.is_ready:
            self.current.save()

    def _save_and_leave(self) -> None:
        """All edited pages; the dialog closes when nothing is left to save, and stays where a page was refused."""
        self._leaving = True
        for page in self._dirty():
            if page.is_ready:
                page.save()

    def _discard(self) -> None:
        self.current.discard()

    def _drop_and_leave(self) -> None:
        self._leaving, self._dropped = False, True
        super().reject()

    def reject(self) -> None:
        """Esc and Close: leave, unless edits would be lost; then say so in place."""
        dirty = self._dirty()
        if not dirty:
            super().reject()
            return
        where = ", ".join(say(page.title) for page in dirty)
        self.unsaved.set_message(
            self.tr("You have unsaved changes"), self.tr("On: {pages}.").format(pages=where), self.tr("Save")
        )
        self.unsaved.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._dirty() and not self._dropped:
            event.ignore()
            self.reject()
            return
        super().closeEvent(event)
