"""What a model takes, told from its name: nothing is sent that it would refuse. Unknown names get the plain request."""

import re
from dataclasses import dataclass
from enum import StrEnum

from runtime.models.providers.connection import Connection, ProviderKind, Structured

_ANTHROPIC = re.compile(r"claude-(?P<family>[a-z]+)-(?P<major>\d{1,2})(?:-(?P<minor>\d{1,2}))?(?=-|$)")
_OPENAI = re.compile(r"(?:o(?P<series>\d+)|gpt-(?P<major>\d+))(?P<rest>.*)")


class Reasoning(StrEnum):
    """How reasoning is asked for."""

    NONE = "none"
    ADAPTIVE = "adaptive"
    """The model decides how much; summaries are given."""
    ITEMS = "items"
    """Reasoning comes as items that must be handed back in later turns."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What may be put into a request for this model."""

    max_output_tokens: int
    reasoning: Reasoning = Reasoning.NONE
    structured: Structured = Structured.WORDS
    summaries: bool = False


def abilities_of(connection: Connection, model: str) -> Abilities:
    """By the kind of provider and the name of the model; the connection's own settings win."""
    if connection.kind is ProviderKind.ANTHROPIC:
        found = _anthropic(model)
    elif connection.kind is ProviderKind.OPENAI:
        found = _openai(model)
    else:
        found = Abilities(8_192, structured=Structured.SCHEMA)
    held = connection.structured is Structured.SCHEMA and found.structured is Structured.SCHEMA
    return Abilities(
        connection.max_output_tokens or found.max_output_tokens,
        found.reasoning,
        Structured.SCHEMA if held else Structured.WORDS,
        connection.summaries and found.reasoning is not Reasoning.NONE,
    )


def _anthropic(model: str) -> Abilities:
    found = _ANTHROPIC.match(model)
    if found is None:
        return Abilities(4_096)
    version = int(found["major"]), int(found["minor"] or 0)
    if version >= (4, 6):
        return Abilities(16_384, Reasoning.ADAPTIVE, Structured.SCHEMA)
    return Abilities(8_192, structured=Structured.SCHEMA if version >= (4, 5) else Structured.WORDS)


def _openai(model: str) -> Abilities:
    found = _OPENAI.match(model)
    if found is None:
        return Abilities(8_192)
    reasons = found["series"] is not None or (int(found["major"]) >= 5 and "-chat" not in found["rest"])
    if reasons:
        return Abilities(16_384, Reasoning.ITEMS, Structured.SCHEMA)
    if int(found["major"]) < 4 or model == "gpt-4" or model.startswith(("gpt-4-", "gpt-4o-2024-05")):
        return Abilities(4_096)
    return Abilities(8_192, structured=Structured.SCHEMA)
