"""Undo data of one effect, and what became of undoing it."""

from enum import StrEnum

import msgspec


class UndoRecord(msgspec.Struct, frozen=True, gc=False):
    """What a tool needs to restore what it changed. ``data`` is the tool's own canonical JSON;
    large bodies are named there by blob digest and listed in ``blobs`` so that they are not swept.

    ``things`` names what undoing would write to, the same name from every tool and run; empty = the call's resource."""

    data: str
    blobs: tuple[str, ...] = ()
    things: tuple[str, ...] = ()


class UndoOutcome(StrEnum):
    """What became of one undo."""

    UNDONE = "undone"
    CONFLICT = "conflict"
    """Changed since by somebody else; left alone."""
    CANNOT = "cannot be undone"
    FAILED = "failed"
    """It was not undone; it may be tried again."""
    UNKNOWN = "unknown"
    """It may or may not have been undone: the tool did not come back in time, or broke on the way."""


class UndoForecast(msgspec.Struct, frozen=True, gc=False):
    """What a rollback would do with one effect, looked up before anything is touched."""

    outcome: UndoOutcome
    """UNDONE = will be undone; CONFLICT and CANNOT as they say."""
    sentence: str
    difference: str = ""
    """Unified diff or row list of what somebody changed since; empty where nothing did."""
