"""Writes what the corpus lacks: one record of every kind at its present schema number. Lines that are there stay.

Run it as ``python -m tests.replay.write_corpus`` after adding an event or a schema number, or after counting up the
shape of the tables, and commit what it wrote.
"""

import enum
import types
from hashlib import sha256
from pathlib import Path
from typing import Any, Union, get_args, get_origin

import msgspec
from msgspec import NODEFAULT
from msgspec.structs import fields

from runtime.domain.decision import Decision, Origin, PlannedWork, ProposedCall, Usage
from runtime.domain.events import EVENT_TYPES, Event
from runtime.domain.ids import StreamName
from runtime.journal.codec import decode, encode, kind_of
from runtime.journal.upcasters import current
from runtime.projections.audit_rows import entry_with_words
from runtime.projections.projector import project
from runtime.projections.rebuild import SHAPE
from runtime.projections.telling import About
from storage.records import NO_HASH, NewRecord, StoredRecord
from tests.fixtures.support_desk import NOON, whole_story

CORPUS = Path(__file__).parent / "corpus"
DEFAULTS = CORPUS / "defaults.json"
MADE = CORPUS / "made.json"
INSIDE = (Decision, Origin, PlannedWork, ProposedCall, Usage)
"""What is written inside events without the fields that have their default."""


class Line(msgspec.Struct):
    """One record as it was written; ``body`` is its JSON."""

    seq: int
    stream: str
    version: int
    kind: str
    schema: int
    at: int
    by: str
    body: msgspec.Raw


def read(schema: int) -> list[Line]:
    """The log of one schema number; empty where there is none yet."""
    path = CORPUS / f"schema-{schema}.jsonl"
    return [msgspec.json.decode(line, type=Line) for line in path.read_bytes().splitlines()] if path.exists() else []


def logs() -> dict[int, list[Line]]:
    """Every log of the corpus."""
    numbers = sorted(int(path.stem.removeprefix("schema-")) for path in CORPUS.glob("schema-*.jsonl"))
    return {number: read(number) for number in numbers}


def example(kind: Any) -> Any:
    """A value of a type with every field filled, the same every time."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return kind(**{field.name: example(field.type) for field in fields(kind)})
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return next(iter(kind))
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return example(next(one for one in inner if one is not type(None)))
    if origin is tuple:
        return tuple(example(one) for one in inner if one is not ...)
    if origin is dict:
        return {"name": "value" if inner[1] is Any else example(inner[1])}
    plain: dict[Any, Any] = {str: "text", int: 7, float: 0.5, bool: True}
    return plain[getattr(kind, "__supertype__", kind)]


def defaults() -> dict[str, Any]:
    """What a field that is not written means, by kind and field: such fields are left out of records."""
    found: dict[str, Any] = {}
    for kind in (*EVENT_TYPES, *INSIDE):
        name = kind.__struct_config__.tag or kind.__name__  # type: ignore[attr-defined]
        for field in fields(kind):
            if field.default is not NODEFAULT:
                found[f"{name}.{field.name}"] = msgspec.json.decode(msgspec.json.encode(field.default))
    return found


def recorded_defaults() -> dict[str, Any]:
    """The defaults that records were written with."""
    known: dict[str, Any] = msgspec.json.decode(DEFAULTS.read_bytes()) if DEFAULTS.exists() else {}
    return known


def made() -> dict[str, str]:
    """What tables and audit entries make of each record of the corpus, as digests."""
    about = About(*("about" for _ in fields(About)))
    found: dict[str, str] = {}
    for number, log in logs().items():
        for line in log:
            envelope = decode(stored(line))
            rows = msgspec.json.encode((project(line.seq, envelope), entry_with_words(envelope, about)), order="sorted")
            found[f"{number}-{line.seq}-{line.kind}"] = sha256(rows).hexdigest()[:16]
    return found


def recorded_made() -> dict[str, str]:
    """What they made when the shape of the tables was last counted up; of a kind that is newer, when it was added."""
    known: dict[str, Any] = msgspec.json.decode(MADE.read_bytes()) if MADE.exists() else {}
    return dict(known.get("made", {})) if known.get("shape") == SHAPE else {}


def stored(line: Line) -> StoredRecord:
    """The record of a line."""
    body = bytes(line.body)
    return StoredRecord(
        line.seq, line.stream, line.version, line.kind, line.schema, line.at, line.by, body, NO_HASH, NO_HASH
    )


def missing() -> list[Event]:
    """An example of every kind that its present schema's log does not hold."""
    held = {(line.kind, number) for number, log in logs().items() for line in log}
    examples = (example(kind) for kind in EVENT_TYPES)
    return [event for event in examples if (kind_of(event), current(kind_of(event))) not in held]


def write() -> int:
    """Add what is missing; answers how many lines were added."""
    CORPUS.mkdir(exist_ok=True)
    added = 0
    if not (CORPUS / "schema-1.jsonl").exists():
        for stream, at, by, event in whole_story():
            added += _append(stream, event, at, by)
    for event in missing():
        added += _append(StreamName(f"example:{kind_of(event)}"), event, NOON, "operator:anna")
    DEFAULTS.write_bytes(msgspec.json.format(msgspec.json.encode(defaults() | recorded_defaults()), indent=1) + b"\n")
    held = {"shape": SHAPE, "made": made() | recorded_made()}
    MADE.write_bytes(msgspec.json.format(msgspec.json.encode(held), indent=1) + b"\n")
    return added


def _append(stream: StreamName, event: Event, at: int, by: str) -> int:
    schema = current(kind_of(event))
    log = read(schema)
    version = 1 + sum(line.stream == stream for line in log)
    record: NewRecord = encode(stream, version, event, at, by)
    line = Line(len(log) + 1, stream, version, record.kind, schema, at, by, msgspec.Raw(record.body))
    with (CORPUS / f"schema-{schema}.jsonl").open("ab") as file:
        file.write(msgspec.json.encode(line) + b"\n")
    return 1


if __name__ == "__main__":
    print(f"{write()} lines were added.")
