"""What a model takes: nothing is sent that it would refuse. Each provider tells it from the name of the model."""

from dataclasses import dataclass
from enum import StrEnum

from runtime.models.providers.connection import Connection, Structured


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


def held_back(connection: Connection, found: Abilities) -> Abilities:
    """What the model takes, as the connection's own settings hold it back."""
    held = connection.structured is Structured.SCHEMA and found.structured is Structured.SCHEMA
    return Abilities(
        connection.max_output_tokens or found.max_output_tokens,
        found.reasoning,
        Structured.SCHEMA if held else Structured.WORDS,
        connection.summaries and found.reasoning is not Reasoning.NONE,
    )
