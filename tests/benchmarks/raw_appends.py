"""The reference of journal appends: raw sqlite3, the same rows in the same table, 1,000 a commit, WAL and FULL."""

import argparse
import json
import os
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.appends import BODY_BYTES, PRODUCERS

TABLE = """CREATE TABLE records (
    seq INTEGER NOT NULL PRIMARY KEY, stream TEXT NOT NULL, version INTEGER NOT NULL, kind TEXT NOT NULL,
    schema INTEGER NOT NULL, at INTEGER NOT NULL, by TEXT NOT NULL, body BLOB NOT NULL, previous BLOB NOT NULL,
    hash BLOB NOT NULL, CONSTRAINT records_stream_version UNIQUE (stream, version))"""
INSERT = "INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def measure(database: Path, each: int) -> dict[str, float | str]:
    """The rows are made beforehand; what is timed is SQLite alone."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(TABLE)
    _commit(connection, _groups("warm-up", 5, 1))
    groups = _groups("run", each, 5 * PRODUCERS + 1)
    started = time.perf_counter()
    _commit(connection, groups)
    taken = time.perf_counter() - started
    settings = ", ".join(
        f"{name} {connection.execute(f'PRAGMA {name}').fetchone()[0]}" for name in ("journal_mode", "synchronous")
    )
    connection.close()
    return {"records/s": PRODUCERS * each / taken, "records": float(PRODUCERS * each), "settings": settings}


def _groups(name: str, each: int, first: int) -> list[list[tuple[Any, ...]]]:
    body, chained, at = os.urandom(BODY_BYTES), os.urandom(32), time.time_ns() // 1000
    return [
        [
            (
                first + (version - 1) * PRODUCERS + number, f"{name}-{number:05}", version, "effect-started", 1, at,
                "bench", body, chained, chained,
            )
            for number in range(PRODUCERS)
        ]
        for version in range(1, each + 1)
    ]  # fmt: skip


def _commit(connection: sqlite3.Connection, groups: list[list[tuple[Any, ...]]]) -> None:
    for group in groups:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(INSERT, group)
        connection.execute("COMMIT")


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=100, help="records of each of the 1,000 producers")
    parser.add_argument("--folder", type=Path, help="where the file is made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        print(json.dumps(measure(Path(folder) / "raw.sqlite", options.each)))


if __name__ == "__main__":
    main()
