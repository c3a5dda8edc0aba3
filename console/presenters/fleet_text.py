"""The words of an agent's card, its place among the others, and the figures below the cards. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from console.presenters.times import local
from console.presenters.wording import dollars, say
from runtime.domain.words import RunState
from runtime.projections.rows import ActivityMinute, DecisionFigures, FleetCard

ASKS_A_SHIFT, FLOOD_FROM, RULE_ASKS_TOO_MUCH, ENOUGH = 50, 10, 0.95, 30


class Group(IntEnum):
    """Where a card stands: the ones that need a person come first."""

    NEED_YOU = 0
    UNWELL = 1
    RUNNING = 2
    OFF = 3


@dataclass(frozen=True, slots=True)
class CardText:
    """What is painted on one card. ``icon`` stands where no priority waits; ``tone`` is neutral, accent or warn."""

    name: str
    step: str
    priority: int
    icon: str
    sentence: str
    tone: str
    model: str
    confidence: str
    confidence_low: bool
    spend: str
    share: float | None
    quiet: bool
    said: str


def is_off(card: FleetCard) -> bool:
    """Paused, or nothing to do."""
    return card.paused or not (card.runs_at_work or card.runs_queued)


def group_of(card: FleetCard) -> Group:
    """The first of the four that is true."""
    if card.waiting:
        return Group.NEED_YOU
    if card.unwell:
        return Group.UNWELL
    return Group.OFF if is_off(card) else Group.RUNNING


def in_order(cards: Sequence[FleetCard]) -> list[FleetCard]:
    """Need-you by priority, then unwell, running, off; alike ones by name."""
    return sorted(cards, key=lambda card: (group_of(card), card.waiting_priority or 9, card.name.casefold()))


def matches(card: FleetCard, wanted: str) -> bool:
    """Whether a card belongs to the filter ``all``, ``need``, ``unwell`` or ``off``."""
    return {
        "need": card.waiting > 0,
        "unwell": bool(card.unwell),
        "off": group_of(card) is Group.OFF,
    }.get(wanted, True)


def filter_texts(cards: Sequence[FleetCard] | None) -> list[tuple[str, str]]:
    """(key, text) of the four filters with their counts; None = not read yet, so that no count is known."""
    names = (("all", say("All")), ("need", say("Need you")), ("unwell", say("Unwell")), ("off", say("Off")))
    if cards is None:
        return list(names)
    return [(key, f"{name} {sum(matches(card, key) for card in cards)}") for key, name in names]


def card_text(card: FleetCard) -> CardText:
    """All that stands on the card."""
    icon, sentence, tone = _state(card)
    priority = card.waiting_priority if card.waiting else 0
    confidence = f"{round(card.confidence[-1] * 100)} %" if card.confidence else say("none yet")
    # What an agent was unsure of is over once it has nothing to do; its run says so and was handed over.
    low = bool(card.confidence) and card.confidence[-1] < card.confidence_threshold and not is_off(card)
    spend, share = _spend(card)
    step = _step(card)
    floor = (
        say(", asks below {number} %", number=round(card.confidence_threshold * 100))
        if card.confidence_threshold
        else ""
    )
    said = ", ".join(
        filter(
            None,
            (
                f"{card.name}",
                say("priority {priority}", priority=priority) if priority else "",
                sentence,
                say("{waiting} waiting", waiting=card.waiting) if card.waiting > 1 else "",
                say("steps done {step}", step=step) if step and step != say("done") else step,
                say("model {model}", model=card.model) if card.model else "",
                say("confidence {confidence}{floor}", confidence=confidence, floor=floor),
                say("spend {spend}", spend=spend),
                say("cap {money} a run", money=dollars(card.cap_micros)) if card.cap_micros else "",
            ),
        )
    )
    quiet = group_of(card) is Group.OFF
    return CardText(
        card.name, step, priority, icon, sentence, tone, card.model, confidence, low, spend, share, quiet, said
    )


def _step(card: FleetCard) -> str:
    if card.run_state is RunState.FINISHED:
        return say("done")
    return say("{steps_done} of {steps}", steps_done=card.steps_done, steps=card.steps) if card.steps else ""


def _state(card: FleetCard) -> tuple[str, str, str]:
    if card.waiting:
        return "waiting", card.doing or say("Waiting on you: {waiting} requests", waiting=card.waiting), "neutral"
    if card.unwell:
        return "warning", card.unwell, "warn"
    if card.removed:
        return "power", say("Removed"), "neutral"
    if card.paused:
        return "pause", say("Paused"), "neutral"
    if card.runs_at_work:
        return "running", card.doing or say("Working"), "neutral"
    if card.runs_queued:
        return "clock", card.doing or say("{runs_queued} queued", runs_queued=card.runs_queued), "neutral"
    return "moon", say("Idle, nothing to do"), "neutral"


def _spend(card: FleetCard) -> tuple[str, float | None]:
    """Today against what its runs of today may spend at most: the cap is one run's."""
    spent = dollars(card.spend_micros)
    if not card.cap_micros:
        return say("{spent} today, no cap", spent=spent), None
    return say("{spent} today", spent=spent), card.spend_micros / (card.cap_micros * max(1, card.runs_today))


