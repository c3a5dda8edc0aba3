"""An answer of Chat Completions, folded from the chunks of its stream or read from its body."""

from typing import Any, Final

from runtime.domain.decision import Usage
from runtime.models.providers.answer import Answer, Incomplete, Pieces, StreamedFault, Unreadable, Wanted
from runtime.models.providers.event_stream import Event
from runtime.models.providers.fold import Say, unheard
from runtime.models.providers.received import Counts, document, entries, word

DONE: Final = b"[DONE]"
"""The data of the last event; it is no JSON."""


class _Call:
    """One tool call while it streams."""

    __slots__ = ("arguments", "call_id", "index", "name")

    def __init__(self, index: object) -> None:
        self.index = index
        self.call_id = ""
        self.name = ""
        self.arguments = Pieces()


class ChatFold:
    """Folds the chunks of one completion; only its first choice, none other is asked for."""

    def __init__(self, on_text: Say = unheard, on_reasoning: Say = unheard) -> None:
        self._on_text, self._on_reasoning = on_text, on_reasoning
        self._text, self._refusal, self._thought = Pieces(), Pieces(), Pieces()
        self._calls: list[_Call] = []
        self._stop = ""
        self._tier: object = None
        self._counts: object = None
        self.model = ""
        self.whole = False

    @property
    def usage(self) -> Usage:
        """What was said of it; it comes last."""
        return usage_from(self._counts, self._tier)

    def feed(self, event: Event) -> None:
        """The next chunk; after the last line of the stream nothing counts."""
        if self.whole or event.data.startswith(DONE):
            self.whole = True
            return
        if not event.data:
            return
        chunk = document(event.data)
        if chunk.get("error"):
            raise StreamedFault(chunk["error"])
        self.model = word(chunk.get("model")) or self.model
        self._tier = chunk.get("service_tier") or self._tier
        if chunk.get("usage") is not None:
            self._counts = chunk["usage"]
        for choice in entries(chunk.get("choices")):
            if choice.get("index") in (0, None):
                self._choice(choice)

    def _choice(self, choice: dict[str, Any]) -> None:
        delta = choice.get("delta")
        if delta is not None:
            if content := delta.get("content"):
                self._on_text(self._text.add(content))
            if refusal := delta.get("refusal"):
                self._on_text(self._refusal.add(refusal))
            if thought := _thought(delta):
                self._on_reasoning(self._thought.add(thought))
            for piece in entries(delta.get("tool_calls")):
                self._piece(piece)
        if finish := word(choice.get("finish_reason")):
            if self._stop and finish != self._stop:
                raise Unreadable("it ends twice, in two ways")
            self._stop = finish

    def _piece(self, piece: dict[str, Any]) -> None:
        """Pieces of one call share an index; some servers give every call the same one, and then the id differs."""
        index, call_id = piece.get("index"), word(piece.get("id"))
        call = next((one for one in reversed(self._calls) if one.index == index), None)
        if call is None or (call_id and call.call_id and call_id != call.call_id):
            call = _Call(index)
            self._calls.append(call)
        call.call_id = call_id or call.call_id
        if (function := piece.get("function")) is not None:
            call.name = word(function.get("name")) or call.name
            call.arguments.add(function.get("arguments"))

    def answer(self, unclosed: bytes) -> Answer:
        """The whole answer: it gave a reason to stop, and its last line came, be it without the empty one behind it."""
        if not self._stop or not (self.whole or unclosed.startswith(DONE)):
            raise Incomplete
        calls = tuple(Wanted(call.call_id, call.name, str(call.arguments)) for call in self._calls)
        return Answer(
            self._stop, str(self._text), str(self._refusal), str(self._thought), calls, self.usage, self.model
        )

    def read(self, body: dict[str, Any]) -> Answer:
        """A completion that came in one piece."""
        if body.get("error"):
            raise StreamedFault(body)
        self.model = word(body.get("model"))
        self._counts, self._tier = body.get("usage"), body.get("service_tier")
        choices = entries(body.get("choices"))
        stop = word(choices[0].get("finish_reason")) if choices else ""
        if not stop:
            raise Unreadable("it is not a completion that came to its end")
        said = choices[0]["message"]
        text, refusal, thought = word(said.get("content")), word(said.get("refusal")), word(_thought(said))
        calls = tuple(
            _whole_call(call) for call in entries(said.get("tool_calls")) if call.get("type") in ("function", None)
        )
        self._on_reasoning(thought)
        self._on_text(text or refusal)
        return Answer(stop, text, refusal, thought, calls, self.usage, self.model)


def _thought(said: dict[str, Any]) -> object:
    """Reasoning, by either of the names that servers have for it; the API itself has none."""
    return said.get("reasoning_content") or said.get("reasoning")


def _whole_call(call: dict[str, Any]) -> Wanted:
    function = call["function"]
    return Wanted(word(call.get("id")), word(function.get("name")), word(function.get("arguments")))


def usage_from(told: object, tier: object) -> Usage:
    """Cached input and reasoning are parts already; many servers tell neither."""
    if told is None:
        return Usage(cost_micros=None, known=False)
    counts = Counts(told)
    return Usage(
        input_tokens=counts.of("prompt_tokens"),
        output_tokens=counts.of("completion_tokens"),
        cost_micros=None,
        cached_input_tokens=counts.of("prompt_tokens_details", "cached_tokens"),
        cache_write_tokens=counts.of("prompt_tokens_details", "cache_write_tokens"),
        reasoning_tokens=counts.of("completion_tokens_details", "reasoning_tokens"),
        tier=tier if isinstance(tier, str) else "",
        known=counts.sound,
    )
