"""A form made from the JSON Schema of a tool's arguments, with what is nested in it; what it can't show as a field
stays in the JSON beside it."""

from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from console.theme.theme import Theme
from console.views.approvals.list_field import ListField
from console.views.approvals.schema_rules import (
    choices_of,
    kind_of,
    limits_of,
    read_as,
    resolved,
    the_one,
    title_of,
    written,
)
from console.widgets.choice import Choice
from console.widgets.plain_label import PlainLabel
from console.widgets.toggle import Toggle

_SHORT = 44
_LEFT_OUT = object()
_DEEPEST = 4
"""Below this what is nested is written as JSON: a form that refers to itself has no end."""


class SchemaForm(QWidget):
    """``changed`` when a person changed a field. ``merge`` puts the fields into given arguments."""

    changed = Signal()

    def __init__(
        self, theme: Theme, schema: dict[str, Any], defs: dict[str, Any] | None = None, depth: int = 0
    ) -> None:
        super().__init__()
        self._theme, self._depth = theme, depth
        self._defs: dict[str, Any] = schema.get("$defs", {}) if defs is None else defs
        self._schema: dict[str, dict[str, Any]] = {
            name: resolved(rule, self._defs) for name, rule in schema.get("properties", {}).items()
        }
        self._required = frozenset(schema.get("required", []))
        self._fields: dict[str, Field] = {}
        self._values_of: dict[str, list[Any]] = {}
        form = QFormLayout(self)
        form.setContentsMargins(theme.px(16) if depth else 0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(theme.px(8))
        for name, rule in self._schema.items():
            self._add(form, name, rule)
        first = next(iter(self._fields.values()), None)
        if first is not None:
            self.setFocusProxy(first)  # E leads straight into the first field

    def _add(self, form: QFormLayout, name: str, rule: dict[str, Any]) -> None:
        """Title with whether it is needed, the field, its limits below it."""
        title, limits = title_of(name, rule), limits_of(rule)
        needed = self.tr("required") if name in self._required else self.tr("may be left out")
        field = self._fields[name] = self._field(name, rule)
        field.setAccessibleName(title)
        field.setAccessibleDescription(f"{needed}. {limits}".rstrip())
        form.addRow(PlainLabel(self._theme, f"{title} ({needed})", "meta_strong", "text2", wrap=False), field)
        if limits:
            form.addRow(PlainLabel(self._theme, limits, "meta", "text2"))

    def _field(self, name: str, rule: dict[str, Any]) -> "Field":
        theme, kind, choices = self._theme, kind_of(rule), choices_of(rule)
        if choices:
            return self._choice(name, choices)
        nested = the_one(rule, kind) if kind in ("object", "array") and self._depth < _DEEPEST else {}
        if nested.get("properties"):
            form = SchemaForm(theme, nested, self._defs, self._depth + 1)
            form.changed.connect(self.changed)
            return form
        if isinstance(nested.get("items"), dict):
            entries = ListField(theme, title_of(name, rule), nested["items"], self._entry)
            entries.changed.connect(self.changed)
            return entries
        if kind == "boolean":
            toggle = Toggle(theme, title_of(name, rule))
            toggle.toggled.connect(lambda _on: self.changed.emit())
            return toggle
        if kind == "string" and "pattern" not in rule and rule.get("format") is None:
            area = QPlainTextEdit()
            area.setTabChangesFocus(True)
            area.setFont(theme.font("mono"))
            area.textChanged.connect(self.changed)
            return area
        line = QLineEdit()
        line.setFont(theme.font("mono"))
        line.textChanged.connect(lambda _text: self.changed.emit())
        return line

    def _entry(self, rule: dict[str, Any]) -> "SchemaForm":
        schema = {"properties": {"entry": rule}, "required": ["entry"]}
        return SchemaForm(self._theme, schema, self._defs, self._depth + 1)

    def _choice(self, name: str, choices: list[Any]) -> Choice:
        values = choices if name in self._required else [_LEFT_OUT, *choices]
        self._values_of[name] = values
        choice = Choice(self._theme, wide=0)
        for value in values:
            empty = self.tr("left out") if value is _LEFT_OUT else self.tr("none")
            choice.addItem(empty if value is _LEFT_OUT or value is None else written(value))
        choice.currentIndexChanged.connect(lambda _at: self.changed.emit())
        return choice

    def show_values(self, values: dict[str, Any]) -> None:
        """Fill the fields without telling."""
        for name, field in self._fields.items():
            blocker = QSignalBlocker(field)
            value = values.get(name)
            if isinstance(field, SchemaForm):
                field.show_values(value if isinstance(value, dict) else {})
            elif isinstance(field, ListField):
                field.show_value(value)
            elif isinstance(field, Toggle):
                field.setChecked(bool(value))
            elif isinstance(field, Choice):
                field.setCurrentIndex(_place(self._values_of[name], values.get(name, _LEFT_OUT)))
            elif isinstance(field, QPlainTextEdit):
                text = written(value)
                short = "\n" not in text and len(text) < _SHORT
                field.setMinimumHeight(self._theme.px(38 if short else 92))
                field.setMaximumHeight(field.minimumHeight())
                field.setPlainText(text)
            else:
                field.setText(written(value))
            blocker.unblock()

    def merge(self, values: dict[str, Any]) -> dict[str, Any]:
        """``values`` with what the fields say otherwise; what a field does not change stays as it is, also null."""
        merged = dict(values)
        for name, field in self._fields.items():
            said = self._said(name, field, values)
            if said is _LEFT_OUT:
                merged.pop(name, None)
            else:
                merged[name] = said
        return merged

    def _said(self, name: str, field: "Field", values: dict[str, Any]) -> Any:
        before = values.get(name, _LEFT_OUT)
        given = None if before is _LEFT_OUT else before
        if isinstance(field, SchemaForm):
            inner = field.merge(given if isinstance(given, dict) else {})
            return inner if inner or isinstance(given, dict) else before
        if isinstance(field, ListField):
            return field.said(before)
        if isinstance(field, Choice):
            at = field.currentIndex()
            return self._values_of[name][at] if at >= 0 else before  # -1: something that is not among the choices
        if isinstance(field, Toggle):
            missing = before is _LEFT_OUT and name in self._required
            return field.isChecked() if missing or field.isChecked() != bool(given) else before
        text = field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()
        return before if text == written(given) else read_as(text, kind_of(self._schema[name]))


Field = QLineEdit | QPlainTextEdit | Toggle | Choice | SchemaForm | ListField


def _place(values: list[Any], wanted: object) -> int:
    """Where a value stands among the choices, or -1; 1 and true are two values."""
    same = (at for at, value in enumerate(values) if type(value) is type(wanted) and value == wanted)
    return next(same, -1)
