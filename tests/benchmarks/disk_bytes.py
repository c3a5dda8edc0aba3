"""Bytes on disk of ours for each durable step: journal and blobs after a WAL checkpoint, the search index apart."""

import argparse
import asyncio
import contextlib
import json
import os
import sqlite3
import tempfile
from pathlib import Path

from runtime.operations.upkeep import JOURNAL
from tests.benchmarks.steps import EXCHANGES
from tests.benchmarks.workspace import STEPS, at_work, run_together

SEARCH = "DROP TABLE audit_text"
TOGETHER = 50


async def fill(folder: Path, runs: int, *, exchanges: bool = False) -> None:
    """Make the workspace (``runs`` 0) or let it work; closing it folds the WAL into the file."""
    async with at_work(folder, at_once=TOGETHER, exchanges=exchanges) as runtime:
        if runs:
            await run_together(runtime, runs)


def sizes(folder: Path) -> dict[str, int]:
    """Bytes of the journal's file without the search index, of the index, and of the blobs."""
    journal = folder / JOURNAL
    with contextlib.closing(sqlite3.connect(journal, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        index = _used(connection)
        # Taken back again: only the pages that it would free are counted.
        connection.execute("BEGIN")
        connection.execute(SEARCH)
        index -= _used(connection)
        connection.execute("ROLLBACK")
    blobs = sum(path.stat().st_size for path in (folder / "blobs").rglob("*") if path.is_file())
    return {"journal": journal.stat().st_size - index, "search": index, "blobs": blobs}


def _used(connection: sqlite3.Connection) -> int:
    names = ("page_size", "page_count", "freelist_count")
    size, pages, free = (int(connection.execute(f"PRAGMA {name}").fetchone()[0]) for name in names)
    return size * (pages - free)


def measure(folder: Path, runs: int, *, exchanges: bool = False) -> dict[str, float]:
    """What so many runs added, for each step."""
    asyncio.run(fill(folder, 0))
    before = sizes(folder)
    asyncio.run(fill(folder, runs, exchanges=exchanges))
    added = {name: (size - before[name]) / (runs * STEPS) for name, size in sizes(folder).items()}
    return {
        "bytes a step": added["journal"] + added["blobs"],
        "of it blobs": added["blobs"],
        "search index": added["search"],
    }


def main() -> None:
    """Print the figures as one JSON object."""
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100, help="runs of 20 steps")
    parser.add_argument("--folder", type=Path, help="where the workspace is made (a new folder)")
    parser.add_argument("--exchanges", action="store_true", help="a request and an answer are kept as blobs each turn")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        figures = measure(Path(folder) / "workspace", options.runs, exchanges=options.exchanges)
    print(json.dumps({**figures, "exchanges": EXCHANGES[options.exchanges]}))


if __name__ == "__main__":
    main()
