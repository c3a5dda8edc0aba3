"""A playbook as data: intents with labelled examples, values taken from the message, steps with branches (DESIGN 9)."""

from typing import Any

import msgspec


class ValueSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value taken from the message: the first group (or the whole match) of the regular expression ``pattern``.

    ``source`` is text, subject, all (subject and text), or the name of a fact of the task (sender, sender_name, ...).
    ``kind``: text | lower | slug ("Blue Mug" becomes blue-mug) | integer | number | cents ("84.00" becomes 8400);
    what is not of the kind is not taken.
    """

    name: str
    pattern: str
    source: str = "text"
    kind: str = "text"
    required: bool = False


class StepSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step: a tool call, or an end (``finish``).

    ``arguments`` may hold ``{{name}}`` anywhere in its strings; a string that is just one such mark takes the value's
    type. Names are values of the message, ``task.*``, and ``results.<id>.<field>...`` of earlier steps; after the name
    may stand ``| dollars`` (of cents), ``| lower`` or ``| or <what else>``.
    ``when`` is a CEL condition over ``values``, ``results``, ``task``, ``confidence``; empty = always. A step whose
    condition does not hold is skipped. ``finish`` ends the run (completed or escalated), ``say`` are its words.
    """

    id: str
    title: str
    tool: str = ""
    arguments: dict[str, Any] = {}
    when: str = ""
    on_failure: str = "escalate"
    """escalate | continue | retry (again up to 2 more times, then escalate)."""
    on_rejection: str = "escalate"
    """escalate | continue"""
    confidence: float | None = None
    """How sure this step is by itself, 0 to 1; the decision's confidence is the lower of this and the intent's vote."""
    reason: str = ""
    finish: str = ""
    say: str = ""


class IntentSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a message may want, how such messages sound, and what is then done."""

    name: str
    title: str
    examples: tuple[str, ...] = ()
    values: tuple[ValueSpec, ...] = ()
    steps: tuple[StepSpec, ...] = ()


class PlaybookSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The embedded model of one agent. ``floor``: below this share of votes the case is handed to a person."""

    intents: tuple[IntentSpec, ...]
    floor: float = 0.5
    neighbours: int = 10
    values: tuple[ValueSpec, ...] = ()
    """Values looked for in every message, whatever its intent."""
