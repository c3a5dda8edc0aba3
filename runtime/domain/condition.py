"""Typed CEL conditions: checked when saved, evaluated without side effects. Only this module knows the CEL library."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from cel_expr_python import cel  # type: ignore[import-untyped]

LONGEST_CONDITION: Final = 2_000
TYPE_WORDS: Final[dict[type, str]] = {
    str: "text",
    int: "integer",
    float: "number",
    bool: "boolean",
    list: "list",
    dict: "map",
    object: "dyn",
}
RESERVED: Final = frozenset(
    [
        "bool",
        "bytes",
        "double",
        "dyn",
        "int",
        "list",
        "map",
        "null_type",
        "string",
        "timestamp",
        "duration",
        "type",
        "uint",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "false",
        "for",
        "function",
        "if",
        "import",
        "in",
        "let",
        "loop",
        "namespace",
        "null",
        "package",
        "return",
        "true",
        "var",
        "void",
        "while",
        "size",
        "matches",
        "has",
        "all",
        "exists",
        "exists_one",
        "filter",
        "startsWith",
        "endsWith",
        "contains",
    ]
)
"""Names the language keeps for itself: a value of such a name cannot be declared beside them."""
_LARGEST: Final = 2**63 - 1
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLACE: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_UNDECLARED: Final = re.compile(r"undeclared reference to '([^']*)'")
_NO_OVERLOAD: Final = re.compile(r"found no matching overload for '([^']*)' applied to '\(?(.*?)\)?'")
_CODE: Final = re.compile(r"^[A-Z_]+: ")


class BadCondition(ValueError):
    """The condition cannot be saved; the message is a sentence with the place.

    ``unknown`` is the name nobody declared, where that is the fault.
    """

    def __init__(self, sentence: str, unknown: str = "") -> None:
        super().__init__(sentence)
        self.unknown = unknown


class ConditionFailed(Exception):
    """The condition could not be judged on these values. It is neither true nor false: whoever asks must not allow."""


def _cel_types() -> dict[str, Any]:
    kinds = cel.Type
    return {
        "text": kinds.STRING,
        "integer": kinds.INT,
        "number": kinds.DOUBLE,
        "boolean": kinds.BOOL,
        "list": kinds.List(kinds.DYN),
        "map": kinds.Map(kinds.STRING, kinds.DYN),
        "dyn": kinds.DYN,
    }


_CEL_TYPES: Final = _cel_types()


@lru_cache(maxsize=256)
def _environment(names: tuple[tuple[str, str], ...]) -> Any:
    return cel.NewEnv(variables={name: _CEL_TYPES[kind] for name, kind in names})


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. Made by ``compile_condition``."""

    text: str
    names: tuple[tuple[str, str], ...]
    _evaluate: Callable[..., Any]
    _used: tuple[tuple[str, str], ...]
    """Of the names those that occur in the text: no other value can matter."""

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether the condition is true of ``values``. Names it does not know are ignored.

        Raises ConditionFailed where a needed value is missing, of the wrong type, or the calculation has no result.
        """
        data = {name: _given(self, name, kind, values[name]) for name, kind in self._used if name in values}
        try:
            found = self._evaluate(data=data)
            answer = found.value()
        except (RuntimeError, ValueError, TypeError, OverflowError) as error:
            raise _failed(self, str(error)) from error
        if isinstance(answer, bool):
            return answer
        if str(found.type()) != "ERROR":
            raise ConditionFailed(_sentence(self, f"it gives {answer!r}, not yes or no"))
        raise _failed(self, str(answer))


def compile_condition(text: str, names: Mapping[str, type | str]) -> Condition:
    """Check and compile. ``names`` gives the type of every name the condition may use.

    Raises BadCondition with a sentence that names line and column.
    """
    return _compiled(text, _kinds(tuple(names.items())))


@lru_cache(maxsize=512)
def _kinds(names: tuple[tuple[str, type | str], ...]) -> tuple[tuple[str, str], ...]:
    """Checked and in order. The names of a tool are the same with each of its actions."""
    return tuple(sorted((name, _kind(name, kind)) for name, kind in names))


def _kind(name: str, kind: type | str) -> str:
    word = TYPE_WORDS.get(kind) if isinstance(kind, type) else kind
    if word is None or word not in _CEL_TYPES:
        raise BadCondition(f"The name {name!r} has the type {kind!r}, which conditions do not know.")
    if not _IDENTIFIER.match(name):
        raise BadCondition(f"{name!r} cannot be a name in a condition: letters, digits and _ only, no digit first.")
    return word


@lru_cache(maxsize=1024)
def _compiled(text: str, names: tuple[tuple[str, str], ...]) -> Condition:
    if not text.strip():
        raise BadCondition("The condition is empty; write what must hold, for example amount_cents > 50000.")
    if len(text) > LONGEST_CONDITION:
        raise BadCondition(f"The condition has {len(text):,} characters; at most {LONGEST_CONDITION:,} are read.")
    try:
        expression = _environment(names).compile(text)
    except (RuntimeError, ValueError, TypeError) as error:
        undeclared = _UNDECLARED.search(str(error))
        unknown = undeclared[1] if undeclared else ""
        raise BadCondition(_what_is_wrong(str(error), names), unknown) from error
    result = str(expression.return_type())
    if result not in ("BOOL", "DYN"):
        raise BadCondition(
            f"The condition gives a value ({result.lower()}), not yes or no. Compare it, for example with > 0."
        )
    words = set(_WORD.findall(text))
    return Condition(text, names, expression.eval, tuple(pair for pair in names if pair[0] in words))


def _what_is_wrong(report: str, names: tuple[tuple[str, str], ...]) -> str:
    found = _PLACE.search(report)
    if found is None:
        return f"The condition cannot be read: {_CODE.sub('', report.splitlines()[0] if report else 'no reason given')}"
    line, column, words = found.groups()
    place = f"At line {line}, column {column}: "
    words = words.removesuffix(" [INVALID_ARGUMENT]")
    if unknown := _UNDECLARED.search(words):
        known = ", ".join(name for name, _ in names) or "none"
        return f"{place}{unknown[1]!r} is not a name that can be used here. Known names: {known}."
    if overload := _NO_OVERLOAD.search(words):
        operator, kinds = overload[1].strip("_"), overload[2]
        mixed = {"double", "int"} <= set(re.findall(r"[a-z]+", kinds))
        hint = " Write a number with a point, for example 0.5 or 1.0." if mixed else ""
        return f"{place}{operator} does not work on {kinds}.{hint}"
    if "'<EOF>'" in words:
        return f"{place}the condition ends too early."
    return f"{place}{words.split(' expecting ')[0]}."


def _given(condition: Condition, name: str, kind: str, value: Any) -> Any:
    """The value as the library may have it. It takes True for 1 silently, and refuses tuples: both are settled here."""
    if kind == "integer" and isinstance(value, bool):
        raise ConditionFailed(_sentence(condition, f"{name} is {value}, not a whole number"))
    if kind == "number" and isinstance(value, bool):
        raise ConditionFailed(_sentence(condition, f"{name} is {value}, not a number"))
    return _plain(condition, name, value)


def _plain(condition: Condition, name: str, value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, float)):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise ConditionFailed(_sentence(condition, f"{name} is a whole number too large to compare"))
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(condition, f"{name}.{key}", item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(condition, f"{name}[{at}]", item) for at, item in enumerate(value)]
    raise ConditionFailed(_sentence(condition, f"{name} is a {type(value).__name__}, which conditions cannot compare"))


def _sentence(condition: Condition, reason: str) -> str:
    return f"The condition {condition.text!r} could not be judged: {reason}."


def _failed(condition: Condition, report: str) -> ConditionFailed:
    words = _CODE.sub("", report.strip().splitlines()[0]) if report.strip() else "no result"
    if missing := re.search(r'No value with name "([^"]*)"', words):
        words = f"{missing[1]} has no value"
    elif key := re.search(r'Key not found in map : "?([^"]*)"?', words):
        words = f"there is no field {key[1]!r}"
    elif "No matching overloads" in words:
        words = "the values are of kinds that cannot be compared (" + words.split(":")[-1].strip() + ")"
    elif expected := re.search(r"Unexpected value type for '([^']*)': (\w+)", words):
        words = f"{expected[1]} is a {expected[2]}, not what the condition expects"
    elif "cannot be interpreted as an integer" in words:
        words = "a number with a fraction stands where a whole number is expected"
    return ConditionFailed(_sentence(condition, words.rstrip(".")))
