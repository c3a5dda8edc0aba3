"""A domain made here of a few functions and a folder, and what every domain's tools keep."""

import asyncio
import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from runtime.domain.action import canonical
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome
from runtime.tools.contract import Happened, Tool
from runtime.tools.ran import Ran
from runtime.tools.runner import Runner
from runtime.tools.sentences import ContractBroken
from tests.domains.domain import Domain, Refused
from tests.domains.domain_family import DomainFamily
from tests.domains.laid_out import LaidOut
from tests.domains.material import Lacking, Material, canonical_hash, marks_in
from tests.domains.records import Record, Records
from tests.domains.test_calls import test_every_call_answers_as_recorded as every_call_answers
from tests.domains.test_through_the_program import (
    test_approved_it_is_as_expected_and_rolled_back_as_before as approved_and_rolled_back,
)
from tests.fixtures.tool_cases.case import MemoryBlobs

BOOKS: dict[str, dict[str, Any]] = {
    "b1": {"title": "Émile", "lent": None, "days": 0, "price": 10.0},
    "b2": {"title": "Faust", "lent": "carl", "days": 7, "price": 0.1},
}
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


def lend(library: Records, book: str, to: dict[str, str], days: int) -> Record:
    found = library.find("books", book)
    if found is None or found["lent"]:
        raise Refused("Book not here")
    found.update(lent=to["name"], days=days)
    return found


def replace_book(library: Records, book: str, by: str, shelf: str | None) -> list[str]:
    old = library.find("books", book)
    if old is None:
        raise Refused("Book not here")
    library.remove("books", book)
    library.add("books", by, {**old, "title": f"{old['title']} ({shelf or 'new'})"})
    return [key for key, _ in library.all("books")]


def titles(library: Records) -> list[str]:
    return [book["title"] for _, book in library.all("books")]


DOMAIN = Domain("library", "library", {"lend": lend, "replace_book": replace_book, "titles": titles})


def declared(name: str, mutates: bool, required: list[str], **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required}
    return {"name": name, "kind": "write", "mutates": mutates, "description": f"Do {name}.", "parameters": schema}


PERSON = {"type": "object", "properties": {"name": TEXT}, "required": ["name"]}
LEND = declared("lend", True, ["book", "to"], book=TEXT, to={"$ref": "#/$defs/Person"}, days={**WHOLE, "default": 14})
LEND["parameters"]["$defs"] = {"Person": PERSON}
SHELF = {"anyOf": [{"enum": ["low", "high"]}, {"type": "null"}], "default": None}
TOOLS = [
    LEND,
    declared("replace_book", True, ["book", "by"], book=TEXT, by=TEXT, shelf=SHELF),
    declared("titles", False, []),
]


def step(name: str, output: Any, changes: bool, error: bool = False, **arguments: Any) -> dict[str, Any]:
    return {"name": name, "arguments": arguments, "output": output, "changes_state": changes, "error": error}


def expected(books: dict[str, Any], diff: dict[str, Any]) -> dict[str, Any]:
    return {"db_sha256_canonical": canonical_hash({"books": books}), "changed": bool(diff), "record_diff": diff}


def write_task(folder: Path) -> None:
    lent = {**BOOKS["b1"], "lent": "anna", "days": 14}
    steps = [
        step("titles", ["Émile", "Faust"], False),
        step("lend", lent, True, book="b1", to={"name": "anna"}),
    ]
    diff = {"books": {"b1": {"lent": [None, "anna"], "days": [0, 14]}}}
    gold = [{"name": each["name"], "arguments": each["arguments"]} for each in steps]
    task = {"id": "x", "ground_truth_actions": gold, "expected": expected({**BOOKS, "b1": lent}, diff)}
    (folder / "tasks_a.json").write_text(json.dumps([task]), "utf-8")
    (folder / "traces_a.json").write_text(json.dumps([{"id": "x", "steps": steps}]), "utf-8")


@pytest.fixture
def library(tmp_path: Path) -> LaidOut:
    data = tmp_path / "data"
    data.mkdir()
    (data / "books.json").write_text(json.dumps(BOOKS), "utf-8")
    (data / "tools.json").write_text(json.dumps(TOOLS), "utf-8")
    meta = {"base_db_sha256_canonical": canonical_hash({"books": BOOKS})}
    (data / "meta.json").write_text(json.dumps(meta), "utf-8")
    write_task(data)
    return LaidOut.of(DOMAIN, data, tmp_path / "base.sqlite")


