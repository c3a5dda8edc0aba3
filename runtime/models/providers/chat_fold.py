"""An answer of Chat Completions, folded from the chunks of its stream or read from its body."""

from typing import Any, Final

from runtime.domain.decision import Usage
from runtime.models.providers.answer import Answer, Incomplete, Pieces, StreamedFault, Unreadable, Wanted
from runtime.models.providers.event_stream import Event
from runtime.models.providers.fold import Say, unheard
from runtime.models.providers.received import Counts, document, entries, object_text, parts_within, word

DONE: Final = b"[DONE]"
"""The data of the last event; it is no JSON."""

_WHOLE: Final = frozenset({"stop", "tool_calls", "function_call", "end_turn", "tool_use"})
"""Words that say the same of an answer: some servers tell the calls, and then once more that it stopped."""


class _Call:
    """One tool call while it streams."""

    __slots__ = ("arguments", "call_id", "index", "name")

    def __init__(self, index: object) -> None:
        self.index = index
        self.call_id = ""
        self.name = ""
        self.arguments = Pieces()

    def is_before(self, name: str, arguments: object) -> bool:
        """Whether a piece without an id begins another call: some servers repeat the name with every piece of one."""
        if not name or not self.name:
            return False
        return name != self.name or (bool(arguments) and _is_whole(str(self.arguments)))


class ChatFold:
    """Folds the chunks of one completion; only its first choice, none other is asked for."""

    def __init__(self, on_text: Say = unheard, on_reasoning: Say = unheard) -> None:
        self._on_text, self._on_reasoning = on_text, on_reasoning
        self._text, self._refusal, self._thought = Pieces(), Pieces(), Pieces()
        self._calls: list[_Call] = []
        self._stop = ""
        self._tier: object = None
        self._counts: object = None
        self._counted = False
        """The counts came with the stop or after it; some servers tell them with every piece."""
        self.model = ""
        self.whole = False

    @property
    def usage(self) -> Usage:
        """What was said of it; known where it was told for the whole answer."""
        return usage_from(self._counts, self._tier, self._counted or self.whole)

    def feed(self, event: Event) -> None:
        """The next chunk; after the last line of the stream nothing counts."""
        if self.whole or event.data.startswith(DONE):
            self.whole = True
            return
        if not event.data:
            return
        chunk = _sound_document(event.data, is_error=event.name == b"error")
        self.model = word(chunk.get("model")) or self.model
        self._tier = chunk.get("service_tier") or self._tier
        if chunk.get("usage") is not None:
            self._counts = chunk["usage"]
        for choice in entries(chunk.get("choices")):
            if choice.get("index") in (0, None):
                self._choice(choice, event.data)
        self._counted |= bool(self._stop) and chunk.get("usage") is not None

    def _choice(self, choice: dict[str, Any], data: bytes) -> None:
        delta = choice.get("delta")
        if delta is not None:
            if content := _words(delta.get("content")):
                self._on_text(self._text.add(content))
            if refusal := delta.get("refusal"):
                self._on_text(self._refusal.add(refusal))
            if thought := _thought(delta):
                self._on_reasoning(self._thought.add(thought))
            for piece in _calls(delta):
                self._piece(piece, data)
        if finish := word(choice.get("finish_reason")):
            if self._stop and finish != self._stop and not {finish, self._stop} <= _WHOLE:
                raise Unreadable("it ends twice, in two ways")
            self._stop = finish

    def _piece(self, piece: dict[str, Any], data: bytes) -> None:
        """Pieces of one call share an index; some servers give every call the same one: then the id tells them apart,
        or, where there is none, that a name comes and the call before it is whole."""
        index, call_id, function = piece.get("index"), word(piece.get("id")), piece.get("function") or {}
        name, arguments = word(function.get("name")), _arguments(function, data)
        call = next((one for one in reversed(self._calls) if one.index == index), None)
        another = call is not None and bool(call_id and call.call_id and call_id != call.call_id)
        if call is None or another or (not call_id and call.is_before(name, arguments)):
            call = _Call(index)
            self._calls.append(call)
        call.call_id = call_id or call.call_id
        call.name = name or call.name
        call.arguments.add(arguments)

    def answer(self, unclosed: bytes, *, ended: bool = False) -> Answer:
        """The whole answer: it gave a reason to stop, and its last line came, be it without the empty one behind it.

        Some servers leave that line out (ik_llama.cpp, issue 467; text-generation-webui, issue 4778). ``ended``: they
        ended the stream themselves, which the transfer told, and a cut would not have. Then, between two events and
        after the reason to stop, nothing of the answer is missing but perhaps its counts, which are unknown then.
        """
        last = self.whole or unclosed.startswith(DONE) or (ended and not unclosed)
        if not self._stop or not last:
            raise Incomplete
        self.whole = True
        calls = tuple(Wanted(call.call_id, call.name, str(call.arguments)) for call in self._calls)
        return Answer(
            self._stop, str(self._text), str(self._refusal), str(self._thought), calls, self.usage, self.model
        )

    def read(self, data: bytes) -> Answer:
        """A completion that came in one piece."""
        body = _sound_document(data)
        self.model = word(body.get("model"))
        self._counts, self._tier, self._counted = body.get("usage"), body.get("service_tier"), True
        choices = entries(body.get("choices"))
        stop = word(choices[0].get("finish_reason")) if choices else ""
        if not stop:
            raise Unreadable("it is not a completion that came to its end")
        said = choices[0]["message"]
        text, refusal, thought = word(_words(said.get("content"))), word(said.get("refusal")), word(_thought(said))
        calls = tuple(_whole_call(call, data) for call in _calls(said) if call.get("type") in ("function", None))
        self._on_reasoning(thought)
        self._on_text(text or refusal)
        return Answer(stop, text, refusal, thought, calls, self.usage, self.model)


