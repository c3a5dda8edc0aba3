"""Text as lines: strict decoding, unified diffs, and how many lines differ."""

from difflib import SequenceMatcher, unified_diff

LARGEST_COMPARISON = 4_000_000
"""Lines times lines; above this a comparison would take seconds, so whole blocks are shown instead."""


def as_text(content: bytes) -> str | None:
    """UTF-8 text, or None for anything else (a NUL byte means that it is no text)."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\x00" in text else text


def lines_of(text: str) -> list[str]:
    """Lines with their line ends; only "\\n" ends a line, so that nothing in between is lost."""
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def unified(before: str, after: str, name: str) -> str:
    """A unified diff; empty where nothing differs."""
    old, new = lines_of(before), lines_of(after)
    if not _comparable(old, new):
        start = _shared(old, new)
        old, new = old[start:], new[start:]
        body = [f"@@ -{start + 1},{len(old)} +{start + 1},{len(new)} @@\n"]
        parts = [f"--- {name}\n", f"+++ {name}\n", *body, *(f"-{line}" for line in old), *(f"+{line}" for line in new)]
    else:
        parts = list(unified_diff(old, new, name, name))
    return "".join(part if part.endswith("\n") else f"{part}\n\\ No newline at end of file\n" for part in parts)


def lines_changed(before: str, after: str) -> int:
    """How many lines are added, removed or different (a changed line counts once)."""
    old, new = lines_of(before), lines_of(after)
    start = _shared(old, new)
    old, new = old[start:], new[start:]
    end = _shared(old[::-1], new[::-1])
    old, new = old[: len(old) - end], new[: len(new) - end]
    if not _comparable(old, new):
        return max(len(old), len(new))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return sum(max(b - a, d - c) for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal")


def _shared(old: list[str], new: list[str]) -> int:
    count = 0
    for left, right in zip(old, new, strict=False):
        if left != right:
            break
        count += 1
    return count


def _comparable(old: list[str], new: list[str]) -> bool:
    return len(old) * len(new) <= LARGEST_COMPARISON


def amount(count: int, word: str) -> str:
    """``1 line``, ``2 lines``."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def shortened(text: str, most: int) -> str:
    """At most ``most`` characters; the middle gives way, because names differ at both ends."""
    if len(text) <= most:
        return text
    head = (most - 1) // 3
    return f"{text[:head]}…{text[len(text) - (most - 1 - head) :]}"
