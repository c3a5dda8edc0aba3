"""Anthropic Messages through the ``anthropic`` SDK."""

import json
import re
from decimal import Decimal
from typing import Any, ClassVar, Final

from runtime.models.interface import ModelRequest, ProviderFacts
from runtime.models.providers.abilities import Abilities, Reasoning
from runtime.models.providers.calling import ProviderModel
from runtime.models.providers.connection import Structured
from runtime.models.providers.conversation import ToldTurn, pair, told
from runtime.models.providers.fold import Fold, Say
from runtime.models.providers.forms import Form
from runtime.models.providers.messages_fold import MessagesFold
from runtime.models.providers.offer import Offer
from runtime.models.providers.stops import Ending
from runtime.models.providers.wording import system_text
from runtime.models.worst_case import IN_THE_US

CACHED: Final = {"type": "ephemeral"}
_NAME: Final = re.compile(r"claude-(?P<family>[a-z]+)-(?P<major>\d{1,2})(?:-(?P<minor>\d{1,2}))?(?=-|$)")


def _abilities(model: str) -> Abilities:
    found = _NAME.match(model)
    if found is None:
        return Abilities(4_096)
    version = int(found["major"]), int(found["minor"] or 0)
    if version >= (4, 6):
        return Abilities(16_384, Reasoning.ADAPTIVE, Structured.SCHEMA)
    return Abilities(8_192, structured=Structured.SCHEMA if version >= (4, 5) else Structured.WORDS)


def _key_header(key: str) -> tuple[str, str]:
    return "x-api-key", key


FACTS: Final = ProviderFacts(
    kind="anthropic",
    words="Anthropic",
    home="https://api.anthropic.com",
    priced_as="anthropic",
    regions={IN_THE_US: Decimal("1.1")},  # its page on data residency, November 2026; the price table does not know it
    key_header=_key_header,
    headers=frozenset({"anthropic-beta", "anthropic-version"}),
    packages=("anthropic",),
    abilities=_abilities,
    stops={
        "end_turn": Ending.WHOLE,
        "stop_sequence": Ending.WHOLE,
        "tool_use": Ending.WHOLE,
        "pause_turn": Ending.PAUSED,
        "max_tokens": Ending.CUT,
        "model_context_window_exceeded": Ending.FULL,
        "refusal": Ending.REFUSED,
    },
)


class AnthropicMessages(ProviderModel):
    """A model of Anthropic, or of a gateway that speaks as it does."""

    facts: ClassVar[ProviderFacts] = FACTS
    path = "/v1/messages"

    @property
    def tier_at_home(self) -> str:
        """An account may have its newer models computed in the US only; nothing is sent that would overrule it."""
        return IN_THE_US if self.abilities.reasoning is Reasoning.ADAPTIVE else ""

    def _make_client(self) -> Any:
        import anthropic

        from runtime.models.providers.transport import client_for

        connection = self._connection
        http = client_for(connection, self.facts)
        return anthropic.AsyncAnthropic(
            api_key="kept elsewhere",
            base_url=connection.base_url,
            max_retries=0,
            timeout=http.timeout,
            http_client=http,
            open_telemetry=False,
        )

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
        if self.at_home:
            settings["service_tier"] = "standard_only"  # what is reserved is the ordinary price
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
