"""Arguments held against a tool's contract: strict, canonical, each fault with a sentence."""

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


def _checked(model: type[BaseModel], text: str) -> Checked:
    """Raises BadArguments or ValidationError."""
    given = canonical(parse_arguments(text))
    valid = model.model_validate_json(given, strict=True)
    written = canonical(valid.model_dump(mode="json", exclude_unset=True))
    return Checked(written, valid if written == given else model.model_validate_json(written, strict=True))


class Checks:
    """What was checked lately is known; the models themselves are made anew, as a model can be changed.

    Used in the loop.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[type[BaseModel], str], str] = {}
        """The canonical text of what was given, oldest first."""

    def check(self, tool: Tool, arguments_text: str) -> Checked:
        """Parse, validate strictly and canonicalise. Raises ContractBroken with a sentence for every fault."""
        model = tool.contract.input
        known = self._known.get((model, arguments_text))
        try:
            if known is not None:
                return Checked(known, model.model_validate_json(known, strict=True))
            checked = _checked(model, arguments_text)
        except BadArguments as error:
            raise ContractBroken((str(error),)) from error
        except ValidationError as error:
            raise ContractBroken(sentences_of(error, model)) from error
        if len(arguments_text) <= LONGEST_KEPT:
            if len(self._known) >= KEPT_CHECKS:
                del self._known[next(iter(self._known))]
            self._known[model, arguments_text] = checked.arguments
        return checked
