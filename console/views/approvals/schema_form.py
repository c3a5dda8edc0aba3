"""A form made from the JSON Schema of a tool's arguments; what it can't show as a field stays in the JSON beside it."""

import json
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from console.theme.theme import Theme
from console.widgets.plain_label import PlainLabel
from console.widgets.toggle import Toggle

_SHORT = 44
Field = QLineEdit | QPlainTextEdit | Toggle


class SchemaForm(QWidget):
    """``changed`` when a person changed a field. ``merge`` puts the fields into given arguments."""

    changed = Signal()

    def __init__(self, theme: Theme, schema: dict[str, Any]) -> None:
        super().__init__()
        self._theme = theme
        self._schema: dict[str, dict[str, Any]] = schema.get("properties", {})
        self._fields: dict[str, Field] = {}
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setVerticalSpacing(theme.px(8))
        required = schema.get("required", [])
        for name, rule in self._schema.items():
            field = self._field(theme, name, rule)
            self._fields[name] = field
            title = str(rule.get("title") or name)
            label = title if name in required else self.tr("{name} (may be left out)").format(name=title)
            form.addRow(PlainLabel(theme, label, "meta_strong", "text2", wrap=False), field)
        first = next(iter(self._fields.values()), None)
        if first is not None:
            self.setFocusProxy(first)  # E leads straight into the first field

    def _field(self, theme: Theme, name: str, rule: dict[str, Any]) -> Field:
        kind = _kind(rule)
        field: Field
        if kind == "boolean":
            field = Toggle(theme, str(rule.get("title") or name))
            field.toggled.connect(lambda _on: self.changed.emit())
        elif kind == "string" and "pattern" not in rule and "enum" not in rule and rule.get("format") is None:
            field = QPlainTextEdit()
            field.setTabChangesFocus(True)
            field.setFont(theme.font("mono"))
            field.textChanged.connect(self.changed)
        else:
            field = QLineEdit()
            field.setFont(theme.font("mono"))
            field.textChanged.connect(lambda _text: self.changed.emit())
        field.setAccessibleName(str(rule.get("title") or name))
        return field

    def show_values(self, values: dict[str, Any]) -> None:
        """Fill the fields without telling."""
        for name, field in self._fields.items():
            blocker = QSignalBlocker(field)
            value = values.get(name)
            if isinstance(field, Toggle):
                field.setChecked(bool(value))
            else:
                text = value if isinstance(value, str) else _written(value)
                if isinstance(field, QPlainTextEdit):
                    short = "\n" not in text and len(text) < _SHORT
                    field.setMinimumHeight(self._theme.px(34 if short else 92))
                    field.setMaximumHeight(field.minimumHeight())
                    field.setPlainText(text)
                else:
                    field.setText(text)
            blocker.unblock()

    def merge(self, values: dict[str, Any]) -> dict[str, Any]:
        """``values`` with what the fields say; an empty field that may be left out is left out."""
        merged = dict(values)
        for name, field in self._fields.items():
            if isinstance(field, Toggle):
                if name in values or field.isChecked():
                    merged[name] = field.isChecked()
                continue
            text = field.toPlainText() if isinstance(field, QPlainTextEdit) else field.text()
            if text == "" and name not in values:
                continue
            merged[name] = text if _kind(self._schema[name]) == "string" else _read(text)
        return merged


def _written(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _kind(rule: dict[str, Any]) -> str:
    """The JSON type, where "or null" is left aside."""
    options = [option for option in rule.get("anyOf", [rule]) if option.get("type") != "null"]
    return str(options[0].get("type", "")) if options else ""


def _read(text: str) -> Any:
    """A number, list or object as typed; what is not JSON stays text, and the judge says what is wrong with it."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text
