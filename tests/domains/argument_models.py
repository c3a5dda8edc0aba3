"""Strict pydantic models made of the JSON Schemas of a domain's tools: unknown names and other types are refused."""

from typing import Any, ClassVar, Literal, Union

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    create_model,
    model_serializer,
)

PLAIN: dict[str, Any] = {"string": str, "integer": int, "number": int | float, "boolean": bool, "null": None}
"""A whole number stays one: 50 and 50.0 are not the same in a database's hash."""
CONFIG = ConfigDict(extra="forbid", strict=True, serialize_by_alias=True)


class Given(BaseModel):
    """One object. What may be left out and has no declared default is not there at all when it was left out."""

    model_config = CONFIG
    left_out: ClassVar[frozenset[str]] = frozenset()
    """Names of fields for which no default is declared."""

    @model_serializer(mode="wrap")
    def _as_given(self, written: SerializerFunctionWrapHandler) -> dict[str, Any]:
        absent = self.left_out - self.model_fields_set
        names = {type(self).model_fields[name].alias or name for name in absent}
        return {name: value for name, value in written(self).items() if name not in names}


def argument_model(tool: str, schema: dict[str, Any]) -> type[BaseModel]:
    """The input of a tool. Raises ValueError for a schema that this does not know."""
    return _Builder(schema.get("$defs", {})).model(tool, schema, outermost=True)


def _one_of(kinds: list[Any]) -> Any:
    """The | of types cannot be written for a list of them."""
    return Union.__getitem__(tuple(kinds))


class _Builder:
    def __init__(self, definitions: dict[str, Any]) -> None:
        self._definitions = definitions
        self._made: dict[str, Any] = {}

    def model(self, name: str, schema: dict[str, Any], *, outermost: bool = False) -> type[BaseModel]:
        """One object with named properties. The outermost one's are all given to a function, null when left out."""
        required = schema.get("required", [])
        fields: dict[str, Any] = {}
        left_out: set[str] = set()
        for at, (given, part) in enumerate(schema.get("properties", {}).items()):
            default = ... if given in required else part.get("default")
            kind = self._type(f"{name}_{given}", part)
            if default is None and given not in required:
                kind = _one_of([kind, None])
            words = part.get("description") or part.get("title") or given
            # A name that pydantic keeps for itself stands behind an alias.
            taken = hasattr(BaseModel, given) or given.startswith(("_", "model_"))
            field = f"given_{at}" if taken else given
            if not outermost and given not in required and "default" not in part:
                left_out.add(field)
            fields[field] = (
                kind,
                Field(default, alias=given if taken else None, description=words),
            )
        made: type[Given] = create_model(name, __base__=Given, **fields)
        made.left_out = frozenset(left_out)
        if schema.get("additionalProperties") and not outermost:
            made.model_config["extra"] = "allow"
            made.model_rebuild(force=True)
        return made

    def _type(self, name: str, schema: dict[str, Any]) -> Any:
        if "$ref" in schema:
            return self._reference(schema["$ref"].removeprefix("#/$defs/"))
        if "const" in schema or "enum" in schema:
            return Literal[tuple(schema.get("enum") or [schema["const"]])]
        choices = schema.get("anyOf") or schema.get("oneOf")
        if choices:
            return _one_of([self._type(f"{name}_{at}", part) for at, part in enumerate(choices)])
        kind = schema.get("type")
        if isinstance(kind, list):
            return _one_of([self._type(name, {**schema, "type": one}) for one in kind])
        if kind == "array":
            inner = self._type(f"{name}_item", schema.get("items", {}))
            return list[inner]  # type: ignore[valid-type]  # made at run time
        if kind == "object":
            return self._object(name, schema)
        if kind is None:
            return JsonValue
        if kind not in PLAIN:
            raise ValueError(f"{name}: no argument can be made of the type {kind!r}.")
        return PLAIN[kind]

    def _reference(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = JsonValue  # what refers to itself is checked to the depth where it does
            self._made[name] = self._type(name, self._definitions[name])
        return self._made[name]

    def _object(self, name: str, schema: dict[str, Any]) -> Any:
        if "properties" in schema:
            return self.model(name, schema)
        further = schema.get("additionalProperties")
        inner = self._type(f"{name}_value", further) if isinstance(further, dict) else JsonValue
        return dict[str, inner]  # type: ignore[valid-type]  # made at run time
