"""Rows of a name on the left and its value on the right, as in "This run"."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from console.theme.theme import Theme
from console.widgets.painting import INK, Tone
from console.widgets.plain_label import PlainLabel


class KeyValue(QWidget):
    """`set_rows([(name, value), ...])` or with a tone as third; the same names only change their values."""

    def __init__(
        self,
        theme: Theme,
        rows: Sequence[tuple[str, str] | tuple[str, str, Tone]] = (),
        *,
        align_right: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._align_right = theme, align_right
        self._labels: list[tuple[PlainLabel, PlainLabel]] = []
        self._names: list[str] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.set_rows(rows)

    def set_rows(self, rows: Sequence[tuple[str, str] | tuple[str, str, Tone]]) -> None:
        names = [row[0] for row in rows]
        if names != self._names:
            self._rebuild(names)
        for (name, value), row in zip(self._labels, rows, strict=True):
            tone: Tone = row[2] if len(row) == 3 else "neutral"
            value.setText(row[1] or self.tr("none"))
            value.set_token("text" if tone == "neutral" else INK[tone])
            value.setAccessibleName(f"{name.text()}: {value.text()}")

    def value(self, name: str) -> str:
        return self._labels[self._names.index(name)][1].text()

    def _rebuild(self, names: list[str]) -> None:
        for pair in self._labels:
            for label in pair:
                self._grid.removeWidget(label)
                label.hide()
                label.deleteLater()
        self._labels, self._names = [], names
        side = Qt.AlignmentFlag.AlignRight if self._align_right else Qt.AlignmentFlag.AlignLeft
        for row, name in enumerate(names):
            left = PlainLabel(self._theme, name, "meta_medium", "text2", wrap=False, parent=self)
            right = PlainLabel(self._theme, "", "meta_strong", parent=self)
            right.setAlignment(side | Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(right, row, 1)
            self._labels.append((left, right))

    def _restyle(self) -> None:
        self._grid.setHorizontalSpacing(self._theme.px(12))
        self._grid.setVerticalSpacing(self._theme.px(8))
