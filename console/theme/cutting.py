"""Where a text is cut, it is not cut inside a number: "$8…" would say less than a tenth of "$84.00"."""

from __future__ import annotations

import re

ELLIPSIS = "…"
_NUMBER = re.compile(r"[+\-]?[$€£¥]?\d+(?:[.,:]\d+)*")


def with_whole_numbers(text: str, cut: str) -> str:
    """``cut`` is the beginning of ``text`` and an ellipsis, or all of it; a number that it breaks is left out whole."""
    kept = len(cut) - len(ELLIPSIS)
    if cut == text or not cut.endswith(ELLIPSIS) or not text.startswith(cut[:kept]):
        return cut
    for number in _NUMBER.finditer(text):
        if number.start() >= kept:
            break
        if kept < number.end():
            return text[: number.start()].rstrip(" ,;:") + ELLIPSIS
    return cut
