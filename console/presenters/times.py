"""Times for people: recorded in UTC, shown in local time; spans as "2 min 14 s". No Qt."""

from datetime import date, datetime

from console.presenters.wording import month, say

SECOND, MINUTE, HOUR, DAY = 1_000_000, 60_000_000, 3_600_000_000, 86_400_000_000


def local(at: int) -> datetime:
    """µs UTC as a local time."""
    return datetime.fromtimestamp(at / SECOND).astimezone()


def clock_time(at: int) -> str:
    """``14:32:41``."""
    return local(at).strftime("%H:%M:%S")


def day_and_time(at: int, now: int) -> str:
    """``14:32`` today, ``12 Sep, 14:32`` this year, else with the year."""
    then, today = local(at), local(now)
    time = then.strftime("%H:%M")
    if then.date() == today.date():
        return time
    day = day_of_year(then)
    return f"{day}, {time}" if then.year == today.year else f"{day} {then.year}, {time}"


def day_of_year(then: date) -> str:
    """``12 Sep``."""
    return say("{day} {month}", day=then.day, month=month(then.month) or then.strftime("%b"))


def day(at: int, now: int) -> str:
    """``today``, ``12 Sep``, or with the year when it is another one."""
    then, today = local(at), local(now)
    if then.date() == today.date():
        return say("today")
    text = day_of_year(then)
    return text if then.year == today.year else f"{text} {then.year}"


def duration(micros: int) -> str:
    """Two units at most: ``41 s``, ``2 min 14 s``, ``3 h 5 min``, ``2 d 4 h``."""
    micros = max(0, micros)
    if micros < MINUTE:
        return say("{count} s", count=micros // SECOND)
    if micros < HOUR:
        return _two(micros, MINUTE, "min", SECOND, "s")
    if micros < DAY:
        return _two(micros, HOUR, "h", MINUTE, "min")
    return _two(micros, DAY, "d", HOUR, "h")


def short_duration(micros: int) -> str:
    """One unit, for lists: ``12 s``, ``2 min``, ``4 h``, ``3 d``."""
    micros = max(0, micros)
    for size, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if micros >= size:
            return say("{count} " + name, count=micros // size)
    return say("{count} s", count=micros // SECOND)


def milliseconds(ms: int) -> str:
    """How long a step took: ``38 ms``, ``1.2 s``, ``2 min 14 s``."""
    if ms < 1000:
        return say("{ms} ms", ms=ms)
    if ms < 60_000:
        return say("{ms:.1f} s", ms=ms / 1000)
    return duration(ms * 1000)


def _two(micros: int, large: int, large_name: str, small: int, small_name: str) -> str:
    whole, rest = divmod(micros, large)
    part = rest // small
    if not part:
        return say("{count} " + large_name, count=whole)
    return say("{count} " + large_name + " {part} " + small_name, count=whole, part=part)
