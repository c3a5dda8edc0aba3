"""Pictures of one run: confidence and spend over time, and where its time goes. No Qt."""

from __future__ import annotations

from collections.abc import Sequence

from console.presenters.pictures.picture import (
    Cells,
    Lane,
    Picture,
    Spot,
    counted,
    merged_spans,
    share_words,
    thinned,
    thinned_note,
    within,
)
from console.presenters.times import clock_time, day_and_time, local, milliseconds
from console.presenters.wording import number, say
from runtime.domain.money import MICROS_PER_DOLLAR, dollars
from runtime.projections.rows import RunCourse, Span

LINE_TALL, SPAN_TALL = 56, 12
NEARLY_SPENT = 0.8
_ALWAYS = ("model", "tool", "person")
_NAMES = {
    "model": "Model",
    "tool": "Tools",
    "person": "Waiting for a person",
    "hold": "Ruling held",
    "paused": "Paused",
    "queue": "In the queue",
}
OTHER = "The rest"


def course_picture(course: RunCourse) -> Picture:
    """How sure the agent said it was and what it has spent, answer by answer.

    Answers stand at equal distances, in order: a run that waits for hours would press them all into one corner.
    """
    title, key = say("Confidence and spend"), "confidence-and-spend"
    if not course.spent and not course.stated:
        return Picture(key, title, "", empty=say("The model has not answered yet."))
    across = _places(course)
    sure, spend = _confidence_lane(course, across), _spend_lane(course, across)
    drawn = thinned_note((len(course.stated), len(course.spent)), (len(sure.spots), len(spend.spots)))
    return Picture(
        key,
        title,
        _course_sentence(course) + drawn,
        (sure, spend),
        _answer_times(course),
        (say("Time"), say("Turn"), say("Confidence, %"), say("Cost, $"), say("Sum, $"), say("Model")),
        _course_rows(course),
    )


def floor_note(course: RunCourse) -> str:
    """What the dashed line across the confidence is."""
    return say("floor {number} %", number=round(course.threshold * 100)) if course.threshold else ""


_Places = dict[tuple[int, int], float]
"""(at, turn) of an answer -> where it stands across."""


def _answers(course: RunCourse) -> list[tuple[int, int]]:
    spent, stated = ((one.at, one.turn) for one in course.spent), ((one.at, one.turn) for one in course.stated)
    return sorted({*spent, *stated})


def _places(course: RunCourse) -> _Places:
    answers = _answers(course)
    if len(answers) == 1:
        return {answers[0]: 0.5}
    return {answer: number / (len(answers) - 1) for number, answer in enumerate(answers)}


def _answer_times(course: RunCourse) -> tuple[str, str, str]:
    times = [at for at, _ in _answers(course)]
    same_day = local(times[0]).date() == local(times[-1]).date()
    first = clock_time(times[0]) if same_day else day_and_time(times[0], times[-1])
    return (first, "", clock_time(times[-1])) if times[0] != times[-1] else ("", first, "")


def _x(course: RunCourse, at: int) -> float:
    return within((at - course.since) / max(1, course.until - course.since))


def _ends(course: RunCourse) -> tuple[str, str, str]:
    last = day_and_time(course.until, course.until) if course.ended else "now"
    return (day_and_time(course.since, course.until), "", last)


def _turn(turn: int) -> str:
    return say("turn {turn}", turn=turn) if turn else "plan"


def _confidence_lane(course: RunCourse, across: _Places) -> Lane:
    floor = f"{round(course.threshold * 100)} %" if course.threshold else ""
    spots = []
    for one in course.stated:
        low = one.confidence < course.threshold
        said = say(
            "{time}, {turn}: confidence {number} %",
            time=clock_time(one.at),
            turn=_turn(one.turn),
            number=round(one.confidence * 100),
        )
        said += say(", below the floor of {floor}", floor=floor) if low else ""
        spots.append(Spot(across[one.at, one.turn], within(one.confidence), said, warn=low))
    last = f"{round(course.stated[-1].confidence * 100)} %" if course.stated else say("not stated")
    warn = bool(spots) and spots[-1].warn
    return Lane("line", say("Confidence"), last, thinned(spots), LINE_TALL, target=course.threshold or None, warn=warn)


def _spend_lane(course: RunCourse, across: _Places) -> Lane:
    total, cap = course.spent[-1].sum_micros if course.spent else 0, course.cap_micros
    top = max(total, cap if total * 4 >= cap else 0, 1)
    spots = []
    for one in course.spent:
        price = say("price unknown") if one.unknown else say("{money} more", money=dollars(one.micros))
        said = say(
            "{time}, {turn}: {price}, {money} spent",
            time=clock_time(one.at),
            turn=_turn(one.turn),
            price=price,
            money=dollars(one.sum_micros),
        )
        spots.append(Spot(across[one.at, one.turn], one.sum_micros / top, said, warn=one.unknown))
    value = (
        say("{money} of {money_2}", money=dollars(total), money_2=dollars(cap))
        if cap
        else say("{money}, no cap", money=dollars(total))
    )
    target = cap / top if cap and cap <= top else None
    return Lane("stairs", say("Spend"), value, thinned(spots), LINE_TALL, target=target, warn=_nearly(total, cap))


