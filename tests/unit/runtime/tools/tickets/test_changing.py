"""Tickets: numbers are given once, changes of several runs all stay, a repeated key does nothing, damage is named."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import ValidationError

from runtime.domain.undo import UndoOutcome, UndoRecord
from runtime.tools.contract import Happened, PreviewKind, Tool, ToolContext, ToolFailed, ToolResult
from runtime.tools.tickets.family import TicketsFamily
from runtime.tools.tickets.store import TicketStore
from tests.fixtures.tool_cases.case import MemoryBlobs

TOOLS: dict[str, Tool] = {tool.contract.name.partition(".")[2]: tool for tool in TicketsFamily().tools("{}")}


class World:
    """A workspace, and what was remembered under each key."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs = MemoryBlobs()
        self.memo: dict[str, UndoRecord] = {}
        self.store = TicketStore(folder / "tickets")

    def context(self, key: str) -> ToolContext:
        def remember(record: UndoRecord) -> None:
            self.memo[key] = record

        plain = ToolContext(self.folder, key, self.blobs, threading.Event(), lambda text: None, lambda name: None)
        return replace(plain, remember=remember, recall=lambda: self.memo.get(key))

    def arguments(self, verb: str, **given: Any) -> Any:
        return TOOLS[verb].contract.input.model_validate_json(json.dumps(given), strict=True)

    def run(self, verb: str, key: str, **given: Any) -> ToolResult:
        return TOOLS[verb].run(self.arguments(verb, **given), self.context(key.ljust(64, "0")))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def opened(world: World, key: str = "a", title: str = "Broken mug") -> ToolResult:
    return world.run("create", key, title=title)


def test_numbers_are_given_once_even_after_an_undo(world: World) -> None:
    first = opened(world)
    assert world.store.ids() == ["T-0001"]
    assert first.undo is not None
    undone, _ = TOOLS["create"].undo(first.undo, world.context("x"), overwrite=False)
    assert (undone, world.store.ids()) == (UndoOutcome.UNDONE, [])
    opened(world, "b")
    assert world.store.ids() == ["T-0002"]


def test_a_repeated_key_opens_one_ticket_and_writes_one_note(world: World) -> None:
    assert opened(world).output == opened(world).output
    for _ in range(2):
        world.run("add_note", "b", ticket_id="T-0001", text="Asked the courier.")
    assert world.store.ids() == ["T-0001"]
    assert len(world.store.load("T-0001").notes) == 1


def test_changes_of_many_runs_at_once_are_all_there(world: World) -> None:
    opened(world)
    with ThreadPoolExecutor(8) as pool:
        keys = [f"{number:02d}" for number in range(24)]
        list(pool.map(lambda key: world.run("add_note", key, ticket_id="T-0001", text=f"note {key}"), keys))
        list(pool.map(lambda key: world.run("create", f"c{key}", title=f"case {key}"), keys))
    assert sorted(note.text for note in world.store.load("T-0001").notes) == [f"note {key}" for key in keys]
    assert len(world.store.ids()) == 25


def test_a_change_is_found_although_somebody_changed_the_ticket_later(world: World) -> None:
    opened(world)
    world.run("set_status", "b", ticket_id="T-0001", status="waiting")
    world.run("set_queue", "c", ticket_id="T-0001", queue="refunds")
    given = world.arguments("set_status", ticket_id="T-0001", status="waiting")
    assert TOOLS["set_status"].probe(given, world.context("b".ljust(64, "0"))).happened is Happened.YES
    assert TOOLS["set_status"].probe(given, world.context("d".ljust(64, "0"))).happened is Happened.NO


def test_undo_newest_first_goes_back_step_by_step(world: World) -> None:
    opened(world)
    states = [world.store.path("T-0001").read_bytes()]
    records = []
    for key, verb, given in (
        ("b", "set_priority", {"priority": "high"}),
        ("c", "tag", {"tags": ["refund"]}),
        ("d", "add_note", {"text": "x"}),
    ):
        result = world.run(verb, key, ticket_id="T-0001", **given)
        assert result.undo is not None
        records.append((verb, result.undo))
        states.append(world.store.path("T-0001").read_bytes())
    older, record = records[0]
    forecast = TOOLS[older].forecast_undo(record, world.context("b"))
    assert forecast.outcome is UndoOutcome.CONFLICT
    assert "refund" in forecast.difference
    for verb, undo in reversed(records):
        states.pop()
        assert TOOLS[verb].undo(undo, world.context("x"), overwrite=False)[0] is UndoOutcome.UNDONE
        assert world.store.path("T-0001").read_bytes() == states[-1]


def test_a_damaged_ticket_is_named_and_left_alone(world: World) -> None:
    opened(world)
    opened(world, "b", "Other")
    world.store.path("T-0001").write_text('{"ticket_id": "T-0001"}')
    with pytest.raises(ToolFailed, match=r"ticket T-0001 is damaged \(title: .*nothing was changed") as failed:
        world.run("set_queue", "c", ticket_id="T-0001", queue="refunds")
    assert failed.value.code == "ticket-damaged"
    assert world.store.path("T-0001").read_text() == '{"ticket_id": "T-0001"}'
    found = world.run("find", "d").output.model_dump()
    assert [ticket["ticket_id"] for ticket in found["tickets"]] == ["T-0002"]


@pytest.mark.parametrize("ticket_id", ["../x", "T-1", "T-0001.json", "t-0001", "T-0001\n"])
def test_only_numbers_name_tickets(world: World, ticket_id: str) -> None:
    with pytest.raises(ValidationError):
        world.arguments("show", ticket_id=ticket_id)


def test_the_card_says_what_would_be(world: World) -> None:
    opened(world)
    given = world.arguments("set_queue", ticket_id="T-0001", queue="refunds")
    appraisal = TOOLS["set_queue"].appraise(given, world.context(""))
    assert (appraisal.title, appraisal.resource) == ("Move ticket T-0001 to queue refunds", "tickets/T-0001.json")
    preview = TOOLS["set_queue"].preview(given, world.context(""))
    assert preview.kind is PreviewKind.ROWS
    assert (preview.before[0][3], preview.after[0][3]) == ("support", "refunds")


def test_finding_narrows(world: World) -> None:
    world.run("create", "a", title="Mug", queue="refunds", tags=["mug"], customer="Anna@example.org")
    world.run("create", "b", title="Plate", text="it is cracked")

    def ids(**given: Any) -> list[str]:
        return [one["ticket_id"] for one in world.run("find", "x", **given).output.model_dump()["tickets"]]

    assert ids() == ["T-0002", "T-0001"]
    assert ids(queue="refunds") == ids(tag="mug") == ids(customer="anna@example.org") == ["T-0001"]
    assert ids(words="CRACKED") == ["T-0002"]
    assert ids(status="closed") == []
