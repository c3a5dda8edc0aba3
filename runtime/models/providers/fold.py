"""What makes one answer of what a provider sent, and who is told of it meanwhile."""

from collections.abc import Callable
from typing import Protocol

from runtime.domain.decision import Usage
from runtime.models.providers.answer import Answer
from runtime.models.providers.event_stream import Event

Say = Callable[[str], None]


def unheard(_: str) -> None:
    """Nobody listens."""


class Fold(Protocol):
    """Makes one answer of the events of a stream, or of a whole body."""

    model: str
    whole: bool
    """The provider has said that the answer is whole."""

    @property
    def usage(self) -> Usage:
        """What is known of it so far."""
        ...

    def feed(self, event: Event) -> None:
        """The next event. Raises Unreadable or StreamedFault."""
        ...

    def read(self, data: bytes) -> Answer:
        """An answer that came in one piece. Raises Unreadable or StreamedFault."""
        ...

    def answer(self, unclosed: bytes, *, ended: bool = False) -> Answer:
        """After the stream ended, with the data of an event that was not closed. Raises as ``feed``, or Incomplete.

        ``ended``: the server ended it; else the connection was lost.
        """
        ...
