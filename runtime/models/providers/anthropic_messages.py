"""Anthropic Messages through the ``anthropic`` SDK."""

import json
from typing import Any, Final

from runtime.domain.decision import Usage
from runtime.models.interface import ModelRequest
from runtime.models.providers.abilities import Reasoning
from runtime.models.providers.answer import Answer, Incomplete, Pieces, StreamedFault, Unreadable, Wanted
from runtime.models.providers.calling import Fold, ProviderModel, Say, unheard
from runtime.models.providers.connection import Structured
from runtime.models.providers.conversation import ToldTurn, pair, told
from runtime.models.providers.exchange import Exchange
from runtime.models.providers.forms import Form
from runtime.models.providers.offer import Offer
from runtime.models.providers.wording import system_text

CACHED: Final = {"type": "ephemeral"}
_GIVEN_BACK: Final = frozenset({"thinking", "redacted_thinking"})
"""Blocks that are signed: an answer that holds one is given back as it was."""


class AnthropicMessages(ProviderModel):
    """A model of Anthropic, or of a gateway that speaks as it does."""

    def _make_client(self) -> Any:
        import anthropic

        from runtime.models.providers.transport import client_for

        connection = self._connection
        http = client_for(connection)
        client = anthropic.AsyncAnthropic(
            api_key="kept elsewhere",
            base_url=connection.base_url,
            max_retries=0,
            timeout=http.timeout,
            http_client=http,
            open_telemetry=False,
        )
        assert client.messages is not None  # imports what it needs here, in the thread
        return client

    def _errors(self) -> tuple[type[Exception], ...]:
        import anthropic
        import httpx2

        return (anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL)

    def _form_body(self, request: ModelRequest, form: Form) -> dict[str, Any]:
        body = {**self._settings(form.system), "messages": [_user([_text(form.text)])]}
        if self.abilities.structured is Structured.SCHEMA:
            body["output_config"] = {"format": {"type": "json_schema", "schema": form.schema}}
        return body

    def _act_body(self, request: ModelRequest, offer: Offer) -> dict[str, Any]:
        tools: list[dict[str, Any]] = [
            {"name": one.name, "description": one.purpose, "input_schema": one.schema} for one in offer.all
        ]
        tools[-1]["cache_control"] = CACHED
        return {**self._settings(system_text(request)), "tools": tools, "messages": self._messages(request, offer)}

    def _settings(self, system: str) -> dict[str, Any]:
        abilities = self.abilities
        settings: dict[str, Any] = {
            "model": self._model,
            "max_tokens": abilities.max_output_tokens,
            "system": [{"type": "text", "text": system, "cache_control": CACHED}],
        }
        if abilities.reasoning is Reasoning.ADAPTIVE:
            settings["thinking"] = {"type": "adaptive"}
            if abilities.summaries:
                settings["thinking"]["display"] = "summarized"
        return settings

    def _messages(self, request: ModelRequest, offer: Offer) -> list[dict[str, Any]]:
        conversation = told(request, offer, self.label)
        messages: list[dict[str, Any]] = [_user([_text(conversation.opening)])]
        for turn in conversation.turns:
            content, results = _turn(turn, offer)
            if content:
                messages.append({"role": "assistant", "content": content})
            if results:
                messages.append(_user(results))
        if conversation.closing:
            closing = _text(conversation.closing)
            if messages[-1]["role"] == "user":
                messages[-1]["content"].append(closing)
            else:
                messages.append(_user([closing]))
        if messages[-1]["role"] == "user":
            messages[-1]["content"][-1] = {**messages[-1]["content"][-1], "cache_control": CACHED}
        return messages

    async def _send(self, client: Any, body: dict[str, Any]) -> Any:
        return await client.messages.create(**body)

    def _fold(self, on_text: Say, on_reasoning: Say) -> Fold:
        return MessagesFold(on_text, on_reasoning)


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _user(content: list[dict[str, Any]]) -> dict[str, Any]:
    return {"role": "user", "content": content}


