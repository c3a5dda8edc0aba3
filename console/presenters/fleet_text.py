"""The words of an agent's card, its place among the others, and the figures below the cards. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from console.presenters.times import local
from runtime.domain.money import dollars
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


def filter_texts(cards: Sequence[FleetCard]) -> list[tuple[str, str]]:
    """(key, text) of the four filters with their counts."""
    names = (("all", "All"), ("need", "Need you"), ("unwell", "Unwell"), ("off", "Off"))
    return [(key, f"{name} {sum(matches(card, key) for card in cards)}") for key, name in names]


def card_text(card: FleetCard) -> CardText:
    """All that stands on the card."""
    icon, sentence, tone = _state(card)
    priority = card.waiting_priority if card.waiting else 0
    confidence = f"{round(card.confidence[-1] * 100)} %" if card.confidence else "none yet"
    # What an agent was unsure of is over once it has nothing to do; its run says so and was handed over.
    low = bool(card.confidence) and card.confidence[-1] < card.confidence_threshold and not is_off(card)
    spend, share = _spend(card)
    step = _step(card)
    floor = f", asks below {round(card.confidence_threshold * 100)} %" if card.confidence_threshold else ""
    said = ", ".join(
        filter(
            None,
            (
                f"{card.name}",
                f"priority {priority}" if priority else "",
                sentence,
                f"{card.waiting} waiting" if card.waiting > 1 else "",
                f"steps done {step}" if step and step != "done" else step,
                f"model {card.model}" if card.model else "",
                f"confidence {confidence}{floor}",
                f"spend {spend}",
                f"cap {dollars(card.cap_micros)} a run" if card.cap_micros else "",
            ),
        )
    )
    quiet = group_of(card) is Group.OFF
    return CardText(
        card.name, step, priority, icon, sentence, tone, card.model, confidence, low, spend, share, quiet, said
    )


def _step(card: FleetCard) -> str:
    if card.run_state is RunState.FINISHED:
        return "done"
    return f"{card.steps_done} of {card.steps}" if card.steps else ""


def _state(card: FleetCard) -> tuple[str, str, str]:
    if card.waiting:
        return "waiting", card.doing or f"Waiting on you: {card.waiting} requests", "neutral"
    if card.unwell:
        return "warning", card.unwell, "warn"
    if card.removed:
        return "power", "Removed", "neutral"
    if card.paused:
        return "pause", "Paused", "neutral"
    if card.runs_at_work:
        return "running", card.doing or "Working", "neutral"
    if card.runs_queued:
        return "clock", card.doing or f"{card.runs_queued} queued", "neutral"
    return "moon", "Idle, nothing to do", "neutral"


def _spend(card: FleetCard) -> tuple[str, float | None]:
    """Today against what its runs of today may spend at most: the cap is one run's."""
    spent = dollars(card.spend_micros)
    if not card.cap_micros:
        return f"{spent} today, no cap", None
    return f"{spent} today", card.spend_micros / (card.cap_micros * max(1, card.runs_today))


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
        return ActivityText((), {}, ("", "", ""), "No actions in the last hour")
    places = (minutes[0], minutes[len(minutes) // 2], minutes[-1])
    first, middle, last = (local(one.minute).strftime("%H:%M") for one in places)
    said = (
        f"{sum(values)} actions from {first} to {last}, at most {max(values)} in a minute, "
        f"you were asked in {len(marks)} of {len(minutes)} minutes"
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
    approved = f"{figures.approved} of {figures.decided}"
    too_many = figures.decided >= ENOUGH and share > RULE_ASKS_TOO_MUCH
    meaning = f"{round(share * 100)} %; above 95 % a rule asks too much" if figures.decided else "nothing decided yet"
    looked = f"{figures.looked_under_3_s} of {figures.decided}"
    return (
        Figure(
            "Asks today", str(figures.asks), f"{ASKS_A_SHIFT} per shift is the aim", figures.asks > 2 * ASKS_A_SHIFT
        ),
        Figure("Busiest 10 min", str(figures.busiest_10_min), "flood starts at 10", figures.busiest_10_min > 5),
        Figure("Approved", approved, meaning, too_many),
        Figure("Looked under 3 s", looked, "too fast to have read it", figures.looked_under_3_s > 0),
        Figure(
            "Rolled back later", str(figures.rolled_back_later), "approved, then undone", figures.rolled_back_later > 0
        ),
    )
