"""Which schema number each kind of event is written with, and how a body of an older number becomes one of the next."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from runtime.domain.events import EVENT_TYPES

Body = dict[str, Any]
Upcaster = Callable[[Body], Body]
"""Takes the body of one schema number (it may change it) and gives that of the next."""


class SchemaStep(msgspec.Struct, frozen=True):
    """One schema number of a kind: what changed with it, in a line, and how older bodies are brought to it."""

    number: int
    line: str
    upcast: Upcaster | None = None
    """None for the first number: nothing is older."""


FIRST = 1
KINDS: dict[str, type] = {str(kind.__struct_config__.tag): kind for kind in EVENT_TYPES}  # type: ignore[attr-defined]


def chains_of_one(body: Body) -> Body:
    """An agent that named one model for a role has a chain of it."""
    models = body.get("spec", {}).get("models", {})
    for role in ("planner", "actor"):
        if isinstance(models.get(role), str):
            models[role] = [models[role]]
    return body


HISTORY: dict[str, tuple[SchemaStep, ...]] = {
    # A kind that is not named here has had one shape only. Adding a field with a default needs no step; anything else
    # does, together with an old log in tests/replay/corpus. Fields that have their default are not written: another
    # default would change what old records say, so changing one is a step as well.
    "agent-saved": (
        SchemaStep(FIRST, "As first written."),
        SchemaStep(2, "A role names a chain of models; it named one.", chains_of_one),
    ),
}


def steps_of(kind: str, history: Mapping[str, tuple[SchemaStep, ...]] = HISTORY) -> tuple[SchemaStep, ...]:
    """Every schema number of a kind, oldest first."""
    return history.get(kind, (SchemaStep(FIRST, "As first written."),))


def current(kind: str, history: Mapping[str, tuple[SchemaStep, ...]] = HISTORY) -> int:
    """The number that new events of this kind are written with."""
    return steps_of(kind, history)[-1].number


def upcast(kind: str, schema: int, body: Body, history: Mapping[str, tuple[SchemaStep, ...]] = HISTORY) -> Body:
    """Bring a body written with `schema` up to the current number, one step at a time."""
    for step in steps_of(kind, history):
        if step.number > schema and step.upcast is not None:
            body = step.upcast(body)
    return body
