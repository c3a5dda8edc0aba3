"""Where the lanes of a picture lie: words above, plot below them, marks under bars, labels at the very bottom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from console.presenters.pictures.picture import Lane
from console.theme.theme import Theme

MARGIN, WORDS, GAP, MARKS, LABELS = 8, 18, 4, 20, 18


def _extra(theme: Theme, lane: Lane) -> int:
    """What a lane needs beside its plot."""
    words = theme.px(WORDS) if lane.name or lane.value else 0
    marks = theme.px(MARKS) if any(spot.priority for spot in lane.spots) else 0
    return words + marks + theme.px(GAP)


def needed_height(theme: Theme, lanes: Sequence[Lane], labelled: bool) -> int:
    """With every plot at its own height."""
    foot = theme.px(LABELS) if labelled else 0
    return 2 * theme.px(MARGIN) + foot + sum(theme.px(lane.tall) + _extra(theme, lane) for lane in lanes)


def least_height(theme: Theme, lanes: Sequence[Lane], labelled: bool) -> int:
    """With plots at half their height, where they can be made lower."""
    return needed_height(theme, lanes, labelled) - sum(theme.px(lane.tall) // 2 for lane in lanes if lane.tall > 60)


def left_edge(theme: Theme, lanes: Sequence[Lane]) -> float:
    """Room for what is said upwards."""
    said = [words for lane in lanes for words in lane.up if words]
    wide = max((theme.metrics("meta").horizontalAdvance(words) for words in said), default=0)
    return theme.px(MARGIN) + (wide + theme.px(8) if wide else 0)


def plots(theme: Theme, lanes: Sequence[Lane], labelled: bool, width: float, height: float) -> list[QRectF]:
    """One plot for each lane; what is left of the height, or lacks, is shared by the tall ones."""
    spare = height - needed_height(theme, lanes, labelled)
    growing = [lane for lane in lanes if lane.tall > 60] or list(lanes)
    each = spare / len(growing) if growing and (spare < 0 or growing[0].tall > 60) else 0.0
    top, left = float(theme.px(MARGIN)), left_edge(theme, lanes)
    found = []
    for lane in lanes:
        words = theme.px(WORDS) if lane.name or lane.value else 0
        tall = max(4.0, theme.px(lane.tall) + (each if lane in growing else 0.0))
        found.append(QRectF(left, top + words, max(8.0, width - left - theme.px(MARGIN)), tall))
        top += tall + _extra(theme, lane)
    return found