class Desk:
    """The library's tools over a copy of its database."""

    def __init__(self, library: LaidOut, folder: Path) -> None:
        folder.mkdir()
        self.database = library.lay_out(folder)
        self.runner = Runner(folder, MemoryBlobs(), lambda account: None)
        tools = library.family.tools(canonical({"database": library.database}))
        self._tools = {tool.contract.name.removeprefix("library."): tool for tool in tools}

    def tool(self, name: str) -> Tool:
        return self._tools[name]

    def text(self, name: str, **arguments: Any) -> str:
        return self.runner.check(self.tool(name), json.dumps(arguments)).arguments

    async def run(self, key: str, name: str, **arguments: Any) -> Ran:
        return await self.runner.run(self.tool(name), self.text(name, **arguments), key, threading.Event())

    def rows(self) -> list[tuple[Any, ...]]:
        """Exactly what stands in the table: row numbers and texts."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute("SELECT rowid, key, record FROM books ORDER BY rowid").fetchall()


@pytest.fixture
def desk(library: LaidOut, tmp_path: Path) -> Desk:
    return Desk(library, tmp_path / "desk")


async def test_a_domain_is_its_tools_and_a_folder_and_passes_what_all_pass(library: LaidOut, tmp_path: Path) -> None:
    for name, check in (("calls", every_call_answers), ("program", approved_and_rolled_back)):
        (tmp_path / name).mkdir()
        await check(library, library.material.tasks, tmp_path / name)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("traces_a.json", '"days": 14', '"days": 15'),
        ("tasks_a.json", 'canonical": "', 'canonical": "0'),
        ("tasks_a.json", "[0, 14]", "[0, 15]"),
    ],
    ids=["result", "hash", "difference"],
)
async def test_what_is_not_as_recorded_is_noticed(
    library: LaidOut, tmp_path: Path, name: str, right: str, wrong: str
) -> None:
    path = library.material.folder / name
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), "utf-8")
    with pytest.raises(AssertionError):
        await every_call_answers(library, library.material.tasks, tmp_path)


async def test_a_folder_that_says_less_is_held_to_what_it_says(library: LaidOut, tmp_path: Path) -> None:
    """Another part of the benchmark: no recorded calls, no hash of the records, and a call of its own user's tool."""
    folder = library.material.folder
    (folder / "traces_a.json").unlink()
    (folder / "meta.json").unlink()
    tasks = json.loads((folder / "tasks_a.json").read_text("utf-8"))
    tasks.append({"id": "u", "ground_truth_actions": [{"name": "turn_phone_off", "requestor": "user"}]})
    gold = {"name": "lend", "arguments": {"book": "b2", "to": {"name": "eve"}}}
    tasks.append({"id": "refused", "ground_truth_actions": [gold], "expected": {"db_sha256_canonical": None}})
    (folder / "tasks_a.json").write_text(json.dumps(tasks), "utf-8")
    less = LaidOut.of(DOMAIN, folder, tmp_path / "less.sqlite")
    assert [task.task_id for task in less.material.tasks] == ["x", "refused"]
    assert [await asyncio.to_thread(less.effects_of, task) for task in less.material.tasks] == [1, 0]
    for name, check in (("calls", every_call_answers), ("program", approved_and_rolled_back)):
        (tmp_path / name).mkdir()
        await check(less, less.material.tasks, tmp_path / name)
    wrong = json.dumps(tasks).replace('canonical": "', 'canonical": "0')
    (folder / "tasks_a.json").write_text(wrong, "utf-8")
    with pytest.raises(AssertionError):
        await every_call_answers(less, Material(folder).tasks, tmp_path / "calls")


@pytest.mark.parametrize("name", ["tools.json", "books.json"])
def test_what_is_needed_and_not_there_is_named(library: LaidOut, name: str, tmp_path: Path) -> None:
    (library.material.folder / name).unlink()
    with pytest.raises(Lacking, match=r"The folder data has no (tools\.json|records)"):
        LaidOut.of(DOMAIN, library.material.folder, tmp_path / "other.sqlite")


async def test_the_same_key_does_nothing_twice_and_its_mark_is_found(desk: Desk) -> None:
    given = {"book": "b1", "to": {"name": "anna"}}
    tool, text = desk.tool("lend"), desk.text("lend", **given)
    assert (await desk.runner.probe(tool, text, "k")).happened is Happened.NO
    first = await desk.run("k", "lend", **given)
    rows = desk.rows()
    again = await desk.run("k", "lend", **given)
    assert (again.outcome, again.output, again.undo) == (CallOutcome.OK, first.output, first.undo)
    assert (desk.rows(), marks_in(desk.database)) == (rows, 1)
    probed = await desk.runner.probe(tool, text, "k")
    assert probed.happened is Happened.YES
    assert probed.ran is not None
    assert probed.ran.output == first.output
    other = await desk.run("other", "lend", **given)
    assert (other.outcome, other.summary) == (CallOutcome.FAILED, "Book not here")
    assert (desk.rows(), marks_in(desk.database)) == (rows, 1)


