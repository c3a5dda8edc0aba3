"""The most a request can use: a bound on the tokens sent and on those that may come back. It must never be too low."""

from dataclasses import dataclass
from typing import Final, Protocol, runtime_checkable

import msgspec
from msgspec.structs import replace

from runtime.models.interface import Model, ModelRequest

MOST_OUTPUT: Final = 16_384
"""Tokens an answer may have, reasoning counted, where neither the model nor its connection names another bound."""

AROUND: Final = 8_192
"""Tokens around what is sent: our own words to the model, the provider's about tools, marks between messages."""

PER_TOOL: Final = 512
"""Tokens that come to each tool: the fields for confidence and reason, marks."""

ANY_TIER: Final = "any"
"""Stands for a tier that cannot be asked for: the other side chooses, so the dearest is reserved."""


IN_THE_US: Final = "us"
"""Stands beside a tier (``standard+us``) where a model is computed in that region only, which may cost more."""


@dataclass(frozen=True, slots=True)
class MostUsed:
    """Bounds in tokens. ``tier`` is the service tier that is asked for; empty = the ordinary one, or ``ANY_TIER``."""

    input_tokens: int
    output_tokens: int
    tier: str = ""


@runtime_checkable
class Bounded(Protocol):
    """A model that knows better than the estimate here: it counts what it sends, and sets how much may come back."""

    def most_used(self, request: ModelRequest) -> MostUsed:
        """For one call, planning or acting."""
        ...


def most_used(model: Model, request: ModelRequest) -> MostUsed:
    """The model's own bound; else one token for each byte of the request, which no tokenizer exceeds."""
    if isinstance(model, Bounded):
        return model.most_used(request)
    spec = replace(request.agent, playbook=None)  # examples are not sent
    sent = replace(request, agent=spec, past=tuple(request.past))
    bound = len(msgspec.json.encode(sent)) + AROUND + PER_TOOL * len(request.tools)
    return MostUsed(bound, MOST_OUTPUT)
