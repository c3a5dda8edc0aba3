"""An array in a form: one part for each entry, each can be taken out, and one more can be added."""

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.theme.theme import Theme
from console.theme.tokens import BUTTON_SMALL
from console.widgets.button import ActionButton

_ENTRY = "entry"


class EntryForm(Protocol):
    """The form of one entry, over one argument named ``entry``."""

    @property
    def changed(self) -> SignalInstance: ...
    def show_values(self, values: dict[str, Any]) -> None: ...
    def merge(self, values: dict[str, Any]) -> dict[str, Any]: ...


class ListField(QWidget):
    """``changed`` when a person changed, added or took out an entry. ``make`` builds the form of one entry."""

    changed = Signal()

    def __init__(
        self, theme: Theme, title: str, items: dict[str, Any], make: Callable[[dict[str, Any]], EntryForm]
    ) -> None:
        super().__init__()
        self._theme, self._title, self._items, self._make = theme, title, items, make
        self._values: list[Any] = []
        self._forms: list[EntryForm] = []
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(4))
        self.add = ActionButton(theme, self.tr("Add an entry"), "plus", None, "quiet", BUTTON_SMALL)
        self.add.setAccessibleName(self.tr("Add an entry to {list}").format(list=title))
        self.add.activated.connect(self._added)
        self._column.addWidget(self.add)

    def show_value(self, value: Any) -> None:
        """Fill without telling."""
        values = list(value) if isinstance(value, list) else []
        if len(values) != len(self._values):
            self._build(values)
        self._values = values
        for form, one in zip(self._forms, values, strict=True):
            form.show_values({_ENTRY: one})

    def said(self, before: Any) -> Any:
        """The list as it stands here; ``before`` where there was none and nothing was added."""
        if not self._forms and not isinstance(before, list):
            return before
        return [form.merge({_ENTRY: one}).get(_ENTRY, one) for form, one in zip(self._forms, self._values, strict=True)]

    def _build(self, values: list[Any]) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._values, self._forms, self._rows = values, [], []
        for at in range(len(values)):
            self._append(at)

    def _append(self, at: int) -> None:
        form = self._make({**self._items, "title": self.tr("Entry {number}").format(number=at + 1)})
        form.changed.connect(self.changed)
        take = ActionButton(self._theme, self.tr("Take out"), "x", None, "quiet", BUTTON_SMALL)
        said = self.tr("Take entry {number} out of {list}")
        take.setAccessibleName(said.format(number=at + 1, list=self._title))
        take.activated.connect(lambda: self._taken_out(at))
        row = QWidget()
        inside = QHBoxLayout(row)
        inside.setContentsMargins(0, 0, 0, 0)
        assert isinstance(form, QWidget)
        inside.addWidget(form, 1)
        inside.addWidget(take)
        self._forms.append(form)
        self._rows.append(row)
        self._column.insertWidget(at, row)

    def _now(self) -> list[Any]:
        said: list[Any] = self.said([])
        return said

    def _added(self) -> None:
        empty = {} if "properties" in self._items or "$ref" in self._items else ""
        values = [*self._now(), empty]
        self._build(values)
        self.show_value(values)
        self.changed.emit()

    def _taken_out(self, at: int) -> None:
        values = self._now()
        del values[at]
        self._build(values)
        self.show_value(values)
        self.changed.emit()