def _nearly(total: int, cap: int) -> bool:
    return bool(cap) and total > NEARLY_SPENT * cap


def _course_sentence(course: RunCourse) -> str:
    below, stated = sum(one.confidence < course.threshold for one in course.stated), len(course.stated)
    sure = (
        say("The agent has not said how sure it is.")
        if not stated
        else say("{counted} with a confidence.", counted=counted(stated, "answer"))
    )
    if stated and course.threshold:
        which = (
            say("{below} of {counted}", below=below, counted=counted(stated, "answer"))
            if below
            else say("none of {counted}", counted=counted(stated, "answer"))
        )
        sure = say("Below the floor in {which}.", which=which)
    unknown = sum(one.unknown for one in course.spent)
    return (
        say("{sure} {counted} without a known price, in no sum.", sure=sure, counted=counted(unknown, "answer"))
        if unknown
        else sure
    )


def _course_rows(course: RunCourse) -> tuple[Cells, ...]:
    stated = {(one.at, one.turn): str(round(one.confidence * 100)) for one in course.stated}
    return tuple(
        (
            local(one.at).strftime("%Y-%m-%d %H:%M:%S"),
            one.turn,
            stated.get((one.at, one.turn), "not stated"),
            "unknown" if one.unknown else f"{one.micros / MICROS_PER_DOLLAR:.6f}",
            f"{one.sum_micros / MICROS_PER_DOLLAR:.6f}",
            one.model,
        )
        for one in course.spent
    )


# -- where time goes ---------------------------------------------------------------------------------------------------
def time_picture(course: RunCourse) -> Picture:
    """Model, tools, waiting for a person and the rest, as spans over the run; what overlaps counts in each."""
    whole = course.until - course.since
    key, title = "where-time-goes", say("Where time goes")
    if whole <= 0:
        return Picture(key, title, "", empty=say("No time has passed yet."))
    lanes = []
    taken: dict[str, int] = {}
    for kind, name in _NAMES.items():
        spans = [span for span in course.spans if span.kind == kind]
        taken[name] = covered(spans)
        if taken[name] or kind in _ALWAYS:
            lanes.append(_span_lane(course, name, spans, taken[name]))
    taken[OTHER] = whole - covered(course.spans)
    return Picture(
        key, title, _time_sentence(taken, whole), tuple(lanes), _ends(course),
        (say("What"), say("Title"), say("From"), say("Until"), say("Milliseconds")), _time_rows(course),
    )  # fmt: skip


def covered(spans: Sequence[Span]) -> int:
    """How long at least one of them lasted; overlaps count once."""
    total, end = 0, 0
    for span in sorted(spans, key=lambda one: one.since):
        total += max(0, span.until - max(span.since, end))
        end = max(end, span.until)
    return total


def _span_lane(course: RunCourse, name: str, spans: list[Span], taken: int) -> Lane:
    def together(first: int, last: int) -> str:
        some = spans[first : last + 1]
        began, ended = clock_time(some[0].since), clock_time(max(span.until for span in some))
        return say(
            "{name}, {began} to {ended}: {count} times, {milliseconds}",
            name=name,
            began=began,
            ended=ended,
            count=number(len(some)),
            milliseconds=milliseconds(covered(some) // 1000),
        )

    spots = []
    for span in spans:
        low, high = _x(course, span.since), _x(course, span.until)
        took = milliseconds((span.until - span.since) // 1000)
        what = f": {span.title}" if span.title else ""
        said = f"{name}, {clock_time(span.since)}, {took}{what}"
        spots.append(Spot((low + high) / 2, 1.0, said, low, high))
    value = milliseconds(taken // 1000) if taken else "none"
    return Lane("spans", name, value, merged_spans(spots, together), SPAN_TALL)


def _time_sentence(taken: dict[str, int], whole: int) -> str:
    parts = [(name, micros) for name, micros in taken.items() if micros > 0]
    parts.sort(key=lambda part: -part[1])
    told = ", ".join(f"{name.lower()} {share_words(micros, whole)}" for name, micros in parts[:4])
    return (
        say("Of {milliseconds}: {told}.", milliseconds=milliseconds(whole // 1000), told=told)
        if told
        else say("{milliseconds} in all.", milliseconds=milliseconds(whole // 1000))
    )


def _time_rows(course: RunCourse) -> tuple[Cells, ...]:
    def moment(at: int) -> str:
        return local(at).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]

    return tuple(
        (say(_NAMES[span.kind]), span.title, moment(span.since), moment(span.until), (span.until - span.since) // 1000)
        for span in course.spans
    )
