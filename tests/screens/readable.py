"""Whether words on a picture stand out from what is behind them: ink of each label against its commonest pixel."""

from __future__ import annotations

from collections import Counter

from PySide6.QtGui import QColor, QImage, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from console.theme.tokens import contrast
from console.widgets.elided_label import ElidedLabel
from console.widgets.plain_label import PlainLabel
from tests.fixtures.clipping import told

LEAST = 4.5


def unreadable(root: QWidget, picture: QImage) -> list[str]:
    """One sentence for each label whose ink has less than 4.5 : 1 on its ground."""
    found = []
    ratio = picture.devicePixelRatio()
    for label in root.findChildren(QLabel):
        if not label.isVisible() or label.window() is not root or label.visibleRegion().isEmpty() or not label.text():
            continue
        if isinstance(label, ElidedLabel):
            ink = label._theme.color(label._token)
        elif isinstance(label, PlainLabel):
            ink = label.palette().color(QPalette.ColorRole.WindowText)
        else:
            continue
        place = label.visibleRegion().boundingRect().translated(label.mapTo(root, label.rect().topLeft()))
        ground = commonest(picture, place.left(), place.top(), place.right(), place.bottom(), ratio)
        if contrast(ink.name(), ground) < LEAST:
            found.append(f"{told(label)}: {ink.name()} on {ground} is {contrast(ink.name(), ground):.2f} : 1")
    return found


def commonest(picture: QImage, left: int, top: int, right: int, bottom: int, ratio: float) -> str:
    """The colour most pixels of a place have; every third line is looked at."""
    seen: Counter[int] = Counter()
    for y in range(round(top * ratio), min(round(bottom * ratio) + 1, picture.height()), 3):
        for x in range(round(left * ratio), min(round(right * ratio) + 1, picture.width()), 4):
            seen[picture.pixel(x, y)] += 1
    return QColor(seen.most_common(1)[0][0]).name() if seen else "#000000"
