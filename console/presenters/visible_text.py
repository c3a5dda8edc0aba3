"""The visible form of a text: every character that could hide, reorder or pass for another is given a label."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from console.presenters.wording import say


class Kind(StrEnum):
    """How a span is drawn. Everything but the first four is drawn as a box with `label` in it."""

    PLAIN = "plain"  # as it is
    NEWLINE = "newline"  # the line ends here
    ODD = "odd"  # typographic signs, drawn underlined
    SCRIPT = "script"  # a whole word in Greek or Cyrillic: underlined, followed by a box naming the script
    TAB = "tab"
    BLANK = "blank"  # no-break space and the other blanks that are not U+0020
    TRAILING = "trailing"  # blanks before the end of a line, or so many in it that what follows could be overlooked
    CONTROL = "control"
    BIDI = "bidi"  # changes the reading direction
    ZERO_WIDTH = "zero-width"
    TAG = "tag"  # invisible copies of ASCII, variation selectors
    COMBINING = "combining"
    LOOK_ALIKE = "look-alike"  # passes for another character
    FOREIGN = "foreign"  # no promise that a font draws it unlike all others: shown with its number


BOXED = frozenset(Kind) - {Kind.PLAIN, Kind.NEWLINE, Kind.ODD, Kind.SCRIPT}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the original text, how it is drawn, and what the box says."""

    text: str
    kind: Kind
    label: str = ""

    @property
    def drawn(self) -> str:
        """What the eye gets; together with the kind it leads back to the text."""
        return self.label if self.kind in BOXED else self.text


_ASCII = re.compile(r"[!-~]+(?: +[!-~]+)*|[ ]+|[^ -~]+")
_LONG_GAP = 40
_GAP = re.compile(f" {{{_LONG_GAP},}}")
_WORD = re.compile(r"\w+")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Format characters, fillers and blanks that most fonts draw as nothing.
_ZERO_WIDTH = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u2064"
    "\u206a\u206b\u206c\u206d\u206e\u206f\u2800\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
)
_ODD = frozenset("‘’“”„…–—€•«»¡¿§©®°±¶·×÷£¢¥¤¦¬")
# Latin letters whose shape is another's: Eth and D with stroke, kra and ka, long s and f.
_TWINS = frozenset("\u00d0\u0110\u0138\u017f\u0131")
_CYRILLIC = frozenset(map(chr, range(0x410, 0x450))) | frozenset("ЁёІіЇїЄєҐґЎўЂђЈјЉљЊњЋћЏџ")
_GREEK = frozenset(map(chr, (*range(0x391, 0x3A2), *range(0x3A3, 0x3AA), *range(0x3B1, 0x3CA)))) | frozenset("άέήίόύώ")
_SCRIPTS = {"Cyrillic": _CYRILLIC, "Greek": _GREEK}


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _is_latin(char: str) -> bool:
    return (char.isascii() and char.isalpha()) or "\u00c0" <= char <= "\u024f" or "\u1e00" <= char <= "\u1eff"


@lru_cache(maxsize=8_192)
def _kind_of(char: str) -> Kind:
    """The kind of one character outside printable ASCII, seen by itself."""
    number, category = ord(char), unicodedata.category(char)
    if char == "\n":
        return Kind.NEWLINE
    if char == "\t":
        return Kind.TAB
    if char in _BIDI:
        return Kind.BIDI
    if 0xE0000 <= number <= 0xE0FFF or 0xFE00 <= number <= 0xFE0F:
        return Kind.TAG
    if char in _ZERO_WIDTH or category == "Cf":
        return Kind.ZERO_WIDTH
    if category in ("Zs", "Zl", "Zp"):
        return Kind.BLANK
    if category in ("Cc", "Cs", "Co", "Cn"):
        return Kind.CONTROL
    if category.startswith("M"):
        return Kind.COMBINING
    if char in _ODD:
        return Kind.ODD
    if 0xC0 <= number <= 0x17F and char not in _TWINS:
        return Kind.PLAIN if unicodedata.normalize("NFKC", char) == char else Kind.LOOK_ALIKE
    if char in _TWINS or unicodedata.normalize("NFKC", char) != char:
        return Kind.LOOK_ALIKE
    if unicodedata.name(char, "").startswith(("CYRILLIC", "GREEK", "LATIN", "ARMENIAN", "CHEROKEE", "COPTIC")):
        return Kind.LOOK_ALIKE
    return Kind.FOREIGN


@lru_cache(maxsize=8_192)
def _box(char: str, kind: Kind) -> Span:
    if kind is Kind.TAB:
        return Span(char, kind, "tab")
    glyph = kind in (Kind.LOOK_ALIKE, Kind.FOREIGN) and unicodedata.bidirectional(char) not in ("R", "AL", "AN")
    return Span(char, kind, f"{char} {_code(char)}" if glyph else _code(char))


def _script_of(letters: str) -> str:
    return next((name for name, chars in _SCRIPTS.items() if all(char in chars for char in letters)), "")


