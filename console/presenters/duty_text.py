"""The words for a person's duty at the foot of the rail. No Qt."""

from console.presenters.times import day_and_time
from console.presenters.wording import say
from runtime.projections.rows import PersonState


def duty_words(person: PersonState, now: int) -> str:
    """``On duty since 13:05``; without a time where nobody ever said it."""
    if not person.duty_since:
        return say("On duty") if person.on_duty else say("Off duty")
    since = day_and_time(person.duty_since, now)
    return say("On duty since {time}", time=since) if person.on_duty else say("Off duty since {time}", time=since)
