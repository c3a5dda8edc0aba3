"""Sums of spend: nothing is counted twice, and an unknown price is never counted as nothing."""

from datetime import date, datetime

from console.presenters import spend_text as say
from runtime.domain.agent_spec import PLAYBOOK_LABEL
from runtime.projections.rows import SpendRow, TaskSpend

ROWS = [
    SpendRow("2026-11-20", "refunds", "m", 2, 100, 10, 1_200_000, 0),
    SpendRow("2026-11-20", "triage", "m", 1, 50, 5, 0, 3),
    SpendRow("2026-11-18", "refunds", "m", 4, 10, 1, 300_000, 0),
]


def test_lines_are_summed_by_what_was_chosen() -> None:
    assert [(line.day, line.cost) for line in say.lines_of(ROWS, "day")] == [
        ("2026-11-20", 1_200_000),
        ("2026-11-18", 300_000),
    ]
    assert [(line.agent, line.runs) for line in say.lines_of(ROWS, "agent")] == [("refunds", 6), ("triage", 1)]
    assert len(say.lines_of(ROWS, "day-agent")) == 3


def test_a_model_is_summed_over_every_agent_and_day() -> None:
    rows = [*ROWS, SpendRow("2026-11-19", "triage", "other", 1, 7, 3, 2_000_000, 0)]
    found = [(line.day, line.agent, line.model, line.runs, line.cost) for line in say.lines_of(rows, "model")]
    assert found == [("", "", "other", 1, 2_000_000), ("", "", "m", 7, 1_500_000)]


def test_days_without_anything_keep_their_place() -> None:
    days = say.days_of(ROWS, date(2026, 11, 20), "cost")
    assert len(days) == say.DAYS
    assert days[-1] == (date(2026, 11, 20), 1_200_000)
    assert days[-2] == (date(2026, 11, 19), 0)


def test_an_unknown_price_is_said() -> None:
    unknown = say.lines_of(ROWS[1:2], "day-agent")[0]
    assert say.cost_cell(unknown) == "price unknown"
    assert say.cost_cell(say.lines_of(ROWS, "day")[0]) == "$1.20 +"
    assert say.total_note(ROWS).startswith("3 answers have no known price")


def test_the_playbook_costs_nothing_and_says_so() -> None:
    row = SpendRow("2026-11-20", "triage", PLAYBOOK_LABEL, 9, 0, 0, 0, 0)
    assert "costs $0.00" in say.total_note([row])
    assert say.cost_cell(say.lines_of([row], "day")[0]) == "$0.00"
    assert say.bars_sentence(say.days_of([row], date(2026, 11, 20), "cost"), "cost") == "Nothing in 31 days"


def test_a_finished_task_is_a_line_with_its_day_its_outcome_and_all_it_did_cost() -> None:
    ended = int(datetime(2026, 11, 20, 14, 30).timestamp() * 1_000_000)
    tasks = [
        TaskSpend("r2", "Order 1042 late", "refunds", "m", "completed", ended, 1_840_000, 12_000, 400, 0),
        TaskSpend("r1", "Order 7", "triage", "m", "failed", ended - 86_400_000_000, 0, 5, 1, 2),
    ]
    dear, unknown = say.task_lines(tasks)
    assert (dear.day, dear.agent, dear.model) == ("2026-11-20", "refunds", "Order 1042 late (completed)")
    assert (dear.runs, dear.tokens_in, dear.tokens_out, say.cost_cell(dear)) == (1, 12_000, 400, "$1.84")
    assert (unknown.day, unknown.model) == ("2026-11-19", "Order 7 (failed)")
    assert say.cost_cell(unknown) == "price unknown"
