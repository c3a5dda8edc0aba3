"""OpenAI Responses through the ``openai`` SDK. Nothing is kept there: every request tells the whole run."""

import hashlib
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
from runtime.models.providers.openai_client import openai_client, openai_errors
from runtime.models.providers.wording import system_text

_ENDS: Final = frozenset({"response.completed", "response.incomplete", "response.failed"})
_GIVEN_BACK: Final = frozenset({"reasoning", "function_call", "message"})


class OpenAIResponses(ProviderModel):
    """A model of OpenAI."""

    def _make_client(self) -> Any:
        client = openai_client(self._connection)
        assert client.responses is not None  # imports what it needs here, in the thread
        return client

    def _errors(self) -> tuple[type[Exception], ...]:
        return openai_errors()

    def _form_body(self, request: ModelRequest, form: Form) -> dict[str, Any]:
        body = {**self._settings(form.system), "input": [_said("user", form.text)]}
        if self.abilities.structured is Structured.SCHEMA:
            held = {"type": "json_schema", "name": form.name, "schema": form.schema, "strict": True}
            body["text"] = {"format": held}
        return body

    def _act_body(self, request: ModelRequest, offer: Offer) -> dict[str, Any]:
        tools = [
            {
                "type": "function",
                "name": one.name,
                "description": one.purpose,
                "parameters": one.schema,
                "strict": False,  # the default would refuse schemas with optional arguments
            }
            for one in offer.all
        ]
        return {**self._settings(system_text(request)), "tools": tools, "input": self._input(request, offer)}

    def _settings(self, system: str) -> dict[str, Any]:
        abilities = self.abilities
        settings: dict[str, Any] = {
            "model": self._model,
            "instructions": system,
            "max_output_tokens": abilities.max_output_tokens,
            "store": False,
            "prompt_cache_key": hashlib.sha256(system.encode()).hexdigest()[:32],
        }
        if abilities.reasoning is Reasoning.ITEMS:
            settings["include"] = ["reasoning.encrypted_content"]
            if abilities.summaries:
                settings["reasoning"] = {"summary": "auto"}
        return settings

    def _input(self, request: ModelRequest, offer: Offer) -> list[dict[str, Any]]:
        conversation = told(request, offer, self.label)
        items = [_said("user", conversation.opening)]
        for turn in conversation.turns:
            items += _turn(turn, offer)
        if conversation.closing:
            items.append(_said("user", conversation.closing))
        return items

    async def _send(self, client: Any, body: dict[str, Any]) -> Any:
        return await client.responses.create(**body)

    def _fold(self, on_text: Say, on_reasoning: Say) -> Fold:
        return ResponsesFold(on_text, on_reasoning)


def _said(role: str, text: str) -> dict[str, Any]:
    return {"role": role, "content": text}


def _turn(turn: ToldTurn, offer: Offer) -> list[dict[str, Any]]:
    if turn.items:
        calls = [item for item in turn.items if item["type"] == "function_call"]
        wanted = [(item["call_id"], item["name"], item["arguments"]) for item in calls]
        return [*turn.items, *(_output(call_id, result) for call_id, result, _ in pair(turn, wanted, offer))]
    items = [_said("assistant", turn.text)] if turn.text.strip() else []
    items += [
        {
            "type": "function_call",
            "call_id": call.call_id,
            "name": call.name,
            "arguments": json.dumps(call.arguments, ensure_ascii=False),
        }
        for call in turn.calls
    ]
    return items + [_output(call.call_id, call.result) for call in turn.calls]


def _output(call_id: str, result: str) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": result}


