"""Makes the tables of a new database, all at once and stamped with the newest version this program knows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from storage.read_tables import STATEMENTS, metadata

MIGRATIONS = Path(__file__).parent / "migrations"
APPLICATION_ID = 0x4F70436E  # marks the file as ours: "OpCn"


def known_versions() -> list[str]:
    """The names of all migrations, oldest first; a migration's revision is its file's name without `.py`."""
    return sorted(path.stem for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def create_tables(connection: Connection) -> None:
    for statement in _statements():
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,"
        " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
    )
    connection.exec_driver_sql("INSERT INTO alembic_version (version_num) VALUES (?)", (known_versions()[-1],))
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


@cache
def _statements() -> tuple[str, ...]:
    """Written once in a process: to make one database takes SQLAlchemy longer to write them than SQLite to run them."""
    written: list[CreateTable | CreateIndex] = []
    for table in metadata.sorted_tables:
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        written += [CreateTable(table), *map(CreateIndex, indexes)]
    return (*(str(one.compile(dialect=sqlite.dialect())) for one in written), *STATEMENTS)
