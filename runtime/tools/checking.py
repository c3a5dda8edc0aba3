"""Arguments held against a tool's contract: strict, canonical, each fault with a sentence."""

from functools import lru_cache

import msgspec
from pydantic import BaseModel, ValidationError

from runtime.domain.action import BadArguments, canonical, parse_arguments
from runtime.tools.contract import Tool
from runtime.tools.sentences import ContractBroken, sentences_of

KEPT_CHECKS = 4_096
LONGEST_KEPT = 2_000
"""Arguments that were checked are remembered up to this length: each is checked when judged and again when run."""


class Checked(msgspec.Struct, frozen=True):
    """Arguments that meet the contract. ``arguments`` is the canonical text; ``model`` was read back from that text."""

    arguments: str
    model: BaseModel


def _canonical_arguments(model: type[BaseModel], text: str) -> str:
    """Raises BadArguments or ValidationError."""
    given = canonical(parse_arguments(text))
    valid = model.model_validate_json(given, strict=True)
    written = canonical(valid.model_dump(mode="json", exclude_unset=True))
    if written != given:
        model.model_validate_json(written, strict=True)
    return written


class Checks:
    """What was checked lately is known; the models themselves are made anew, as a model can be changed."""

    def __init__(self) -> None:
        self._known_text = lru_cache(KEPT_CHECKS)(_canonical_arguments)

    def check(self, tool: Tool, arguments_text: str) -> Checked:
        """Parse, validate strictly and canonicalise. Raises ContractBroken with a sentence for every fault."""
        model = tool.contract.input
        canonical_text = self._known_text if len(arguments_text) <= LONGEST_KEPT else _canonical_arguments
        try:
            text = canonical_text(model, arguments_text)
            return Checked(text, model.model_validate_json(text, strict=True))  # anew: a model can be changed
        except BadArguments as error:
            raise ContractBroken((str(error),)) from error
        except ValidationError as error:
            raise ContractBroken(sentences_of(error, model)) from error
