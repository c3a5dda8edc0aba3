"""What is offered to a model: the agent's tools under names the provider takes, and the ways to end a turn."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from runtime.domain.words import DecisionKind
from runtime.models.interface import ToolOffer
from runtime.models.providers.added_fields import FieldNames, names_for, with_fields

LONGEST_NAME: Final = 64
_UNFIT = re.compile(r"[^A-Za-z0-9_-]")

TEXT: Final = "text"


@dataclass(frozen=True, slots=True)
class Offered:
    """One tool as the provider gets it. ``ends`` is set for the program's own tools, which end the turn."""

    name: str
    tool: str
    purpose: str
    schema: dict[str, Any]
    fields: FieldNames
    ends: DecisionKind | None = None


_ENDS: Final = (
    (
        "end_with_result",
        DecisionKind.COMPLETE,
        "The task is done. Say in text what was done and what came of it. Call it alone, after you saw the results.",
    ),
    (
        "end_with_person",
        DecisionKind.ESCALATE,
        "Hand the task to a person: it cannot or should not be done by you. Say in text why, and what is still open.",
    ),
    (
        "wait_to_be_told",
        DecisionKind.WAIT,
        "Wait until a person tells you more. Say in text what you need to know. Nothing happens until then.",
    ),
)


class Offer:
    """The tools of one request, by the provider's names and by our own."""

    def __init__(self, tools: Sequence[ToolOffer]) -> None:
        self._by_name: dict[str, Offered] = {}
        self._name_of: dict[str, str] = {}
        for name, kind, purpose in _ENDS:
            self._add(name, Offered(name, name, purpose, _end_schema(), FieldNames(), kind))
        for tool in tools:
            fields = names_for(tool.schema)
            name = self._free(tool.name)
            self._name_of[tool.name] = name
            self._add(name, Offered(name, tool.name, tool.purpose, with_fields(tool.schema, fields), fields))

    @property
    def all(self) -> tuple[Offered, ...]:
        """Every tool: the agent's first, in the order given."""
        return tuple(sorted(self._by_name.values(), key=lambda one: one.ends is not None))

    def named(self, name: str) -> Offered | None:
        """The tool the provider means; None = nothing of that name was offered."""
        return self._by_name.get(name)

    def name_of(self, tool: str) -> str:
        """The provider's name of one of our tools, also of one that is not offered (any more)."""
        return self._name_of.get(tool) or _UNFIT.sub("_", tool)[:LONGEST_NAME] or "_"

    def fields_of(self, tool: str) -> FieldNames:
        """What the two added fields are called for a tool."""
        offered = self._by_name.get(self._name_of.get(tool, ""))
        return offered.fields if offered is not None else FieldNames()

    def _add(self, name: str, offered: Offered) -> None:
        self._by_name[name] = offered

    def _free(self, tool: str) -> str:
        """``files.read`` becomes ``files_read``; where that is taken, a number tells them apart."""
        plain = _UNFIT.sub("_", tool)[:LONGEST_NAME] or "_"
        name, number = plain, 2
        while name in self._by_name:
            ending = f"_{number}"
            name, number = plain[: LONGEST_NAME - len(ending)] + ending, number + 1
        return name


def _end_schema() -> dict[str, Any]:
    text = {"type": "string", "description": "In plain words, for the person who reads the run."}
    plain = {"type": "object", "properties": {TEXT: text}, "required": [TEXT], "additionalProperties": False}
    return with_fields(plain, FieldNames())
