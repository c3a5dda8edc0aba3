"""The pause a provider asks for, in seconds, from whichever header or words it uses."""

import math
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Final

_IN_WORDS = re.compile(r"try again in (?P<number>\d+(?:\.\d+)?)\s?(?P<unit>ms|s|m)\b", re.IGNORECASE)
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0}


def retry_after(headers: Mapping[str, str], words: str = "", now: float | None = None) -> float | None:
    """None where it asks for none, or for something that is no time."""
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
    return float(told["number"]) * _SECONDS[told["unit"].lower()] if told else None


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
