"""What the JSON Schema of one argument says about it: its type, its choices, its limits in words. No Qt."""

import json
import re
from typing import Any

from console.presenters.wording import later, say

_WHOLE = re.compile(r"-?\d+")

_UNITS = {
    "character": (later("{count} character"), later("{count} characters")),
    "entry": (later("{count} entry"), later("{count} entries")),
}


def title_of(name: str, rule: dict[str, Any]) -> str:
    """The title its author gave it; the one pydantic makes of the name ("Order Id") in plain words: "Order id"."""
    title = str(rule.get("title") or "")
    plain = name.replace("_", " ").strip()
    return plain[:1].upper() + plain[1:] if plain and title in ("", plain.title()) else title or name


def resolved(rule: dict[str, Any], defs: dict[str, Any]) -> dict[str, Any]:
    """The rule itself where it only names one of ``$defs`` (JSON Schema 2020-12, 8.2), its options likewise."""
    named = rule.get("$ref") or next(
        (one.get("$ref") for one in rule.get("allOf", []) if len(rule["allOf"]) == 1), None
    )
    if isinstance(named, str) and named.startswith("#/$defs/"):
        found = defs.get(named.removeprefix("#/$defs/"), {})
        rule = {**found, **{key: value for key, value in rule.items() if key not in ("$ref", "allOf")}}
    for key in ("anyOf", "oneOf"):
        if key in rule:
            rule = {**rule, key: [resolved(option, defs) for option in rule[key]]}
    return rule


def the_one(rule: dict[str, Any], kind: str) -> dict[str, Any]:
    """The option of this kind, "or null" left aside."""
    return next((option for option in _options(rule) if kind in _types(option)), {})


def kind_of(rule: dict[str, Any]) -> str:
    """The JSON type, where "or null" is left aside; "" where there is none or more than one."""
    kinds = {kind for option in _options(rule) for kind in _types(option)} - {"null"}
    return kinds.pop() if len(kinds) == 1 else ""


def choices_of(rule: dict[str, Any]) -> list[Any]:
    """The values it can only be one of, null among them where that is allowed; empty where it is free."""
    found: list[Any] = []
    for option in _options(rule):
        if "enum" in option:
            found += option["enum"]
        elif "const" in option:
            found.append(option["const"])
        elif option.get("type") == "null":
            found.append(None)
        else:
            return []
    return found if any(value is not None for value in found) else []


def limits_of(rule: dict[str, Any]) -> str:
    """Range and length in words, "" where there is no limit."""
    real = [option for option in _options(rule) if option.get("type") != "null"]
    if len(real) != 1:
        return ""
    limits = real[0]
    said = [_range(limits.get("minimum"), limits.get("maximum"), "")]
    if "exclusiveMinimum" in limits:
        said.append(say("More than {least}.", least=_figure(limits["exclusiveMinimum"])))
    if "exclusiveMaximum" in limits:
        said.append(say("Less than {most}.", most=_figure(limits["exclusiveMaximum"])))
    said.append(_range(limits.get("minLength"), limits.get("maxLength"), "character"))
    said.append(_range(limits.get("minItems"), limits.get("maxItems"), "entry"))
    return " ".join(filter(None, said))


def written(value: Any) -> str:
    """A value as it stands in a field: text as it is, nothing as an empty field, the rest as JSON."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False)


def read_as(text: str, kind: str) -> Any:
    """What was typed, as the schema wants it; what does not fit stays text for the judge to name."""
    if kind == "string":
        return text
    if kind == "integer":
        return int(text) if _WHOLE.fullmatch(text.strip()) else text
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return text
    if kind == "number" and (isinstance(value, bool) or not isinstance(value, int | float)):
        return text
    return value


def _options(rule: dict[str, Any]) -> list[dict[str, Any]]:
    options: list[dict[str, Any]] = rule.get("anyOf") or rule.get("oneOf") or [rule]
    return options


def _types(option: dict[str, Any]) -> list[str]:
    kind = option.get("type", "")
    return list(kind) if isinstance(kind, list) else [str(kind)]


def _range(least: float | None, most: float | None, unit: str) -> str:
    if least is not None and most is not None:
        return say("From {least} to {most}.", least=_figure(least), most=_counted(most, unit))
    if least is not None:
        return say("At least {least}.", least=_counted(least, unit))
    return "" if most is None else say("At most {most}.", most=_counted(most, unit))


def _counted(value: float, unit: str) -> str:
    if not unit:
        return _figure(value)
    one, more = _UNITS[unit]
    return say(one if value == 1 else more, count=_figure(value))


def _figure(value: float) -> str:
    return f"{int(value) if value == int(value) else value:,}"  # 1.0 of a whole number reads 1
