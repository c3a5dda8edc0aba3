"""SQL text as tokens: how many statements, of which kind, with which parameters. No database is needed for this."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["query", "change"]

_TOKEN = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<text>'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])
    |(?P<parameter>[:@$][A-Za-z_][A-Za-z0-9_]*|\?[0-9]*)
    |(?P<word>[A-Za-z_][A-Za-z0-9_$]*)
    |(?P<space>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_QUERIES = {"select", "values"}
_CHANGES = {"insert", "update", "delete"}


class StatementRefused(ValueError):
    """The SQL is not one that may be granted; the message is a sentence."""


@dataclass(frozen=True)
class StatementText:
    """One statement that may be granted."""

    kind: Kind
    parameters: frozenset[str]
    replaces: bool
    """It names REPLACE, which removes rows that it does not count."""


def read_statement(sql: str) -> StatementText:
    """Read exactly one SELECT, VALUES, INSERT, UPDATE or DELETE (WITH may lead)."""
    words: list[str] = []
    parameters: set[str] = set()
    ended = False
    depth = 0
    kind: Kind | None = None
    for match in _TOKEN.finditer(sql):
        what, token = match.lastgroup or "other", match.group()
        if what in ("comment", "space"):
            continue
        if ended:
            raise StatementRefused("There is more after the first ';'; one grant holds exactly one statement.")
        if what == "other" and token == "\x00":
            raise StatementRefused("The SQL holds a NUL character.")
        if what == "other" and token in "'\"`[":
            raise StatementRefused(f"The SQL has a {token} that is never closed.")
        if token == ";":
            ended = True
        elif what == "parameter":
            parameters.add(_parameter(token))
        elif what == "word":
            word = token.lower()
            words.append(word)
            if kind is None and depth == 0:
                kind = _kind(word, words)
        depth += {"(": 1, ")": -1}.get(token, 0) if what == "other" else 0
    if kind is None:
        raise StatementRefused("The SQL has no SELECT, INSERT, UPDATE or DELETE.")
    return StatementText(kind, frozenset(parameters), "replace" in words)


def _kind(word: str, words: list[str]) -> Kind | None:
    if word in _QUERIES:
        return "query"
    if word in _CHANGES:
        return "change"
    if words[0] != "with":
        raise StatementRefused(f"{word.upper()} cannot be granted; only SELECT, INSERT, UPDATE and DELETE can.")
    return None


def _parameter(token: str) -> str:
    if token[0] == ":":
        return token[1:]
    raise StatementRefused(f"Parameters are written :name; {token!r} is not.")
