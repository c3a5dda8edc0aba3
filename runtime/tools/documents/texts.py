"""What a file of the granted folder holds as documents: one for a text file, one a line for a .jsonl file."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from runtime.tools.text_changes import as_text

TEXT_ENDS = (".md", ".markdown", ".txt", ".rst")
LINES_END = ".jsonl"
LONGEST_ID = 300
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Document:
    """One document. A text file's id is its path; a line of a .jsonl file says its own."""

    id: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Something that is no document, and why."""

    where: str
    why: str


def is_document(path: str) -> bool:
    """Whether files with such a name are read at all."""
    return path.lower().endswith((*TEXT_ENDS, LINES_END))


def documents_of(path: str, content: bytes) -> Iterator[Document | PassedOver]:
    """The documents of one file."""
    text = as_text(content)
    if text is None:
        yield PassedOver(path, "it is not UTF-8 text")
    elif not path.lower().endswith(LINES_END):
        yield Document(path, _title(text, path), text)
    else:
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield _from_line(line, f"{path}, line {number}")


def _from_line(line: str, where: str) -> Document | PassedOver:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return PassedOver(where, "it is not JSON")
    if not isinstance(found, dict):
        return PassedOver(where, "it is not an object with id and content")
    name, title, content = found.get("id"), found.get("title", ""), found.get("content", found.get("text"))
    if not isinstance(name, str) or not name.strip() or not isinstance(content, str) or not isinstance(title, str):
        return PassedOver(where, "it has no id and content as texts")
    if len(name) > LONGEST_ID or not name.isprintable():
        return PassedOver(where, f"its id is longer than {LONGEST_ID} characters or holds unprintable ones")
    if not _sayable(content + title):
        return PassedOver(where, "it holds half a character")
    return Document(name, title[:LONGEST_TITLE] or _title(content, name), content)


def _sayable(text: str) -> bool:
    """JSON can spell surrogates that are no text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _title(text: str, name: str) -> str:
    """The first line that says something."""
    for line in text.split("\n", 40)[:40]:
        if said := line.strip().lstrip("#=-* ").strip():
            return said[:LONGEST_TITLE]
    return name.rsplit("/", 1)[-1]
