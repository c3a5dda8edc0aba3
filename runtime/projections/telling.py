"""What is told about one event: the event in words, the mark drawn beside it, and one sentence."""

from collections.abc import Callable

import msgspec


class About(msgspec.Struct, frozen=True):
    """What an event does not say itself, looked up beside it; empty where nothing is known."""

    agent: str = ""
    run_id: str = ""
    ask_id: str = ""
    tool: str = ""
    title: str = ""
    task: str = ""
    """What the run is about."""
    decided_by: str = ""


class Told(msgspec.Struct, frozen=True):
    """``words``: "Asked for approval". ``mark``: a word the window has a picture for. ``sentence`` ends with a stop.

    ``what`` is the short text of a table's cell.
    """

    words: str
    mark: str
    what: str
    sentence: str


Named = Callable[[str], str]
"""From an author or an operator's id to the name to show."""


def plain_name(by: str) -> str:
    """The name without anything looked up: ``operator:anna`` -> anna, ``agent:refunds@3`` -> refunds."""
    name = by.removeprefix("operator:")
    if name.startswith("agent:"):
        name = name.removeprefix("agent:").rsplit("@", 1)[0]
    return name or "nobody"


def count(number: int, one: str, many: str = "") -> str:
    """``count(2, "step")`` -> "2 steps"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def stop(text: str) -> str:
    """The text as a sentence: with a full stop unless it ends with one."""
    text = text.strip()
    return text if text.endswith((".", "?", ":")) or not text else f"{text}."


def first_line(text: str, most: int = 160) -> str:
    """The first line that says something, shortened at a word."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= most:
        return line
    return f"{line[: most - 1].rsplit(' ', 1)[0].rstrip()}…"
