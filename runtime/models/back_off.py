"""How long to wait before a model is asked again: twice as long each time, scattered, and never sooner than it said."""

import random
from typing import Final

LONGEST_S: Final = 60.0
"""No pause of our own choosing is longer."""
PATIENCE_S: Final = 120.0
"""A provider that asks for a longer pause than this is not waited for: the attempt was the last."""


def pause_before(attempt: int, first_s: float, retry_after: float | None, scatter: float | None = None) -> float | None:
    """Seconds before ``attempt`` (2 = the first repetition); None = the provider asks for more than we wait.

    ``scatter`` (0 to 1) spreads callers that failed together; drawn at random where it is not given.
    """
    drawn = random.random() if scatter is None else scatter
    own = min(first_s * 2.0 ** (attempt - 2), LONGEST_S)
    if retry_after is None or retry_after <= 0:
        return own * (0.5 + drawn / 2)
    if retry_after > PATIENCE_S:
        return None
    return retry_after + own * drawn / 2
