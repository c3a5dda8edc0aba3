"""The two fields every offered tool gets, *confidence* and *reason*, and how they are taken off again."""

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

from runtime.domain.action import BadArguments, parse_arguments

CONFIDENCE: Final = "confidence"
REASON: Final = "reason"
LONGEST_REASON: Final = 2_000


@dataclass(frozen=True, slots=True)
class FieldNames:
    """What the two are called for one tool: another name where the tool has an argument of that name itself."""

    confidence: str = CONFIDENCE
    reason: str = REASON


@dataclass(frozen=True, slots=True)
class TakenOff:
    """A call's own arguments, and what was stated with it. ``confidence`` None = unknown, below every threshold."""

    arguments: str
    confidence: float | None = None
    reason: str = ""


def names_for(schema: Mapping[str, Any]) -> FieldNames:
    """Free names beside the tool's own arguments."""
    taken = set(schema.get("properties", {}))
    return FieldNames(_free(CONFIDENCE, taken), _free(REASON, taken))


def _free(name: str, taken: set[str]) -> str:
    while name in taken:
        name = f"stated_{name}"
    return name


def with_fields(schema: Mapping[str, Any], names: FieldNames) -> dict[str, Any]:
    """The schema with both fields, required; the one given is left as it was."""
    added: dict[str, Any] = {**deepcopy(dict(schema)), "type": "object"}
    added["properties"] = {
        **added.get("properties", {}),
        names.reason: {"type": "string", "description": "In one or two sentences: why this call, now."},
        names.confidence: {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "How sure you are that this call with these arguments is right, from 0 to 1.",
        },
    }
    added["required"] = [*added.get("required", []), names.reason, names.confidence]
    return added


def put_on(arguments: str, confidence: float | None, reason: str, names: FieldNames) -> dict[str, Any]:
    """A past call as the model wrote it: its arguments with both fields. What is not an object becomes empty."""
    try:
        found = parse_arguments(arguments)
    except BadArguments:
        found = {}
    if reason:
        found[names.reason] = reason
    if confidence is not None:
        found[names.confidence] = confidence
    return found


def take_off(arguments: str, names: FieldNames) -> TakenOff:
    """Without the two fields. What cannot be read stays as it is: the contract check refuses it and tells the model."""
    if not arguments.strip():
        return TakenOff("{}")
    try:
        found = parse_arguments(arguments)
    except BadArguments:
        return TakenOff(sound(arguments))
    confidence, reason = _confidence(found.pop(names.confidence, None)), found.pop(names.reason, "")
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
    if not _encodes(text):
        text = json.dumps(found, separators=(",", ":"))  # halves of characters stay escaped, and are refused later
    return TakenOff(text, confidence, sound(reason)[:LONGEST_REASON] if isinstance(reason, str) else "")


def _confidence(stated: object) -> float | None:
    if isinstance(stated, bool) or not isinstance(stated, int | float):
        return None
    return float(stated) if 0 <= stated <= 1 else None  # not a number is in no range


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def sound(text: str) -> str:
    """Text that can be stored: the two halves of a character that came in two pieces are joined, a lone half is not
    a character and is replaced."""
    if text.isascii() or _encodes(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