def _rest(run: str, in_latin_word: bool) -> Iterator[Span]:
    """Spans of a run outside printable ASCII; whole Greek or Cyrillic words stay words."""
    at = 0
    while at < len(run):
        char = run[at]
        end = at + 1
        while char.isalpha() and end < len(run) and run[end].isalpha():
            end += 1
        word = run[at:end]
        # a word that begins or ends at Latin letters mixes scripts: each of its letters is boxed
        mixed = in_latin_word and (at == 0 or end == len(run))
        script = "" if mixed else _script_of(word)
        if char.isalpha() and script:
            yield Span(word, Kind.SCRIPT, script)
        else:
            for one in word:
                kind = _kind_of(one)
                yield Span(one, kind) if kind in (Kind.PLAIN, Kind.NEWLINE, Kind.ODD) else _box(one, kind)
        at = end


def _line(line: str) -> Iterator[Span]:
    """Spans of one line without its end."""
    body = line.rstrip(" ")
    for found in _ASCII.finditer(body):
        run = found.group()
        if run[0].isascii() and run[0].isprintable():
            yield from _gapped(run)
            continue
        before, after = body[found.start() - 1 : found.start()], body[found.end() : found.end() + 1]
        touches = any(near.isascii() and (near.isalnum() or near == "_") for near in (before, after) if near)
        yield from _rest(run, touches or any(_is_latin(char) for char in run))
    blanks = len(line) - len(body)
    if blanks:
        yield _blanks(blanks)


def _blanks(count: int) -> Span:
    return Span(" " * count, Kind.TRAILING, say("blank") if count == 1 else say("{count} blanks", count=count))


def _gapped(run: str) -> Iterator[Span]:
    """ASCII as it is, with a box for each gap of 40 blanks and more."""
    at = 0
    for gap in _GAP.finditer(run):
        if gap.start() > at:
            yield Span(run[at : gap.start()], Kind.PLAIN)
        yield _blanks(gap.end() - gap.start())
        at = gap.end()
    if at < len(run):
        yield Span(run[at:], Kind.PLAIN)


def _merged(spans: Iterator[Span]) -> Iterator[Span]:
    """Neighbours drawn alike become one span, so that a form has one spelling."""
    last: Span | None = None
    for span in spans:
        if last is not None and span.kind is last.kind and span.kind in (Kind.PLAIN, Kind.ODD):
            last = Span(last.text + span.text, span.kind)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def visible_form(text: str) -> list[Span]:
    """The whole text as spans; two different texts never give the same drawn form."""
    spans: list[Span] = []
    for number, line in enumerate(text.split("\n")):
        if number:
            spans.append(Span("\n", Kind.NEWLINE))
        spans.extend(_merged(_line(line)))
    return spans


def visible_lines(text: str) -> list[list[Span]]:
    """The same, one list per line and without the line ends."""
    return [list(_merged(_line(line))) for line in text.split("\n")]


def as_words(text: str) -> str:
    """The visible form for a screen reader: labels in square brackets."""
    return spans_as_words(visible_form(text))


def spans_as_words(spans: Iterable[Span]) -> str:
    """The same for spans that are there already."""
    said = []
    for span in spans:
        if span.kind is Kind.SCRIPT:
            said.append(f"{span.text} [{span.label}]")
        else:
            said.append(f"[{span.label}]" if span.kind in BOXED else span.text)
    return "".join(said)


_HIDING = frozenset({Kind.CONTROL, Kind.BIDI, Kind.ZERO_WIDTH, Kind.TAG})
_PASSING = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
_MOST_MARKS = 2


def marked(text: str) -> str:
    """For labels: ordinary text in any language unchanged. Replaced by labels in brackets: what hides or reorders; a
    letter of another script within a Latin word; what is another way to write an ASCII letter or digit (full width,
    mathematical); combining marks that stand alone or are piled up."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    said, word, marks = [], _words_of(text), 0
    for at, char in enumerate(text):
        if " " <= char <= "~" or char == "\n":
            marks = 0
            said.append(char)
            continue
        kind = _kind_of(char)
        marks = marks + 1 if kind is Kind.COMBINING else 0
        alone = marks == 1 and not text[at - 1 : at].isalpha() and marks
        if kind in _HIDING or marks > _MOST_MARKS or alone:
            said.append(f"[{_code(char)}]")
        elif _passes_for_ascii(char) or (word[at] and unicodedata.name(char, "").startswith(_PASSING)):
            said.append(f"[{char} {_code(char)}]")
        else:
            said.append(char)
    return "".join(said)


def _words_of(text: str) -> list[bool]:
    """For each character whether it stands in a word that has a Latin letter."""
    latin = [False] * len(text)
    for found in _WORD.finditer(text):
        if any(map(_is_latin, found.group())):
            latin[found.start() : found.end()] = [True] * (found.end() - found.start())
    return latin


def _passes_for_ascii(char: str) -> bool:
    plain = unicodedata.normalize("NFKC", char)
    return len(plain) == 1 and plain != char and plain.isascii() and plain.isalnum() and char not in "²³¹ªº"
