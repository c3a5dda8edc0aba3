"""An answer of Anthropic Messages, folded from the events of its stream or read from its body."""

import json
from typing import Any, Final

from runtime.domain.decision import Usage
from runtime.models.providers.answer import Answer, Incomplete, Pieces, StreamedFault, Unreadable, Wanted
from runtime.models.providers.event_stream import Event
from runtime.models.providers.fold import Say, unheard
from runtime.models.providers.received import Counts, document, entries, inputs_as_written, parts_within, word
from runtime.models.worst_case import IN_THE_US

_GIVEN_BACK: Final = frozenset({"thinking", "redacted_thinking"})
"""Blocks that are signed: an answer that holds one is given back as it was."""


class _Block:
    """One block of an answer while it streams."""

    __slots__ = ("closed", "kind", "pieces", "signature", "start")

    def __init__(self, start: dict[str, Any]) -> None:
        self.kind = word(start["type"])
        self.start = start
        self.pieces = Pieces()
        self.signature = ""
        self.closed = False


class MessagesFold:
    """Folds the events of one message; block by block, as they come in order."""

    def __init__(self, on_text: Say = unheard, on_reasoning: Say = unheard) -> None:
        self._on_text, self._on_reasoning = on_text, on_reasoning
        self._blocks: dict[int, _Block] = {}
        self._counts: dict[str, Any] = {}
        self._stop = ""
        self._counted = False
        """The count of what was written came with the stop; the one that comes first is that of a beginning."""
        self._refusal = ""
        self.model = ""
        self.whole = False

    @property
    def usage(self) -> Usage:
        """What was said of it so far; known once the stop was told, and with it what was written."""
        return usage_from(self._counts, self._counted)

    def feed(self, event: Event) -> None:
        """The next event; once the message has stopped nothing counts."""
        if self.whole or not event.data or event.name == b"ping" or event.data.startswith(b"[DONE]"):
            return  # some gateways end every stream as another API does
        if event.name == b"error":
            raise StreamedFault(_error(event.data))
        said = document(event.data)
        match said.get("type"):
            case "content_block_delta":
                self._delta(self._blocks[said["index"]], said["delta"])
            case "content_block_start":
                self._begin(said["index"], _with_inputs([said["content_block"]], event.data)[0])
            case "content_block_stop":
                self._blocks[said["index"]].closed = True
            case "message_start":
                self.model = word(said["message"].get("model"))
                self._count(said["message"].get("usage"))
            case "message_delta":
                self._end(said)
            case "message_stop":
                self.whole = True
            case "error":
                raise StreamedFault(said)
            case _:
                pass  # kinds to come carry nothing that an answer needs

    def _begin(self, index: int, start: dict[str, Any]) -> None:
        if index in self._blocks:
            raise Unreadable("one of its parts begins twice")
        block = self._blocks[index] = _Block(start)
        if block.kind == "text" and start.get("text"):
            self._on_text(block.pieces.add(start["text"]))

    def _delta(self, block: _Block, delta: dict[str, Any]) -> None:
        if block.closed:
            raise Unreadable("one of its parts goes on after its end")
        match delta.get("type"):
            case "text_delta":
                self._on_text(block.pieces.add(delta["text"]))
            case "input_json_delta":
                block.pieces.add(delta["partial_json"])
            case "thinking_delta":
                self._on_reasoning(block.pieces.add(delta["thinking"]))
            case "signature_delta":
                block.signature += word(delta["signature"])
            case _:
                pass

    def _end(self, said: dict[str, Any]) -> None:
        self._stop = word(said["delta"].get("stop_reason")) or self._stop
        self._refusal = _refusal(said["delta"].get("stop_details")) or self._refusal
        usage = said.get("usage")
        self._count(usage)
        self._counted |= bool(self._stop) and usage is not None and usage.get("output_tokens") is not None

    def _count(self, usage: Any) -> None:
        if usage is not None:
            self._counts |= {name: value for name, value in usage.items() if value is not None}

    def answer(self, unclosed: bytes, *, ended: bool = False) -> Answer:
        """The whole answer; the last event counts although the empty line behind it is missing."""
        whole = self.whole or _ends(unclosed)
        if not whole or not self._stop or not all(block.closed for block in self._blocks.values()):
            raise Incomplete
        blocks = [_streamed(self._blocks[index]) for index in sorted(self._blocks)]
        return _answer(blocks, self._stop, self._refusal, self.usage, self.model)

    def read(self, data: bytes) -> Answer:
        """A message that came in one piece."""
        body = document(data)
        self.model = word(body.get("model"))
        self._stop = word(body.get("stop_reason"))
        self._count(body.get("usage"))
        self._counted = bool(self._stop)
        if not self._stop or not isinstance(body.get("content"), list):
            raise Unreadable("it is not a message that came to its end")
        refusal = _refusal(body.get("stop_details"))
        answer = _answer(_with_inputs(entries(body["content"]), data), self._stop, refusal, self.usage, self.model)
        self._on_reasoning(answer.reasoning)
        self._on_text(answer.text)
        return answer


