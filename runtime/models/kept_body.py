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
    """The values without secrets, also without those that go on from one text to the next."""
    clean = [cleaned(value, lambda text: text) for value in values]  # a copy, to be changed in its places
    places: dict[Place, list[Piece]] = {}
    names: dict[str, list[Piece]] = {}
    for value in clean:
        for place, piece in _pieces(value, _where(value)):
            places.setdefault(place, []).append(piece)
            names.setdefault(place[-1], []).append(piece)
    for pieces in places.values():
        _mask_across(pieces, redact)
    for pieces in names.values():
        # Two blocks that follow each other are read as one text. Only what is known is looked for here: what merely
        # looks like a secret would be found between texts that have nothing to do with each other.
        _mask_across(pieces, redact.known)
    return [cleaned(value, redact) for value in clean]


def _mask_across(pieces: list[Piece], mask: Any) -> None:
    """The first of the pieces says all of it, without secrets, where together they say one."""
    if len(pieces) < 2:
        return
    whole = "".join(piece.text for piece in pieces)
    masked = mask(whole)
    if masked != whole:
        for number, piece in enumerate(pieces):
            piece.holder[piece.key] = "" if number else masked


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
