"""The words for a person's duty at the foot of the rail. No Qt."""

from console.presenters.times import day_and_time
from runtime.projections.rows import PersonState


def duty_words(person: PersonState, now: int) -> str:
    """``On duty since 13:05``; without a time where nobody ever said it."""
    since = f" since {day_and_time(person.duty_since, now)}" if person.duty_since else ""
    return f"{'On' if person.on_duty else 'Off'} duty{since}"
