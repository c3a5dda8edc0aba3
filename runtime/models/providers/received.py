"""What a provider sent, as data: documents, words and counts out of it, each refused where it is something else."""

import json
from typing import Any, Final

import msgspec

from runtime.domain.decision import Usage
from runtime.models.providers.added_fields import sound
from runtime.models.providers.answer import Unreadable

_decoded = msgspec.json.Decoder().decode

MOST: Final = 1_000_000_000
"""No answer uses so many tokens; a larger count is a mistake of who tells it."""


def document(data: bytes) -> dict[str, Any]:
    """The object that JSON text says. Raises Unreadable.

    What the quick reader does not take (half characters, numbers beyond any size) the slow one gets; of a name that is
    there twice both keep the last one, so arguments of tools are never read here: they come as a text of their own,
    or ``inputs_as_written`` tells it.
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


class _Block(msgspec.Struct, frozen=True):
    input: msgspec.Raw = msgspec.Raw()


class _Body(msgspec.Struct):
    content: list[_Block] = []


class _Start(msgspec.Struct):
    content_block: _Block = _Block()


_blocks_of_body = msgspec.json.Decoder(_Body).decode
_block_of_start = msgspec.json.Decoder(_Start).decode


def inputs_as_written(data: bytes) -> list[str]:
    """The JSON text of each block's input in a message or in the start of a block; empty where a block has none.

    A name that is there twice is still there twice. Raises Unreadable where only the slow reader takes the text and
    finds one.
    """
    try:
        blocks = _blocks_of_body(data).content or [_block_of_start(data).content_block]
    except msgspec.MsgspecError:
        return _inputs_without_twins(data)
    return [bytes(block.input).decode() for block in blocks]


def object_text(found: dict[str, Any], data: bytes) -> str:
    """The JSON text of an object out of ``data``. Raises Unreadable where a name is there twice: one would be lost."""
    json.loads(data, object_pairs_hook=_without_twins)
    return json.dumps(found, ensure_ascii=False)


def _inputs_without_twins(data: bytes) -> list[str]:
    found = json.loads(data, object_pairs_hook=_without_twins)
    blocks = entries(found.get("content")) or [found.get("content_block") or {}]
    return [json.dumps(block["input"], ensure_ascii=False) if "input" in block else "" for block in blocks]


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("a name in it is there twice")
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
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= MOST:
            self.sound = False
            return 0
        return found

    def has(self, *names: str) -> bool:
        """Whether all of these are told, and what was asked for are counts."""
        return self.sound and all(self._told.get(name) is not None for name in names)

    def word(self, name: str) -> str:
        """A word among them; empty where it is none."""
        found = self._told.get(name)
        return found if isinstance(found, str) else ""


def parts_within(usage: Usage) -> Usage:
    """The usage as it was told; not known where a part of it is larger than the whole it is of."""
    within = (
        usage.cached_input_tokens + usage.cache_write_tokens <= usage.input_tokens
        and usage.long_cache_write_tokens <= usage.cache_write_tokens
        and usage.reasoning_tokens <= usage.output_tokens
    )
    return usage if within else msgspec.structs.replace(usage, known=False)
