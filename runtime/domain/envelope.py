"""An event as it stands in the journal: with its place, its time and its author."""

import msgspec

from runtime.domain.events import Event
from runtime.domain.ids import StreamName


class Fact(msgspec.Struct, frozen=True, gc=False):
    """An event that is about to be recorded, and the stream it belongs to. What ``decide_*`` answers."""

    stream: StreamName
    event: Event


class Envelope(msgspec.Struct, frozen=True, gc=False):
    """A recorded event. ``seq`` is its place in the journal, ``at`` µs since the epoch (UTC), ``by`` its author."""

    seq: int
    stream: StreamName
    version: int
    at: int
    by: str
    event: Event
