"""The questions every recorder answers from its tables, asked on a connection that the caller opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, select, text
from sqlalchemy.sql import Executable

from storage.records import EMPTY, Head, StoredRecord
from storage.tables import positions, records

Answer = TypeVar("Answer")


def ask(connection: Connection, question: Executable | Callable[[Connection], Answer]) -> list[RowMapping] | Answer:
    if isinstance(question, Executable):
        return list(connection.execute(question).mappings())
    return question(connection)


def records_after(connection: Connection, seq: int, limit: int) -> list[StoredRecord]:
    found = select(records).where(records.c.seq > seq).order_by(records.c.seq).limit(limit)
    return [StoredRecord(*row) for row in connection.execute(found)]


def stream_after(connection: Connection, stream: str, version: int) -> list[StoredRecord]:
    found = select(records).where(records.c.stream == stream, records.c.version > version).order_by(records.c.version)
    return [StoredRecord(*row) for row in connection.execute(found)]


def head(connection: Connection) -> Head:
    row = connection.execute(select(records.c.seq, records.c.hash).order_by(records.c.seq.desc()).limit(1)).first()
    return EMPTY if row is None else Head(row.seq, row.hash)


def position(connection: Connection, name: str) -> int:
    found = connection.execute(select(positions.c.position).where(positions.c.name == name)).scalar()
    return int(found or 0)


def raw_rows(connection: Connection, sql: str, parameters: Mapping[str, Any] | None) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(text(sql), dict(parameters or {}))]
