"""What is read of the audit log: the filter, a line, an entry with its place in the chain, what a check found."""

import msgspec


class AuditFilter(msgspec.Struct, frozen=True):
    """What to show; empty = everything. ``text`` searches the full text; times µs UTC; ``kinds`` are event kinds."""

    agent: str = ""
    by: str = ""
    kinds: tuple[str, ...] = ()
    run_id: str = ""
    since: int = 0
    until: int = 0
    text: str = ""


class AuditRow(msgspec.Struct, frozen=True):
    """One line of the audit table."""

    seq: int
    at: int
    who: str
    kind: str
    event: str
    """The event in words: "Asked for approval"."""
    what: str
    decided_by: str
    cost_micros: int
    run_id: str = ""
    ask_id: str = ""
    agent: str = ""
    mark: str = ""


class AuditEntry(msgspec.Struct, frozen=True):
    """One entry with its place in the chain. ``recorded`` is the stored event as pretty JSON."""

    row: AuditRow
    sentence: str
    stream: str
    version: int
    recorded: str
    previous_hash: str
    hash: str
    neighbours: tuple[tuple[int, str], ...]
    """(seq, hash) of the entries before and after, and itself."""
    looked_ms: int = 0


class ChainReport(msgspec.Struct, frozen=True):
    """Result of verifying the chain."""

    intact: bool
    records: int
    head: int
    sentence: str
    first_bad: int = 0
    sealed_to: int = 0
    checked_at: int = 0
