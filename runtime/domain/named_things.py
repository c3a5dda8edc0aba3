"""What a plan step says it changes, as names that can be compared with what an action touches; words cannot be."""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Final

_NAME: Final = re.compile(r"`([^`\n]+)`|\"([^\"\n]+)\"|'([^'\n]+)'|([^\s,;\"'`]+)")
_BETWEEN: Final = re.compile(r"[ \t]*[,;\n][,;\s]*(?:and\s+)?|\s+and\s+")
_LIKE_A_NAME: Final = re.compile(r"/|\S[.:@]\S|\S\*|\*\S")
_NO_NAME: Final = frozenset({"n/a", "N/A", "/", "//"})
_METHOD: Final = re.compile(r"[A-Z]+ ")
SEVERAL: Final = "-several"
"""Ends the scheme of a resource that is a list: ``mailto-several:a@example.org,b@example.org``."""


def named_things(changes: str) -> tuple[str, ...]:
    """The names ``changes`` consists of, in order; empty where it is words, in whole or in part.

    Names stand apart by commas, semicolons, line ends or "and". A name is in quotes or backticks, or looks like one: a
    path, an address, a resource as rules write it (``a.txt``, ``docs/``, ``docs/*.md``, ``mailto:anna@example.org``).
    """
    text = changes.strip()
    found: list[str] = []
    at = 0
    while match := _NAME.match(text, at):
        name = _as_a_name(match)
        if not name:
            return ()
        found.append(name)
        at = match.end()
        if at == len(text):
            return tuple(found)
        between = _BETWEEN.match(text, at)
        if between is None:
            return ()
        at = between.end()
    return tuple(found) if at == len(text) else ()


def _as_a_name(match: re.Match[str]) -> str:
    """Without its quotes and a leading ``./``; empty where it is a word."""
    bare = match[4]
    if bare is None:
        return (match[1] or match[2] or match[3]).strip().removeprefix("./")
    bare = bare.rstrip(".").removeprefix("./")
    like = _LIKE_A_NAME.search(bare) and any(one.isalpha() for one in bare)
    return bare if like and bare not in _NO_NAME else ""


def things(resource: str, also: Iterable[str] = ()) -> tuple[str, ...]:
    """Each thing an action touches, once: a list of recipients is its recipients."""
    scheme, _, rest = resource.partition(":")
    if scheme.endswith(SEVERAL):
        kind = scheme.removesuffix(SEVERAL)
        return tuple(f"{kind}:{one}" for one in rest.split(","))
    return tuple(dict.fromkeys((resource, *also)))


def covers(names: Sequence[str], touched: Iterable[str], within: Iterable[str] = ()) -> bool:
    """Whether every thing is one of those named, below a named folder (``docs/``), or fits a named pattern.

    ``within``: where the tool's grant begins (its folder, its database, ``mailto``): a thing may be named from there,
    as arguments do. No names cover everything: then it was told in words, which cannot be compared.
    """
    granted = tuple(within)
    return not names or all(any(_fits(name, thing, granted) for name in names) for thing in touched)


def _fits(name: str, thing: str, within: Iterable[str]) -> bool:
    for called in _called(thing, within):
        if called == name or (name.endswith("/") and called.startswith(name)):
            return True
        if "*" in name and fnmatchcase(called, name):
            return True
    return False


def _called(thing: str, within: Iterable[str]) -> list[str]:
    """Every name of one thing: whole, without the method of a request, from the beginning of the grant on."""
    names = [thing]
    if match := _METHOD.match(thing):
        names.append(thing[match.end() :])
    for one in within:
        start = one.strip("/")
        names += [thing[len(start) + 1 :] for mark in "/:" if start and thing.startswith(start + mark)]
    return names
