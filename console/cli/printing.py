"""What a command prints: plain text for people, or one JSON object a line. No text from elsewhere moves the cursor."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any, TextIO


class Printer:
    """``say`` prints a line of text, or its data as JSON; ``trouble`` goes to the error stream."""

    def __init__(self, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._passing = 0

    def say(self, text: str, kind: str = "text", /, **data: Any) -> None:
        """One thing: ``text`` (may have several lines) for people, ``{"kind": kind, **data}`` for programs."""
        if self.as_json:
            self._write_json({"kind": kind, **(data or {"text": text})})
        else:
            self._write(self._out, visible(text))

    def text(self, text: str) -> None:
        """Lines that only people need: headings, hints, the command that comes next."""
        if not self.as_json:
            self._write(self._out, visible(text))

    def passing(self, text: str) -> None:
        """Where a person looks on: a line that the next one takes the place of; "" clears it."""
        if not self.as_json and self._err.isatty():
            shown = visible(text)
            self._err.write("\r" + shown.ljust(self._passing) + ("" if shown else "\r"))
            self._passing = len(shown)
            self._err.flush()

    def raw(self, text: str) -> None:
        """A file's content, as it is."""
        if self.as_json:
            self._write_json({"kind": "file", "text": text})
        else:
            self._write(self._out, text.removesuffix("\n"))

    def trouble(self, sentence: str, kind: str = "refused", code: str = "") -> None:
        """What was not done and why."""
        if self.as_json:
            self._write_json({"kind": kind, "sentence": sentence, **({"code": code} if code else {})})
        else:
            self._out.flush()
            self._write(self._err, visible(sentence))

    def _write_json(self, data: dict[str, Any]) -> None:
        import msgspec

        # ASCII only: what hides or reorders stays an escape, whatever the terminal does.
        self._write(self._out, json.dumps(msgspec.to_builtins(data), ensure_ascii=True))

    def _write(self, stream: TextIO, text: str) -> None:
        stream.write(text + "\n")
        stream.flush()


def visible(text: str) -> str:
    """Every control, direction and invisible character as its number in square brackets; line ends stay."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    from console.presenters.visible_text import marked

    return "\n".join(marked(line) for line in text.split("\n"))


def columns(rows: Sequence[tuple[str, ...]], gap: int = 2) -> str:
    """Rows as aligned columns; the last one runs on. Cells are one line each."""
    if not rows:
        return ""
    flat = [tuple(visible(" ".join(cell.split())) for cell in row) for row in rows]
    widths = [max(len(row[at]) for row in flat) for at in range(len(flat[0]) - 1)]
    lines = []
    for row in flat:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append((" " * gap).join([*cells, row[-1]]).rstrip())
    return "\n".join(lines)


def cut(text: str, length: int) -> str:
    """A text on one line, at most ``length`` characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"
