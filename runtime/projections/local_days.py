"""Days as the person at this workstation has them; times stay µs since the epoch, UTC."""

from datetime import date, datetime, timedelta, tzinfo

_MICROS = 1_000_000


class LocalDays:
    """``zone`` None = the zone this machine is set to."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone

    def day_of(self, at: int) -> date:
        """The local date of a time."""
        return datetime.fromtimestamp(at / _MICROS, self._zone).date()

    def start(self, day: date) -> int:
        """When a local day begins; days with a change of clocks are 23 or 25 hours long."""
        return int(datetime(day.year, day.month, day.day, tzinfo=self._zone).timestamp()) * _MICROS

    def today(self, now: int) -> int:
        """When today began."""
        return self.start(self.day_of(now))

    def back(self, now: int, days: int) -> list[tuple[str, int, int]]:
        """(ISO date, from, until) of the last days, today last."""
        last = self.day_of(now)
        wanted = [last - timedelta(days=ago) for ago in range(max(1, days) - 1, -1, -1)]
        return [(day.isoformat(), self.start(day), self.start(day + timedelta(days=1))) for day in wanted]

    def share_of_today(self, now: int) -> float:
        """How much of today is over, 0 to 1."""
        ((_, start, end),) = self.back(now, 1)
        return min(1.0, max(0.0, (now - start) / (end - start)))
