"""Server-sent events out of bytes as they come; by the HTML standard, section 9.2.6 "Interpreting an event stream".

Pure: the same bytes give the same events, however they were cut into pieces. The SDKs could do it, but build and check
a typed object of every event, which takes longer than everything else on the way from the socket to the screen.
"""

from typing import Final, NamedTuple

BOM: Final = b"\xef\xbb\xbf"


class Event(NamedTuple):
    """One event. ``data`` is as it came, so that the reader of it says what bytes that are no text mean."""

    name: bytes
    """Of its ``event`` field; empty where it had none."""
    data: bytes


class EventStream:
    """Reads one stream. Fields other than ``event`` and ``data`` mean nothing here."""

    __slots__ = ("_after_cr", "_begun", "_data", "_line", "_name")

    def __init__(self) -> None:
        self._line: list[bytes] = []
        """Pieces of a line that has not ended; joined once, so that many pieces cost no more than their size."""
        self._after_cr = False
        self._begun = False
        self._name = b""
        self._data: list[bytes] = []

    def feed(self, piece: bytes) -> list[Event]:
        """The events that this piece ends, in order."""
        if not piece:
            return []
        if b"\r" in piece or self._after_cr:
            after, self._after_cr = self._after_cr, piece.endswith(b"\r")
            if after and piece.startswith(b"\n"):
                piece = piece[1:]  # the end of a line that has counted already
            piece = piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\n" not in piece:
            self._line.append(piece)
            return []
        if self._line:
            piece, self._line = b"".join((*self._line, piece)), []
        *lines, rest = piece.split(b"\n")
        if rest:
            self._line.append(rest)
        events = []
        for line in lines:
            if line:
                self._take(line)
                continue
            self._begun = True
            if self._data:
                events.append(Event(self._name, b"\n".join(self._data)))
                self._data = []
            self._name = b""
        return events

    def unclosed(self) -> bytes:
        """What came of the data of an event whose empty line has not come. It is no event: who uses it says why."""
        line = self._cleaned(b"".join(self._line))
        last = [_value(line, b"data")] if _is(line, b"data") else []
        return b"\n".join((*self._data, *last))

    def _take(self, line: bytes) -> None:
        line = self._cleaned(line)
        self._begun = True
        if _is(line, b"data"):
            self._data.append(_value(line, b"data"))
        elif _is(line, b"event"):
            self._name = _value(line, b"event")

    def _cleaned(self, line: bytes) -> bytes:
        return line if self._begun else line.removeprefix(BOM)


def _is(line: bytes, name: bytes) -> bool:
    return line.startswith(name) and line[len(name) : len(name) + 1] in (b":", b"")


def _value(line: bytes, name: bytes) -> bytes:
    at = len(name) + 1
    return line[at + 1 :] if line[at : at + 1] == b" " else line[at:]
