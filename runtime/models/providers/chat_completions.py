"""Chat Completions of any server that speaks them (own address), through the ``openai`` SDK."""

import json
from typing import Any, ClassVar, Final

from runtime.models.interface import ModelRequest, ProviderFacts
from runtime.models.providers.abilities import Abilities
from runtime.models.providers.calling import ProviderModel
from runtime.models.providers.chat_fold import ChatFold
from runtime.models.providers.connection import Structured
from runtime.models.providers.conversation import ToldTurn, told
from runtime.models.providers.fold import Fold, Say
from runtime.models.providers.forms import Form
from runtime.models.providers.offer import Offer
from runtime.models.providers.openai_client import openai_client, openai_errors
from runtime.models.providers.stops import Ending
from runtime.models.providers.wording import system_text


def _abilities(model: str) -> Abilities:
    """Whatever its name: behind a server of one's own it may be any model."""
    return Abilities(8_192, structured=Structured.SCHEMA)


FACTS: Final = ProviderFacts(
    kind="compatible",
    words="OpenAI-compatible server",
    example="http://localhost:11434/v1",
    packages=("openai",),
    abilities=_abilities,
    stops={
        "stop": Ending.WHOLE,
        "tool_calls": Ending.WHOLE,
        "function_call": Ending.WHOLE,
        "eos": Ending.WHOLE,
        "length": Ending.CUT,
        "model_length": Ending.FULL,
        "content_filter": Ending.FILTERED,
        "error": Ending.BROKEN,
        "insufficient_system_resource": Ending.BROKEN,
        "abort": Ending.BROKEN,
        # Gateways pass on the words of those they ask.
        "end_turn": Ending.WHOLE,
        "stop_sequence": Ending.WHOLE,
        "tool_use": Ending.WHOLE,
        "eos_token": Ending.WHOLE,
        "max_tokens": Ending.CUT,
        "model_context_window_exceeded": Ending.FULL,
        "refusal": Ending.REFUSED,
        "safety": Ending.FILTERED,
        "recitation": Ending.FILTERED,
    },
)


class ChatCompletions(ProviderModel):
    """A model behind an OpenAI-compatible address: Ollama, vLLM, LM Studio, llama.cpp, gateways."""

    facts: ClassVar[ProviderFacts] = FACTS
    path = "/chat/completions"

    def _make_client(self) -> Any:
        return openai_client(self._connection, self.facts)

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
