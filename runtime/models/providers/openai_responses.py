"""OpenAI Responses through the ``openai`` SDK. Nothing is kept there: every request tells the whole run."""

import hashlib
import json
import re
from typing import Any, ClassVar, Final

from runtime.models.interface import ModelRequest, ProviderFacts
from runtime.models.providers.abilities import Abilities, Reasoning
from runtime.models.providers.calling import ProviderModel
from runtime.models.providers.connection import Structured
from runtime.models.providers.conversation import ToldTurn, pair, told
from runtime.models.providers.fold import Fold, Say
from runtime.models.providers.forms import Form
from runtime.models.providers.offer import Offer
from runtime.models.providers.openai_client import openai_client, openai_errors
from runtime.models.providers.responses_fold import ResponsesFold
from runtime.models.providers.stops import Ending
from runtime.models.providers.wording import system_text
from runtime.models.worst_case import ANY_TIER

_NAME: Final = re.compile(r"(?:o(?P<series>\d+)|gpt-(?P<major>\d+))(?P<rest>.*)")


def _abilities(model: str) -> Abilities:
    found = _NAME.match(model)
    if found is None:
        return Abilities(8_192)
    reasons = found["series"] is not None or (int(found["major"]) >= 5 and "-chat" not in found["rest"])
    if reasons:
        return Abilities(16_384, Reasoning.ITEMS, Structured.SCHEMA)
    if int(found["major"]) < 4 or model == "gpt-4" or model.startswith(("gpt-4-", "gpt-4o-2024-05")):
        return Abilities(4_096)
    return Abilities(8_192, structured=Structured.SCHEMA)


FACTS: Final = ProviderFacts(
    kind="openai",
    words="OpenAI",
    home="https://api.openai.com/v1",
    priced_as="openai",
    packages=("openai",),
    abilities=_abilities,
    stops={
        "completed": Ending.WHOLE,
        "max_output_tokens": Ending.CUT,
        "content_filter": Ending.FILTERED,
        "max_messages": Ending.CUT,
        "steered": Ending.STRANGE,
        "cancelled": Ending.BROKEN,
    },
)


class OpenAIResponses(ProviderModel):
    """A model of OpenAI."""

    facts: ClassVar[ProviderFacts] = FACTS
    path = "/responses"

    @property
    def tier_at_home(self) -> str:
        """The API says that the tier it took may be another than the one asked for: the dearest is reserved."""
        return ANY_TIER

    def _make_client(self) -> Any:
        return openai_client(self._connection, self.facts)

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
        if self.at_home:
            settings["service_tier"] = "default"  # a project may default to a dearer one
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
