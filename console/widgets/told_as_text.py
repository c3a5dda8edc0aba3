"""Has a screen reader told of widgets that paint their own text as of a text; Qt alone would call them a filler."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

Kind = TypeVar("Kind", bound=type[QWidget])
_kinds: list[type[QWidget]] = []


def told_as_text(kind: Kind) -> Kind:
    """Of a class of widgets. What it says stands in its accessible name and description."""
    if not _kinds:
        QAccessible.installFactory(_interface_of)
    _kinds.append(kind)
    return kind


def _interface_of(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
    """What Qt asks before it makes an interface of its own; it keeps what is answered."""
    if isinstance(thing, QWidget) and isinstance(thing, tuple(_kinds)):
        return QAccessibleWidget(thing, QAccessible.Role.StaticText)
    return None
