"""The index follows its folder: what is new, changed, gone or odd is so in the next answer."""

import json
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from runtime.domain.words import CallOutcome
from runtime.tools.documents import index as index_module
from runtime.tools.documents.family import DocumentsFamily
from runtime.tools.documents.index import INDEX_FOLDER
from runtime.tools.ran import Ran
from runtime.tools.runner import Runner
from tests.fixtures.tool_cases.case import MemoryBlobs


class Shelf:
    """A workspace with a folder of documents."""

    def __init__(self, root: Path) -> None:
        self.workspace = root / "workspace"
        self.folder = self.workspace / "shelf"
        self.folder.mkdir(parents=True)
        self.outside = root / "outside"
        self.outside.mkdir()
        self.tools = {tool.contract.name: tool for tool in DocumentsFamily().tools('{"folder":"shelf"}')}
        self.runner = Runner(self.workspace, MemoryBlobs(), lambda account: None)

    async def run(self, verb: str, **arguments: Any) -> Ran:
        tool = self.tools[f"documents.{verb}"]
        text = self.runner.check(tool, json.dumps(arguments)).arguments
        return await self.runner.run(tool, text, "k", threading.Event())

    async def output(self, verb: str, **arguments: Any) -> Any:
        ran = await self.run(verb, **arguments)
        assert ran.outcome is CallOutcome.OK, ran.summary
        return json.loads(ran.output)

    async def hits(self, query: str) -> list[str]:
        return [hit["id"] for hit in (await self.output("search", query=query))["hits"]]

    @property
    def place(self) -> Path:
        return next((self.workspace / INDEX_FOLDER).glob("*.sqlite"))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


async def test_what_is_new_changed_and_gone_is_so_in_the_next_answer(shelf: Shelf) -> None:
    (shelf.folder / "a.md").write_text("about teapots")
    assert await shelf.hits("teapots kettles") == ["a.md"]
    (shelf.folder / "b.md").write_text("about kettles")
    (shelf.folder / "a.md").write_text("about saucers")
    assert await shelf.hits("teapots kettles") == ["b.md"]
    (shelf.folder / "b.md").unlink()
    assert await shelf.hits("kettles") == []
    assert await shelf.hits("saucer") == ["a.md"], "word forms are the same word"


async def test_a_change_of_the_same_length_and_time_is_noticed(shelf: Shelf) -> None:
    path = shelf.folder / "a.md"
    path.write_text("teapots")
    os.utime(path, ns=(1, 1))
    assert await shelf.hits("teapots") == ["a.md"]
    path.write_text("kettles")
    os.utime(path, ns=(1, 1))
    assert await shelf.hits("kettles") == ["a.md"]


async def test_an_id_that_was_taken_is_used_when_it_is_free(shelf: Shelf) -> None:
    for name in ("1", "2"):
        line = json.dumps({"id": "same", "content": f"from file {name}"})
        (shelf.folder / f"{name}.jsonl").write_text(line)
    listed = await shelf.output("list")
    assert (listed["documents"], listed["passed_over"]) == (
        1,
        ["2.jsonl: same: this id is already used in 1.jsonl."],
    )
    (shelf.folder / "1.jsonl").unlink()
    assert (await shelf.output("read", id="same"))["content"] == "from file 2"
    assert (await shelf.output("list"))["passed_over"] == []


async def test_a_damaged_index_is_made_anew(shelf: Shelf) -> None:
    (shelf.folder / "a.md").write_text("teapots")
    assert await shelf.hits("teapots") == ["a.md"]
    shelf.place.write_bytes(b"no database at all" * 100)
    assert await shelf.hits("teapots") == ["a.md"]


async def test_an_index_of_another_shape_is_made_anew(shelf: Shelf) -> None:
    (shelf.folder / "a.md").write_text("teapots")
    assert await shelf.hits("teapots") == ["a.md"]
    database = sqlite3.connect(shelf.place)
    database.execute("PRAGMA user_version = 99")
    database.execute("DELETE FROM pieces")
    database.commit()
    database.close()
    assert await shelf.hits("teapots") == ["a.md"]


async def test_an_index_that_is_not_complete_says_so_and_goes_on(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        (shelf.folder / f"{number}.md").write_text("teapots")
    monkeypatch.setattr(index_module, "REFRESH_S", -1.0)
    ran = await shelf.run("search", query="teapots")
    assert (ran.outcome, ran.failure, ran.passing) == (CallOutcome.FAILED, "indexing", True)
    monkeypatch.undo()
    assert sorted(await shelf.hits("teapots")) == ["0.md", "1.md", "2.md"]


async def test_links_lead_nowhere(shelf: Shelf) -> None:
    (shelf.outside / "secret.md").write_text("teapots secret")
    (shelf.folder / "link.md").symlink_to(shelf.outside / "secret.md")
    (shelf.folder / "folder").symlink_to(shelf.outside, target_is_directory=True)
    assert await shelf.hits("teapots secret") == []
    assert (await shelf.output("list"))["documents"] == 0


@pytest.mark.parametrize(
    "query",
    [
        '" OR 1',
        "a AND NEAR(b",
        "title: x *",
        "';DROP TABLE pieces;--",
        "((((",
        "^",
        "-",
        "wörter",
        "𝔘nicode",
        "a" * 9000,
    ],
)
async def test_nothing_in_a_query_is_syntax(shelf: Shelf, query: str) -> None:
    (shelf.folder / "a.md").write_text("wörter or near drop table x b")
    ran = await shelf.run("search", query=query)
    assert ran.outcome is CallOutcome.OK or ran.failure == "no-words", ran.summary


async def test_hostile_lines_are_passed_over_with_their_place(shelf: Shelf) -> None:
    lines = [
        "[" * 5000,
        '{"id": 3, "content": "x"}',
        '{"id": "s", "content": "\\ud800"}',
        '{"id":"\\u0007","content":""}',
    ]
    (shelf.folder / "x.jsonl").write_text("\n".join([*lines, '{"id": "good", "content": "fine"}']))
    listed = await shelf.output("list")
    assert [each["id"] for each in listed["listed"]] == ["good"]
    assert len(listed["passed_over"]) == 4
    assert all(said.startswith("x.jsonl, line ") for said in listed["passed_over"])


async def test_documents_are_read_whole_in_pieces(shelf: Shelf) -> None:
    text = "".join(f"{number} äöü\n" for number in range(3000))
    (shelf.folder / "long.txt").write_text(text)
    parts, offset = [], 0
    while True:
        piece = await shelf.output("read", id="long.txt", offset=offset)
        parts.append(piece["content"])
        offset = piece["next_offset"]
        if not offset:
            break
    assert "".join(parts) == text
    assert len(parts) > 1