class ResponsesFold:
    """Streams what may be shown, and takes the answer from the response that ends the stream."""

    def __init__(self, on_text: Say = unheard, on_reasoning: Say = unheard) -> None:
        self._on_text, self._on_reasoning = on_text, on_reasoning
        self._shown, self._thought = Pieces(), Pieces()
        self._items: dict[int, Any] = {}
        self._response: Any = None
        self.model = ""
        self.whole = False
        self.usage = usage_from(None, "")

    def feed(self, event: Any) -> None:
        """The next event."""
        match event.type:
            case "response.output_text.delta" | "response.refusal.delta":
                self._on_text(self._shown.add(event.delta))
            case "response.reasoning_summary_text.delta":
                self._on_reasoning(self._thought.add(event.delta))
            case "response.reasoning_summary_part.added":
                if self._thought:
                    self._on_reasoning("\n\n")
            case "response.output_item.done":
                if event.output_index in self._items:
                    raise Unreadable("one of its parts ends twice")
                self._items[event.output_index] = event.item
            case "response.created":
                self.model = event.response.model or ""
            case "error":
                raise StreamedFault(None, str(event.code or ""), str(event.message or ""))
            case kind if kind in _ENDS:
                self._end(event.response)
            case _:
                pass

    def _end(self, response: Any) -> None:
        if self.whole:
            raise Unreadable("it ends twice")
        self._response, self.whole = response, True
        self.model = response.model or self.model
        self.usage = usage_from(response.usage, response.service_tier)

    def answer(self, exchange: Exchange) -> Answer:
        """The whole answer, once a response has ended the stream."""
        if self._response is None:
            raise Incomplete
        # Some servers leave the output out of the last event: the parts that were told to be done stand for it.
        done = [self._items[index] for index in sorted(self._items)]
        return self._made(self._response, self._response.output or done)

    def read(self, body: Any) -> Answer:
        """A response that came in one piece."""
        self._end(body)
        answer = self._made(body, body.output)
        self._on_reasoning(answer.reasoning)
        self._on_text(answer.text or answer.refusal)
        return answer

    def _made(self, response: Any, output: Any) -> Answer:
        if response.status == "failed" or (response.error is not None and response.status != "incomplete"):
            error = response.error
            raise StreamedFault(None, str(getattr(error, "code", "")), str(getattr(error, "message", "")))
        if not isinstance(output, list) or not response.status:
            raise Unreadable("it is not a response that came to its end")
        stop = response.status
        if stop == "incomplete":
            stop = getattr(response.incomplete_details, "reason", None) or stop
        items = [item.to_dict() for item in output]
        return _answer(items, stop, self.usage, self.model)


def _answer(items: list[dict[str, Any]], stop: str, usage: Usage, model: str) -> Answer:
    parts = [part for item in items if item["type"] == "message" for part in item.get("content") or []]
    text = "".join(part["text"] for part in parts if part["type"] == "output_text")
    refusal = "".join(part["refusal"] for part in parts if part["type"] == "refusal")
    summaries = [part["text"] for item in items if item["type"] == "reasoning" for part in item.get("summary") or []]
    calls = []
    for item in items:
        if item["type"] == "function_call":
            if item.get("status") not in (None, "completed") and stop == "completed":
                raise Unreadable("one of its calls did not come to its end")
            calls.append(Wanted(item.get("call_id") or "", item.get("name") or "", item.get("arguments") or ""))
    answer = Answer(stop, text, refusal, "\n\n".join(summaries), tuple(calls), usage, model)
    signed = any(item["type"] == "reasoning" and item.get("encrypted_content") for item in items)
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


def usage_from(usage: Any, tier: Any) -> Usage:
    """OpenAI counts cached input and reasoning as parts already."""
    if usage is None:
        return Usage(cost_micros=None, known=False)
    read = usage.input_tokens_details
    written = usage.output_tokens_details
    return Usage(
        input_tokens=usage.input_tokens or 0,
        output_tokens=usage.output_tokens or 0,
        cost_micros=None,
        cached_input_tokens=getattr(read, "cached_tokens", 0) or 0,
        cache_write_tokens=getattr(read, "cache_write_tokens", 0) or 0,
        reasoning_tokens=getattr(written, "reasoning_tokens", 0) or 0,
        tier=tier if isinstance(tier, str) else "",
    )
