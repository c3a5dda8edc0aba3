"""An answer of OpenAI Responses, folded from the events of its stream or read from its body."""

from typing import Any, Final

from runtime.domain.decision import Usage
from runtime.models.providers.answer import Answer, Incomplete, Pieces, StreamedFault, Unreadable, Wanted
from runtime.models.providers.event_stream import Event
from runtime.models.providers.fold import Say, unheard
from runtime.models.providers.received import Counts, document, entries, parts_within, word

_ENDS: Final = frozenset({"response.completed", "response.incomplete", "response.failed"})
_GIVEN_BACK: Final = frozenset({"reasoning", "function_call", "message"})


class ResponsesFold:
    """Streams what may be shown, and takes the answer from the response that ends the stream."""

    def __init__(self, on_text: Say = unheard, on_reasoning: Say = unheard) -> None:
        self._on_text, self._on_reasoning = on_text, on_reasoning
        self._shown, self._thought = Pieces(), Pieces()
        self._items: dict[int, dict[str, Any]] = {}
        self._response: dict[str, Any] | None = None
        self.model = ""
        self.whole = False
        self.usage = usage_from(None, "")

    def feed(self, event: Event) -> None:
        """The next event."""
        if not event.data or event.data.startswith(b"[DONE]"):
            return  # some gateways end every stream as the older API does; the answer says for itself that it is whole
        said = document(event.data)
        match said.get("type"):
            case "response.output_text.delta" | "response.refusal.delta":
                self._on_text(self._shown.add(said["delta"]))
            case "response.reasoning_summary_text.delta":
                self._on_reasoning(self._thought.add(said["delta"]))
            case "response.reasoning_summary_part.added":
                if self._thought:
                    self._on_reasoning("\n\n")
            case "response.output_item.done":
                if said["output_index"] in self._items:
                    raise Unreadable("one of its parts ends twice")
                self._items[said["output_index"]] = said["item"]
            case "response.created":
                self.model = word(said["response"].get("model"))
            case kind if kind == "error" or said.get("error"):
                raise StreamedFault(said)
            case kind if kind in _ENDS:
                self._end(said["response"])
            case _:
                pass

    def _end(self, response: dict[str, Any]) -> None:
        if self.whole:
            raise Unreadable("it ends twice")
        self._response, self.whole = response, True
        self.model = word(response.get("model")) or self.model
        self.usage = usage_from(response.get("usage"), response.get("service_tier"))

    def answer(self, unclosed: bytes, *, ended: bool = False) -> Answer:
        """The whole answer, once a response has ended the stream."""
        if self._response is None:
            raise Incomplete
        # Some servers leave the output out of the last event: the parts that were told to be done stand for it.
        done = [self._items[index] for index in sorted(self._items)]
        return self._made(self._response, self._response.get("output") or done)

    def read(self, data: bytes) -> Answer:
        """A response that came in one piece."""
        body = document(data)
        self._end(body)
        answer = self._made(body, body.get("output"))
        self._on_reasoning(answer.reasoning)
        self._on_text(answer.text or answer.refusal)
        return answer

    def _made(self, response: dict[str, Any], output: object) -> Answer:
        stop, error = word(response.get("status")), response.get("error")
        if stop == "failed" or (error is not None and stop != "incomplete"):
            raise StreamedFault(error)
        if not isinstance(output, list) or not stop:
            raise Unreadable("it is not a response that came to its end")
        if stop == "incomplete":
            stop = word((response.get("incomplete_details") or {}).get("reason")) or stop
        return _answer(entries(output), stop, self.usage, self.model)


def _answer(items: list[dict[str, Any]], stop: str, usage: Usage, model: str) -> Answer:
    parts = [part for item in items if item["type"] == "message" for part in entries(item.get("content"))]
    text = "".join(part["text"] for part in parts if part["type"] == "output_text")
    refusal = "".join(part["refusal"] for part in parts if part["type"] == "refusal")
    thoughts = [item for item in items if item["type"] == "reasoning"]
    summaries = [part["text"] for item in thoughts for part in entries(item.get("summary"))]
    calls = []
    for item in items:
        if item["type"] == "function_call":
            if item.get("status") not in (None, "completed") and stop == "completed":
                raise Unreadable("one of its calls did not come to its end")
            calls.append(Wanted(word(item.get("call_id")), word(item.get("name")), word(item.get("arguments"))))
    answer = Answer(stop, text, refusal, "\n\n".join(summaries), tuple(calls), usage, model)
    signed = any(item.get("encrypted_content") for item in thoughts)
    if signed and all(item["type"] in _GIVEN_BACK for item in items):
        answer.items = [_as_sent(item) for item in items]
    return answer


def _as_sent(item: dict[str, Any]) -> dict[str, Any]:
    """An item as the API takes it back."""
    kept = {name: value for name, value in item.items() if value is not None and name != "status"}
    if item["type"] == "reasoning":
        kept.setdefault("summary", [])
        kept.pop("content", None)
    return kept


def usage_from(told: object, tier: object) -> Usage:
    """OpenAI counts cached input and reasoning as parts already."""
    if told is None:
        return Usage(cost_micros=None, known=False)
    counts = Counts(told)
    used = Usage(
        input_tokens=counts.of("input_tokens"),
        output_tokens=counts.of("output_tokens"),
        cost_micros=None,
        cached_input_tokens=counts.of("input_tokens_details", "cached_tokens"),
        cache_write_tokens=counts.of("input_tokens_details", "cache_write_tokens"),
        reasoning_tokens=counts.of("output_tokens_details", "reasoning_tokens"),
        tier=tier if isinstance(tier, str) else "",
        known=counts.has("input_tokens", "output_tokens"),
    )
    return parts_within(used)
