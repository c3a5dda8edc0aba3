"""The benchmarks' frame: turns, medians, ratios, targets, the table and the JSON. Nothing is timed here."""

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks import report
from tests.benchmarks.__main__ import registered
from tests.benchmarks.rounds import measure
from tests.benchmarks.workload import Contender, Measured, Target, Workload

OURS = Contender("ours", "tests.fixtures.small_contender", ("--speed", "8"))
LIKE_OURS = Contender("reference", "tests.fixtures.small_contender", like="ours")
BROKEN = Contender("broken", "tests.fixtures.small_contender", ("--speed", "-1"))
TWICE = Target("speed", "ours", at_least=2, against=("reference",))


def measured(*targets: Target, **rounds: list[float]) -> Measured:
    """Rounds as if they had been measured."""
    contenders = tuple(Contender(name, "nothing") for name in rounds)
    figures = {name: [{"speed": value} for value in values] for name, values in rounds.items()}
    return Measured(Workload("small", "something small", contenders, targets), figures)


def test_the_medians_are_compared_not_the_means() -> None:
    found = measured(ours=[10, 11, 1_000, 9, 10], slow=[5, 5, 5, 5, 500])
    assert found.medians() == {"ours": {"speed": 10}, "slow": {"speed": 5}}
    assert Target("speed", "ours", at_least=2, against=("slow",)).value(found.medians()) == 2


def test_where_more_is_better_the_fastest_reference_counts_and_where_less_is_the_smallest() -> None:
    medians = measured(ours=[12], slow=[2], fast=[6]).medians()
    more, less = (Target("speed", "ours", at_least=2.1, against=("slow", "fast")), Target("speed", "ours", at_most=5))
    assert more.value(medians) == 2
    assert not more.reached(medians)
    assert not less.reached(medians)
    assert Target("speed", "slow", at_most=0.34, against=("ours", "fast")).reached(medians)


@pytest.mark.parametrize(("speed", "reached"), [(19.9, True), (21.0, True), (21.1, False)])
def test_an_allowance_is_added_to_the_limit(speed: float, reached: bool) -> None:
    target = Target("speed", "ours", at_most=20, plus=1)
    assert target.reached(measured(ours=[speed]).medians()) is reached


def test_contenders_take_turns_in_processes_of_their_own_and_leave_nothing() -> None:
    said: list[str] = []
    found = measure(Workload("small", "", (OURS, LIKE_OURS), (TWICE,)), 2, Path(sys.executable), said.append)
    assert [line.split(": ")[1] for line in said] == ["ours, speed 8", "reference, speed 2"] * 2
    assert found.figures == {"ours": [{"speed": 8}] * 2, "reference": [{"speed": 2}] * 2}
    assert found.facts["ours"] == {"settings": "none"}
    assert TWICE.value(found.medians()) == 4
    assert "reached     speed of ours: at least 2 times reference; measured 4" in report.table(found)


def test_a_contender_that_fails_is_named_with_what_it_said() -> None:
    found = measure(Workload("small", "", (OURS, BROKEN), (TWICE,)), 5, Path(sys.executable), lambda line: None)
    text = report.table(found)
    assert "NOT MEASURED: broken ended with status 3" in text
    assert "The disk is on fire." in text


def test_a_target_that_is_missed_says_so_in_the_table_and_in_the_json(tmp_path: Path) -> None:
    found = measured(TWICE, ours=[3.0], reference=[2.0])
    assert "NOT REACHED speed of ours: at least 2 times reference; measured 1.5" in report.table(found)
    assert "quick: medians of five are meant" in report.table(found)
    report.write_json(tmp_path / "figures.json", report.machine(), [found])
    written = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert written["workloads"][0]["targets"][0] | {"target": ""} == {"target": "", "value": 1.5, "reached": False}
    assert {"python", "sqlite", "cores", "load"} <= set(written["machine"])


def test_every_registered_workload_names_contenders_that_exist() -> None:
    clone = Path(__file__).resolve().parents[3]
    known = registered()
    assert {"append", "bytes", "steps-many", "steps-one"} <= set(known)
    for workload in known.values():
        names = [contender.name for contender in workload.contenders]
        assert all((clone / f"{one.module.replace('.', '/')}.py").is_file() for one in workload.contenders)
        for target in workload.targets:
            assert {target.of, *target.against} <= set(names), workload.name
