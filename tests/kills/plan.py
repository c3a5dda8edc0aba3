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
GROUPS = {
    "effect started": "effect-started",
    "effect finished": "effect-finished",
    "request raised": "ask-raised",
    "approved": "ask-approved",
    "approved with edit": "ask-approved-with-edit",
    "rejected": "ask-rejected",
    "taken back or released": "ruling-taken-back hold-released hold-restarted",
    "unknown outcome": "outcome-asked outcome-told outcome-settled",
    "undo started": "undo-started",
    "undo finished": "undo-finished",
    "rollback": "rollback-started rollback-finished",
    "run": "run-queued planning-started plan-proposed run-finished model-answered call-refused ask-closed",
    "program": "program-started program-stopped chain-verified",
    "read model": "read-model",
    "shop": "shop.sqlite",
}


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


def group_of(point: str) -> str:
    """Under which line of the summary a kill is counted."""
    kinds = [kind.partition(" ")[2] for kind in kinds_of(point)]
    if point.startswith("time:"):
        return "by the clock"
    side = point.partition(":")[0]
    for group, members in GROUPS.items():
        if set(kinds) & set(members.split()):
            return f"{side} {group}"
    return f"{side} file changed" if kinds[0].endswith("of a file") else f"{side} other record"


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
    second = dice.sample(sweep.second, min(len(sweep.second), (left - len(first)) // 2))
    return dice.sample(cases := [*clock, *first, *second], len(cases))


def more(sweep: Sweep, dice: random.Random) -> Iterator[Case]:
    """For ever: what was planned may come to its end before its kill, and somebody may want more."""
    while True:
        yield by_the_clock(dice) if dice.random() < 0.5 else dice.choice(sweep.second)


def by_the_clock(dice: random.Random) -> Case:
    """Killed at moments that know nothing of boundaries, one life after the other."""
    moments = tuple(f"time:{dice.uniform(0.01, LIFE_S):.4f}" for _ in range(LONGEST_CHAIN))
    return Case(dice.choice(list(STORIES)), moments)
