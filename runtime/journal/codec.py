"""Between events and stored bytes: JSON of the tagged union, under our own kind names and schema numbers."""

from collections.abc import Mapping
from functools import cache

import msgspec

from runtime.domain.envelope import Envelope
from runtime.domain.events import Event
from runtime.domain.ids import StreamName
from runtime.journal.upcasters import FIRST, HISTORY, KINDS, SchemaStep, current, upcast
from storage.chain import next_hash
from storage.records import NewRecord, StoredRecord

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
TAG = "type"


class UnreadableRecord(Exception):
    """A record whose event cannot be read. The journal still holds its bytes; everything else is readable."""

    def __init__(self, seq: int, sentence: str, *, newer: bool = False) -> None:
        super().__init__(sentence)
        self.seq = seq
        self.sentence = sentence
        self.newer = newer
        """It is as it was written, by a program that knows more than this one."""


class UnwritableEvent(ValueError):
    """An event that has no stored form (broken Unicode, a number out of range); nothing was recorded."""


def kind_of(event: Event) -> str:
    """The name an event is stored under."""
    return _stored_as(type(event))[0]


@cache
def _stored_as(event_type: type) -> tuple[str, int]:
    """Kind and schema number of new events of this type: asked of every event that is written."""
    kind = str(event_type.__struct_config__.tag)  # type: ignore[attr-defined]
    return kind, current(kind)


def encode(stream: StreamName, version: int, event: Event, at: int, by: str) -> NewRecord:
    """The record of an event at its place in a stream. Raises UnwritableEvent."""
    kind, schema = _stored_as(type(event))
    try:
        body = _encoder.encode(event)
    except (UnicodeEncodeError, OverflowError, TypeError) as error:
        raise UnwritableEvent(
            f"The event {kind} holds something that cannot be written: {error}. Nothing was recorded. "
            "Replace the broken characters or numbers and try again."
        ) from error
    return NewRecord(stream, version, kind, schema, at, by, body)


def decode(record: StoredRecord, history: Mapping[str, tuple[SchemaStep, ...]] = HISTORY) -> Envelope:
    """The event of a record, also of one that an older program wrote. Raises UnreadableRecord."""
    return Envelope(
        record.seq, StreamName(record.stream), record.version, record.at, record.by, _event(record, history)
    )


def _event(record: StoredRecord, history: Mapping[str, tuple[SchemaStep, ...]]) -> Event:
    if record.kind not in KINDS:
        raise _unknown(record, f"this program knows no event {record.kind!r}")
    newest = current(record.kind, history)
    if not FIRST <= record.schema <= newest:
        raise _unknown(record, f"{record.kind} has schema number {record.schema}; this program knows up to {newest}")
    try:
        if record.schema == newest:
            event = _decoder.decode(record.body)
        else:
            body = upcast(record.kind, record.schema, msgspec.json.decode(record.body, type=dict), history)
            event = msgspec.convert(body, Event)
    except (msgspec.MsgspecError, UnicodeDecodeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise _unreadable(record, f"its content is damaged ({error})") from error
    if kind_of(event) != record.kind:
        raise _unreadable(record, f"it is labelled {record.kind} but holds {kind_of(event)}")
    return event


def _unknown(record: StoredRecord, why: str) -> UnreadableRecord:
    """Where its hash says that these are the bytes that were written, a newer program did; else it is damaged."""
    written = NewRecord(record.stream, record.version, record.kind, record.schema, record.at, record.by, record.body)
    if next_hash(record.previous, record.seq, written) != record.hash:
        return _unreadable(record, why)
    sentence = (
        f"Record {record.seq} cannot be read: {why}; a newer version of it wrote the record. The journal was left as "
        "it is. Open the workspace with the newer version."
    )
    return UnreadableRecord(record.seq, sentence, newer=True)


def _unreadable(record: StoredRecord, why: str) -> UnreadableRecord:
    return UnreadableRecord(
        record.seq,
        f"Record {record.seq} cannot be read: {why}. All other records are as they were. "
        "Verify the journal; if it is broken there, restore the workspace from a backup.",
    )
