"""Rules of the design guide that the source of the window can be held to: each returns what breaks it, a line each."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.rules import source_files

PLAIN_PARTS = {Path("console/widgets/plain_label.py"), Path("console/widgets/painting.py")}
MARKUP = {"setHtml", "insertHtml", "appendHtml", "setMarkdown", "QTextBrowser", "setOpenExternalLinks", "openUrl"}
FORBIDDEN = {
    "QSortFilterProxyModel": "SQL sorts and filters",
    "QGraphicsDropShadowEffect": "there are no shadows",
    "QLinearGradient": "there are no gradients",
    "QRadialGradient": "there are no gradients",
    "QPropertyAnimation": "nothing moves",
    "QSoundEffect": "the notification's own sound is the only one",
    "QMediaPlayer": "the notification's own sound is the only one",
    "QShortcut": "keys arrive through the action table alone",
    "QDockWidget": "nothing docks",
    "asyncSlot": "tasks have an owner",
}
SPEAKS = {"setText", "setWindowTitle", "setAccessibleName", "setAccessibleDescription", "setPlaceholderText",
          "setToolTip", "addItem", "setHeaderText", "PlainLabel", "ElidedLabel", "ActionButton", "Banner", "Panel",
          "EmptyState", "Toggle", "CheckBox"}  # fmt: skip
_WORDS = re.compile(r"[A-Za-z]{2,}.*[ a-z]")
_KEYS = re.compile(r"(?:(?:Ctrl|Shift|Alt)[ +])*(?:Ctrl|Shift|Alt|Esc|Enter|Tab|Space|F\d+|[A-Z?/])")
_HURRIES = re.compile(r"\bplease\b|\boops\b|[a-z]!(?:\s|$)|\bAI\b|\bsuccessfully\b", re.IGNORECASE)


def _calls(root: Path) -> Iterator[tuple[Path, ast.Call, str]]:
    for path in source_files(root, "console"):
        for node in ast.walk(ast.parse((root / path).read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                yield path, node, name


def markup(root: Path) -> list[str]:
    """What agents write is plain text: nothing that could draw markup is used, labels are of the plain kind."""
    findings = []
    for path, call, name in _calls(root):
        if path in PLAIN_PARTS:
            continue
        if name == "QLabel" and call.args:
            findings.append(f"{path}:{call.lineno} makes a label that could show markup; use PlainLabel")
        if name in MARKUP:
            findings.append(f"{path}:{call.lineno} could show markup or follow a link ({name})")
    return findings


def markup_in_tooltips(root: Path) -> list[str]:
    """Qt draws a tooltip as markup when it looks like it: each goes through ``plain_tooltip`` or is our own words."""
    findings = []
    for path, call, name in _calls(root):
        if (
            name == "setToolTip"
            and not _of_the_tray(call)
            and not all(_is_safe(part) for part in _branches(call.args[0]))
        ):
            findings.append(f"{path}:{call.lineno} shows a tooltip that could be markup; use plain_tooltip")
    for path in source_files(root, "console"):
        text = (root / path).read_text("utf-8")
        if "ToolTipRole" in text and "plain_tooltip" not in text:
            findings.append(f"{path} answers ToolTipRole without plain_tooltip")
    return findings


def _of_the_tray(call: ast.Call) -> bool:
    """The system draws the tooltip of a tray icon, and as plain text."""
    holder = call.func.value if isinstance(call.func, ast.Attribute) else None
    return isinstance(holder, ast.Attribute) and holder.attr == "icon"


def _branches(node: ast.expr) -> list[ast.expr]:
    return [*_branches(node.body), *_branches(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def _is_safe(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return True
    called = node.func if isinstance(node, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in ("plain_tooltip", "tr", "translate")


def box_of_messages(root: Path) -> list[str]:
    """A QMessageBox guesses the format of its text unless it is told."""
    findings = []
    for path in source_files(root, "console"):
        text = (root / path).read_text("utf-8")
        if "QMessageBox(" in text and "setTextFormat" not in text:
            findings.append(f"{path} shows a QMessageBox whose text could be markup")
    return findings


def default_buttons(root: Path) -> list[str]:
    """Enter never approves: no button is the default of its dialog."""
    findings = []
    for path, call, name in _calls(root):
        given = [*call.args, *(word.value for word in call.keywords)]
        wanted = any(isinstance(one, ast.Constant) and one.value is True for one in given)
        if name in ("setDefault", "setAutoDefault") and (wanted or not given):
            findings.append(f"{path}:{call.lineno} makes a button the default ({name})")
    return findings


def forbidden_parts(root: Path) -> list[str]:
    """Parts of Qt that the guide rules out."""
    findings = []
    for path in source_files(root, "console"):
        for node in ast.walk(ast.parse((root / path).read_text("utf-8"))):
            named = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            if named in FORBIDDEN:
                findings.append(f"{path}:{node.lineno} uses {named}: {FORBIDDEN[named]}")  # type: ignore[attr-defined]
    return findings


def cut_numbers(root: Path) -> list[str]:
    """What is cut is cut by ``Theme.cut``, which never ends inside a number."""
    cut = [(path, call) for path, call, name in _calls(root) if name == "elidedText" and path.parts[1] != "theme"]
    return [f"{path}:{call.lineno} cuts a text by itself" for path, call in cut]


def untranslated(root: Path) -> list[str]:
    """Words handed to a part of the window come through ``tr``; presenters make theirs with ``say``."""
    findings = []
    for path, call, name in _calls(root):
        if name not in SPEAKS or path.parts[1] in ("presenters", "cli"):
            continue
        for part in (branch for argument in call.args for branch in _branches(argument)):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and _WORDS.search(part.value):
                if (" " in part.value or part.value[:1].isupper()) and not _KEYS.fullmatch(part.value):
                    findings.append(f"{path}:{part.lineno} says {part.value!r} without tr")
            elif isinstance(part, ast.JoinedStr) and _spoken(part):
                findings.append(f"{path}:{part.lineno} joins a sentence: {_spoken(part)!r}")
    return findings


def _spoken(joined: ast.JoinedStr) -> str:
    words = (str(part.value) for part in joined.values if isinstance(part, ast.Constant))
    return next((text for text in words if re.search(r"[A-Za-z]{3,}", text)), "")


def hurried_words(root: Path) -> list[str]:
    """Facts, not feelings: no exclamation mark, no "please", no "oops", no "AI" on screen."""
    findings = []
    for path in source_files(root, "console"):
        tree = ast.parse((root / path).read_text("utf-8"))
        for line, text in spoken_texts(tree):
            if _HURRIES.search(text):
                findings.append(f"{path}:{line} says {text!r}")
    return findings


def spoken_texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Constants that could be sentences, docstrings left out."""
    documents = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents
        if is_text and " " in node.value:  # type: ignore[attr-defined]
            yield node.lineno, node.value  # type: ignore[attr-defined]
