"""How sure an agent says it is beside how often it was right, in words and shares. No Qt."""

import math
from dataclasses import dataclass

from runtime.projections.rows import TrackRecord

ENOUGH_CASES, SHOW_FROM, GAP = 30, 0.70, 0.10
_Z = 1.96


@dataclass(frozen=True, slots=True)
class RecordText:
    """What the panel draws; ``None`` = not drawn. ``warn``: the words are amber."""

    stated: float | None
    observed: float | None
    interval: tuple[float, float] | None
    captions: tuple[str, str]
    sentence: str
    warn: bool = False


def wilson(right: int, cases: int) -> tuple[float, float]:
    """The 95 % interval of a share: the score interval of E. B. Wilson, "Probable Inference, the Law of Succession, and
    Statistical Inference", JASA 22 (1927), which also holds near 0 and 1 and for small counts."""
    share, square = right / cases, _Z * _Z
    middle = (share + square / (2 * cases)) / (1 + square / cases)
    half = _Z * math.sqrt(share * (1 - share) / cases + square / (4 * cases * cases)) / (1 + square / cases)
    return max(0.0, middle - half), min(1.0, middle + half)


def record_text(track: TrackRecord, stated: float | None) -> RecordText:
    """No percentage without its count, none at all from fewer than 30 cases."""
    says = "" if stated is None else f"says {round(stated * 100)} %"
    if track.cases < ENOUGH_CASES:
        counts = f"Right in {track.right} of {track.cases} cases with this tool." if track.cases else "No case yet."
        return RecordText(stated, None, None, (says, ""), f"Too few cases to say. {counts}")
    observed = track.right / track.cases
    was = f"was right {round(observed * 100)} %"
    least, most = wilson(track.right, track.cases)
    counts = (
        f"It was right in {track.right} of {track.cases} cases with this tool "
        f"(95 % interval {round(least * 100)} to {round(most * 100)} %)."
    )
    if observed < SHOW_FROM:
        return RecordText(
            None,
            observed,
            wilson(track.right, track.cases),
            ("", was),
            f"{counts} Its own estimate is not shown.",
            True,
        )
    gap = 0.0 if stated is None else stated - observed
    advice = " Treat as overconfident." if gap > GAP else " It was right more often than it says." if gap < -GAP else ""
    return RecordText(stated, observed, wilson(track.right, track.cases), (says, was), counts + advice, abs(gap) > GAP)
