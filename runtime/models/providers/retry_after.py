"""The pause a provider asks for, in seconds, from whichever header or words it uses."""

import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_S: Final = 31 * 86_400.0
"""More than a month is no pause; whatever is longer is taken as this."""

_UNIT: Final = "milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d"
_PART: Final = rf"(\d{{1,15}}(?:\.\d{{1,15}})?)\s?({_UNIT})"
_IN_WORDS: Final = re.compile(rf"(?:try again|retry) (?:in|after) ((?:{_PART}(?:,? (?=\d)|(?=\d)|\b))+)", re.IGNORECASE)
"""``644ms``, ``1m26.4s``, ``1h2m3s``, ``2 minutes 5 seconds``: as OpenAI, Azure and gateways write it."""
_PARTS: Final = re.compile(_PART, re.IGNORECASE)
_SECONDS: Final = {"s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


def retry_after(headers: Mapping[str, str], words: str = "", now: float | None = None) -> float | None:
    """None where it asks for none, or for something that is no time; at most ``LONGEST_S``."""
    found = _asked(headers, words, now)
    return None if found is None else min(found, LONGEST_S)


def _asked(headers: Mapping[str, str], words: str, now: float | None) -> float | None:
    found = _number(headers.get("retry-after-ms", ""))
    if found is not None:
        return found / 1000
    said = headers.get("retry-after", "").strip()
    found = _number(said)
    if found is not None:
        return found
    if said and (at := _date(said)) is not None:
        return max(0.0, at - (time.time() if now is None else now))
    told = _IN_WORDS.search(words)
    return sum(float(number) * _unit(unit.lower()) for number, unit in _PARTS.findall(told[1])) if told else None


def _unit(word: str) -> float:
    return 0.001 if word.startswith(("ms", "milli")) else _SECONDS[word[0]]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _date(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None
