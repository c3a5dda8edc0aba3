"""Diffs and sources as lines for the exact view; nothing is left out, no line passes for another kind. No Qt."""

import re
from collections.abc import Sequence

from console.presenters.wording import say
from console.widgets.text_rows import DiffLine

Lines = list[DiffLine]
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def unified_lines(body: str) -> Lines:
    """A unified diff as numbered lines; headers become notes.

    How many lines belong to a hunk is read from its head, as POSIX `diff -u` has it: what stands in a file can't pass
    for the head of the next one, nor that for a change.
    """
    lines: Lines = []
    old = new = old_left = new_left = 0
    for text in body.split("\n")[: -1 if body.endswith("\n") else None]:
        found = None if old_left > 0 or new_left > 0 else _HUNK.match(text)
        if found is not None:
            old, new = int(found[1]), int(found[3])
            old_left, new_left = (int(found[at]) if found[at] is not None else 1 for at in (2, 4))
            lines.append(DiffLine("note", text))
        elif text.startswith("+") and new_left > 0:
            lines.append(DiffLine("added", text[1:], None, new))
            new, new_left = new + 1, new_left - 1
        elif text.startswith("-") and old_left > 0:
            lines.append(DiffLine("removed", text[1:], old, None))
            old, old_left = old + 1, old_left - 1
        elif text[:1] in (" ", "") and old_left > 0 and new_left > 0:
            lines.append(DiffLine("context", text[1:], old, new))
            old, new, old_left, new_left = old + 1, new + 1, old_left - 1, new_left - 1
        else:  # a head, or "\ No newline at end of file"
            lines.append(DiffLine("note", text))
    return lines


def shows_whole(lines: Sequence[DiffLine], text: str) -> bool:
    """Whether a diff tells a text of several lines wholly: each line it shows of the new side stands so in the text,
    and a last line without a line end is marked. Lines it leaves out are those of the file as it is now."""
    parts = text.split("\n")
    shown = [line for line in lines if line.new is not None and line.kind in ("added", "context")]
    if not any(line.kind == "added" for line in shown):
        return False
    return all(line.new <= len(parts) and parts[line.new - 1] == line.text for line in shown if line.new is not None)


def counted(lines: Sequence[DiffLine]) -> str:
    """``5 added, 1 removed``."""
    added = sum(line.kind == "added" for line in lines)
    removed = sum(line.kind == "removed" for line in lines)
    return say("{added} added, {removed} removed", added=added, removed=removed)


def source_lines(source: str) -> Lines:
    """The source of a mail. Where CR LF ends each line, as the standard has it, a note says so instead of a mark on
    each; a CR elsewhere is shown."""
    standard = source.count("\n") == source.count("\r\n") > 0
    ends = "\r\n" if standard else "\n"
    note = [DiffLine("note", say("Each line ends with CR LF."))] if standard else []
    return note + [DiffLine("plain", line, new=at) for at, line in enumerate(source.split(ends), 1)]
