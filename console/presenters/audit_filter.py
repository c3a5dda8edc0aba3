"""What is typed into the audit filter ("agent:refunds event:ask-raised refund") as terms, and back as words. No Qt."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec.inspect

from console.presenters.wording import say
from runtime.domain.events import EVENT_TYPES
from runtime.projections.rows import AuditFilter

WORDS = ("agent", "by", "event", "run", "from", "until")


def _tag(kind: type) -> str:
    found = msgspec.inspect.type_info(kind)
    return str(found.tag) if isinstance(found, msgspec.inspect.StructType) else ""


KINDS = tuple(sorted(str(_tag(kind)) for kind in EVENT_TYPES))
_TERM = re.compile(r'(?<!\S)(agent|by|event|run|from|until):("[^"]*"|\S+)')
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})\Z")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T(\d{1,2}):(\d{2}))?\Z")
_AGO = re.compile(r"(\d{1,4})(min|h|d)\Z")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition, such as agent is refunds."""

    word: str
    value: str

    @property
    def said(self) -> str:
        """What its chip says."""
        joint = " " if self.word in ("from", "until") else ": "
        return f"{self.word}{joint}{self.value}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was read: terms, the rest as free text, and sentences about terms that can't be used."""

    terms: tuple[Term, ...]
    text: str
    faults: tuple[str, ...]


def read_typed(typed: str, now: int) -> Typed:
    """Terms and free text of what was typed. A term that can't be used is told and left out."""
    terms, faults = [], []
    for found in _TERM.finditer(typed):
        term = Term(found[1], found[2].strip('"'))
        fault = _fault(term, now)
        if fault:
            faults.append(fault)
        else:
            terms.append(term)
    return Typed(tuple(terms), " ".join(_TERM.sub(" ", typed).split()), tuple(faults))


def with_term(terms: Sequence[Term], new: Term) -> tuple[Term, ...]:
    """Events add up; of every other word only the newest holds."""
    kept = [term for term in terms if term != new and (new.word == "event" or term.word != new.word)]
    return (*kept, new)


def filter_of(terms: Sequence[Term], text: str, now: int) -> AuditFilter:
    """The filter that the read model understands."""
    one = {term.word: term.value for term in terms}
    kinds = [kind for term in terms if term.word == "event" for kind in kinds_named(term.value)]
    return AuditFilter(
        agent=one.get("agent", ""),
        by=one.get("by", ""),
        kinds=tuple(dict.fromkeys(kinds)),
        run_id=one.get("run", ""),
        since=_moment(one["from"], now) or 0 if "from" in one else 0,
        until=_moment(one["until"], now) or 0 if "until" in one else 0,
        text=text,
    )


def kinds_named(value: str) -> list[str]:
    """``ask-raised`` is that kind; ``ask`` all kinds that begin so; ``approved``, as the column Event says, all that
    have the word."""
    wanted = "-".join(value.casefold().split()).strip("-")
    if wanted in KINDS:
        return [wanted]
    first = [kind for kind in KINDS if kind.startswith(f"{wanted}-")]
    return first or [kind for kind in KINDS if wanted and f"-{wanted}-" in f"{kind}-"]


def is_everything(wanted: AuditFilter) -> bool:
    """Whether nothing is filtered out."""
    return wanted == AuditFilter()


def _fault(term: Term, now: int) -> str:
    if not term.value:
        return say("Nothing stands after {word}:, so it filters nothing.", word=term.word)
    if term.word == "event" and not kinds_named(term.value):
        return say(
            "No event is called {value}. Known are for example approved, rejected, finished, ask-raised.",
            value=term.value,
        )
    if term.word in ("from", "until") and _moment(term.value, now) is None:
        return say(
            "{value} is no time. Write 14:00, 2026-11-20, 2026-11-20T14:00, today, yesterday, 30min, 2h or 7d.",
            value=term.value,
        )
    return ""


def _moment(value: str, now: int) -> int | None:
    """µs UTC of a local time in words; None = not understood."""
    here = datetime.fromtimestamp(now / 1_000_000).astimezone()
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    try:
        if found := _CLOCK.match(value):
            return _micros(midnight.replace(hour=int(found[1]), minute=int(found[2])))
        if found := _DAY.match(value):
            day = datetime(int(found[1]), int(found[2]), int(found[3]), int(found[4] or 0), int(found[5] or 0))
            return _micros(day.astimezone())
        if found := _AGO.match(value):
            unit = {"min": 60, "h": 3600, "d": 86_400}[found[2]]
            return now - int(found[1]) * unit * 1_000_000
    except ValueError:
        return None
    days = {"today": 0, "yesterday": 1}.get(value.casefold())
    return None if days is None else _micros(midnight - timedelta(days=days))


def _micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)
