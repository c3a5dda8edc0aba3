"""How a presenter says something in the person's language: a whole sentence with places, never words joined. No Qt.

``say("{count} waiting", count=number(3))``: the template is what is translated, in the context "Presenters" of the
catalogue, then the places are filled. Without a window (command line, tests) texts stay as they are written here.
Numbers, shares and money go through the same speaker, so that they follow the person's locale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runtime.domain import money


def _as_written(text: str) -> str:
    return text


def _grouped(value: int) -> str:
    return f"{value:,}"


@dataclass(frozen=True, slots=True)
class Speaker:
    """What depends on the language: a text, a whole number, an amount in micro-dollars, the short name of a month."""

    text: Callable[[str], str] = _as_written
    number: Callable[[int], str] = _grouped
    dollars: Callable[[int], str] = money.dollars
    month: Callable[[int], str] | None = None


_now = [Speaker()]


def speak(speaker: Speaker) -> None:
    """From now on texts are said so."""
    _now[0] = speaker


def say(template: str, /, **places: object) -> str:
    """The template in the person's language, with its places filled."""
    text = _now[0].text(template)
    return text.format(**places) if places else text


def later(text: str) -> str:
    """A text that stands in a table or a class: it is in the catalogue, and whoever shows it says it."""
    return text


def number(value: int) -> str:
    """``12,400`` or ``12.400``."""
    return _now[0].number(value)


def dollars(micros: int) -> str:
    """An amount as it is written where the person lives; a fraction of a cent keeps four digits."""
    return _now[0].dollars(micros)


def month(which: int) -> str:
    """The short name of month 1 to 12, or "" where nobody said how."""
    named = _now[0].month
    return "" if named is None else named(which)
