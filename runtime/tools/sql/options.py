"""What a grant of the sql family says: a database file and the named statements an agent may run in it."""

import re
from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from runtime.domain.words import EffectKind, Tier
from runtime.tools.path_names import workspace_path
from runtime.tools.sql.statement_text import StatementText, read_statement

Scalar = str | int | float | bool
_TYPES: dict[str, tuple[type, ...]] = {"text": (str,), "integer": (int,), "number": (int, float), "boolean": (bool,)}


class ParameterOptions(BaseModel):
    """One parameter of a statement."""

    model_config = ConfigDict(extra="forbid")
    type: Literal["text", "integer", "number", "boolean"]
    description: str = Field(min_length=1)
    enum: list[Scalar] | None = Field(default=None, min_length=1)
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> "ParameterOptions":
        numeric = self.type in ("integer", "number")
        if not numeric and (self.minimum is not None or self.maximum is not None):
            raise ValueError(f"minimum and maximum belong to numbers, not to {self.type}.")
        if self.pattern is not None:
            if self.type != "text":
                raise ValueError(f"pattern belongs to text, not to {self.type}.")
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(f"pattern is no regular expression: {error}.") from error
        for value in self.enum or ():
            if not isinstance(value, _TYPES[self.type]) or (isinstance(value, bool) and self.type != "boolean"):
                raise ValueError(f"enum holds {value!r}, which is not of type {self.type}.")
        return self


class StatementOptions(BaseModel):
    """One statement; ``title``, ``resource`` and ``checks`` may hold {parameter} marks."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")
    purpose: str = Field(min_length=1)
    kind: Literal["query", "change"]
    sql: str = Field(min_length=1)
    parameters: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ParameterOptions] = {}
    title: str = ""
    resource: str = ""
    effect: Literal["reversible", "irreversible"] = "reversible"
    tier: int | None = Field(default=None, ge=1, le=4)
    checks: list[str] = Field(default=[], max_length=3)
    max_rows: int = Field(default=200, ge=1, le=10_000)
    max_changed: int = Field(default=20, ge=1, le=10_000)
    expect_changed: int | None = Field(default=None, ge=0)
    undo: str = ""

    @property
    def text(self) -> StatementText:
        """The SQL, read."""
        return read_statement(self.sql)

    @property
    def effect_kind(self) -> EffectKind:
        """What it does to the world."""
        return EffectKind.READ if self.kind == "query" else EffectKind(self.effect)

    @property
    def least_tier(self) -> Tier:
        """How much friction an ask has at least."""
        if self.kind == "query":
            return Tier.NOTHING
        least = Tier.FINAL if self.effect == "irreversible" else Tier.SMALL
        return max(least, Tier(self.tier or least))

    @model_validator(mode="after")
    def _may_be_granted(self) -> "StatementOptions":
        text = self.text
        if text.kind != self.kind:
            raise ValueError(f"the SQL is a {text.kind}, but the grant says {self.kind}.")
        declared = set(self.parameters)
        if taken := sorted(name for name in declared if hasattr(BaseModel, name)):
            raise ValueError(f"{', '.join(taken)} cannot be the name of a parameter; choose another.")
        if missing := sorted(text.parameters - declared):
            raise ValueError(f"the SQL uses {', '.join(missing)}, not described under parameters.")
        if unused := sorted(declared - text.parameters):
            raise ValueError(f"{', '.join(unused)} is described, but the SQL does not use it.")
        for field in ("title", "resource", "checks"):
            value = getattr(self, field)
            for template in [value] if isinstance(value, str) else value:
                _check_template(template, field, declared)
        if self.effect == "irreversible" and self.kind == "change" and not self.checks:
            raise ValueError("an irreversible change needs one to three checks, which a person ticks.")
        return self


def _check_template(template: str, field: str, declared: set[str]) -> None:
    try:
        marks = list(Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"{field} has a brace that is never closed: {error}.") from error
    for _, name, spec, conversion in marks:
        if name is None:
            continue
        if name not in declared or spec or conversion:
            raise ValueError(f"{field} names {{{name}}}, which is no parameter of this statement.")


class SqlOptions(BaseModel):
    """``database``: path of a SQLite file relative to the workspace."""

    model_config = ConfigDict(extra="forbid")
    database: Annotated[str, AfterValidator(workspace_path)] = Field(min_length=1)
    statements: list[StatementOptions] = Field(min_length=1)
    busy_seconds: float = Field(default=3.0, ge=0, le=20)
    """How long to wait while another program writes to the file."""

    @model_validator(mode="after")
    def _names_once(self) -> "SqlOptions":
        names = [statement.name for statement in self.statements]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"statements: {', '.join(twice)} is there more than once.")
        return self
