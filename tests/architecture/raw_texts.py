"""Words that a person would read and that no translation could reach: texts of the window outside the catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rules import source_files

SAYS = {"tr", "_tr", "translate", "say", "later"}
"""Whoever says a text in the person's language; ``later`` marks one in a table, which is said where it is shown."""
NO_WORDS = {
    "TypeVar",
    "_start",
    "critical",
    "debug",
    "error",
    "exception",
    "getLogger",
    "info",
    "setObjectName",
    "start",
    "warning",
}
"""Calls whose first words are names, or go to the log."""
_NAMED = "Ctrl|Shift|Alt|Esc|Enter|Return|Tab|Space|Del|Backtab|Backspace|Up|Down|Left|Right"
KEYS = re.compile(rf"(?:(?:Ctrl|Shift|Alt)[ +])*(?:{_NAMED}|[A-Z])")
OUTSIDE = {
    "cli", "presenters", "theme", "start.py", "system_check.py", "system_libraries.py", "not_opened.py",
    "crash_report.py", "workspace.py", "bundled.py", "__main__.py", "loop.py", "tasks.py", "app.py",
}  # fmt: skip
"""The command line speaks English, and so do reports to its makers; presenters are full of words and say them."""
DATA = {
    "approved with edit",  # as the journal has it
    "CSV", "Interactive", "Label", "Library", "Name", "Presenters", "the event loop", "typed by ", "Settings",
    "This plugin does not support", "Field", "Operator console",
    "same ", "alike ", "beside ", "export ",  # keys
    # what a new agent, check or criterion says until a person writes something better
    "Hand the message to a person", "This needs a person.", "Anything", "Hello, I have a question",
    "No call of a tool failed.", "The agent is not sure.",
    # mails of the practice, by which its agent knows what to do
    "Keep a note", "keep a note of the call", "Answer the customer", "answer the question about delivery",
    "Send the list of customers", "carrier wants the list of customers",
}  # fmt: skip
"""Texts that are recorded, compared or handed to somebody else."""
_FILES = re.compile(r".*\(\*\.\w+\)|\[Desktop Entry\].*|<span .*", re.DOTALL)
_SENTENCE = re.compile(r"[A-Za-z']{2,},? [A-Za-z(]")
_TITLE = re.compile(r"[A-Z][a-z]{2,}")
_JOINED = re.compile(r"(?<![\w%./+<-])[A-Za-z]{2,}(?![\w=%.:/+-])")
"""A word beside a blank or a sign of a sentence: no key, path, name of a part or form of a date."""
EVIDENCE = {"ask_evidence.py", "run_evidence.py", "autostart.py", "centre.py"}
"""What is copied as evidence is in English, as the journal is; files of the desktop and crash reports are as well."""


def raw_texts(root: Path) -> list[str]:
    """Every text that a person reads goes through ``tr`` or ``say``, also one in a table or a class."""
    findings = []
    for path in source_files(root, "console"):
        if not OUTSIDE & {*path.parts[1:-1], path.name}:
            tree = ast.parse((root / path).read_text("utf-8"))
            findings += [f"{path}:{line} says {text[:60]!r} outside the catalogue" for line, text in _raw(tree)]
    return findings


def joined_words(root: Path) -> list[str]:
    """A sentence is said whole, with places, also by a presenter: words between values are not joined to them."""
    findings = []
    for path in source_files(root, "console"):
        if not (OUTSIDE - {"presenters"} | EVIDENCE) & {*path.parts[1:-1], path.name}:
            tree = ast.parse((root / path).read_text("utf-8"))
            findings += [f"{path}:{line} joins {text[:60]!r} to values" for line, text in _joined(tree)]
    return findings


def _joined(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.JoinedStr):
        pieces = [part.value for part in node.values if isinstance(part, ast.Constant) and isinstance(part.value, str)]
        yield from ((node.lineno, piece) for piece in pieces if _JOINED.search(piece) and not _apart(piece))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "join":
        by = node.func.value
        if isinstance(by, ast.Constant) and isinstance(by.value, str) and _JOINED.search(by.value):
            yield node.lineno, by.value
    for child in _children(node):
        yield from _joined(child)


def _raw(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and _is_read(node.value):
            yield node.lineno, node.value
        return
    for child in _children(node):
        yield from _raw(child)


def _is_read(text: str) -> bool:
    return not _apart(text) and bool(_SENTENCE.search(text) or _TITLE.fullmatch(text))


def _apart(text: str) -> bool:
    return bool(text in DATA or KEYS.fullmatch(text) or _FILES.fullmatch(text))


def _children(node: ast.AST) -> list[ast.AST]:
    """Parts that may hold a text; docstrings, what is compared and what goes wrong inside are for nobody to read."""
    if isinstance(node, ast.Raise | ast.Assert | ast.Compare | ast.Subscript):
        return []
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in SAYS | NO_WORDS or name.endswith(("Error", "Fault")):
            return [] if name in SAYS else [part for part in node.args if not isinstance(part, ast.Constant)]
        return [called, *node.args, *(word.value for word in node.keywords if word.arg not in ("name", "key"))]
    if isinstance(node, ast.AnnAssign):
        return [node.value] if node.value else []
    found = list(ast.iter_child_nodes(node))
    return [part for part in found if not (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))]
