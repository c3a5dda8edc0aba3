"""What the program reads when it starts does not grow with what ever happened: every look goes through an index."""

from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite

from runtime.projections.read_for_engine import _OPEN_RUNS
from storage.reads import asks
from storage.recorder_sqlite import SqliteRecorder

DECIDED = str(asks.decided(0, 200).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))


@pytest.mark.parametrize(
    ("sql", "named"),
    [(_OPEN_RUNS, {"rolling_back": "its rollback"}), (DECIDED, {})],
    ids=["open runs", "decided asks"],
)
async def test_no_table_is_read_from_end_to_end(tmp_path: Path, sql: str, named: dict[str, str]) -> None:
    recorder = await SqliteRecorder.open(tmp_path / "journal.sqlite")
    try:
        plan = [str(row[3]) for row in await recorder.raw_rows(f"EXPLAIN QUERY PLAN {sql}", named)]
    finally:
        await recorder.close()
    whole = [step for step in plan if step.startswith("SCAN") and "effects_running" not in step]
    sorted_whole = [step for step in plan if "asks_state" in step and sql == DECIDED]
    assert (whole, sorted_whole) == ([], []), plan
