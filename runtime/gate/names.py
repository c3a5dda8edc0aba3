"""The names a safety check may use: the same for every tool, beside the tool's own arguments and facts."""

from typing import Any

from runtime.domain.condition import RESERVED, BadCondition, Condition, compile_condition
from runtime.domain.policy import Policy, SafetyCheck
from runtime.domain.run_state import Run

RUN_NAMES: dict[str, str] = {
    "tool": "text",
    "agent": "text",
    "resource": "text",
    "effect": "text",
    "confidence": "number",
    "turn": "integer",
    "effects_so_far": "integer",
    "cost_micros": "integer",
    "intent": "text",
    "source": "text",
    "started_by": "text",
    "arguments": "map",
}
"""Always there. A tool's arguments are under ``arguments`` and, where the name is free, by their own names as well."""


def kind_of(value: Any) -> str:
    """The CEL type word of a plain JSON value."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "text"
        case list() | tuple():
            return "list"
        case dict():
            return "map"
        case _:
            return "dyn"


def kind_of_schema(schema: dict[str, Any]) -> str:
    """The CEL type word of a JSON Schema property."""
    words = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean"}
    words |= {"array": "list", "object": "map"}
    return words.get(str(schema.get("type", "")), "dyn")


def values_of(run: Run, tool: str, resource: str, effect: str, confidence: float | None) -> dict[str, Any]:
    """The values of the names that are always there."""
    return {
        "tool": tool,
        "agent": str(run.agent),
        "resource": resource,
        "effect": effect,
        "confidence": -1.0 if confidence is None else float(confidence),
        "turn": len(run.turns) + 1,
        "effects_so_far": run.checkpoints,
        "cost_micros": run.cost_micros,
        "intent": run.intent,
        "source": run.task.source,
        "started_by": "person" if run.task.trusted else "outside",
    }


def compiled(check: SafetyCheck, argument_names: dict[str, str]) -> Condition:
    """The check's condition over the common names and these. Raises BadCondition with line and column."""
    return compile_condition(check.when, {**argument_names, **RUN_NAMES})


def policy_faults(policy: Policy, names_of_tools: dict[str, dict[str, str]]) -> tuple[str, ...]:
    """Every fault of the safety checks, with its place. ``names_of_tools``: tool -> its argument names and kinds.

    A check is compiled over all arguments of the tools it speaks about; one that fits none of them is a fault.
    """
    from fnmatch import fnmatchcase

    found: list[str] = []
    for place, check in enumerate(policy.checks, 1):
        names: dict[str, str] = {}
        for tool, arguments in names_of_tools.items():
            if fnmatchcase(tool, check.tools):
                names |= {name: kind for name, kind in arguments.items() if name not in RESERVED}
        try:
            compiled(check, names)
        except BadCondition as error:
            found.append(f"check {place} ({check.check_id}): {error}")
    for place, rule in enumerate(policy.rules, 1):
        if not rule.agents or not rule.tools or not rule.resources:
            found.append(f"rule {place} ({rule.rule_id}): a pattern is empty; * matches everything")
    return tuple(found)
