"""One answer of a provider in one form, whatever API it came through: folded from a stream or read from a body."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from runtime.domain.decision import Usage
from runtime.models.providers.added_fields import sound


@dataclass(frozen=True, slots=True)
class Wanted:
    """A tool call as the provider wrote it; ``arguments`` is its own JSON text."""

    call_id: str
    name: str
    arguments: str


@dataclass(slots=True)
class Answer:
    """A whole answer. It exists only when the provider said that it is whole."""

    stop: str
    """Why it stopped, in the provider's own word."""
    text: str = ""
    refusal: str = ""
    """The words with which it refused, where it gave any."""
    reasoning: str = ""
    calls: tuple[Wanted, ...] = ()
    usage: Usage = field(default_factory=lambda: Usage(cost_micros=None, known=False))
    model: str = ""
    items: list[dict[str, Any]] = field(default_factory=list)
    """The answer as it must be given back with later turns; empty where it can be told again from what is recorded."""

    def made_sound(self) -> "Answer":
        """With text that can be stored, and with counts that can be true: what says something was written."""
        self.text, self.refusal, self.reasoning = sound(self.text), sound(self.refusal), sound(self.reasoning)
        if not self.usage.output_tokens and (self.text or self.calls):  # words of refusal may be the API's own
            self.usage = msgspec.structs.replace(self.usage, known=False)
        return self


class Incomplete(Exception):
    """The stream ended, and the provider had not said that the answer is whole: no tool of it may run."""


class Unreadable(Exception):
    """What came is not what this API answers; the message says what is wrong with it."""


class StreamedFault(Exception):
    """The provider reported an error inside the answer. ``body`` is what it said."""

    def __init__(self, body: object, code: str = "", words: str = "") -> None:
        super().__init__(code or words)
        self.body = body
        self.code = code
        self.words = words


class Pieces:
    """Joins text that comes in pieces; a half of a character is held back until the other half is there."""

    def __init__(self) -> None:
        self._all: list[str] = []
        self._half = ""

    def add(self, piece: object) -> str:
        """Take a piece; answers what of it may be shown now."""
        if not isinstance(piece, str):
            if piece is None:
                return ""
            raise Unreadable(f"a piece of text is {type(piece).__name__}")
        self._all.append(piece)
        if not self._half and piece.isascii():
            return piece
        shown = self._half + piece
        self._half = shown[-1:] if "\ud800" <= shown[-1:] <= "\udbff" else ""
        return sound(shown[: len(shown) - len(self._half)])

    def __str__(self) -> str:
        return "".join(self._all)

    def __bool__(self) -> bool:
        return any(self._all)
