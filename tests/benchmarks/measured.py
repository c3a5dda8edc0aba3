"""Figures of a list of measurements, and a list that does not grow with them."""

from collections import Counter
from collections.abc import Sequence

_FINE, _FINE_BELOW, _COARSE = 100, 10.0, 10
"""Steps of a millisecond that durations are kept in: 0.01 ms below ten milliseconds, 0.1 ms above."""


class Durations:
    """Milliseconds, as counts of each: a window that is watched for ten minutes hands out a million events.

    They are measured in a program whose memory is measured too, and must not count as its own.
    """

    def __init__(self) -> None:
        self._counts: Counter[int] = Counter()
        self.longest = 0.0

    def append(self, milliseconds: float) -> None:
        """One more."""
        if milliseconds < _FINE_BELOW:
            self._counts[int(milliseconds * _FINE) + 1] += 1
        else:
            self._counts[(int(milliseconds * _COARSE) + 1) * (_FINE // _COARSE)] += 1
        self.longest = max(self.longest, milliseconds)

    def percentile(self, share: float) -> float:
        """As ``percentile``; the upper end of the step it lies in."""
        left = round(share * (self._counts.total() - 1)) + 1
        for step in sorted(self._counts):
            left -= self._counts[step]
            if left <= 0:
                return min(step / _FINE, self.longest)
        return self.longest


def percentile(values: Sequence[float] | Durations, share: float) -> float:
    """The value below which that share of them lies; the nearest one that was measured."""
    if isinstance(values, Durations):
        return values.percentile(share)
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
