"""The reference of single commits: a bare sqlite3 loop, WAL and FULL, with as many commits and bytes as ours had."""

import argparse
import json
import os
import sqlite3
import tempfile
import time
from pathlib import Path

STEPS = 20
REPEAT = 10


def measure(database: Path, commits_a_step: float, bytes_a_commit: float) -> dict[str, float | str]:
    """One row a commit; steps/s as if this were all that a step takes."""
    connection = sqlite3.connect(database, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "fullfsync = ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    body, commits = os.urandom(round(bytes_a_commit)), round(commits_a_step * STEPS * REPEAT)
    _commit(connection, body, 100)
    started = time.perf_counter()
    _commit(connection, body, commits)
    taken = time.perf_counter() - started
    settings = ", ".join(f"{name} {connection.execute(f'PRAGMA {name}').fetchone()[0]}" for name in SHOWN)
    connection.close()
    return {
        "steps/s": STEPS * REPEAT / taken,
        "commits a step": commits_a_step,
        "bytes a commit": bytes_a_commit,
        "commits/s": commits / taken,
        "settings": settings,
    }


SHOWN = ("journal_mode", "synchronous")


def _commit(connection: sqlite3.Connection, body: bytes, times: int) -> None:
    for _ in range(times):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO rows (body) VALUES (?)", (body,))
        connection.execute("COMMIT")


def main() -> None:
    """Print the figures as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--like", type=json.loads, required=True, help="our figures: commits a step, bytes a commit")
    parser.add_argument("--folder", type=Path, help="where the file is made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        like = options.like
        print(json.dumps(measure(Path(folder) / "bare.sqlite", like["commits a step"], like["bytes a commit"])))


if __name__ == "__main__":
    main()
