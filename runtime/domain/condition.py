"""Typed CEL conditions: checked when saved, evaluated without side effects. The one module that knows the CEL library."""
