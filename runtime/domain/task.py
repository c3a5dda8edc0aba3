"""A task: what a run is asked to do, and where it came from."""

import msgspec


class Task(msgspec.Struct, frozen=True, gc=False):
    """``text`` is untrusted content from outside unless a person typed it.

    ``source`` names where it came from ("inbox/0042.eml", "typed by anna"); ``title`` is a line for lists;
    ``facts`` are named values read by the console itself (sender, subject, message id).
    """

    title: str
    text: str
    source: str = ""
    facts: dict[str, str] = {}
    trusted: bool = False
    key: str = ""
    """Identifies the piece of work (a mail's content hash): the same agent never takes it twice. Empty = no guard."""
