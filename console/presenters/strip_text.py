"""The words and shares of the status strip."""

from dataclasses import dataclass

from console.presenters.times import day_and_time
from console.presenters.wording import dollars, say
from runtime.projections.rows import StripFigures

TARGET_PER_10_MIN = 5
NEAR_CAP = 0.8


@dataclass(frozen=True, slots=True)
class StripText:
    """(value, note) of each cell, and what is drawn beside it."""

    agents: tuple[str, str]
    waiting: tuple[str, str]
    spend: tuple[str, str]
    asks: tuple[str, str]
    share: float | None
    forecast: float | None
    near_cap: bool
    over_cap: bool
    many_asks: bool
    trend: tuple[int, ...]


def strip_text(figures: StripFigures) -> StripText:
    """What the strip says about these figures."""
    cap = figures.day_cap_micros
    share = figures.spend_today_micros / cap if cap else None
    paused = say(", {agents_paused} paused", agents_paused=figures.agents_paused) if figures.agents_paused else ""
    return StripText(
        agents=(str(figures.agents_running), say("of {agents}{paused}", agents=figures.agents, paused=paused)),
        waiting=(str(figures.waiting), _waiting_note(figures)),
        spend=(dollars(figures.spend_today_micros), say("of {money}", money=dollars(cap)) if cap else say("no cap")),
        asks=(
            str(figures.asks_per_10_min),
            say("target {target_per_10_min} or fewer", target_per_10_min=TARGET_PER_10_MIN),
        ),
        share=share,
        forecast=figures.forecast_micros / cap if cap and figures.forecast_micros else None,
        near_cap=share is not None and share > NEAR_CAP,
        over_cap=share is not None and share > 1,
        many_asks=figures.asks_per_10_min > TARGET_PER_10_MIN,
        trend=figures.asks_history,
    )


def _waiting_note(figures: StripFigures) -> str:
    """How many are urgent; where nothing waits, when the last of today was decided."""
    if figures.urgent:
        return say("{urgent} urgent", urgent=figures.urgent)
    last = figures.last_decided_at
    return say("last at {time}", time=day_and_time(last, last)) if last and not figures.waiting else ""
