"""What is kept of a body that was exchanged with a provider: no secret, also none that its stream cut into pieces."""

from collections.abc import Callable
from typing import Any

import msgspec

Place = tuple[str, ...]


def without_secrets(body: bytes, redact: Callable[[str], str]) -> bytes:
    """The body with every secret masked. Takes its time: call it in a worker thread."""
    text = body.decode("utf-8", "replace")
    if "data:" in text:
        text = _joined_and_masked(text, redact)
    return redact(text).encode("utf-8", "replace")


def _joined_and_masked(text: str, redact: Callable[[str], str]) -> str:
    """Of an event stream: texts that go on from event to event are looked at as a whole."""
    lines = text.split("\n")
    events: dict[int, Any] = {}
    pieces: dict[Place, list[tuple[int, Any, Any]]] = {}
    for number, line in enumerate(lines):
        if line.startswith("data:"):
            try:
                found = msgspec.json.decode(line[5:].strip().encode())
            except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
                continue
            events[number] = found
            _collect(found, _where(found), number, pieces)
    changed: set[int] = set()
    for parts in pieces.values():
        if len(parts) < 2:
            continue
        whole = "".join(holder[key] for _, holder, key in parts)
        masked = redact(whole)
        if masked == whole:
            continue
        for at, (number, holder, key) in enumerate(parts):
            holder[key] = masked if at == 0 else ""
            changed.add(number)
    for number in changed:
        lines[number] = "data: " + msgspec.json.encode(events[number]).decode("utf-8", "replace")
    return "\n".join(lines)


def _where(event: Any) -> Place:
    """Which of several texts that are written side by side an event belongs to."""
    if not isinstance(event, dict):
        return ()
    names = ("index", "output_index", "content_index", "summary_index", "item_id")
    return tuple(str(event.get(name, "")) for name in names)


def _collect(value: Any, place: Place, number: int, pieces: dict[Place, list[tuple[int, Any, Any]]]) -> None:
    if isinstance(value, dict):
        keys: Any = value.items()
    elif isinstance(value, list):
        keys = enumerate(value)
    else:
        return
    for key, one in keys:
        inner = (*place, str(key))
        if isinstance(one, str):
            pieces.setdefault(inner, []).append((number, value, key))
        else:
            _collect(one, inner, number, pieces)
