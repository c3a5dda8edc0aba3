"""Whether words on a picture stand out from what is behind them: ink of each label, and of the hint in each empty
field, against its commonest pixel."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QLabel, QLineEdit, QPlainTextEdit, QWidget

from console.theme.tokens import contrast
from console.widgets.elided_label import ElidedLabel
from console.widgets.plain_label import PlainLabel
from tests.fixtures.clipping import told

LEAST = 4.5


def unreadable(root: QWidget, picture: QImage) -> list[str]:
    """One sentence for each text whose ink has less than 4.5 : 1 on its ground."""
    found = []
    ratio = picture.devicePixelRatio()
    for widget in (one for kind in (QLabel, QLineEdit, QPlainTextEdit) for one in root.findChildren(kind)):
        shown = widget.visibleRegion().boundingRect()
        if not widget.isVisible() or widget.window() is not root or shown.height() <= widget.height() / 2:
            continue  # of what is scrolled away all but the edge has no ground of its own
        ink = ink_of(widget)
        if ink is None:
            continue
        place = shown.translated(widget.mapTo(root, widget.rect().topLeft()))
        ground = commonest(picture, place.left(), place.top(), place.right(), place.bottom(), ratio)
        if contrast(ink.name(), ground) < LEAST:
            found.append(f"{told(widget)}: {ink.name()} on {ground} is {contrast(ink.name(), ground):.2f} : 1")
    return found


def ink_of(widget: QWidget) -> QColor | None:
    """The colour of the words it shows now, or of the hint where it is an empty field; None where it shows none."""
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        text = widget.text() if isinstance(widget, QLineEdit) else widget.toPlainText()
        role = QPalette.ColorRole.Text if text else QPalette.ColorRole.PlaceholderText
        shown = over(widget.palette().color(role), widget.palette().color(QPalette.ColorRole.Base))
        return shown if text or widget.placeholderText() else None
    if not isinstance(widget, QLabel) or not widget.text():
        return None
    if isinstance(widget, ElidedLabel):
        return widget._theme.color(widget._token)
    return widget.palette().color(QPalette.ColorRole.WindowText) if isinstance(widget, PlainLabel) else None


def over(ink: QColor, ground: QColor) -> QColor:
    """What is seen of a colour that lets the ground through, as Qt's own hints do."""
    share = ink.alphaF()
    return QColor.fromRgbF(*(
        share * one + (1 - share) * other
        for one, other in zip(ink.getRgbF()[:3], ground.getRgbF()[:3], strict=True)  # type: ignore[index]  # four numbers
    ))  # fmt: skip


def commonest(picture: QImage, left: int, top: int, right: int, bottom: int, ratio: float) -> str:
    """The colour most pixels of a place have; every third line is looked at."""
    seen: Counter[int] = Counter()
    for y in range(round(top * ratio), min(round(bottom * ratio) + 1, picture.height()), 3):
        for x in range(round(left * ratio), min(round(right * ratio) + 1, picture.width()), 4):
            seen[picture.pixel(x, y)] += 1
    return QColor(seen.most_common(1)[0][0]).name() if seen else "#000000"
