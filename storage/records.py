"""What goes into the journal and comes out of it: records, row changes that commit with them, and the head."""

from __future__ import annotations

from typing import TypeAlias

import msgspec


class NewRecord(msgspec.Struct, frozen=True, gc=False):
    """A record somebody wants to append. `version` is its place in `stream`, counted from 1 without gaps."""

    stream: str
    version: int
    kind: str
    schema: int
    at: int  # microseconds since the epoch, UTC
    by: str
    body: bytes


class StoredRecord(msgspec.Struct, frozen=True, gc=False):
    """A record as it stands in the journal: numbered and chained by the writer, by nobody else."""

    seq: int
    stream: str
    version: int
    kind: str
    schema: int
    at: int
    by: str
    body: bytes
    previous: bytes
    hash: bytes


class AtSeq(msgspec.Struct, frozen=True, gc=False):
    """Stands for the seq that the `offset`-th record (from 0) of the same append receives."""

    offset: int


Value: TypeAlias = str | int | float | bytes | AtSeq | None


class Put(msgspec.Struct, frozen=True, gc=False):
    """Insert a row, or, when one with this key exists, update only the columns named in `values`.

    `key` must be the columns of the table's primary key or of one of its unique constraints; for a full-text table
    it is `{"rowid": n}`. `amounts` are then added to the same row, as `Add` does.
    """

    table: str
    key: dict[str, Value]
    values: dict[str, Value] = {}
    amounts: dict[str, int] = {}


class Add(msgspec.Struct, frozen=True, gc=False):
    """Add to the named columns of a row, or insert a row with these amounts. `key` as in `Put`."""

    table: str
    key: dict[str, Value]
    amounts: dict[str, int]


class Remove(msgspec.Struct, frozen=True, gc=False):
    """Delete every row whose columns equal `key`; no such row is no fault. An empty key empties the table."""

    table: str
    key: dict[str, Value]


RowChange: TypeAlias = Put | Add | Remove


class Append(msgspec.Struct, frozen=True, gc=False):
    """One atomic append: all of these records and row changes become durable together, or none of them."""

    records: tuple[NewRecord, ...]
    rows: tuple[RowChange, ...] = ()


class Written(msgspec.Struct, frozen=True, gc=False):
    """The answer to an append, given after its commit."""

    records: tuple[StoredRecord, ...]


class Head(msgspec.Struct, frozen=True, gc=False):
    """The end of the journal: the last seq (0 when empty) and its hash (32 zero bytes when empty)."""

    seq: int
    hash: bytes


NO_HASH = bytes(32)
EMPTY = Head(0, NO_HASH)
