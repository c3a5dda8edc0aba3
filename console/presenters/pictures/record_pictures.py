"""How sure an agent says it is, and how often it is right: reliability, and risk against coverage. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from console.presenters.pictures.picture import Cells, Lane, Picture, Spot, counted, share_words
from console.presenters.record_text import ENOUGH_CASES, GAP, wilson
from console.presenters.wording import number, say
from runtime.projections.rows import AgentRecord, ConfidenceLevel

BINS, PLOT_TALL, LEAST_TOP = 10, 190, 0.1
TOO_FEW = "Too few cases to say"
_EMPTY = "No call with a stated confidence has ended yet."


def reliability_picture(record: AgentRecord) -> Picture:
    """Stated confidence across, the observed share upwards, in steps of ten points; on the dashed line they agree."""
    key, title = "reliability", say("How sure it says it is, and how often it was right")
    if not record.levels:
        return Picture(key, title, "", empty=_EMPTY + _unstated(record))
    bins = [_bin(number, list(levels)) for number, levels in groupby(reversed(record.levels), _bin_of)]
    lane = Lane("intervals", "", "", tuple(_bin_spot(one) for one in bins), PLOT_TALL, up=_UP, diagonal=True)
    columns = (
        say("Said from, %"),
        say("Said to, %"),
        say("Mean stated, %"),
        say("Cases"),
        say("Right"),
        say("Observed, %"),
        "95 % from",
        "95 % to",
    )
    rows = tuple(_bin_row(one) for one in bins)
    labels = ("says 0 %", "50 %", "100 %")
    return Picture(key, title, _whole(record), (lane,), labels, columns, rows)


_UP = ("100 %", "0 %")
_Bin = tuple[int, float, int, int]
"""(number, mean stated, cases, right)"""


def _bin_of(level: ConfidenceLevel) -> int:
    return min(BINS - 1, max(0, level.percent) * BINS // 100)


def _bin(number: int, levels: Sequence[ConfidenceLevel]) -> _Bin:
    cases = sum(level.cases for level in levels)
    stated = sum(level.stated * level.cases for level in levels) / cases
    return number, stated, cases, sum(level.right for level in levels)


def _edges(number: int) -> tuple[int, int]:
    first = number * 100 // BINS
    return first, 100 if number == BINS - 1 else first + 100 // BINS - 1


def _bin_spot(one: _Bin) -> Spot:
    which, stated, cases, right = one
    low, high = wilson(right, cases)
    first, last = _edges(which)
    few, share = cases < ENOUGH_CASES, right / cases
    said = say(
        "Says {first} to {last} %: right in {right} of {counted}",
        first=first,
        last=last,
        right=number(right),
        counted=counted(cases, "case"),
    )
    if few:
        said = f"{said}. {TOO_FEW}"
    else:
        said = say(
            "{said}, {share_words}, between {number} and {number_2} %",
            said=said,
            share_words=share_words(right, cases),
            number=round(low * 100),
            number_2=round(high * 100),
        )
    return Spot(stated, share, said, low, high, few, not few and abs(stated - share) > GAP)


def _bin_row(one: _Bin) -> Cells:
    number, stated, cases, right = one
    low, high = wilson(right, cases)
    observed = TOO_FEW if cases < ENOUGH_CASES else str(round(100 * right / cases))
    interval = (str(round(low * 100)), str(round(high * 100)))
    return (*_edges(number), str(round(stated * 100)), cases, right, observed, *interval)


def _whole(record: AgentRecord) -> str:
    cases, right = sum(level.cases for level in record.levels), sum(level.right for level in record.levels)
    stated = round(100 * sum(level.stated * level.cases for level in record.levels) / cases)
    if cases < ENOUGH_CASES:
        said = say(
            "Right in {right} of {counted}. {too_few}.",
            right=number(right),
            counted=counted(cases, "case"),
            too_few=TOO_FEW,
        )
    else:
        said = say(
            "Says {stated} % on average, was right in {right} of {cases} cases, {share_words}.",
            stated=stated,
            right=number(right),
            cases=number(cases),
            share_words=share_words(right, cases),
        )
    return said + _unstated(record)


def _unstated(record: AgentRecord) -> str:
    return (
        say(" {counted} without a stated confidence.", counted=counted(record.unstated, "call"))
        if record.unstated
        else ""
    )


# -- risk and coverage -------------------------------------------------------------------------------------------------
def coverage_picture(record: AgentRecord) -> Picture:
    """Across: the share of its calls it would make on its own, the surest first; upwards: the share of them wrong."""
    key, title = "risk-and-coverage", say("Wrong, if it acts alone above a floor")
    if not record.levels:
        return Picture(key, title, "", empty=_EMPTY + _unstated(record))
    steps = _cumulated(record.levels)
    total = steps[-1][1]
    top = max(LEAST_TOP, *(wrong / cases for _, cases, wrong in steps))
    spots = tuple(
        Spot(cases / total, wrong / cases / top, _step_said(percent, cases, wrong, total), few=cases < ENOUGH_CASES)
        for percent, cases, wrong in steps
    )
    floor = round(record.threshold * 100)
    alone = max((cases for percent, cases, _ in steps if percent >= floor), default=0)
    up = (say("{number} % wrong", number=round(top * 100)), "0 %")
    lane = Lane("line", "", "", spots, PLOT_TALL, target_x=alone / total if floor else None, up=up)
    columns = (say("Floor, %"), say("Calls above"), say("Share of calls, %"), say("Wrong"), say("Wrong, %"))
    rows = tuple(
        (percent, cases, str(round(100 * cases / total)), wrong, str(round(100 * wrong / cases)))
        for percent, cases, wrong in steps
    )
    labels = ("0 %", say("of its calls"), "100 %")
    return Picture(key, title, _floor_sentence(steps, floor, total), (lane,), labels, columns, rows)


def _cumulated(levels: Sequence[ConfidenceLevel]) -> list[tuple[int, int, int]]:
    """(floor in percent, calls at or above it, how many of them were wrong), the highest floor first."""
    found, cases, wrong = [], 0, 0
    for level in levels:
        cases, wrong = cases + level.cases, wrong + level.cases - level.right
        found.append((level.percent, cases, wrong))
    return found


def _step_said(percent: int, cases: int, wrong: int, total: int) -> str:
    said = say(
        "From {percent} % up: {on_its_own}, {wrong} wrong",
        percent=percent,
        on_its_own=_on_its_own(cases, total),
        wrong=number(wrong),
    )
    return f"{said}. {TOO_FEW}" if cases < ENOUGH_CASES else f"{said} ({share_words(wrong, cases)})"


def _on_its_own(cases: int, total: int) -> str:
    return say(
        "{cases} of {counted} ({share_words})",
        cases=number(cases),
        counted=counted(total, "call"),
        share_words=share_words(cases, total),
    )


def _floor_sentence(steps: Sequence[tuple[int, int, int]], floor: int, total: int) -> str:
    if not floor:
        return say("It has no floor: {step_said}.", step_said=_step_said(*steps[-1], total))
    above = [step for step in steps if step[0] >= floor]
    if not above:
        return say("No call was at or above its floor of {floor} %.", floor=floor)
    _, cases, wrong = above[-1]
    said = say(
        "Floor {floor} % (dashed): {on_its_own}, {wrong} wrong",
        floor=floor,
        on_its_own=_on_its_own(cases, total),
        wrong=number(wrong),
    )
    return f"{said}. {TOO_FEW}." if cases < ENOUGH_CASES else f"{said} ({share_words(wrong, cases)})."
