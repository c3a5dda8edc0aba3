"""Chat Completions of any server that speaks them (own address), through the ``openai`` SDK."""

import json
import re
from typing import Any, Final

from runtime.domain.decision import Usage
from runtime.models.interface import ModelRequest
from runtime.models.providers.answer import Answer, Incomplete, Pieces, StreamedFault, Unreadable, Wanted
from runtime.models.providers.calling import Fold, ProviderModel, Say, unheard
from runtime.models.providers.connection import Structured
from runtime.models.providers.conversation import ToldTurn, told
from runtime.models.providers.exchange import Exchange
from runtime.models.providers.forms import Form
from runtime.models.providers.offer import Offer
from runtime.models.providers.openai_client import openai_client, openai_errors
from runtime.models.providers.wording import system_text

_DONE: Final = re.compile(rb"(?:^|[\r\n])data: ?\[DONE\]")


class ChatCompletions(ProviderModel):
    """A model behind an OpenAI-compatible address: Ollama, vLLM, LM Studio, llama.cpp, gateways."""

    leaves_open = True

    def _make_client(self) -> Any:
        client = openai_client(self._connection)
        assert client.chat.completions is not None  # imports what it needs here, in the thread
        return client

    def _errors(self) -> tuple[type[Exception], ...]:
        return openai_errors()

    def _form_body(self, request: ModelRequest, form: Form) -> dict[str, Any]:
        messages = [_said("system", form.system), _said("user", form.text)]
        body = {**self._settings(), "messages": messages}
        if self.abilities.structured is Structured.SCHEMA:
            held = {"name": form.name, "schema": form.schema, "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": held}
        return body

    def _act_body(self, request: ModelRequest, offer: Offer) -> dict[str, Any]:
        tools = [
            {
                "type": "function",
                "function": {"name": one.name, "description": one.purpose, "parameters": one.schema},
            }
            for one in offer.all
        ]
        return {**self._settings(), "tools": tools, "messages": self._messages(request, offer)}

    def _settings(self) -> dict[str, Any]:
        """``max_tokens``, not its newer name: the servers meant here know that one."""
        settings: dict[str, Any] = {"model": self._model, "max_tokens": self.abilities.max_output_tokens}
        if self._connection.streams:
            settings["stream_options"] = {"include_usage": True}
        return settings

    def _messages(self, request: ModelRequest, offer: Offer) -> list[dict[str, Any]]:
        conversation = told(request, offer, self.label)
        messages = [_said("system", system_text(request)), _said("user", conversation.opening)]
        for turn in conversation.turns:
            messages += _turn(turn)
        if conversation.closing:
            messages.append(_said("user", conversation.closing))
        return messages

    async def _send(self, client: Any, body: dict[str, Any]) -> Any:
        return await client.chat.completions.create(**body)

    def _fold(self, on_text: Say, on_reasoning: Say) -> Fold:
        return ChatFold(on_text, on_reasoning)


def _said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": text}


def _turn(turn: ToldTurn) -> list[dict[str, Any]]:
    if not turn.calls:
        return [_said("assistant", turn.text)] if turn.text.strip() else []
    calls = [
        {
            "id": call.call_id,
            "type": "function",
            "function": {"name": call.name, "arguments": json.dumps(call.arguments, ensure_ascii=False)},
        }
        for call in turn.calls
    ]
    said = {"role": "assistant", "content": turn.text or None, "tool_calls": calls}
    results = [{"role": "tool", "tool_call_id": call.call_id, "content": call.result} for call in turn.calls]
    return [said, *results]


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
        self._tier: Any = None
        self._counts: Any = None
        self.model = ""
        self.whole = False
        """Never set while it streams: that the answer is whole is said outside the events, in the last line."""

    @property
    def usage(self) -> Usage:
        """What was said of it; it comes last."""
        return usage_from(self._counts, self._tier)

    def feed(self, event: Any) -> None:
        """The next chunk."""
        self.model = event.model or self.model
        self._tier = getattr(event, "service_tier", None) or self._tier
        if event.usage is not None:
            self._counts = event.usage
        for choice in event.choices or ():
            if choice.index in (0, None):
                self._choice(choice)

    def _choice(self, choice: Any) -> None:
        delta = choice.delta
        if delta is not None:
            if delta.content:
                self._on_text(self._text.add(delta.content))
            if delta.refusal:
                self._on_text(self._refusal.add(delta.refusal))
            extra = delta.model_extra
            if extra and (thought := extra.get("reasoning_content") or extra.get("reasoning")):
                self._on_reasoning(self._thought.add(thought))
            for piece in delta.tool_calls or ():
                self._piece(piece)
        if choice.finish_reason:
            if self._stop and choice.finish_reason != self._stop:
                raise Unreadable("it ends twice, in two ways")
            self._stop = choice.finish_reason

    def _piece(self, piece: Any) -> None:
        """Pieces of one call share an index; some servers give every call the same one, and then the id differs."""
        call = next((one for one in reversed(self._calls) if one.index == piece.index), None)
        if call is None or (piece.id and call.call_id and piece.id != call.call_id):
            call = _Call(piece.index)
            self._calls.append(call)
        call.call_id = piece.id or call.call_id
        if piece.function is not None:
            call.name = piece.function.name or call.name
            call.arguments.add(piece.function.arguments)

    def answer(self, exchange: Exchange) -> Answer:
        """The whole answer: it gave a reason to stop, and the stream was closed with its last line."""
        if not self._stop or not _DONE.search(exchange.tail):
            raise Incomplete
        calls = tuple(Wanted(call.call_id, call.name, str(call.arguments)) for call in self._calls)
        return Answer(
            self._stop, str(self._text), str(self._refusal), str(self._thought), calls, self.usage, self.model
        )

    def read(self, body: Any) -> Answer:
        """A completion that came in one piece."""
        if getattr(body, "error", None):
            raise StreamedFault(body.to_dict())
        self.model = body.model or ""
        self._counts, self._tier = body.usage, getattr(body, "service_tier", None)
        if not body.choices or not body.choices[0].finish_reason:
            raise Unreadable("it is not a completion that came to its end")
        choice = body.choices[0]
        said, extra = choice.message, choice.message.model_extra or {}
        wanted = [call for call in said.tool_calls or () if call.type in ("function", None)]
        calls = tuple(Wanted(call.id or "", call.function.name or "", call.function.arguments or "") for call in wanted)
        thought = extra.get("reasoning_content") or extra.get("reasoning") or ""
        if not isinstance(thought, str) or not isinstance(said.content or "", str):
            raise Unreadable("its text is no text")
        self._on_reasoning(thought)
        self._on_text(said.content or said.refusal or "")
        return Answer(
            choice.finish_reason, said.content or "", said.refusal or "", thought, calls, self.usage, self.model
        )


def usage_from(usage: Any, tier: Any) -> Usage:
    """Cached input and reasoning are parts already; many servers tell neither."""
    if usage is None:
        return Usage(cost_micros=None, known=False)
    read, written = usage.prompt_tokens_details, usage.completion_tokens_details
    return Usage(
        input_tokens=usage.prompt_tokens or 0,
        output_tokens=usage.completion_tokens or 0,
        cost_micros=None,
        cached_input_tokens=getattr(read, "cached_tokens", 0) or 0,
        cache_write_tokens=getattr(read, "cache_write_tokens", 0) or 0,
        reasoning_tokens=getattr(written, "reasoning_tokens", 0) or 0,
        tier=tier if isinstance(tier, str) else "",
    )
