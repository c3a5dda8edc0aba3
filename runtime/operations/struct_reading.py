"""Plain data from a file as typed structs, collecting every fault with its place instead of stopping at the first."""

import difflib
import types
from enum import Enum
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

S = TypeVar("S", bound=msgspec.Struct)
_WORDS: Final[dict[type, str]] = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}


class _Faulty:
    """Stands for a value that could not be read; its fault is in the list already."""


_FAULTY: Final = _Faulty()


def read_struct(kind: type[S], data: Any, place: str = "") -> tuple[S | None, tuple[str, ...]]:
    """The struct, or None with every fault as ``place: sentence``."""
    faults: list[str] = []
    value = _struct(kind, data, place, faults)
    return (None, tuple(faults)) if faults else (value, ())


def _struct(kind: type[Any], data: Any, place: str, faults: list[str]) -> Any:
    if not isinstance(data, dict):
        faults.append(f"{place or 'the file'}: a table with keys is expected here, not {_called(data)}.")
        return _FAULTY
    hints = get_type_hints(kind)
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    for key in data:
        if key not in fields:
            near = difflib.get_close_matches(str(key), fields, 1)
            hint = f"Did you mean {near[0]}?" if near else f"Known keys: {', '.join(fields)}."
            faults.append(f"{_below(place, key)}: this key is not known. {hint}")
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in data:
            values[name] = _value(hints[name], data[name], _below(place, name), faults)
        elif field.required:
            faults.append(f"{_below(place, name)}: it is missing.")
            values[name] = _FAULTY
    return _FAULTY if any(value is _FAULTY for value in values.values()) else kind(**values)


def _value(kind: Any, data: Any, place: str, faults: list[str]) -> Any:
    supertype = getattr(kind, "__supertype__", None)
    if supertype is not None:
        return _value(supertype, data, place, faults)
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = next(part for part in get_args(kind) if part is not type(None))
        return _value(inner, data, place, faults)
    if origin is tuple:
        return _items(get_args(kind)[0], data, place, faults)
    if origin is dict:
        return _table(data, place, faults)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return _struct(kind, data, place, faults)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _member(kind, data, place, faults)
    return _scalar(kind, data, place, faults)


def _items(kind: Any, data: Any, place: str, faults: list[str]) -> Any:
    if not isinstance(data, list):
        faults.append(f"{place}: a list is expected here, not {_called(data)}.")
        return _FAULTY
    values = tuple(_value(kind, item, f"{place}[{at}]", faults) for at, item in enumerate(data))
    return _FAULTY if any(value is _FAULTY for value in values) else values


def _table(data: Any, place: str, faults: list[str]) -> Any:
    if isinstance(data, dict):
        return data
    faults.append(f"{place}: a table with keys is expected here, not {_called(data)}.")
    return _FAULTY


def _member(kind: type[Enum], data: Any, place: str, faults: list[str]) -> Any:
    for member in kind:
        if member.value == data:
            return member
    faults.append(f"{place}: {data!r} is not one of {', '.join(str(member.value) for member in kind)}.")
    return _FAULTY


def _scalar(kind: Any, data: Any, place: str, faults: list[str]) -> Any:
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if isinstance(data, kind) and not (isinstance(data, bool) and kind is not bool):
        return data
    faults.append(f"{place}: {_WORDS.get(kind, kind.__name__)} is expected here, not {_called(data)}.")
    return _FAULTY


def _below(place: str, key: str) -> str:
    return f"{place}.{key}" if place else str(key)


def _called(data: Any) -> str:
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, str):
        return f"the text {data[:40]!r}"
    if isinstance(data, (int, float)):
        return f"the number {data}"
    if isinstance(data, dict):
        return "a table"
    return "a list" if isinstance(data, list) else f"a {type(data).__name__}"
