"""The words of a step: outputs as lines, sentences for a screen reader, which filter shows what."""

from __future__ import annotations

import json

from console.presenters.run_evidence import run_evidence_json, run_evidence_text
from console.presenters.run_text import header_words, plan_count, plan_depths, state_text
from console.presenters.timeline_text import LiveText, belongs, filter_texts, output_lines, said_of
from runtime.domain.ids import StepId
from runtime.domain.plan import PlanStep
from runtime.domain.words import StepStatus
from runtime.projections import rows
from tests.fixtures.run_story import checkpointed
from tests.fixtures.story_rows import NOW, story_runs


def test_a_query_is_shown_as_a_table() -> None:
    output = {
        "columns": [{"name": "order_id", "type": "integer"}, {"name": "status", "type": "text"}],
        "count": 2, "first": {"order_id": 1}, "rows": [[1042, "delivered"], [7, "two\nlines"]],
    }  # fmt: skip
    assert output_lines(json.dumps(output)) == (
        "order_id  status",
        "1042      delivered",
        "7         two⏎lines",
        "count: 2",
    )


def test_other_outputs_keep_every_value() -> None:
    assert output_lines('{"path":"a.txt","text":"one\\ntwo","tags":["x","y"],"none":null,"empty":[]}') == (
        "path: a.txt", "text: one", "  two", "tags:", "  x", "  y", "none: null", "empty: []",
    )  # fmt: skip
    assert output_lines("plain\ntext") == ("plain", "text")
    assert output_lines('{"cut off":') == ('{"cut off":',)
    assert output_lines('{"columns":[],"rows":[[1]]}')[0] == "columns: []"


def test_every_step_is_read_as_a_sentence() -> None:
    steps = checkpointed()
    said = [said_of(step) for step in steps]
    assert said[2].endswith('tool call, Look order 1042 up, tool sql.query, arguments {"order":"1042"}, took 1.2 s')
    assert "undoes 2 steps" in said[4]
    assert "undone by a rollback" in said[9]
    assert said_of(LiveText("", "Answering", "so")) == "now, streaming, Answering: so"
    assert [text for _, text in filter_texts(steps)] == ["Everything", "Tool calls 3", "Approvals 1", "Warnings 1"]
    assert not belongs(steps[0], "calls")


def test_plans_count_their_leaves_and_know_their_depth() -> None:
    def line(step: str, parent: str, status: StepStatus) -> rows.PlanLine:
        return rows.PlanLine(PlanStep(StepId(step), step, "", StepId(parent)), status)

    done, to_do = StepStatus.DONE, StepStatus.TO_DO
    plan = (line("a", "", done), line("a1", "a", done), line("a2", "a", StepStatus.SKIPPED), line("b", "", to_do))
    assert plan_count(plan) == "2 of 3 done"
    assert plan_depths(plan) == [0, 1, 1, 0]
    assert plan_count(()) == "no plan yet"
    looped = (line("x", "y", to_do), line("y", "x", to_do))
    assert max(plan_depths(looped)) <= 6


def test_a_run_says_who_began_it_and_evidence_has_all_of_it() -> None:
    detail = story_runs(NOW)[0]
    assert header_words(detail, NOW).endswith("by console, 5 min")
    assert state_text(detail.row).words == "Waiting on you"
    steps = checkpointed()
    text = run_evidence_text(detail, steps, "Small shop")
    assert all(step.title in text for step in steps)
    assert "T" in text.split("Started: ")[1][:20]
    assert "+00:00" in text
    assert json.loads(run_evidence_json(detail, steps, "Small shop"))["steps"][3]["output"].endswith(
        "customer 89, paid"
    )
