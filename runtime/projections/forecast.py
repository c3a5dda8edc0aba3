"""What today will have cost at midnight if it goes on like this."""

EARLIEST_SHARE = 1 / 24
"""Before the first hour is over nothing can be said but what was spent."""


def forecast(spent_micros: int, share_of_day: float) -> int:
    """Spend so far divided by the share of the day that is over; never less than what was spent."""
    if share_of_day < EARLIEST_SHARE:
        return spent_micros
    return max(spent_micros, round(spent_micros / share_of_day))
