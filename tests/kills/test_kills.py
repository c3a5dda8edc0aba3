"""Killed at every kind of boundary, again and again and at any moment, the program loses and repeats nothing.

CONSOLE_TEST_SEED=<number> repeats a run; each kill is printed as the command that repeats it alone. The long profile,
``python -m tests.kills``, is killed at every boundary there is.
"""

import random
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.fixtures.dice import seed_of_this_run
from tests.kills.cases import Bench, Case, Killed
from tests.kills.nursery import nursery, quick_place
from tests.kills.plan import Sweep, by_the_clock, kinds_of, of_each_kind, swept
from tests.kills.recoveries import WRONG, WRONG_UNDO
from tests.kills.web import web_server
from tests.kills.world import WITNESS

KILLS = 60
"""At least so many in ``test_killed_at_every_kind_of_boundary``; those of the other tests come on top."""
CLOCK_CASES = 4
WINDOWS_A_STORY = 2
MUST_BE_KILLED_AT = (
    "run-queued",
    "effect-started",
    "effect-finished",
    "ask-raised",
    "ask-approved",
    "ask-approved-with-edit",
    "ask-rejected",
    "ask-closed",
    "ruling-taken-back",
    "hold-released",
    "outcome-settled",
    "outcome-asked",
    "outcome-told",
    "run-finished",
    "rollback-started",
    "undo-started",
    "undo-finished",
    "rollback-finished",
    "shop.sqlite",
    "space-cleared",
    "program-started",
    "program-stopped",
    "read-model",
)


UNSETTLED = ("after:effect-started#1", "after:effect-started#2", "before:effect-finished#1", "before:effect-finished#2")
"""In the story ``unknown``: an effect that nobody can look up has a start and no end; twice it happened, twice not."""


UNSETTLED_UNDO = ("after:undo-started#2", "before:undo-finished#2")
"""In the story ``rollback``: the payment's booking back has a start and no end; once it happened, once not."""


@pytest.fixture(scope="module")
def dice() -> random.Random:
    seed = seed_of_this_run()
    print(f"CONSOLE_TEST_SEED={seed}")
    return random.Random(seed)


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with (
        nursery("tests.kills.life") as lives,
        TemporaryDirectory(prefix="kills-", dir=quick_place()) as folder,
        web_server(Path(folder), WITNESS) as web,
    ):
        yield Bench(lives, Path(folder), web)


@pytest.fixture(scope="module")
def sweep(bench: Bench, dice: random.Random) -> Sweep:
    return swept(bench, dice, WINDOWS_A_STORY)


def whole(bench: Bench, case: Case) -> Killed:
    print(case.command)
    result = bench.run(case)
    assert not result.broken, "\n".join([case.command, *result.broken])
    return result


def test_killed_at_every_kind_of_boundary(bench: Bench, sweep: Sweep, dice: random.Random) -> None:
    at: list[str] = []
    kinds = set[str]()
    for case in chain((by_the_clock(dice) for _ in range(CLOCK_CASES)), of_each_kind(sweep, dice, kinds)):
        at += whole(bench, case).at
        kinds.update(kind for point in at for kind in kinds_of(point))
    while len(at) < KILLS:
        at += whole(bench, dice.choice(sweep.first)).at
    print(f"{len(at)} kills")
    missing = {f"{side} {what}" for what in MUST_BE_KILLED_AT for side in ("before", "after")} - kinds
    assert not missing, sorted(missing)
    assert {"before write of a file", "before rename of a file", "by the clock"} <= kinds


@pytest.mark.parametrize("story", ["free", "rollback"])
def test_killed_again_and_again_on_the_way(bench: Bench, story: str) -> None:
    """What recovers from a kill is killed too, a little further each time."""
    result = whole(bench, Case(story, tuple(f"any#{22 + life}" for life in range(10))))
    assert len(result.at) >= 4


def test_each_answer_about_an_unknown_outcome(bench: Bench) -> None:
    told = set[str]()
    for window in UNSETTLED:
        told |= whole(bench, Case("unknown", (window,))).told
    assert told == {"happened", "do-it", "skip"}


@pytest.mark.parametrize("recovery", WRONG)
def test_a_wrong_recovery_is_noticed(bench: Bench, recovery: str) -> None:
    """The negative controls: in the same few moments in which the right recovery passes, each wrong one is caught."""
    cases = [Case("unknown", (window,), recovery) for window in UNSETTLED]
    broken = [result for result in map(bench.run, cases) if result.broken]
    print(f"{recovery}: {len(broken)} of {len(cases)} kills found it: {broken[0].broken[0] if broken else ''}")
    assert broken
    assert any("in the world" in sentence or "The world" in sentence for sentence in broken[0].broken)


@pytest.mark.parametrize("recovery", WRONG_UNDO)
def test_a_wrong_recovery_of_an_undo_is_noticed(bench: Bench, recovery: str) -> None:
    """Whoever undoes twice gives the money back twice; whoever takes it for undone keeps it. The right one passes."""
    for window in UNSETTLED_UNDO:
        whole(bench, Case("rollback", (window,)))
    results = [bench.run(Case("rollback", (window,), recovery)) for window in UNSETTLED_UNDO]
    broken = [result for result in results if result.broken]
    assert len(broken) == 1
    times = {"undo-again": "2", "undo-never": "0"}[recovery]
    assert any(f"back back: {times} times in the world" in sentence for sentence in broken[0].broken), broken[0].broken
