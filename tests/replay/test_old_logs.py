"""Logs that older programs wrote can be read for ever, and fold to what they folded to then."""

from typing import Any

import msgspec
import pytest

from runtime.domain.events.agents import AgentSaved
from runtime.domain.events.runs import RunQueued
from runtime.domain.run_state import Run, evolve, start
from runtime.domain.words import Outcome, RunState
from runtime.journal.codec import decode
from runtime.journal.upcasters import KINDS, current, steps_of
from runtime.projections.rebuild import rebuild
from runtime.projections.sentences import sentence
from storage.recorder_memory import MemoryRecorder
from storage.records import Append, NewRecord
from tests.replay.write_corpus import Line, defaults, logs, made, recorded_defaults, recorded_made, stored

LOGS = logs()
LINES = [pytest.param(line, id=f"{number}-{line.seq}-{line.kind}") for number, log in LOGS.items() for line in log]


def test_every_schema_number_of_every_kind_has_an_old_log() -> None:
    held = {(line.kind, line.schema) for log in LOGS.values() for line in log}
    wanted = {(kind, step.number) for kind in KINDS for step in steps_of(kind)}
    assert wanted <= held, f"Run python -m tests.replay.write_corpus and commit the lines: {sorted(wanted - held)}"


@pytest.mark.parametrize("line", LINES)
def test_a_record_is_read_and_none_of_its_fields_is_lost(line: Line) -> None:
    event = decode(stored(line)).event
    assert sentence(event)
    if line.schema == current(line.kind):
        # msgspec passes over fields it does not know: without this, a renamed field would lose its content silently.
        assert_holds(whole(event), msgspec.json.decode(line.body))


def test_a_field_that_is_not_written_still_means_what_it_meant() -> None:
    now, then = defaults(), recorded_defaults()
    assert {name: now.get(name) for name in then} == then, "Another default needs a schema step with an upcaster."
    assert set(now) <= set(then), "Run python -m tests.replay.write_corpus and commit the file of defaults."


def test_what_tables_and_entries_make_of_a_record_changes_with_their_shape_alone() -> None:
    now, then = made(), recorded_made()
    changed = sorted(name for name in then if now.get(name) != then[name])
    assert not changed, f"Count SHAPE up in runtime/projections/rebuild.py, then write the corpus: {changed}"
    assert set(now) <= set(then), "Run python -m tests.replay.write_corpus and commit the file of what is made."


def whole(value: Any) -> Any:
    """Plain data with every field, also those that are left out of a record because they have their default."""
    if isinstance(value, msgspec.Struct):
        tag = value.__struct_config__.tag
        held = {field.encode_name: whole(getattr(value, field.name)) for field in msgspec.structs.fields(value)}
        return held if tag is None else {"type": tag, **held}
    if isinstance(value, dict):
        return {key: whole(inner) for key, inner in value.items()}
    return [whole(inner) for inner in value] if isinstance(value, list | tuple) else msgspec.to_builtins(value)


def test_an_agent_that_named_one_model_has_a_chain_of_one() -> None:
    old = next(line for line in LOGS[1] if line.kind == "agent-saved")
    named = msgspec.json.decode(old.body)["spec"]["models"]
    assert isinstance(named["planner"], str)
    saved = decode(stored(old)).event
    assert isinstance(saved, AgentSaved)
    assert (saved.spec.models.planner, saved.spec.models.actor) == ((named["planner"],), (named["actor"],))


def assert_holds(now: Any, then: Any) -> None:
    if isinstance(then, dict):
        assert set(then) <= set(now)
        for key, value in then.items():
            assert_holds(now[key], value)
    elif isinstance(then, list):
        assert len(now) == len(then)
        for one, other in zip(now, then, strict=True):
            assert_holds(one, other)
    else:
        assert now == then


def fold(log: list[Line], run_id: str) -> Run:
    state: Run | None = None
    for line in log:
        if line.stream == f"run:{run_id}":
            envelope = decode(stored(line))
            event: Any = envelope.event
            state = start(event) if isinstance(event, RunQueued) else evolve(state, event, envelope.at)  # type: ignore[arg-type]
    assert state is not None
    return state


def test_the_first_log_folds_to_the_runs_it_told_of() -> None:
    runs = {run_id: fold(LOGS[1], run_id) for run_id in ("r1", "r2", "r3", "r4")}
    assert [(run.state, run.outcome) for run in runs.values()] == [
        (RunState.FINISHED, Outcome.COMPLETED),
        (RunState.FINISHED, Outcome.FAILED),
        (RunState.WAITING, None),
        (RunState.WAITING, None),
    ]
    assert (runs["r1"].cost_micros, runs["r1"].checkpoints, len(runs["r1"].calls)) == (50_000, 2, 3)


async def test_the_first_log_fills_the_read_models() -> None:
    recorder = MemoryRecorder()
    try:
        log = [stored(line) for line in LOGS[1]]
        new = [NewRecord(r.stream, r.version, r.kind, r.schema, r.at, r.by, r.body) for r in log]
        await recorder.append(Append(tuple(new)))
        assert await rebuild(recorder) == len(log)
        assert await recorder.raw_rows("SELECT run_id, outcome FROM runs WHERE run_id LIKE 'r_' ORDER BY run_id") == [
            ("r1", "completed"),
            ("r2", "failed"),
            ("r3", ""),
            ("r4", ""),
        ]
        closed = await recorder.raw_rows("SELECT ask_id, closed_how FROM asks WHERE ask_id LIKE 'a_' ORDER BY ask_id")
        assert closed == [("a1", "spent"), ("a2", "rejected"), ("a3", ""), ("a4", "")]
    finally:
        await recorder.close()