@dataclass(frozen=True, slots=True)
class ActivityText:
    """What the chart draws: a bar a minute, marks by place, three labels, and the sentence for a screen reader."""

    values: tuple[int, ...]
    marks: dict[int, int]
    labels: tuple[str, str, str]
    sentence: str


def activity_text(minutes: Sequence[ActivityMinute]) -> ActivityText:
    """The last hour."""
    values = tuple(one.actions for one in minutes)
    marks = {at: one.asked_priority for at, one in enumerate(minutes) if one.asked_priority}
    if not minutes:
        return ActivityText((), {}, ("", "", ""), say("No actions in the last hour"))
    places = (minutes[0], minutes[len(minutes) // 2], minutes[-1])
    first, middle, last = (local(one.minute).strftime("%H:%M") for one in places)
    said = say(
        "{count} actions from {first} to {last}, at most {max} in a minute, "
        "you were asked in {count_2} of {count_3} minutes",
        count=sum(values),
        first=first,
        last=last,
        max=max(values),
        count_2=len(marks),
        count_3=len(minutes),
    )
    return ActivityText(values, marks, (first, middle, last), said)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of "Your decisions today": name, value, what it means, whether it is amber."""

    name: str
    value: str
    meaning: str
    warn: bool = False


def decision_figures(figures: DecisionFigures) -> tuple[Figure, ...]:
    """Numbers with what they are measured against; no percentage without its count."""
    share = figures.approved / figures.decided if figures.decided else 0.0
    approved = say("{approved} of {decided}", approved=figures.approved, decided=figures.decided)
    too_many = figures.decided >= ENOUGH and share > RULE_ASKS_TOO_MUCH
    meaning = (
        say("{number} %; above 95 % a rule asks too much", number=round(share * 100))
        if figures.decided
        else say("nothing decided yet")
    )
    looked = say("{looked_under_3_s} of {decided}", looked_under_3_s=figures.looked_under_3_s, decided=figures.decided)
    return (
        Figure(
            say("Asks today"),
            str(figures.asks),
            say("{asks_a_shift} per shift is the aim", asks_a_shift=ASKS_A_SHIFT),
            figures.asks > 2 * ASKS_A_SHIFT,
        ),
        Figure(
            say("Busiest 10 min"), str(figures.busiest_10_min), say("flood starts at 10"), figures.busiest_10_min > 5
        ),
        Figure(say("Approved"), approved, meaning, too_many),
        Figure(say("Looked under 3 s"), looked, say("too fast to have read it"), figures.looked_under_3_s > 0),
        Figure(
            say("Rolled back later"),
            str(figures.rolled_back_later),
            say("approved, then undone"),
            figures.rolled_back_later > 0,
        ),
    )