def _error(data: bytes) -> object:
    """What an event named ``error`` says, in whichever form it is."""
    try:
        return document(data)
    except Unreadable:
        return data.decode("utf-8", "replace")


def _ends(unclosed: bytes) -> bool:
    try:
        return document(unclosed).get("type") == "message_stop"
    except Unreadable:
        return False


def _with_inputs(blocks: list[dict[str, Any]], data: bytes) -> list[dict[str, Any]]:
    """The arguments of calls as the text that came, where there are any: a name in it may be there twice."""
    if any(block["type"] == "tool_use" and block.get("input") for block in blocks):
        for block, text in zip(blocks, inputs_as_written(data), strict=True):
            if block["type"] == "tool_use" and block.get("input"):
                block["input"] = text
    return blocks


def _streamed(block: _Block) -> dict[str, Any]:
    """A block as it would have come in one piece; arguments stay the text that came."""
    whole = dict(block.start)
    if block.kind == "text":
        whole["text"] = str(block.pieces)
    elif block.kind == "thinking":
        whole["thinking"] = word(whole.get("thinking")) + str(block.pieces)
        whole["signature"] = word(whole.get("signature")) + block.signature
    elif block.pieces:
        whole["input"] = str(block.pieces)
    return whole


def _answer(blocks: list[dict[str, Any]], stop: str, refusal: str, usage: Usage, model: str) -> Answer:
    calls = []
    for block in blocks:
        if block["type"] == "tool_use":
            arguments = block.get("input") or "{}"
            calls.append(Wanted(word(block.get("id")), word(block.get("name")), word(arguments)))
    text = "".join(block["text"] for block in blocks if block["type"] == "text")
    reasoning = "\n\n".join(block["thinking"] for block in blocks if block["type"] == "thinking" and block["thinking"])
    given_back = stop == "pause_turn" or any(block["type"] in _GIVEN_BACK for block in blocks)
    items = _as_sent(blocks) if given_back else []
    return Answer(stop, text, refusal, reasoning, tuple(calls), usage, model, items)


def _as_sent(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Blocks as the API takes them back: arguments as an object, no empty text."""
    items = []
    for block in blocks:
        if block["type"] == "text" and not block["text"].strip():
            continue
        item = dict(block)
        if isinstance(item.get("input"), str):
            try:
                item["input"] = json.loads(item["input"])
            except (ValueError, RecursionError):
                item["input"] = {}
        items.append(item)
    return items


def _refusal(details: Any) -> str:
    if details is None:
        return ""
    words = [details.get(name) for name in ("explanation", "category")]
    return next((word for word in words if isinstance(word, str) and word), "")


def _region(counts: Counts) -> str:
    """Where it was computed, if that has a price of its own."""
    return IN_THE_US if counts.word("inference_geo") == IN_THE_US else ""


def usage_from(told: dict[str, Any], known: bool) -> Usage:
    """Anthropic counts cached input apart; here it is part of the input."""
    counts = Counts(told)
    read, written = counts.of("cache_read_input_tokens"), counts.of("cache_creation_input_tokens")
    used = Usage(
        input_tokens=counts.of("input_tokens") + read + written,
        output_tokens=counts.of("output_tokens"),
        cost_micros=None,
        cached_input_tokens=read,
        cache_write_tokens=written,
        long_cache_write_tokens=counts.of("cache_creation", "ephemeral_1h_input_tokens"),
        reasoning_tokens=counts.of("output_tokens_details", "thinking_tokens"),
        tier="+".join(word for word in (counts.word("service_tier"), _region(counts)) if word),
        searches=counts.of("server_tool_use", "web_search_requests"),
        known=known and counts.has("input_tokens", "output_tokens"),
    )
    return parts_within(used)
