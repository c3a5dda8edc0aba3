"""How the connections to providers stand, read from the journal's file: for `doctor`, also while it is open."""

import asyncio
import contextlib
import sqlite3
import time
from pathlib import Path

import msgspec

from runtime.domain.breaker import told
from runtime.domain.events.workspace import ConnectionMoved, ConnectionTested
from runtime.operations.upkeep import JOURNAL
from storage.engine import file_uri

KINDS = tuple(str(kind.__struct_config__.tag) for kind in (ConnectionMoved, ConnectionTested))


async def connections_left_alone(folder: Path) -> tuple[str, ...]:
    """Those that no agent asks for now, in sentences. Nothing where the file cannot be read: others tell that."""
    return await asyncio.to_thread(_read, folder)


def _read(folder: Path) -> tuple[str, ...]:
    newest: dict[str, ConnectionMoved] = {}
    with (
        contextlib.suppress(sqlite3.Error, msgspec.MsgspecError),
        contextlib.closing(sqlite3.connect(file_uri(folder / JOURNAL, "ro"), uri=True)) as connection,
    ):
        for (body,) in connection.execute("SELECT body FROM records WHERE kind IN (?, ?) ORDER BY seq", KINDS):
            event = msgspec.json.decode(body, type=ConnectionMoved | ConnectionTested)
            if isinstance(event, ConnectionMoved):
                newest[event.connection] = event
            elif event.works:
                newest.pop(event.connection, None)
    now = time.time_ns() // 1000
    return tuple(sentence for name, moved in newest.items() if (sentence := told(name, moved.breaker, now)))
