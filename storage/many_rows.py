"""Writes many rows with few statements: SQLite works on each with the interpreter's lock given back.

One statement a row would give it back and beg for it again for every row, and each time wait until the loop's thread
lets go of it (up to 5 ms).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

Plain: TypeAlias = str | int | float | bytes | None
_SIZES = (512, 256, 128, 64, 32, 16, 8, 4, 3, 2, 1)
"""Rows of one statement: few sizes, so that the driver keeps all of them compiled, and each half of the one before, so
that a number of rows takes few statements."""


def write_many(cursor: sqlite3.Cursor, head: str, rows: Sequence[tuple[Plain, ...]], tail: str = "") -> None:
    """Run ``head VALUES (...), (...) tail`` over all rows, which have equally many columns, in their order."""
    if len(rows) == 1:
        cursor.execute(_statement(head, len(rows[0]), 1, tail), rows[0])
        return
    at = 0
    for size in _SIZES:
        while len(rows) - at >= size:
            values = list(chain.from_iterable(rows[at : at + size]))
            cursor.execute(_statement(head, len(rows[at]), size, tail), values)
            at += size


@lru_cache(maxsize=1024)
def _statement(head: str, columns: int, rows: int, tail: str) -> str:
    row = f"({', '.join('?' * columns)})"
    return f"{head} VALUES {', '.join([row] * rows)} {tail}"
