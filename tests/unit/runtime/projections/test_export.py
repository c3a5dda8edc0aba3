"""The audit table as JSON lines and CSV, and evidence with hashes."""

import csv
import io
import json

import pytest

from runtime.domain.events.runs import NoteLeft
from runtime.domain.ids import RunId, run_stream
from runtime.projections.export import COLUMNS, as_csv, as_json_lines, cell
from runtime.projections.rows import AuditFilter
from storage.chain import next_hash
from storage.records import NewRecord
from tests.fixtures.support_desk import ANNA, NOON
from tests.unit.runtime.projections.conftest import Desk


async def test_json_lines_hold_every_entry_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.projections.export.PAGE", 7)
    text = "".join([piece async for piece in as_json_lines(desk.history, AuditFilter())])
    rows = [json.loads(line) for line in text.splitlines()]
    head = await desk.history.caught_up()
    assert [row["seq"] for row in rows] == list(range(head, 0, -1))
    assert rows[-1]["event"] == "Workspace created"
    assert rows[-1]["time_utc"].endswith("Z")


async def test_csv_of_a_filter_with_cells_no_spreadsheet_calculates(desk: Desk) -> None:
    note = NoteLeft(RunId("r3"), "anna", '=HYPERLINK("http://example.org","a, b")')
    await desk.write([(run_stream(RunId("r3")), NOON, ANNA, note)])
    await desk.history.caught_up()
    text = "".join([piece async for piece in as_csv(desk.history, AuditFilter(kinds=("note-left",)))])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == list(COLUMNS)
    assert len(rows) == 2
    found = dict(zip(rows[0], rows[1], strict=True))
    assert found["what"] == '\'=HYPERLINK("http://example.org","a, b")'
    assert (found["agent_or_person"], found["cost_usd"]) == ("Anna Keller", "0.000000")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_begins_like_a_formula_is_text(start: str) -> None:
    assert cell(f"{start}1") == f"'{start}1"
    assert cell(f"a{start}1") == f"a{start}1"


async def test_evidence_of_a_run_can_be_checked_against_its_hashes(desk: Desk) -> None:
    found = await desk.models.run_evidence("r1")
    assert found is not None
    text, written = found
    records = json.loads(written)["records"]
    assert {record["stream"] for record in records} == {"run:r1", "ask:a1"}
    for record in records:
        new = NewRecord(
            **{key: record[key] for key in ("stream", "version", "kind", "schema", "at", "by")},
            body=record["body_text"].encode(),
        )
        assert next_hash(bytes.fromhex(record["previous"]), record["seq"], new).hex() == record["hash"]
        assert record["hash"] in text
    assert "Anna Keller rolls the run back to checkpoint 0: 1 step." in text
    assert await desk.models.run_evidence("nothing") is None


async def test_evidence_of_an_ask(desk: Desk) -> None:
    found = await desk.models.ask_evidence("a2")
    assert found is not None
    assert "Reason: Wrong order." in found[0]
    assert [record["kind"] for record in json.loads(found[1])["records"]] == [
        "ask-raised",
        "ask-rejected",
        "ask-closed",
    ]
    assert await desk.models.ask_evidence("nothing") is None
