"""Everything that is wrong with a playbook, with its place; looked for when an agent is saved."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from runtime.domain.condition import BadCondition, compile_condition
from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec, ValueSpec
from runtime.models.playbook.planning import CONDITION_NAMES, HAND_OVER
from runtime.models.playbook.templates import MARK, is_filter, is_path, marks_in
from runtime.models.playbook.values import KINDS, BadPattern, compile_pattern

ON_FAILURE: Final = ("escalate", "continue", "retry")
ON_REJECTION: Final = ("escalate", "continue")
FINISHES: Final = ("completed", "escalated")
MOST_NEIGHBOURS: Final = 200
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_USED: Final = re.compile(r"\b(values|results)\.([A-Za-z_][A-Za-z0-9_]*)")
_TEXT: Final = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")

Schemas = Mapping[str, Mapping[str, Any]]


def playbook_faults(playbook: PlaybookSpec, tools: Schemas | None = None) -> tuple[str, ...]:
    """Sentences with places such as ``playbook.intents[3].steps[1].tool: ...``; none = it can be saved.

    ``tools`` maps names of granted tools to the JSON Schemas of their arguments; None = tools are not looked at.
    """
    return tuple(_faults(playbook, tools))


def _faults(playbook: PlaybookSpec, tools: Schemas | None) -> Iterator[str]:
    if not playbook.intents:
        yield "playbook.intents: there is none; a playbook needs at least one intent."
    if not 0.0 <= playbook.floor <= 1.0:
        yield f"playbook.floor: {playbook.floor} is not a share; give a number from 0 to 1."
    if not 1 <= playbook.neighbours <= MOST_NEIGHBOURS:
        yield f"playbook.neighbours: {playbook.neighbours} is not a count from 1 to {MOST_NEIGHBOURS}."
    for at, value in enumerate(playbook.values):
        yield from _value_faults(value, f"playbook.values[{at}]")
    seen: set[str] = set()
    for at, intent in enumerate(playbook.intents):
        place = f"playbook.intents[{at}]"
        if intent.name in seen:
            yield f"{place}.name: {intent.name!r} is there more than once."
        seen.add(intent.name)
        yield from _intent_faults(intent, place, playbook, tools)


def _intent_faults(intent: IntentSpec, place: str, playbook: PlaybookSpec, tools: Schemas | None) -> Iterator[str]:
    if not intent.name.strip():
        yield f"{place}.name: it is empty."
    if not intent.title.strip():
        yield f"{place}.title: it is empty."
    for at, example in enumerate(intent.examples):
        if not example.strip():
            yield f"{place}.examples[{at}]: it is empty."
    names = {value.name for value in playbook.values}
    for at, value in enumerate(intent.values):
        yield from _value_faults(value, f"{place}.values[{at}]")
        names.add(value.name)
    before: set[str] = set()
    for at, step in enumerate(intent.steps):
        here = f"{place}.steps[{at}]"
        if not _NAME.match(step.id):
            yield f"{here}.id: {step.id!r} is no name; letters, digits and _ only, no digit first."
        if step.id in before:
            yield f"{here}.id: {step.id!r} is there more than once."
        yield from _step_faults(step, here, tools)
        yield from _name_faults(step, here, names, before)
        before.add(step.id)


def _value_faults(value: ValueSpec, place: str) -> Iterator[str]:
    if not _NAME.match(value.name) or value.name in CONDITION_NAMES:
        yield f"{place}.name: {value.name!r} cannot name a value; letters, digits and _ only, no digit first."
    if value.kind not in KINDS:
        yield f"{place}.kind: {value.kind!r} is not one of {', '.join(KINDS)}."
    try:
        compile_pattern(value.pattern)
    except BadPattern as error:
        yield f"{place}.pattern: {error}"


def _step_faults(step: StepSpec, place: str, tools: Schemas | None) -> Iterator[str]:
    if step.id == HAND_OVER:
        yield f"{place}.id: {HAND_OVER} is the console's own step."
    if bool(step.tool) == bool(step.finish):
        yield f"{place}: a step either calls a tool or finishes; give one of tool and finish."
    if not step.title.strip():
        yield f"{place}.title: it is empty."
    if step.finish and step.finish not in FINISHES:
        yield f"{place}.finish: {step.finish!r} is not one of {', '.join(FINISHES)}."
    if step.on_failure not in ON_FAILURE:
        yield f"{place}.on_failure: {step.on_failure!r} is not one of {', '.join(ON_FAILURE)}."
    if step.on_rejection not in ON_REJECTION:
        yield f"{place}.on_rejection: {step.on_rejection!r} is not one of {', '.join(ON_REJECTION)}."
    if step.confidence is not None and not 0.0 <= step.confidence <= 1.0:
        yield f"{place}.confidence: {step.confidence} is not a number from 0 to 1."
    if step.tool and tools is not None:
        yield from _tool_faults(step, place, tools)
    if step.when.strip():
        try:
            compile_condition(step.when, CONDITION_NAMES)
        except BadCondition as error:
            yield f"{place}.when: {error}"


def _tool_faults(step: StepSpec, place: str, tools: Schemas) -> Iterator[str]:
    if step.tool not in tools:
        known = ", ".join(sorted(tools)) or "none"
        yield f"{place}.tool: {step.tool!r} is not among the tools this agent is granted ({known})."
        return
    schema = tools[step.tool]
    properties = schema.get("properties", {})
    for name in step.arguments:
        if name not in properties:
            known = ", ".join(properties) or "none"
            yield f"{place}.arguments.{name}: {step.tool} does not take it; it takes {known}."
    for name in schema.get("required", ()):
        if name not in step.arguments:
            yield f"{place}.arguments.{name}: {step.tool} needs it."


def _name_faults(step: StepSpec, place: str, values: set[str], before: set[str]) -> Iterator[str]:
    for field in ("title", "arguments", "reason", "say"):
        for path, words in marks_in(getattr(step, field)):
            yield from (f"{place}.{field}: {fault}" for fault in _mark_faults(path, words, values, before))
        text = getattr(step, field)
        if isinstance(text, str) and "{{" in MARK.sub("", text):
            yield f"{place}.{field}: a {{{{ is never closed."
    for root, name in _USED.findall(_TEXT.sub("''", step.when)):
        if root == "values" and name not in values:
            yield f"{place}.when: there is no value named {name}. {_known(values)}"
        if root == "results" and name not in before:
            yield f"{place}.when: no earlier step has the id {name}. {_known(before)}"


def _mark_faults(path: str, words: str, values: set[str], before: set[str]) -> Iterator[str]:
    if not is_filter(words):
        yield f"{words!r} is no filter; known are dollars, lower and or <text>."
    parts = path.split(".")
    if not is_path(path):
        yield f"{{{{{path}}}}} names nothing."
    elif parts[0] == "results":
        if len(parts) < 3 or parts[1] not in before:
            yield f"{{{{{path}}}}}: no earlier step has this id. {_known(before)}"
    elif parts[0] == "task":
        if len(parts) != 2:
            yield f"{{{{{path}}}}}: write task and one name, as in task.sender."
    else:
        name = parts[1] if parts[0] == "values" and len(parts) > 1 else parts[0]
        if name not in values:
            yield f"{{{{{path}}}}}: there is no value of this name. {_known(values)}"


def _known(names: set[str]) -> str:
    return f"Known: {', '.join(sorted(names)) or 'none'}."
