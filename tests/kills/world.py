"""The world outside the journal, counted: files, rows of the shop, mail in the outbox, payments, lines of the ledger.

An entry reads ``file NAME=content``, ``row TITLE=price``, ``mail SUBJECT``, ``till NOTE``, ``back NOTE`` (a payment
that was booked back), ``ledger NOTE`` or ``web NOTE`` (a request that another company received).
"""

import os
import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from email import message_from_bytes
from pathlib import Path
from typing import Any

import msgspec

from runtime.domain.run_state import Call, Run
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome, CallStatus
from runtime.operations.upkeep import BLOBS
from storage.blobs import BlobStore
from tests.fixtures.ledger_tool import entries
from tests.kills.stories import KEPT, SHOP
from tests.kills.till import bookings_back, payments
from tests.kills.web import received

COUNTED = {
    "mail.send": ("mail", "subject"),
    "till.pay": ("till", "note"),
    "ledger.add": ("ledger", "note"),
    "http.send": ("web", "body"),
}
"""Tools whose every doing leaves one more entry, and the argument that names it."""
NOBODY_ELSE: Mapping[str, str] = {}
WITNESS = "witness"
"""The folder beside the room, of what the outside knows."""
ORPHAN = b"named by no record, number "
NOTHING = ""
"""Where there is no such file or row."""


def lay_out(room: Path) -> None:
    """The world before anything happens."""
    for name in ("docs", "inbox"):
        (room / name).mkdir(parents=True)
    (room / "docs" / f"{KEPT}.txt").write_text("before", "utf-8")
    with closing(sqlite3.connect(room / SHOP)) as shop:
        shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, title TEXT, price INTEGER)")
        shop.commit()


def put_mail(room: Path, title: str) -> None:
    """A mail that becomes a run."""
    (room / "inbox" / f"{title}.eml").write_text(f"From: anna@example.org\nSubject: {title}\n\nHello\n", "utf-8")


def put_orphans(room: Path) -> None:
    """Contents that no record names, old enough to be cleared away."""
    blobs = BlobStore(room / BLOBS)
    for number in range(2):
        digest = blobs.put(ORPHAN + str(number).encode())
        os.utime(room / BLOBS / digest[:2] / digest[2:], (0, 0))


def orphans(room: Path) -> int:
    """How many of these are still there."""
    return sum(1 for path in (room / BLOBS).rglob("*") if path.is_file() and path.read_bytes().startswith(ORPHAN))


def world_of(room: Path) -> Counter[str]:
    """Everything that is there now, and how often."""
    found: Counter[str] = Counter()
    found.update(f"file {path.name}={path.read_text('utf-8')}" for path in (room / "docs").glob("*.txt"))
    with closing(sqlite3.connect(f"file:{room / SHOP}?mode=ro", uri=True)) as shop:
        found.update(f"row {title}={price}" for title, price in shop.execute("SELECT title, price FROM orders"))
    # Not what is being written or handed over yet: only what was sent.
    sent = [path for path in (room / "outbox").glob("*.eml") if not path.name.startswith(".")]
    found.update(f"mail {message_from_bytes(path.read_bytes())['Subject']}" for path in sent)
    found.update(f"till {note}" for note in payments(room))
    found.update(f"back {note}" for note in bookings_back(room))
    found.update(f"web {note}" for note in received(room.parent / WITNESS))
    found.update(f"ledger {msgspec.json.decode(line.arguments)['note']}" for line in entries(room))
    return found


def disagreements(world: Counter[str], runs: list[Run], overwrites: Mapping[str, str] = NOBODY_ELSE) -> list[str]:
    """Where the world is not what the journal says: done twice, done without a start, ended and not done.

    ``overwrites``: files that somebody else wrote by the time a rollback was begun, and what.
    """
    found: list[str] = []
    cells: dict[str, set[str]] = {f"file {KEPT}.txt": {"before"}}
    known: set[str] = set()
    for run in runs:
        for call in run.calls:
            given = msgspec.json.decode(call.action.arguments)
            if call.action.tool in COUNTED:
                kind, argument = COUNTED[call.action.tool]
                entry = f"{kind} {given[argument]}"
                counted = [(entry, times(run, call))]
                if kind == "till":  # the payment stays in its books, and so does each booking back
                    counted = [(entry, booked(call)), (f"back {given[argument]}", booked_back(run, call))]
                for name, allowed in counted:
                    known.add(name)
                    if world[name] not in allowed:
                        may = " or ".join(map(str, sorted(allowed)))
                        found.append(
                            f"{name}: {world[name]} times in the world; the journal says {may} ({_said(call)})"
                        )
            else:
                cell, value = _cell(call.action.tool, given)
                theirs = overwrites.get(cell.removeprefix("file "), value)
                rolling = run.rollback is not None or call.undone is not None
                there = {theirs} if rolling else {value, theirs}
                cells[cell] = _after(cells.get(cell, {NOTHING}), there, times(run, call))
    for cell, allowed_values in cells.items():
        values = [entry.removeprefix(f"{cell}=") for entry in world.elements() if entry.startswith(f"{cell}=")]
        known.update(entry for entry in world if entry.startswith(f"{cell}="))
        if (values or [NOTHING]) not in [[value] for value in allowed_values]:
            found.append(f"{cell}: {values or 'nothing'} in the world; the journal says {sorted(allowed_values)}")
    found += [f"{entry}: in the world, and no call of the journal is about it" for entry in world if entry not in known]
    return found


def times(run: Run, call: Call) -> set[int]:
    """How often its effect may be there, as far as the journal says."""
    if run.rollback is not None and run.rollback.started == call.call_id:
        return {0, 1}
    if call.undone is UndoOutcome.UNDONE:
        return {0}
    return booked(call)


def booked_back(run: Run, call: Call) -> set[int]:
    """How often it may have been undone: once for an undo that ended so, however often that was begun."""
    if run.rollback is not None and run.rollback.started == call.call_id:
        return {0, 1}
    return {1} if call.undone is UndoOutcome.UNDONE else {0}


def booked(call: Call) -> set[int]:
    """How often it was done, whatever was undone since."""
    if call.status is CallStatus.ENDED:
        return {1} if call.outcome is CallOutcome.OK else {0}
    # Allowed once more means that it was looked up, or told, that it did not happen.
    open_with_start = call.key and call.status in (CallStatus.STARTED, CallStatus.ASKED)
    return {0, 1} if open_with_start else {0}


def _cell(tool: str, given: dict[str, Any]) -> tuple[str, str]:
    if tool == "files.write":
        return f"file {given['path']}", given["content"]
    return f"row {given['title']}", str(given.get("price", 0))


def _after(before: set[str], values: set[str], done: set[int]) -> set[str]:
    return (before if 0 in done else set()) | (values if 1 in done else set())


def _said(call: Call) -> str:
    end = f", {call.outcome.value}" if call.outcome else ""
    return f"{call.status.value}{end}{', ' + call.summary if call.summary else ''}"
