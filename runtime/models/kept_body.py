"""What is kept of a body that was exchanged with a provider: no secret, also none that its stream cut into pieces."""

import contextlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from runtime.domain.redaction import Redactor, cleaned
from runtime.models.providers.event_stream import Event, EventStream

Place = tuple[str, ...]
NAMES = ("type", "index", "output_index", "content_index", "summary_index", "item_id")
"""What says which of several texts that are written side by side an event, a call or a block belongs to."""


class Piece(NamedTuple):
    """One text: ``holder[key]``."""

    holder: Any
    key: Any

    @property
    def text(self) -> str:
        """As it stands now."""
        return str(self.holder[self.key])


def without_secrets(body: bytes, redact: Redactor) -> bytes:
    """The body with every secret masked; to the byte as it came where there is none in what it says.

    Takes its time: call it in a worker thread.
    """
    text = body.decode("utf-8", "replace")
    with contextlib.suppress(RecursionError):  # deeper than anything a model is asked: looked through as it is written
        text = _as_it_says(body, text, redact)
    return redact(text).encode("utf-8", "replace")


def _as_it_says(body: bytes, text: str, redact: Redactor) -> str:
    value = _json(body)
    if isinstance(value, dict | list):
        clean = _clean([value], redact)
        return text if clean == [value] else msgspec.json.encode(clean[0]).decode()
    return _stream(body, text, redact) if "data:" in text else text


def _stream(body: bytes, text: str, redact: Redactor) -> str:
    """An event stream; written anew where the texts of its events hold a secret."""
    reader = EventStream()
    events = reader.feed(body)
    if rest := reader.unclosed():
        events.append(Event(b"", rest))
    values = [_json(event.data) for event in events]
    clean = _clean(values, redact)
    if clean == values:
        return text
    said = zip(events, values, clean, strict=True)
    return "".join(_event(event, event.data if old == new else msgspec.json.encode(new)) for event, old, new in said)


def _event(event: Event, data: bytes) -> str:
    name = f"event: {event.name.decode('utf-8', 'replace')}\n" if event.name else ""
    lines = "\ndata: ".join(data.decode("utf-8", "replace").split("\n"))
    return f"{name}data: {lines}\n\n"


def _json(data: bytes) -> Any:
    """What it says; None where it is no JSON."""
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeError):
        return None


def _clean(values: list[Any], redact: Redactor) -> list[Any]:
    """The values without secrets, also without those that go on from one text to the next; the same ones where there
    are none, as mostly: then nothing is copied."""
    if _harmless(values, redact):
        return values
    clean = [cleaned(value, lambda text: text) for value in values]  # a copy, to be changed in its places
    for masked, pieces in _across(clean, redact):
        for number, piece in enumerate(pieces):
            piece.holder[piece.key] = "" if number else masked
    return [cleaned(value, redact) for value in clean]


def _harmless(values: list[Any], redact: Redactor) -> bool:
    """Whether there is nothing to mask."""
    texts: set[str] = set()
    for value in values:
        _gather(value, texts)
    return all(redact(text) == text for text in texts) and not any(_across(values, redact))


def _gather(value: Any, texts: set[str]) -> None:
    """Every text in it, once; an event stream says the same names with each event."""
    if isinstance(value, str):
        texts.add(value)
    elif isinstance(value, dict):
        texts.update(value)
        for one in value.values():
            _gather(one, texts)
    elif isinstance(value, list):
        for one in value:
            _gather(one, texts)


def _across(values: list[Any], redact: Redactor) -> Iterator[tuple[str, list[Piece]]]:
    """Pieces that together say a secret, with what they say without it; the first of them is to say all of that."""
    places: dict[Place, list[Piece]] = {}
    names: dict[str, list[Piece]] = {}
    for value in values:
        for place, piece in _pieces(value, _where(value)):
            places.setdefault(place, []).append(piece)
            names.setdefault(place[-1], []).append(piece)
    for found, mask in ((places, redact), (names, redact.known)):
        # Two blocks that follow each other are read as one text. Only what is known is looked for here: what merely
        # looks like a secret would be found between texts that have nothing to do with each other.
        for pieces in found.values():
            whole = "".join(piece.text for piece in pieces) if len(pieces) > 1 else ""
            if (masked := mask(whole)) != whole:
                yield masked, pieces


def _where(value: Any) -> Place:
    return tuple(str(value.get(name, "")) for name in NAMES) if isinstance(value, dict) else ()


def _pieces(value: Any, place: Place) -> Iterator[tuple[Place, Piece]]:
    """Every text in it with its place; what is in a list goes by the number it says it has."""
    if isinstance(value, dict):
        every: Any = value.items()
    elif isinstance(value, list):
        every = enumerate(value)
    else:
        return
    for key, one in every:
        if isinstance(one, str):
            if key not in NAMES:
                yield (*place, str(key)), Piece(value, key)
            continue
        number = one.get("index", key) if isinstance(one, dict) and isinstance(value, list) else key
        yield from _pieces(one, (*place, str(number)))
