"""Ctrl+K: a line to type in and what it finds. It opens and pauses; it never approves."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPainterPath, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from console.context import ConsoleContext
from console.theme.icons import paint_icon
from console.theme.mirroring import mirror_row
from console.theme.theme import Theme
from console.theme.tokens import RADIUS_CONTROL, RADIUS_POPOVER, Token
from console.views.palette_findings import Found, find
from console.views.table import AUDIT, FLEET
from console.widgets.hairline import Hairline
from console.widgets.keycap import KeyCap, keycap_width, paint_keycap
from console.widgets.painting import RIGHT, box, painting, words
from console.widgets.panel import IconLabel
from console.widgets.plain_label import PlainLabel
from runtime.domain.commands import PauseAgent
from runtime.domain.ids import AgentName

Index = QModelIndex | QPersistentModelIndex
_WAIT_MS, _WIDTH, _ROW = 120, 600, 38
_SLOW_MS = 300
"""An answer that takes longer is said to be on its way; what was found before is then no longer shown."""


class FoundModel(QAbstractListModel):
    """What was found; replaced whole, because it answers another question each time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Found] = []

    def show_rows(self, rows: list[Found]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own signature)
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.title}, {row.detail}" if row.detail else row.title
        return None


class FoundDelegate(QStyledItemDelegate):
    """Icon, title, detail, key."""

    def __init__(self, theme: Theme, model: FoundModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._theme.px(_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, px = self._theme, self._theme.px
        row = self._model.rows[index.row()]
        rect = QRectF(option.rect)
        painter.save()
        mirror_row(painter, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        if chosen:
            box(painter, rect.adjusted(0, 1, 0, -1), px(RADIUS_CONTROL), fill=theme.color("accentBg"))
        ink: Token = "text" if chosen else "text2"
        icon = QRectF(rect.left() + px(12), rect.center().y() - px(8), px(16), px(16))
        paint_icon(painter, theme, row.icon, ink, icon)
        right = rect.right() - px(10)
        hint = "Enter" if chosen else row.hint
        if hint:
            right -= keycap_width(theme, hint)
            paint_keycap(painter, theme, right, rect.center().y(), hint)
            right -= px(10)
        left = rect.left() + px(40)
        detail = theme.cut("meta", row.detail, px(200))
        detail_width = theme.metrics("meta").horizontalAdvance(detail) if detail else 0
        aside = QRectF(right - detail_width, rect.top(), detail_width, rect.height())
        words(painter, theme, aside, detail, "meta", "text2", RIGHT)
        room = right - left - detail_width - px(10)
        title = theme.cut("body_medium", row.title, room)
        words(painter, theme, QRectF(left, rect.top(), room, rect.height()), title, "body_medium", "text")
        painter.restore()


class Scrim(QWidget):
    """Dims the window while a person searches."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setGeometry(window.rect())
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, 110))
        painter.end()


class Palette(QDialog):
    """A line to type in and what it finds."""

    is_passing: ClassVar[bool] = True

    def __init__(
        self,
        context: ConsoleContext,
        where: int,
        parent: QWidget | None = None,
        is_stale: Callable[[], bool] = lambda: False,
    ) -> None:
        """``is_stale``: the journal is silent, so that nobody is paused from here."""
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        theme, px = context.theme, context.theme.px
        self._context, self._where, self._is_stale = context, where, is_stale
        self._asked, self._answered = 0, ""
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setWindowTitle(self.tr("Search"))
        self.field = QLineEdit()
        self.field.setProperty("inside", True)
        self.field.setFont(theme.font("title"))
        self.field.setAccessibleName(self.tr("Search agents, runs, requests and actions"))
        self.field.setPlaceholderText(self.tr("Search agents, runs, requests and actions"))
        self.model = FoundModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(FoundDelegate(theme, self.model, self.list))
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(self.tr("Found"))
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.viewport().setAutoFillBackground(False)
        self.list.clicked.connect(lambda index: self._do(index.row()))
        self._nothing = PlainLabel(theme, self.tr("Nothing found"), "body", "text2")
        self._nothing.setContentsMargins(px(12), px(8), px(12), 0)
        head = QHBoxLayout()
        head.setContentsMargins(px(16), px(12), px(16), px(12))
        head.setSpacing(px(10))
        head.addWidget(IconLabel(theme, "search", "text2", 16))
        head.addWidget(self.field, 1)
        head.addWidget(KeyCap(theme, "Esc"))
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline(theme))
        inside = QVBoxLayout()
        inside.setContentsMargins(px(8), px(8), px(8), px(8))
        inside.addWidget(self.list, 1)
        inside.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(inside, 1)
        column.addWidget(Hairline(theme))
        note = PlainLabel(theme, self.tr("You approve on the request itself, never from search."), "meta", "text2")
        note.setContentsMargins(px(20), px(9), px(20), px(10))
        column.addWidget(note)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MS)
        self._wait.timeout.connect(self._search)
        self.field.textChanged.connect(lambda _text: self._wait.start())
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_SLOW_MS)
        self._slow.timeout.connect(lambda: self._show([], self.tr("Being read")))
        self.setFixedSize(px(_WIDTH), px(390))
        if parent is not None:
            below = min(px(132), (parent.height() - self.height()) // 2)  # whole also in a low window
            self.move(parent.mapToGlobal(QPoint((parent.width() - self.width()) // 2, below)))
        self._scrim = Scrim(parent) if parent is not None else None
        self._search()
        self.field.setFocus()

    def _search(self) -> None:
        self._asked += 1
        self._slow.start()
        self._context.tasks.start(self._look(self.field.text(), self._asked), name="search", owner=self)

    async def _look(self, text: str, number: int) -> None:
        try:
            found = await find(self._context, text, self._where)
        except Exception:
            if number == self._asked:
                self._show([], self.tr("This could not be looked up. What was recorded is kept."))
            raise
        if number == self._asked:  # else a later question was asked meanwhile
            live = [one for one in found if one.kind != "pause" or not self._is_stale()]
            self._show(live, self.tr("Nothing found"))
            self._answered = text

    def _show(self, found: list[Found], otherwise: str) -> None:
        self._slow.stop()
        self.model.show_rows(found)
        self._nothing.setText(otherwise)
        self._nothing.setVisible(not found)
        self.list.setVisible(bool(found))
        self.list.setCurrentIndex(self.model.index(0))

    def done(self, result: int) -> None:
        self._slow.stop()
        if self._scrim is not None:
            self._scrim.hide()
            self._scrim.deleteLater()
            self._scrim = None
        super().done(result)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Round corners also where the desktop can't blend windows."""
        radius = self._context.theme.px(RADIUS_POPOVER)
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), radius, radius)
        self.setMask(QRegion(path.toFillPolygon().toPolygon()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.list.currentIndex().row()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentIndex(self.model.index(min(max(0, row + step), len(self.model.rows) - 1)))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat() and self.field.text() == self._answered:  # never what another word had found
                self._do(row)
        else:
            super().keyPressEvent(event)

    def _do(self, row: int) -> None:
        if not 0 <= row < len(self.model.rows):
            return
        found = self.model.rows[row]
        self.accept()
        navigation = self._context.navigation
        if found.kind == "ask":
            navigation.open_ask(found.key)
        elif found.kind == "run":
            navigation.open_run(found.key)
        elif found.kind == "action":
            self._context.actions.press(found.key)
        elif found.kind == "pause":
            self._context.runner.submit(PauseAgent(AgentName(found.key), self._context.operator()))
        elif found.kind in ("settings", "rule"):
            navigation.open_settings("rules" if found.kind == "rule" else found.key)
        else:
            navigation.show_view(FLEET if found.kind == "agent" else AUDIT)
            navigation.show_item(found.key)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._context.theme
        with painting(self) as painter:
            fill, border = theme.color("surface"), theme.color("line2")
            box(painter, self.rect(), theme.px(RADIUS_POPOVER), fill=fill, border=border, width=theme.border)
