"""Which cases are run: every boundary of every story, those of lives that recover, and moments by the clock."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.kills.cases import Bench, Case
from tests.kills.stories import STORIES

LONGEST_CHAIN = 3
"""Kills by the clock in one case, one life after the other."""
BY_THE_CLOCK = 8
"""One kill in so many is by the clock."""
LIFE_S = 0.35
"""About as long as a life takes; a later moment never comes."""


@dataclass(frozen=True)
class Sweep:
    """Every boundary found: ``first`` in a life that nothing disturbed, ``second`` in a life after a kill."""

    first: list[Case]
    second: list[Case]


def kinds_of(point: str) -> list[str]:
    """(side, what) of a boundary, one for each thing that becomes durable there: ``before effect-started``."""
    if point.startswith("time:"):
        return ["by the clock"]
    side, _, what = point.rpartition("#")[0].partition(":")
    if ":" in what:
        return [f"{side} {what.partition(':')[0]} of a file"]
    return [f"{side} {kind}" for kind in what.split("+")]


def unsettled(point: str) -> bool:
    """Killed here, an effect or an undo has a start and no end: what recovers has something to settle."""
    kinds = kinds_of(point)
    return bool(
        {"after effect-started", "before effect-finished", "after undo-started", "before undo-finished"} & {*kinds}
    )


def swept(bench: Bench, dice: random.Random, windows_a_story: int) -> Sweep:
    """Live every story once, and again after a kill in so many of its unsettled moments."""
    first: list[Case] = []
    second: list[Case] = []
    for story in STORIES:
        passed = bench.survey(Case(story, ()))
        first += [Case(story, (point,)) for point in passed]
        windows = [point for point in passed if unsettled(point)]
        for window in dice.sample(windows, min(windows_a_story, len(windows))):
            again = bench.survey(Case(story, (window,)))
            second += [Case(story, (window, point)) for point in again]
    return Sweep(first, second)


def of_each_kind(sweep: Sweep, dice: random.Random, covered: set[str]) -> Iterator[Case]:
    """Those that end at a boundary of a kind that is not ``covered`` yet; the caller adds what it came to in fact.

    Lives that recover come last, for what is only there. Two runs may have shared a commit in the sweep and never do so
    again: what was missed for that reason is looked for by its own kind at the end.
    """
    cases = (*dice.sample(sweep.first, len(sweep.first)), *dice.sample(sweep.second, len(sweep.second)))
    for case in cases:
        if set(kinds_of(case.kills[-1])) - covered:
            yield case
    for case in cases:
        for kind in sorted(set(kinds_of(case.kills[-1])) - covered):
            if not kind.endswith(" of a file"):
                yield Case(case.story, (*case.kills[:-1], f"{kind.replace(' ', ':')}#1"))


def planned(sweep: Sweep, dice: random.Random, kills: int) -> list[Case]:
    """Every eighth kill by the clock, every boundary of a first life if there are so many, then lives that recover."""
    clock: list[Case] = []
    while sum(len(case.kills) for case in clock) < kills // BY_THE_CLOCK:
        clock.append(by_the_clock(dice))
    left = kills - sum(len(case.kills) for case in clock)
    first = dice.sample(sweep.first, min(len(sweep.first), left))
    cases = [*clock, *first, *of_all_kinds(sweep.second, dice, (left - len(first)) // 2)]
    return dice.sample(cases, len(cases))


def of_all_kinds(cases: list[Case], dice: random.Random, wanted: int) -> list[Case]:
    """So many, of every kind of boundary as many as of any other while there are some."""
    by_kind: dict[str, list[Case]] = {}
    for case in dice.sample(cases, len(cases)):
        for kind in kinds_of(case.kills[-1]):
            by_kind.setdefault(kind, []).append(case)
    chosen: dict[Case, None] = {}
    while by_kind and len(chosen) < wanted:
        for kind in sorted(by_kind):
            chosen[by_kind[kind].pop()] = None
            if not by_kind[kind]:
                del by_kind[kind]
    return list(chosen)[:wanted]


def more(sweep: Sweep, dice: random.Random) -> Iterator[Case]:
    """For ever: what was planned may come to its end before its kill, and somebody may want more."""
    while True:
        yield by_the_clock(dice) if dice.random() < 0.5 else dice.choice(sweep.second)


def by_the_clock(dice: random.Random) -> Case:
    """Killed at moments that know nothing of boundaries, one life after the other."""
    moments = tuple(f"time:{dice.uniform(0.01, LIFE_S):.4f}" for _ in range(LONGEST_CHAIN))
    return Case(dice.choice(list(STORIES)), moments)
