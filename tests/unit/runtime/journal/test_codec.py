"""Events to records and back: every kind, older schema numbers, and what cannot be read."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.envelope import Envelope
from runtime.domain.events import EVENT_TYPES, Event
from runtime.domain.events.runs import NoteLeft, PlanningStarted
from runtime.domain.ids import RunId, StreamName
from runtime.journal.codec import UnreadableRecord, UnwritableEvent, decode, encode, kind_of
from runtime.journal.upcasters import HISTORY, KINDS, SchemaStep, current, steps_of
from storage.records import NO_HASH, NewRecord, StoredRecord
from tests.fixtures.any_events import any_event

RUN = StreamName("run:r1")


def stored(record: NewRecord, seq: int = 7) -> StoredRecord:
    fields = msgspec.structs.asdict(record)
    return StoredRecord(seq=seq, previous=NO_HASH, hash=NO_HASH, **fields)


def test_every_event_type_has_a_kind_of_its_own() -> None:
    assert len(KINDS) == len(EVENT_TYPES)
    assert set(HISTORY) <= set(KINDS)


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: str(kind.__name__))
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_every_event_comes_back_as_it_was(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(st.from_type(kind))
    record = encode(RUN, 3, event, 1_700_000_000_000_000, "operator:anna")
    assert (record.kind, record.schema) == (kind_of(event), current(kind_of(event)))
    assert decode(stored(record)) == Envelope(7, RUN, 3, 1_700_000_000_000_000, "operator:anna", event)


@settings(max_examples=30, deadline=None)
@given(event=any_event, cut=st.integers(1, 40))
def test_a_damaged_body_is_named_not_raised_through(event: Event, cut: int) -> None:
    record = encode(RUN, 1, event, 0, "console")
    damaged = msgspec.structs.replace(record, body=record.body[: -min(cut, len(record.body))])
    with pytest.raises(UnreadableRecord, match="Record 9 cannot be read") as told:
        decode(stored(damaged, seq=9))
    assert told.value.seq == 9


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "moon-landed"}, "knows no event 'moon-landed'"),
        ({"schema": 99}, "schema number 99"),
        ({"schema": 0}, "schema number 0"),
        ({"kind": "run-paused"}, "labelled run-paused but holds planning-started"),
        ({"body": b"\xff\xfe"}, "damaged"),
        ({"body": b'{"type":"planning-started","run_id":5}'}, "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(changes: dict[str, object], words: str) -> None:
    record = stored(encode(RUN, 1, PlanningStarted(RunId("r1")), 0, "console"))
    with pytest.raises(UnreadableRecord, match=words):
        decode(msgspec.structs.replace(record, **changes))


def test_broken_unicode_is_refused_before_it_is_recorded() -> None:
    with pytest.raises(UnwritableEvent, match="note-left"):
        encode(RUN, 1, NoteLeft(RunId("r1"), "anna", "half \ud83d"), 0, "operator:anna")


def test_an_older_body_is_brought_up_one_step_at_a_time() -> None:
    def words_become_text(body: dict[str, object]) -> dict[str, object]:
        body["text"] = body.pop("words")
        return body

    def author_is_named(body: dict[str, object]) -> dict[str, object]:
        return {**body, "by": "nobody"}

    history = {
        "note-left": (
            SchemaStep(1, "As first written."),
            SchemaStep(2, "words is called text.", words_become_text),
            SchemaStep(3, "It says who left it.", author_is_named),
        )
    }
    bodies = {
        1: b'{"type":"note-left","run_id":"r1","words":"hello"}',
        2: b'{"type":"note-left","run_id":"r1","text":"hello"}',
        3: b'{"type":"note-left","run_id":"r1","text":"hello","by":"nobody"}',
    }
    for schema, body in bodies.items():
        record = stored(NewRecord(RUN, 1, "note-left", schema, 0, "x", body))
        assert decode(record, history).event == NoteLeft(RunId("r1"), "nobody", "hello")
    with pytest.raises(UnreadableRecord, match="damaged"):
        decode(stored(NewRecord(RUN, 1, "note-left", 1, 0, "x", b'{"type":"note-left","run_id":"r1"}')), history)


def test_schema_numbers_count_up_and_every_later_one_can_be_reached() -> None:
    for kind in KINDS:
        steps = steps_of(kind)
        assert [step.number for step in steps] == list(range(1, len(steps) + 1))
        assert all(step.upcast is not None for step in steps[1:])
