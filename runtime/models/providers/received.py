"""What a provider sent, as data: documents, words and counts out of it, each refused where it is something else."""

import json
from typing import Any

import msgspec

from runtime.models.providers.added_fields import sound
from runtime.models.providers.answer import Unreadable

_decoded = msgspec.json.Decoder().decode


def document(data: bytes) -> dict[str, Any]:
    """The object that JSON text says. Raises Unreadable.

    What the quick reader does not take (half characters, numbers beyond any size) the slow one gets; of a name that is
    there twice both keep the last one, so arguments of tools are never read here: they come as a text of their own.
    """
    try:
        try:
            found = _decoded(data)
        except msgspec.MsgspecError:
            found = json.loads(data)
    except UnicodeDecodeError:
        raise Unreadable("it is not UTF-8") from None
    except (ValueError, RecursionError):
        raise Unreadable("it is not JSON") from None
    if not isinstance(found, dict):
        raise Unreadable("it is not an object")
    return found


def word(value: object) -> str:
    """A text that may be left out. Raises Unreadable."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"a word of it is {type(value).__name__}")
    return sound(value)


def entries(value: object) -> list[dict[str, Any]]:
    """A list of objects that may be left out. Raises Unreadable."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Unreadable("a list of it is none")
    return value


class Counts:
    """A provider's counts of what an answer used. ``sound`` says whether all that were asked for are counts."""

    def __init__(self, told: object) -> None:
        self._told = told if isinstance(told, dict) else {}
        self.sound = isinstance(told, dict)

    def of(self, *path: str) -> int:
        """The count at a path; 0 where it is not told."""
        found: object = self._told
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        if found is None:
            return 0
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            self.sound = False
            return 0
        return found

    def word(self, name: str) -> str:
        """A word among them; empty where it is none."""
        found = self._told.get(name)
        return found if isinstance(found, str) else ""