def _is_whole(arguments: str) -> bool:
    try:
        document(arguments.encode("utf-8", "surrogatepass"))
    except Unreadable:
        return False
    return True


def _words(content: object) -> object:
    """The text of a message, or of the text parts it is given in. Raises Unreadable for a list of anything else."""
    if not isinstance(content, list):
        return content
    return "".join(str(part.get("text") or "") for part in entries(content) if part.get("type") in ("text", None))


def _thought(said: dict[str, Any]) -> object:
    """Reasoning, by either of the names that servers have for it; the API itself has none."""
    return said.get("reasoning_content") or said.get("reasoning")


def _whole_call(call: dict[str, Any], data: bytes) -> Wanted:
    function = call["function"]
    return Wanted(word(call.get("id")), word(function.get("name")), word(_arguments(function, data)))


def _calls(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Tool calls, or the one call of the API's older form, which has no list and no id."""
    called, older = entries(said.get("tool_calls")), said.get("function_call")
    return called if called or older is None else [{"function": older}]


def _arguments(function: dict[str, Any], data: bytes) -> object:
    """JSON text; some servers give the object itself."""
    found = function.get("arguments")
    return object_text(found, data) if isinstance(found, dict) else found


def _sound_document(data: bytes, *, is_error: bool = False) -> dict[str, Any]:
    """A chunk or a body. Raises Unreadable, and StreamedFault for an error in one of the forms that servers have."""
    try:
        found = document(data)
    except Unreadable:
        if is_error:
            raise StreamedFault(data.decode("utf-8", "replace")) from None
        raise
    if found.get("error"):
        raise StreamedFault(found["error"] if isinstance(found["error"], dict) else found)
    if is_error or found.get("object") == "error":
        raise StreamedFault(found)
    return found


def usage_from(told: object, tier: object, known: bool) -> Usage:
    """Cached input and reasoning are parts already; many servers tell neither."""
    if told is None:
        return Usage(cost_micros=None, known=False)
    counts = Counts(told)
    used = Usage(
        input_tokens=counts.of("prompt_tokens"),
        output_tokens=counts.of("completion_tokens"),
        cost_micros=None,
        cached_input_tokens=counts.of("prompt_tokens_details", "cached_tokens"),
        cache_write_tokens=counts.of("prompt_tokens_details", "cache_write_tokens"),
        reasoning_tokens=counts.of("completion_tokens_details", "reasoning_tokens"),
        tier=tier if isinstance(tier, str) else "",
        known=known and counts.has("prompt_tokens", "completion_tokens"),
    )
    return parts_within(used)
