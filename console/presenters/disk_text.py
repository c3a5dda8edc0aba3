"""Sizes on disk in words, and what each kind of stored thing is. No Qt."""

from console.presenters.wording import say
from runtime.projections.rows import SpaceUse


def size(count: int) -> str:
    """``0 bytes``, ``820 bytes``, ``3.8 MB``: powers of 1,000, as the desktop counts."""
    if count < 1_000:
        return say("1 byte") if count == 1 else say("{count} bytes", count=count)
    amount = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        amount /= 1_000
        if amount < 999.95 or unit == "TB":
            return f"{amount:,.1f} {unit}"
    raise AssertionError


def total(use: SpaceUse) -> int:
    """Everything together."""
    return use.journal + use.blobs + use.files + use.backups + use.other


def kinds(use: SpaceUse) -> list[tuple[str, int, str]]:
    """(name, bytes, what it is), in a fixed order."""
    return [
        (say("Journal"), use.journal, say("everything that happened; never cleared")),
        (say("Contents"), use.blobs, say("mail, tool output and former versions that the journal names")),
        (say("Files"), use.files, say("what agents read and write")),
        (say("Backups"), use.backups, say("automatic copies before an update")),
        (say("Other"), use.other, say("keys, notes for undo, logs")),
    ]
