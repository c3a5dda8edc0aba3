"""Reads a mail of any size within bounded memory: long runs of body lines are cut short, and the cut is counted."""

import re
import secrets
from dataclasses import dataclass
from typing import BinaryIO

KEEP_OF_A_PART = 1_500_000
KEEP_IN_ALL = 24_000_000
KEEP_AT_LEAST = 8_192
READ_AT_MOST = 512_000_000
LINE = 65_536
MOST_BOUNDARIES = 20_000


@dataclass(slots=True)
class Thinned:
    """``content`` is the mail with long parts cut; where one was cut stands a line with ``mark``, the number of bytes
    and the number of letters (without line ends and padding) left out there."""

    content: bytes
    mark: bytes
    size: int
    cut: bool = False
    unread: bool = False

    def left_out(self, payload: bytes) -> tuple[bytes, int, int]:
        """A payload without its mark line, and how many bytes and letters of it were left out."""
        if not self.cut or self.mark not in payload:
            return payload, 0, 0
        found = re.search(re.escape(self.mark) + rb": ([0-9]+) ([0-9]+)\r?\n?", payload)
        if found is None:
            return payload, 0, 0
        return payload[: found.start()] + payload[found.end() :], int(found.group(1)), int(found.group(2))


def thin(stream: BinaryIO) -> Thinned:
    """Read the whole stream; a run of lines without a boundary keeps its beginning only."""
    mark = b"x-cut-here-" + secrets.token_hex(12).encode()
    kept: list[bytes] = []
    total = size = run = dropped = letters = boundaries = 0
    cut = unread = False
    at_line_start = in_head = True
    while line := stream.readline(LINE):
        size += len(line)
        if size > READ_AT_MOST:
            unread = True
            break
        ends_run = False
        if at_line_start and line.startswith(b"--") and len(line) > 3 and boundaries < MOST_BOUNDARIES:
            boundaries += 1
            ends_run = True
        elif at_line_start and in_head and not line.strip(b"\r\n"):
            ends_run, in_head = True, False
        if ends_run:
            if dropped:
                kept.append(_mark_line(mark, dropped, letters, kept))
                dropped = letters = 0
            run = 0
        at_line_start = line.endswith(b"\n")
        limit = min(KEEP_OF_A_PART, max(KEEP_AT_LEAST, (KEEP_IN_ALL - total) // 2))
        if run + len(line) <= limit and total + len(line) <= KEEP_IN_ALL + KEEP_OF_A_PART:
            kept.append(line)
            run += len(line)
            total += len(line)
        else:
            cut = True
            dropped += len(line)
            letters += len(line.rstrip(b"\r\n").rstrip(b"="))
            run = limit
    if dropped:
        kept.append(_mark_line(mark, dropped, letters, kept))
    return Thinned(b"".join(kept), mark, size, cut, unread)


def _mark_line(mark: bytes, dropped: int, letters: int, kept: list[bytes]) -> bytes:
    """Written like a header, so that it does not end the head when it stands there."""
    start = b"" if kept and kept[-1].endswith(b"\n") else b"\n"
    return b"%s%s: %d %d\n" % (start, mark, dropped, letters)
