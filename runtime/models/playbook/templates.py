"""Fills ``{{name}}`` marks with values of the message and of earlier results; nothing is ever evaluated."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from runtime.models.playbook.values import Value

MARK: Final = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|\s*([^{}]*?)\s*)?\}\}")
FILTERS: Final = ("dollars", "lower")
OTHERWISE: Final = "or"
_PATH: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*\Z")


class CannotFill(Exception):
    """A mark has no value; the message says which."""


class Names:
    """What marks may name: values of the message by name, ``task.*`` and ``results.*``."""

    def __init__(self, values: Mapping[str, Value], task: Mapping[str, str], results: Mapping[str, Any]) -> None:
        self._roots: dict[str, Any] = {**values, "values": values, "task": task, "results": results}

    def look_up(self, path: str) -> Any:
        """The value at a dotted path; list places are counted from 0. Raises CannotFill."""
        found: Any = self._roots
        for part in path.split("."):
            if isinstance(found, Mapping) and part in found:
                found = found[part]
            elif isinstance(found, list) and part.isdigit() and int(part) < len(found):
                found = found[int(part)]
            else:
                raise CannotFill(f"there is no {path}")
        return found


def filled(template: Any, names: Names) -> Any:
    """The template with every mark filled. A string that is just one mark takes the value's type. Raises CannotFill."""
    if isinstance(template, str):
        whole = MARK.fullmatch(template)
        if whole is not None:
            return _value(whole, names)
        return MARK.sub(lambda mark: _as_text(_value(mark, names)), template)
    if isinstance(template, Mapping):
        return {key: filled(value, names) for key, value in template.items()}
    if isinstance(template, (list, tuple)):
        return [filled(value, names) for value in template]
    return template


def filled_where_known(text: str, names: Names, unknown: str = "") -> str:
    """For titles: ``unknown`` stands for marks without a value; by default they are left out."""

    def one(mark: re.Match[str]) -> str:
        try:
            return _as_text(_value(mark, names))
        except CannotFill:
            return unknown

    return " ".join(MARK.sub(one, text).split())


def marks_in(template: Any) -> Iterator[tuple[str, str]]:
    """Every (path, filter) of a template, however deep."""
    if isinstance(template, str):
        for mark in MARK.finditer(template):
            yield mark.group(1), mark.group(2) or ""
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from marks_in(value)
    elif isinstance(template, (list, tuple)):
        for value in template:
            yield from marks_in(value)


def is_path(path: str) -> bool:
    """Whether this can name anything."""
    return _PATH.match(path) is not None


def is_filter(words: str) -> bool:
    """Whether this is a filter marks know."""
    return not words or words in FILTERS or _says_otherwise(words)


def _value(mark: re.Match[str], names: Names) -> Any:
    path, words = mark.group(1), mark.group(2) or ""
    if _says_otherwise(words):
        try:
            found = names.look_up(path)
        except CannotFill:
            found = None
        return _otherwise(words.removeprefix(OTHERWISE).strip()) if found in ("", None) else found
    found = names.look_up(path)
    if words == "dollars":
        if isinstance(found, bool) or not isinstance(found, int):
            raise CannotFill(f"{path} is not an amount in cents")
        return f"{'-' if found < 0 else ''}${abs(found) // 100:,}.{abs(found) % 100:02d}"
    return str(found).lower() if words == "lower" else found


def _says_otherwise(words: str) -> bool:
    return words == OTHERWISE or words.startswith(f"{OTHERWISE} ")


def _otherwise(words: str) -> str | int:
    """What stands in for a value that is not there; digits are a whole number."""
    return int(words) if words.isascii() and words.isdigit() else words


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else str(value)
