"""What came of an approval afterwards, for whoever gave it: one line each, until it was read (UX section 7)."""

import msgspec


class Afterwards(msgspec.Struct, frozen=True):
    """``by``: the name of who undid it or found it harmful. ``harm``: why; empty = it was undone. ``at``: µs UTC."""

    ask_id: str
    title: str
    run_id: str
    at: int
    by: str
    harm: str = ""
