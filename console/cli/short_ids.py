"""Identifiers short enough to type: the beginning or the end of one is enough when it is the only one that fits."""

from __future__ import annotations

from collections.abc import Iterable

from console.cli.exit_status import CommandRefused

SHOWN = 6


def short(identifier: str) -> str:
    """The end of an id, as it is printed in lists."""
    return identifier[-SHOWN:]


def resolve(typed: str, known: Iterable[str], what: str, where: str) -> str:
    """The one id that was meant. ``what``: "run", "request"; ``where``: the command that lists them."""
    wanted = typed.strip().casefold()
    if not wanted:
        raise CommandRefused(f"No {what} was named. `{where}` shows them.", "unknown")
    every = list(dict.fromkeys(known))
    exact = [one for one in every if one.casefold() == wanted]
    if exact:
        return exact[0]
    fitting = [one for one in every if one.casefold().endswith(wanted) or one.casefold().startswith(wanted)]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise CommandRefused(f"There is no {what} {typed}. `{where}` shows them.", "unknown")
    few = ", ".join(fitting[:5])
    raise CommandRefused(f"{len(fitting)} fit {typed}: {few}. Type more of one; nothing was done.", "ambiguous")
