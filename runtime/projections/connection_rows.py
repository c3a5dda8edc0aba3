"""What is handed out about connections to providers: where they lead, whether there is a key, what a test found."""

import msgspec

from runtime.domain.breaker import CLOSED, Breaker
from runtime.domain.connection import ConnectionSpec


class KeyNote(msgspec.Struct, frozen=True):
    """That there is a key: for which address, and who entered it."""

    address: str
    by: str


class TrialNote(msgspec.Struct, frozen=True):
    """What the last test of a connection found."""

    works: bool
    sentence: str
    model: str
    cost_micros: int | None = 0


class ConnectionRow(msgspec.Struct, frozen=True):
    """A way to a provider, without its key. Times are 0 where it never happened."""

    spec: ConnectionSpec
    added: bool
    """False = a provider's own address, which needs no adding."""
    key_for: str = ""
    """The address its key was entered for; empty = there is no key."""
    key_at: int = 0
    key_by: str = ""
    test: TrialNote | None = None
    tested_at: int = 0
    breaker: Breaker = CLOSED
    """Whether agents ask it now."""
