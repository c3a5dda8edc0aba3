"""Rules about the source that the import linter does not know: each returns what breaks it, one line a finding."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

LONGEST_FILE = 400
DRAWERS = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}
# They run a loop inside the loop: every other task stands still until the dialog is closed.
NESTED_LOOPS = {"exec", "exec_", "processEvents"}
NESTED_LOOP_WORDS = {"asyncClose"}
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})\b")
COLOURS_LIVE_IN = Path("console/theme/tokens.py")
SOURCES = ("console", "runtime", "storage", "packaging")


def source_files(root: Path, *folders: str) -> list[Path]:
    """Python files of the folders, relative to `root`."""
    found = (path for folder in folders for path in sorted((root / folder).rglob("*.py")))
    return [path.relative_to(root) for path in found if "__pycache__" not in path.parts]


def too_long(root: Path) -> list[str]:
    """A file does one thing; beyond this length it does several."""
    lengths = {
        path: len((root / path).read_text("utf-8").splitlines()) for path in source_files(root, *SOURCES, "tests")
    }
    return [f"{path} has {length} lines" for path, length in lengths.items() if length > LONGEST_FILE]


def drawers(root: Path) -> list[str]:
    """Files and folders are named for what they do, not for the place where things are thrown."""
    paths = source_files(root, *SOURCES, "tests")
    named = {part for path in paths for part in [path.with_suffix("").as_posix()] if DRAWERS & set(_words(part))}
    return sorted(f"{name} is named like a drawer" for name in named)


def _words(path: str) -> list[str]:
    return re.split(r"[/_.]", path)


def without_purpose(root: Path) -> list[str]:
    """The first line of a file says what it is for; an empty package file needs none."""
    findings = []
    for path in source_files(root, *SOURCES, "tests"):
        text = (root / path).read_text("utf-8")
        if text.strip() and ast.get_docstring(ast.parse(text)) is None:
            findings.append(f"{path} does not say what it is for")
    return findings


def nested_loops(root: Path) -> list[str]:
    """No dialog.exec(), no processEvents, no asyncClose in the window."""
    findings = []
    for path in source_files(root, "console"):
        for node in ast.walk(ast.parse((root / path).read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in NESTED_LOOPS:
                findings.append(f"{path}:{node.lineno} runs a loop inside the loop ({node.attr})")
            if isinstance(node, ast.Name) and node.id in NESTED_LOOP_WORDS:
                findings.append(f"{path}:{node.lineno} runs a loop inside the loop ({node.id})")
    return findings


def stray_colours(root: Path) -> list[str]:
    """Colours are named in the theme's tokens and nowhere else."""
    findings = []
    for path in source_files(root, "console"):
        if path == COLOURS_LIVE_IN:
            continue
        for line, text in _string_constants(ast.parse((root / path).read_text("utf-8"))):
            findings += [f"{path}:{line} names the colour {colour}" for colour in COLOUR.findall(text)]
    return findings


def _string_constants(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text in the code except docstrings: those may speak of #123."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def shadowed_library(root: Path) -> list[str]:
    """`packaging/` has no __init__.py: it would shadow the library of that name."""
    return ["packaging/__init__.py shadows a library"] if (root / "packaging" / "__init__.py").exists() else []
