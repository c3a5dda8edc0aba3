"""The typed input of a granted statement, and the texts made from its arguments."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from runtime.tools.sql.cells import Plain
from runtime.tools.sql.options import ParameterOptions, StatementOptions
from runtime.tools.text_changes import shortened

LONGEST_TEXT = 20_000
_TYPES: dict[str, type] = {"text": str, "integer": int, "number": float, "boolean": bool}


class Column(BaseModel):
    """A column of an answer; its type is what was found in it."""

    name: str
    type: Literal["text", "integer", "number", "blob", "nothing", "mixed"]


class Rows(BaseModel):
    """Rows of an answer. ``first`` is the first row by column name, {} where there is none."""

    columns: list[Column]
    rows: list[list[Plain]]
    count: int
    first: dict[str, Plain]


class QueryOutput(Rows):
    """``truncated``: there are more rows than the grant returns."""

    truncated: bool


class ChangeOutput(Rows):
    """``changed``: rows the statement changed; ``rows`` is what its RETURNING gave."""

    changed: int


def input_model(statement: StatementOptions) -> type[BaseModel]:
    """A closed pydantic model of the statement's parameters."""
    fields: dict[str, Any] = {name: _field(options) for name, options in statement.parameters.items()}
    name = "".join(part.title() for part in statement.name.split("_"))
    return create_model(f"{name}Input", __config__=ConfigDict(extra="forbid", protected_namespaces=()), **fields)


def _field(options: ParameterOptions) -> Any:
    described: dict[str, Any] = {"description": options.description}
    if options.enum:
        return (Literal[tuple(options.enum)], Field(**described))
    if options.minimum is not None:
        described["ge"] = options.minimum
    if options.maximum is not None:
        described["le"] = options.maximum
    kind: Any = _TYPES[options.type]
    if options.type == "text":
        described["max_length"] = LONGEST_TEXT
    if options.pattern is not None:
        described["json_schema_extra"] = {"pattern": options.pattern}
        kind = Annotated[str, AfterValidator(_whole(options.pattern))]
    return (kind, Field(**described))


def _whole(pattern: str) -> Any:
    """The whole text must match: a search would let a line break or a second line through."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value) is None:
            raise ValueError(f"does not have the form {pattern}.")
        return value

    return check


def values_of(statement: StatementOptions, arguments: BaseModel) -> dict[str, object]:
    """What SQLite is given."""
    given: dict[str, object] = arguments.model_dump()
    return {name: int(value) if isinstance(value, bool) else value for name, value in given.items()}


def filled(template: str, arguments: BaseModel) -> str:
    """A text for people with its {parameter} marks filled in; whole numbers named ``..._cents`` are said as money."""
    return template.format_map({name: _said(name, value) for name, value in arguments.model_dump().items()})


def _said(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name.endswith("_cents") and isinstance(value, int):
        return f"{'-' if value < 0 else ''}${abs(value) // 100:,}.{abs(value) % 100:02d}"
    return str(value)


def title_of(statement: StatementOptions, arguments: BaseModel) -> str:
    """One line of at most 60 characters."""
    said = filled(statement.title, arguments) if statement.title else statement.name.replace("_", " ").capitalize()
    return shortened(" ".join(said.split()) or statement.name, 60)


def resource_of(database: str, statement: StatementOptions, arguments: BaseModel) -> str:
    """What rules match against."""
    exact = {name: _said("", value) for name, value in arguments.model_dump().items()}
    return statement.resource.format_map(exact) if statement.resource else f"{database}:{statement.name}"
