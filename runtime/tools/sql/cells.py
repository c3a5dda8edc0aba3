"""Values of SQLite cells: exactly (for undo) and as plain data (for outputs and screens)."""

import re
from typing import Any

import msgspec

LARGEST_PLAIN = 2**53 - 1
Plain = str | int | float | None


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """One value with SQLite's own type, written so that nothing is lost: n, i, r (hexadecimal), t, x (odd text), b."""

    kind: str
    value: str = ""


Row = tuple[Cell, ...]


def exact(kind: bytes | str, value: Any) -> Cell:
    """A value read with ``typeof`` beside it and ``text_factory=bytes``."""
    name = kind.decode() if isinstance(kind, bytes) else kind
    match name:
        case "null":
            return Cell("n")
        case "integer":
            return Cell("i", str(value))
        case "real":
            return Cell("r", float(value).hex())
        case "blob":
            return Cell("b", bytes(value).hex())
    try:
        return Cell("t", value.decode("utf-8"))
    except UnicodeDecodeError:
        return Cell("x", value.hex())


def bound(cell: Cell) -> tuple[str, Any]:
    """Placeholder and value that write this cell back exactly."""
    match cell.kind:
        case "n":
            return "?", None
        case "i":
            return "?", int(cell.value)
        case "r":
            return "?", float.fromhex(cell.value)
        case "b":
            return "?", bytes.fromhex(cell.value)
        case "x":
            return "CAST(? AS TEXT)", bytes.fromhex(cell.value)
    return "?", cell.value


def shown(cell: Cell | None) -> str:
    """For a person: text as it is, nothing as an empty mark."""
    if cell is None or cell.kind == "n":
        return "NULL"
    if cell.kind == "r":
        return repr(float.fromhex(cell.value))
    return f"x'{cell.value}'" if cell.kind in "bx" else cell.value


_MISTAKEN = re.compile(r"NULL|[+-]?[0-9.][0-9.eE+-]*|[xX]?'.*|", re.IGNORECASE | re.DOTALL)


def told_apart(cell: Cell) -> str:
    """The same for a preview: a text that could pass for a number, for NULL or for nothing stands in quotes, as in SQL.
    Different values are shown differently."""
    if cell.kind == "t" and _MISTAKEN.fullmatch(cell.value):
        return "'" + cell.value.replace("'", "''") + "'"
    return f"CAST(x'{cell.value}' AS TEXT)" if cell.kind == "x" else shown(cell)


def plain(value: Any) -> Plain:
    """A value as JSON has it; what JSON has no exact form for becomes text."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) <= LARGEST_PLAIN else str(value)
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else str(value)
    return bytes(value).hex()


def type_name(values: list[Any]) -> str:
    """Type of a column by what is in it: text, integer, number, blob, nothing, or mixed."""
    names = {type(value) for value in values if value is not None}
    if not names:
        return "nothing"
    if names <= {int, float} and len(names) == 2:
        return "number"
    known: dict[type, str] = {str: "text", int: "integer", float: "number", bytes: "blob"}
    return known.get(names.pop(), "mixed") if len(names) == 1 else "mixed"
