"""Panes side by side whose widths are kept from one start to the next."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QSplitterHandle, QWidget

from console.theme.theme import Theme

_VERSION = 1


class _Handle(QSplitterHandle):
    """A hairline to the eye, six pixels to the hand."""

    def __init__(self, orientation: Qt.Orientation, splitter: Splitter, theme: Theme) -> None:
        super().__init__(orientation, splitter)
        self._theme = theme

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        thick, colour = self._theme.border, QColor(self._theme.color("line"))
        if self.orientation() == Qt.Orientation.Horizontal:
            painter.fillRect((self.width() - thick) // 2, 0, thick, self.height(), colour)
        else:
            painter.fillRect(0, (self.height() - thick) // 2, self.width(), thick, colour)
        painter.end()


class Splitter(QSplitter):
    """`name` is the key of its place in the settings; `sizes` are the widths at first start, at 100 %.

    `yields` are two widths at 100 %: until a person moved it, the first pane gives way down to the one, so that the
    second has the other.
    """

    def __init__(
        self,
        theme: Theme,
        name: str,
        panes: Sequence[QWidget] = (),
        sizes: Sequence[int] = (),
        settings: QSettings | None = None,
        orientation: Qt.Orientation = Qt.Orientation.Horizontal,
        parent: QWidget | None = None,
        *,
        yields: tuple[int, int] = (0, 0),
    ) -> None:
        self._theme = theme
        self._first, self._yields = next(iter(sizes), 0), yields
        super().__init__(orientation, parent)
        self._key, self._settings = f"splitters/v{_VERSION}/{name}", settings
        self.setObjectName(name)
        self.setHandleWidth(6)
        self.setChildrenCollapsible(False)
        for pane in panes:
            self.addWidget(pane)
        if sizes:
            self.setSizes([theme.px(size) for size in sizes])
        self.restore()
        self.splitterMoved.connect(self.save)
        theme.changed.connect(self.update)

    def createHandle(self) -> QSplitterHandle:
        return _Handle(self.orientation(), self, self._theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        least, other = map(self._theme.px, self._yields)
        if other and not (self._settings is not None and self._settings.contains(self._key)):
            first = min(self._theme.px(self._first), max(least, self.width() - other))
            self.setSizes([first, self.width() - first - self.handleWidth()])

    def save(self) -> None:
        if self._settings is not None:
            self._settings.setValue(self._key, self.saveState())

    def restore(self) -> bool:
        """True when a kept state fitted; anything unreadable is left aside."""
        kept = self._settings.value(self._key) if self._settings is not None else None
        return isinstance(kept, QByteArray) and self.restoreState(kept)
