"""The health of the queue in words: each measure of UX section 7, its aim, whether it is time to speak. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.presenters.pictures.picture import Picture
from console.presenters.times import day
from console.presenters.visible_text import marked
from console.presenters.wording import number, say
from runtime.projections.rows import HealthFigures, QueueState, RuleRate

ENOUGH = 30
"""Cases below which a share says nothing."""
SELDOM, OFTEN = 0.5, 0.95
"""Shares of approved asks beyond which another rule is worth a thought (UX section 7)."""
MINUTE = 60_000_000
DECISIONS_IN_30_MIN = 30
"""More than one a minute over half an hour."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One line. ``warn``: beyond the threshold at which the console speaks."""

    name: str
    value: str
    aim: str
    warn: bool = False


def share(part: int, whole: int) -> str:
    """``12 of 50 (24 %)``; no percentage without its count, and none of nothing."""
    return (
        say("{part} of {whole} ({number} %)", part=part, whole=whole, number=round(100 * part / whole))
        if whole
        else say("none")
    )


def measures(figures: HealthFigures) -> tuple[Measure, ...]:
    """Every row of the table, in its order; rules follow in ``rule_measures``."""
    tens = max(1, (figures.until - figures.since) // (10 * MINUTE))
    mean = figures.asks / tens / figures.people
    people = say("1 person") if figures.people == 1 else say("{people} people", people=figures.people)
    urgent, normal, rest = figures.by_priority
    enough = figures.asks >= ENOUGH
    slow = 0 < figures.urgent_look_median_ms < 20_000
    undone = len({one[0] for one in (*figures.undone, *figures.harmful)})
    return (
        Measure(
            say("Asks a person in 10 min"),
            say("{mean:.2f} on average, {people}", mean=mean, people=people),
            say("1 or fewer"),
            mean > 1,
        ),
        Measure(say("Busiest 10 min"), _count(figures.busiest_10_min), say("5 or fewer"), figures.busiest_10_min > 5),
        Measure(
            say("Busiest 8 h"),
            _count(figures.busiest_shift),
            say("50; above 100 is too much"),
            figures.busiest_shift > 100,
        ),
        Measure(say("Priority 1"), share(urgent, figures.asks), "5 %", enough and urgent > figures.asks * 0.1),
        Measure(say("Priority 2"), share(normal, figures.asks), "15 %"),
        Measure(say("Priority 3"), share(rest, figures.asks), "80 %"),
        Measure(say("Look at priority 1"), _median(figures), say("20 s or more"), slow),
        Measure(
            say("Looked under 3 s, priority 1 and 2"),
            share(figures.looked_under_3_s, figures.measured_looks),
            say("none"),
            figures.looked_under_3_s > 0,
        ),
        Measure(say("Priority 1 looked at within 2 min"), share(figures.urgent_seen_in_2_min, figures.urgent), "90 %"),
        Measure(say("Priority 1 decided within 5 min"), share(figures.urgent_decided_in_5_min, figures.urgent), "90 %"),
        Measure(
            say("Priority 1 not answered in time"),
            _count(figures.urgent_missed),
            say("none"),
            figures.urgent_missed > 0,
        ),
        Measure(say("Expired unseen"), _count(figures.expired_unseen), say("none"), figures.expired_unseen > 0),
        Measure(say("Expired, though looked at"), _count(figures.expired_seen), say("none"), figures.expired_seen > 0),
        Measure(say("Waited twice too long"), _count(figures.stale), say("none"), figures.stale > 0),
        Measure(say("Asked a third time in 10 min"), _count(figures.repeats), say("none"), figures.repeats > 0),
        Measure(say("Approved, undone or harmful later"), _count(undone), say("none"), undone > 0),
        _reviewed(figures),
    )


def _reviewed(figures: HealthFigures) -> Measure:
    """Of what ran without asking: how much of its sample was looked at, and what should have been asked."""
    several = say("{count} allowed actions", count=number(figures.reviewed))
    looked = say("1 allowed action") if figures.reviewed == 1 else several
    asked = number(figures.should_have_asked)
    said = say("{looked}, {asked} should have been asked", looked=looked, asked=asked)
    aim = say("none that should have been asked")
    value = said if figures.reviewed else say("none")
    return Measure(say("Reviewed of what ran without asking"), value, aim, figures.should_have_asked > 0)


def _count(number: int) -> str:
    if not number:
        return say("none")
    return say("1 request") if number == 1 else say("{number} requests", number=number)


def _median(figures: HealthFigures) -> str:
    if not figures.urgent_rulings:
        return "none"
    decided = (
        say("1 decision")
        if figures.urgent_rulings == 1
        else say("{urgent_rulings} decisions", urgent_rulings=figures.urgent_rulings)
    )
    return say(
        "{urgent_look_median_ms:.0f} s, the middle one of {decided}",
        urgent_look_median_ms=figures.urgent_look_median_ms / 1000,
        decided=decided,
    )


def rule_measures(rules: Sequence[RuleRate]) -> tuple[Measure, ...]:
    """How often each rule's asks were approved; nearly always or seldom: another rule is worth a thought."""
    return tuple(_rule(rate) for rate in rules)


def _rule(rate: RuleRate) -> Measure:
    part = rate.approved / rate.decided if rate.decided else 0.0
    undone = say(", {undone} undone or harmful later", undone=rate.undone) if rate.undone else ""
    unseen = say(", {count} expired unseen", count=number(rate.expired_unseen)) if rate.expired_unseen else ""
    asked = share(rate.approved, rate.decided)
    value = say("approved {share}{undone}{unseen}", share=asked, undone=undone, unseen=unseen)
    if rate.decided < ENOUGH:
        return Measure(rate.rule, value, say("too few cases to say"))
    if part > OFTEN:
        return Measure(rate.rule, value, say("60 to 95 %; it asks too much: narrow it"), True)
    if part < SELDOM:
        return Measure(rate.rule, value, say("60 to 95 %; agents want what it is against"), True)
    return Measure(rate.rule, value, "60 to 95 %")


def spoken(figures: HealthFigures) -> tuple[Measure, ...]:
    """What is beyond its threshold."""
    return tuple(one for one in (*measures(figures), *rule_measures(figures.rules)) if one.warn)


def headline(figures: HealthFigures) -> str:
    """One sentence over the table."""
    beyond = len(spoken(figures))
    asks = say("1 request") if figures.asks == 1 else say("{asks} requests", asks=number(figures.asks))
    said = (
        say("all measures are as they should be") if not beyond else say("{beyond} measures want a look", beyond=beyond)
    )
    if beyond == 1:
        said = say("1 measure wants a look")
    return say("{asks} since {day}; {said}.", asks=asks, day=day(figures.since, figures.until), said=said)


def week_table(figures: HealthFigures) -> Picture:
    """All of it as numbers to read and to export."""
    lines = [(one.name, one.value, one.aim, "look" if one.warn else "") for one in measures(figures)]
    lines += [
        (say("Rule {name}", name=one.name), one.value, one.aim, "look" if one.warn else "")
        for one in rule_measures(figures.rules)
    ]
    lines += [
        (say("Undone later"), title, say("approved by {by}", by=by), "look") for _ask, title, by in figures.undone
    ]
    lines += [
        (say("Found harmful"), title, say("approved by {by}: {why}", by=by, why=marked(why)), "look")
        for _ask, title, by, why in figures.harmful
    ]
    return Picture(
        "queue-week",
        say("This week"),
        headline(figures),
        columns=(say("Measure"), say("Value"), say("Aim"), say("Note")),
        rows=tuple(lines),
    )


def pace_hint(state: QueueState) -> str:
    """The quiet hint after half an hour of more than one decision a minute; empty otherwise."""
    if state.decided_in_30_min <= DECISIONS_IN_30_MIN:
        return ""
    return say(
        "{decided_in_30_min} decisions in 30 min. A pause, or handing over, keeps them good.",
        decided_in_30_min=state.decided_in_30_min,
    )
