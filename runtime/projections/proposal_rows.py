"""What is known of a proposed rule that was put aside."""

import msgspec


class DismissedProposal(msgspec.Struct, frozen=True):
    """``sentence``: what was read. ``by``: who put it aside (an id as kept, a name as read). ``at``: µs UTC."""

    key: str
    sentence: str
    by: str
    at: int
