"""Every part in every look: it is drawn, named, large enough, follows the theme and paints in time."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from console.theme.theme import Contrast, Scheme, Theme


def _gallery() -> ModuleType:
    path = Path(__file__).parents[3] / "fixtures" / "gallery.py"
    spec = importlib.util.spec_from_file_location("gallery", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PARTS: dict[str, Callable[[Theme], QWidget]] = _gallery().PARTS
LOOKS: list[tuple[Scheme, Contrast, float]] = [
    ("dark", "normal", 1.0),
    ("dark", "normal", 1.5),
    ("light", "normal", 1.0),
    ("light", "normal", 1.5),
    ("dark", "high", 1.0),
    ("light", "high", 1.5),
]


def colours(image: QImage) -> int:
    return len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())})


def interactive(root: QWidget) -> list[QWidget]:
    return [
        w
        for w in (root, *root.findChildren(QWidget))
        if isinstance(w, (QAbstractButton, QLineEdit)) and not w.isHidden()
    ]


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: "-".join(map(str, look)))
@pytest.mark.parametrize("name", PARTS)
def test_it_is_drawn_named_and_large_enough(
    name: str,
    look: tuple[Scheme, Contrast, float],
    qtbot: QtBot,
    qapp: QApplication,
) -> None:
    theme = Theme(*look)
    part = PARTS[name](theme)
    qtbot.addWidget(part)
    part.resize(part.sizeHint().expandedTo(part.minimumSizeHint()))
    part.show()
    drawn = part.grab().toImage()
    assert colours(drawn) > 1 or name == "hairline", "nothing was drawn"
    for control in interactive(part):
        interface = QAccessible.queryAccessibleInterface(control)
        assert interface.text(QAccessible.Text.Name).strip(), f"{type(control).__name__} has no name"
        assert control.height() >= 24
        assert control.width() >= 24


@pytest.mark.parametrize("name", PARTS)
def test_it_follows_the_theme(name: str, qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme("dark", "normal")
    part = PARTS[name](theme)
    qtbot.addWidget(part)
    part.show()
    small = part.sizeHint()
    theme.apply(qapp, scheme="dark", contrast="normal")
    dark = part.grab().toImage()
    theme.apply(qapp, scheme="light", scale=1.5)
    part.resize(part.sizeHint().expandedTo(part.size()))
    light = part.grab().toImage()
    assert light != dark
    if name != "hairline":
        large = part.sizeHint()
        assert large.width() * large.height() > small.width() * small.height()
    theme.apply(qapp, scheme="dark", scale=1.0)


ROLES = {
    "button": QAccessible.Role.Button,
    "filter chip": QAccessible.Role.Button,
    "toggle": QAccessible.Role.CheckBox,
    "search": QAccessible.Role.EditableText,
    "label": QAccessible.Role.StaticText,
    "meter": QAccessible.Role.StaticText,
    "priority 1": QAccessible.Role.StaticText,
    "sparkline": QAccessible.Role.StaticText,
}


@pytest.mark.parametrize("name", ROLES)
def test_it_has_the_role_it_looks_like(name: str, qtbot: QtBot, qapp: QApplication) -> None:
    part = PARTS[name](Theme("dark"))
    qtbot.addWidget(part)
    assert QAccessible.queryAccessibleInterface(part).role() == ROLES[name]


@pytest.mark.parametrize(
    "name", ["button", "button quiet", "filters", "toggle", "filter chip", "search", "panel", "exact diff"]
)
def test_focus_can_be_seen(name: str, qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme("light", "normal")
    theme.apply(qapp, scheme="light", contrast="normal", scale=1.0)
    part = PARTS[name](theme)
    qtbot.addWidget(part)
    part.resize(part.sizeHint())
    part.show()
    qtbot.waitExposed(part)
    target = next(w for w in (part, *part.findChildren(QWidget)) if w.focusPolicy() & Qt.FocusPolicy.TabFocus)
    part.activateWindow()
    target.clearFocus()
    before = target.grab().toImage()
    target.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(target.hasFocus)
    after = target.grab().toImage()
    accent = theme.color("accent")
    ring = [
        after.pixelColor(x, y)
        for x in range(after.width())
        for y in range(after.height())
        if after.pixel(x, y) != before.pixel(x, y)
    ]
    assert ring.count(accent) > after.width() / 2, "no focus ring in accent"


def test_nothing_is_a_default_button_and_labels_are_plain(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme("dark")
    for make in PARTS.values():
        part = make(theme)
        qtbot.addWidget(part)
        for child in (part, *part.findChildren(QWidget)):
            if isinstance(child, QPushButton):
                assert not child.isDefault()
                assert not child.autoDefault()
            if isinstance(child, QLabel):
                assert child.textFormat() == Qt.TextFormat.PlainText
            if isinstance(child, QAbstractScrollArea):
                assert child.accessibleName()
