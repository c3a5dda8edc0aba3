"""What each part that a person can use has to be told as, from what it is: a button as a button, a table as a table.

The role comes from the kind of the widget and whether it can be chosen, never from what Qt answers for it; the part is
found on the bus by its number there, not by its name. So one that is told as something else, or not at all, is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QRadioButton,
    QScrollBar,
    QTableView,
    QTreeView,
    QWidget,
)

from tests.fixtures.at_spi import INTERACTIVE, Node
from tests.fixtures.clipping import told

BUTTON = frozenset({"button", "button with a menu"})
KINDS: tuple[tuple[type[QWidget], frozenset[str]], ...] = (
    (QCheckBox, frozenset({"check box"})),
    (QComboBox, frozenset({"combo box"})),
    (QAbstractSpinBox, frozenset({"spin button"})),
    (QLineEdit, frozenset({"text", "entry", "password text"})),
    (QPlainTextEdit, frozenset({"text", "entry"})),
    (QTableView, frozenset({"table"})),
    (QTreeView, frozenset({"tree", "tree table"})),
    (QListView, frozenset({"list", "list box"})),
    (QAbstractSlider, frozenset({"slider"})),
)
"""The first that fits. Buttons stand in ``_roles``: what they are hangs on whether they can be chosen."""
PICTURES = frozenset({"image", "chart", "canvas", "drawing area", "label"})
"""What else may take the keyboard: it is read, not operated."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a person would call it, and what it may be told as."""

    place: str
    roles: frozenset[str]


Parts = Mapping[int, Part]
"""By the number that Qt's bridge gives a part on the bus."""


def parts_now() -> Parts:
    """All that a person can see and use at this moment, in every window."""
    tops = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
    return {number: part for top in tops for number, part in _parts(top)}


def _parts(top: QWidget) -> Iterator[tuple[int, Part]]:
    for widget in top.findChildren(QWidget):
        roles = _roles(widget)
        if not roles or widget.window() is not top or not widget.isVisible() or _inside(widget):
            continue
        spoken = QAccessible.queryAccessibleInterface(widget)
        assert spoken is not None, f"{told(widget)} says nothing at all"
        yield QAccessible.uniqueId(spoken) % 2**32, Part(told(widget), roles)


def _roles(widget: QWidget) -> frozenset[str]:
    if isinstance(widget, QAbstractButton) and not isinstance(widget, QCheckBox):
        if not widget.isCheckable():
            return BUTTON
        return frozenset({"radio button"}) if isinstance(widget, QRadioButton) else frozenset({"toggle button"})
    for kind, roles in KINDS:
        if isinstance(widget, kind):
            return frozenset() if isinstance(widget, QScrollBar) else roles
    return PICTURES.union(INTERACTIVE) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus else frozenset()


def _inside(widget: QWidget) -> bool:
    """Whether it is a piece of another part: the line of a spin box, the list of a choice, the corner of a table."""
    above = widget.parentWidget()
    while above is not None and not above.isWindow():
        if any(isinstance(above, kind) for kind, _ in KINDS):
            return True
        above = above.parentWidget()
    return False


def told_otherwise(windows: Sequence[Node], before: Parts, after: Parts) -> list[str]:
    """A sentence for each part that was there before and after the walk, and was told in no role that it has.

    What came or went meanwhile is another screen's business.
    """
    there = {node.number: node for window in windows for node in window.all() if node.is_showing}
    found = []
    for number in before.keys() & after.keys():
        part, node = before[number], there.get(number)
        if node is None:
            found.append(f"is not told at all: {part.place}")
        elif node.role not in part.roles | after[number].roles:
            is_ = min(part.roles) if len(part.roles) < len(PICTURES) else "used or read"
            found.append(f"is {is_} and is told as {node.role}: {part.place}")
    return sorted(found)
