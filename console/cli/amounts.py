"""Amounts of money as typed at the command line."""

from __future__ import annotations

from console.cli.exit_status import UsedWrongly
from console.presenters.budget_text import micros_typed


def typed_micros(text: str) -> int:
    """Dollars in micro-dollars. Raises UsedWrongly."""
    try:
        return micros_typed(text)
    except ValueError as error:
        raise UsedWrongly(str(error)) from error
