"""What came of an approval or a standing grant, for whoever gave it: one line each, until it was read (UX 7)."""

import msgspec


class Afterwards(msgspec.Struct, frozen=True):
    """``by``: the name of who undid it or found it harmful. ``harm``: why; empty = it was undone. ``at``: µs UTC.

    ``grant_id``: the grant that allowed it; ``ask_id`` is then the approval the grant was given with."""

    ask_id: str
    title: str
    run_id: str
    at: int
    by: str
    harm: str = ""
    grant_id: str = ""