def _turn(turn: ToldTurn, offer: Offer) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(the assistant's content, the results that must follow it)."""
    if turn.items:
        wanted = [
            (item["id"], item["name"], json.dumps(item["input"])) for item in turn.items if item["type"] == "tool_use"
        ]
        return list(turn.items), [_result(*result) for result in pair(turn, wanted, offer)]
    content = [_text(turn.text.rstrip())] if turn.text.strip() else []
    content += [{"type": "tool_use", "id": c.call_id, "name": c.name, "input": c.arguments} for c in turn.calls]
    return content, [_result(call.call_id, call.result, call.failed) for call in turn.calls]


def _result(call_id: str, result: str, failed: bool) -> dict[str, Any]:
    plain: dict[str, Any] = {"type": "tool_result", "tool_use_id": call_id, "content": result}
    return {**plain, "is_error": True} if failed else plain


class _Block:
    """One block of an answer while it streams."""

    __slots__ = ("closed", "kind", "pieces", "start", "taken")

    def __init__(self, start: Any) -> None:
        self.kind = start.type
        self.start = start
        self.pieces = Pieces()
        self.taken: dict[str, str] = {}
        self.closed = False


class MessagesFold:
    """Folds the events of one message; block by block, as they come in order."""

    def __init__(self, on_text: Say = unheard, on_reasoning: Say = unheard) -> None:
        self._on_text, self._on_reasoning = on_text, on_reasoning
        self._blocks: dict[int, _Block] = {}
        self._counts: dict[str, Any] = {}
        self._stop = ""
        self._refusal = ""
        self.model = ""
        self.whole = False

    @property
    def usage(self) -> Usage:
        """What was said of it so far; known once the stop was told."""
        return usage_from(self._counts, bool(self._stop))

    def feed(self, event: Any) -> None:
        """The next event."""
        match event.type:
            case "content_block_delta":
                self._delta(self._blocks[event.index], event.delta)
            case "content_block_start":
                self._begin(event.index, event.content_block)
            case "content_block_stop":
                self._blocks[event.index].closed = True
            case "message_start":
                self.model = event.message.model or ""
                self._count(event.message.usage)
            case "message_delta":
                self._end(event)
            case "message_stop":
                self.whole = True
            case "error":
                raise StreamedFault(getattr(event, "error", None))
            case _:
                pass  # kinds to come carry nothing that an answer needs

    def _begin(self, index: int, start: Any) -> None:
        if index in self._blocks:
            raise Unreadable("one of its parts begins twice")
        block = self._blocks[index] = _Block(start)
        if block.kind == "text" and start.text:
            self._on_text(block.pieces.add(start.text))

    def _delta(self, block: _Block, delta: Any) -> None:
        if block.closed:
            raise Unreadable("one of its parts goes on after its end")
        match delta.type:
            case "text_delta":
                self._on_text(block.pieces.add(delta.text))
            case "input_json_delta":
                block.pieces.add(delta.partial_json)
            case "thinking_delta":
                self._on_reasoning(block.pieces.add(delta.thinking))
            case "signature_delta":
                block.taken["signature"] = block.taken.get("signature", "") + delta.signature
            case _:
                pass

    def _end(self, event: Any) -> None:
        self._stop = event.delta.stop_reason or self._stop
        self._refusal = _refusal(getattr(event.delta, "stop_details", None)) or self._refusal
        self._count(event.usage)

    def _count(self, usage: Any) -> None:
        if usage is not None:
            self._counts |= {name: value for name, value in usage.model_dump().items() if value is not None}

    def answer(self, exchange: Exchange) -> Answer:
        """The whole answer; the last event counts although the empty line behind it is missing."""
        whole = self.whole or _last_type(exchange) == "message_stop"
        if not whole or not self._stop or not all(block.closed for block in self._blocks.values()):
            raise Incomplete
        blocks = [_streamed(self._blocks[index]) for index in sorted(self._blocks)]
        return _answer(blocks, self._stop, self._refusal, self.usage, self.model)

    def read(self, body: Any) -> Answer:
        """A message that came in one piece."""
        self.model = body.model or ""
        if not body.stop_reason or not isinstance(body.content, list):
            raise Unreadable("it is not a message that came to its end")
        self._stop = body.stop_reason
        self._count(body.usage)
        blocks = [block.to_dict() for block in body.content]
        answer = _answer(blocks, self._stop, _refusal(body.stop_details), self.usage, self.model)
        self._on_reasoning(answer.reasoning)
        self._on_text(answer.text)
        return answer


def _last_type(exchange: Exchange) -> object:
    try:
        last = json.loads(exchange.last_data())
    except (ValueError, RecursionError):
        return None
    return last.get("type") if isinstance(last, dict) else None


def _streamed(block: _Block) -> dict[str, Any]:
    """A block as it would have come in one piece; arguments stay the text that came."""
    whole: dict[str, Any] = block.start.to_dict()
    if block.kind == "text":
        whole["text"] = str(block.pieces)
    elif block.kind == "thinking":
        whole["thinking"] = (whole.get("thinking") or "") + str(block.pieces)
        whole["signature"] = (whole.get("signature") or "") + block.taken.get("signature", "")
    elif block.pieces:
        whole["input"] = str(block.pieces)
    return whole


def _answer(blocks: list[dict[str, Any]], stop: str, refusal: str, usage: Usage, model: str) -> Answer:
    calls = []
    for block in blocks:
        if block["type"] == "tool_use":
            given = block.get("input")
            arguments = given if isinstance(given, str) else json.dumps(given or {}, ensure_ascii=False)
            calls.append(Wanted(str(block.get("id") or ""), str(block.get("name") or ""), arguments))
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
    words = [getattr(details, name, None) for name in ("explanation", "category")]
    return next((word for word in words if isinstance(word, str) and word), "")


def usage_from(counts: dict[str, Any], known: bool) -> Usage:
    """Anthropic counts cached input apart; here it is part of the input."""
    read, written = counts.get("cache_read_input_tokens") or 0, counts.get("cache_creation_input_tokens") or 0
    kept = counts.get("cache_creation") or {}
    details = counts.get("output_tokens_details") or {}
    return Usage(
        input_tokens=(counts.get("input_tokens") or 0) + read + written,
        output_tokens=counts.get("output_tokens") or 0,
        cost_micros=None,
        cached_input_tokens=read,
        cache_write_tokens=written,
        long_cache_write_tokens=kept.get("ephemeral_1h_input_tokens") or 0,
        reasoning_tokens=details.get("thinking_tokens") or 0,
        tier=counts.get("service_tier") or "",
        known=known and "input_tokens" in counts,
    )
