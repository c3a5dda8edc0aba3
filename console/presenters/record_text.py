"""How sure an agent says it is beside how often it was right, in words and shares. No Qt."""

import math
from dataclasses import dataclass

from console.presenters.wording import number, say
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
    says = "" if stated is None else say("says {percent} %", percent=round(stated * 100))
    counted = {"right": number(track.right), "cases": number(track.cases)}
    if track.cases < ENOUGH_CASES:
        few = "Too few cases to say. Right in {right} of {cases} cases with this tool."
        said = say(few, **counted) if track.cases else say("Too few cases to say. No case yet.")
        return RecordText(stated, None, None, (says, ""), said)
    observed = track.right / track.cases
    was = say("was right {percent} %", percent=round(observed * 100))
    least, most = wilson(track.right, track.cases)
    counts = say(
        "It was right in {right} of {cases} cases with this tool (95 % interval {least} to {most} %).",
        least=round(least * 100),
        most=round(most * 100),
        **counted,
    )
    if observed < SHOW_FROM:
        return RecordText(
            None,
            observed,
            wilson(track.right, track.cases),
            ("", was),
            f"{counts} {say('Its own estimate is not shown.')}",
            True,
        )
    gap = 0.0 if stated is None else stated - observed
    over, under = say("Treat as overconfident."), say("It was right more often than it says.")
    advice = f" {over}" if gap > GAP else f" {under}" if gap < -GAP else ""
    return RecordText(stated, observed, wilson(track.right, track.cases), (says, was), counts + advice, abs(gap) > GAP)
