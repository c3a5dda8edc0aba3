"""An agent as one readable TOML file: every fault is told with its place, and what is written is read back exactly."""

import json
import tomllib
from collections.abc import Callable, Iterator
from typing import Any, Final

import msgspec
import tomli_w

from runtime.domain.action import BadArguments, canonical, parse_arguments
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.words import ModelRole
from runtime.operations.struct_reading import read_struct

HEADING: Final = "# An agent of the operator console. Import it with: operator-console agents import FILE\n\n"
LONGEST_FILE: Final = 5_000_000
"""Characters."""


def read_agent_file(text: str) -> AgentSpec | tuple[str, ...]:
    """The agent, or every fault as ``place: sentence``; what its tools and model say is asked when it is saved."""
    data = read_toml(text)
    if isinstance(data, tuple):
        return data
    faults: list[str] = []
    for place, grant in _tables(data.get("tools"), "tools"):
        if "options" in grant:
            grant["options"] = _options(grant["options"], f"{place}.options", faults)
    for place, step in _steps(data):
        if isinstance(step.get("arguments"), str):
            step["arguments"] = _arguments(step["arguments"], f"{place}.arguments", faults)
        elif isinstance(step.get("arguments"), dict):
            _plain(step["arguments"], f"{place}.arguments", faults)
    _chains(data)
    spec, found = read_struct(AgentSpec, data)
    if spec is not None and not spec.name.strip():
        faults.append("name: it is empty.")
    return tuple(faults) + found if faults or spec is None else spec


def write_agent_file(spec: AgentSpec) -> str:
    """The file of an agent. What says the same as leaving it out is left out."""
    data = _without_defaults(spec)
    for _, grant in _tables(data.get("tools"), "tools"):
        if "options" in grant:
            grant["options"] = _options_to_write(grant["options"])
    _one_alone(data)
    for _, step in _steps(data):
        if "arguments" in step and not _writable(step["arguments"]):
            step["arguments"] = json.dumps(step["arguments"], ensure_ascii=False)
    return HEADING + write_toml(data)


def read_toml(text: str) -> dict[str, Any] | tuple[str, ...]:
    """The data of a TOML file, or the fault with line and column."""
    if len(text) > LONGEST_FILE:
        return (f"The file has {len(text):,} characters; at most {LONGEST_FILE:,} are read.",)
    try:
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except tomllib.TOMLDecodeError as error:
        return (f"The file is not TOML: {error}.",)
    except RecursionError:
        return ("The file is nested too deeply to be read.",)


def write_toml(data: dict[str, Any]) -> str:
    """TOML with texts of several lines written as such, where that loses nothing."""
    text = tomli_w.dumps(data, multiline_strings=True)
    return text if tomllib.loads(text) == data else tomli_w.dumps(data)


def _without_defaults(value: Any) -> Any:
    """Structs as tables; fields that hold their default, and None, are left out."""
    if isinstance(value, msgspec.Struct):
        table: dict[str, Any] = {}
        for field in msgspec.structs.fields(value):
            held = getattr(value, field.name)
            if held is not None and (field.required or held != _default(field)):
                table[field.name] = _without_defaults(held)
        return table
    if isinstance(value, tuple):
        return [_without_defaults(item) for item in value]
    return msgspec.to_builtins(value)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    if field.default_factory is not msgspec.NODEFAULT:
        make: Callable[[], Any] = field.default_factory
        return make()
    return field.default


def _chains(data: dict[str, Any]) -> None:
    """A role with one model may name it without a list."""
    models = data.get("models")
    if not isinstance(models, dict):
        return
    for role in ModelRole:
        if isinstance(models.get(role), str):
            models[str(role)] = [models[role]]


def _one_alone(data: dict[str, Any]) -> None:
    models = data.get("models", {})
    for role in ModelRole:
        if len(chain := models.get(role, ())) == 1:
            models[str(role)] = chain[0]


def _tables(found: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for at, table in enumerate(found if isinstance(found, list) else []):
        if isinstance(table, dict):
            yield f"{place}[{at}]", table


def _steps(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    playbook = data.get("playbook")
    intents = playbook.get("intents") if isinstance(playbook, dict) else None
    for place, intent in _tables(intents, "playbook.intents"):
        yield from _tables(intent.get("steps"), f"{place}.steps")


def _options(given: Any, place: str, faults: list[str]) -> Any:
    """Options stand in the file as a table; in the agent they are canonical JSON. A JSON text is taken as it stands."""
    if isinstance(given, str):
        try:
            parse_arguments(given)
        except BadArguments as error:
            faults.append(f"{place}: {error}")
        return given
    if not isinstance(given, dict):
        return given
    if not _plain(given, place, faults):
        return "{}"
    try:
        return canonical(given)
    except BadArguments as error:
        faults.append(f"{place}: {error}")
        return "{}"


def _options_to_write(text: str) -> Any:
    try:
        table = parse_arguments(text)
        if _writable(table) and canonical(table) == text:
            return table
    except BadArguments:
        pass
    return text


def _arguments(text: str, place: str, faults: list[str]) -> Any:
    try:
        return parse_arguments(text)
    except BadArguments as error:
        faults.append(f"{place}: {error}")
        return {}


def _plain(value: Any, place: str, faults: list[str]) -> bool:
    """Whether it is JSON data; TOML's dates and infinities are not."""
    if isinstance(value, dict):
        below = [_plain(item, f"{place}.{key}", faults) for key, item in value.items()]
        return all(below)
    if isinstance(value, list):
        below = [_plain(item, f"{place}[{at}]", faults) for at, item in enumerate(value)]
        return all(below)
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        faults.append(f"{place}: {value} is not a number that can be used here.")
        return False
    if isinstance(value, (str, bool, int, float)):
        return True
    faults.append(f"{place}: dates and times are written as text, in quotes.")
    return False


def _writable(value: Any) -> bool:
    """TOML has no word for nothing."""
    if isinstance(value, dict):
        return all(_writable(item) for item in value.values())
    if isinstance(value, (list, tuple)):
        return all(_writable(item) for item in value)
    return value is not None