async def test_undo_brings_back_changed_removed_and_added_records_exactly(desk: Desk) -> None:
    before = desk.rows()
    ran = await desk.run("k", "replace_book", book="b1", by="b3", shelf="low")
    assert json.loads(ran.output) == {"value": ["b2", "b3"]}
    assert ran.undo is not None
    tool = desk.tool("replace_book")
    assert (await desk.runner.forecast_undo(tool, ran.undo)).outcome is UndoOutcome.UNDONE
    for _ in range(2):
        assert (await desk.runner.undo(tool, ran.undo))[0] is UndoOutcome.UNDONE
        assert desk.rows() == before
    late = await desk.run("k", "replace_book", book="b1", by="b3", shelf="low")
    assert (late.outcome, late.failure) == (CallOutcome.FAILED, "undone-since")
    assert desk.rows() == before


async def test_what_somebody_changed_since_is_left_alone_unless_told_otherwise(desk: Desk) -> None:
    before = desk.rows()
    ran = await desk.run("k", "lend", book="b1", to={"name": "anna"})
    assert ran.undo is not None
    with closing(sqlite3.connect(desk.database)) as connection:
        connection.execute("UPDATE books SET record = replace(record, 'anna', 'eve') WHERE key = 'b1'")
        connection.commit()
    meddled, tool = desk.rows(), desk.tool("lend")
    forecast = await desk.runner.forecast_undo(tool, ran.undo)
    assert forecast.outcome is UndoOutcome.CONFLICT
    assert "eve" in forecast.difference
    assert (await desk.runner.undo(tool, ran.undo))[0] is UndoOutcome.CONFLICT
    assert desk.rows() == meddled
    assert (await desk.runner.undo(tool, ran.undo, overwrite=True))[0] is UndoOutcome.UNDONE
    assert desk.rows() == before


async def test_appraising_and_previewing_change_nothing_and_name_every_record(desk: Desk) -> None:
    before = desk.rows()
    tool, text = desk.tool("replace_book"), desk.text("replace_book", book="b1", by="b3")
    appraisal = await desk.runner.appraise(tool, text)
    assert {appraisal.resource, *appraisal.also} == {"library.sqlite:books/b1", "library.sqlite:books/b3"}
    preview = await desk.runner.preview(tool, text)
    assert [row[:2] for row in preview.after] == [("books", "b1"), ("books", "b3")]
    assert (desk.rows(), marks_in(desk.database)) == (before, 0)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("lend", {"book": "b1"}),
        ("lend", {"book": 1, "to": {"name": "anna"}}),
        ("lend", {"book": "b1", "to": {"name": "anna"}, "days": "14"}),
        ("lend", {"book": "b1", "to": {"name": "anna", "age": 3}}),
        ("lend", {"book": "b1", "to": {}}),
        ("replace_book", {"book": "b1", "by": "b3", "shelf": "middle"}),
        ("titles", {"surprise": 1}),
    ],
)
def test_arguments_outside_the_schema_are_refused(desk: Desk, name: str, given: dict[str, Any]) -> None:
    with pytest.raises(ContractBroken):
        desk.text(name, **given)


def test_tools_and_declarations_are_the_same_or_the_family_is_refused(library: LaidOut) -> None:
    with pytest.raises(ValueError, match=r"not both: lend, replace_book\."):
        DomainFamily(Domain("library", "library", {"titles": titles}), library.material)


def test_numbers_as_ids_and_what_need_not_be_said(tmp_path: Path) -> None:
    """Another part of the benchmark may number its tasks, and leave out what follows from the rest."""
    step = {"name": "titles", "arguments": {}, "output": "[]"}
    tasks = [
        {"id": 7, "ground_truth_actions": [step], "expected": {"db_sha256_canonical": "a"}},
        {"id": 8, "ground_truth_actions": [], "expected": {"db_sha256_canonical": "a"}},
    ]
    (tmp_path / "tools.json").write_text(json.dumps([{"name": "titles"}]), "utf-8")
    (tmp_path / "tasks_b.json").write_text(json.dumps(tasks), "utf-8")
    (tmp_path / "traces_b.json").write_text(json.dumps([{"id": "7", "steps": [step]}]), "utf-8")
    strange = [{"name": "phone_user", "arguments": {}}, step, {"name": "ask_user", "arguments": {}}]
    (tmp_path / "tasks_c.json").write_text(json.dumps([{"id": 9, "ground_truth_actions": strange}]), "utf-8")
    material = Material(tmp_path)
    seven, eight = material.tasks
    why = "1 of 3 tasks call tools that tools.json lacks: 9 (ask_user, phone_user)."
    assert material.left_out == f"The folder {tmp_path.name}: {why}"
    assert (seven.task_id, len(seven.calls), seven.changed, seven.record_diff) == ("7", 1, False, None)
    assert (eight.task_id, eight.calls) == ("8", ())
