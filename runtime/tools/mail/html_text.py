"""HTML of a mail to plain text: blocks become lines, quotes get ``> ``, scripts and styles vanish. Never raises."""

import re
from html import unescape
from html.parser import HTMLParser

LONGEST = 4_000_000
PIECE = 65_536
SHORT_END = 4_096
BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
        "title",
    ]
)
SPACED = frozenset(["blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"])
SILENT = frozenset(["script", "style", "head", "template", "noscript", "object", "svg", "math"])
_SPACES = re.compile(r"[ \t\r\n\f\xa0]+")
_TAG = re.compile(r"<[^<>]*>")
_LOOKS = re.compile(
    r"<\s*(!doctype\s+html|html|head|body|div|p|table|br|span|font|meta|style|blockquote|a\s+href)\b", re.IGNORECASE
)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_:.-]{2,40})", re.IGNORECASE)
DEEPEST_QUOTE = 20


def looks_like_html(text: str) -> bool:
    """Whether a text without a type is an HTML document: a tag of HTML at its very beginning."""
    start = text[:2000].lstrip("\ufeff \t\r\n")
    if start.startswith("<?xml"):
        start = start.partition("?>")[2].lstrip()
    while start.startswith("<!--") and "-->" in start:
        start = start.partition("-->")[2].lstrip()
    return _LOOKS.match(start) is not None


def declared_charset(content: bytes) -> str:
    """The character set an HTML document names in a meta tag, or empty."""
    found = _META.search(content[:4096])
    return found.group(1).decode("ascii") if found else ""


class _Reader(HTMLParser):
    """Collects lines. ``quote`` counts open blockquotes, ``silent`` open elements whose text is not shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quote = 0
        self.silent: list[str] = []
        self.pre = 0
        self.line_quote = 0

    def end_line(self, *, blank: bool = False) -> None:
        raw = "".join(self.line)
        self.line = []
        text = raw.rstrip() if self.pre else raw.strip()
        prefix = "> " * min(self.line_quote, DEEPEST_QUOTE)
        if text:
            self.lines.append(prefix + text)
        self.line_quote = self.quote
        if blank and self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * min(self.quote, DEEPEST_QUOTE)).rstrip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("body", "title") and self.silent:
            self.silent = [] if tag == "body" else self.silent
        if tag in SILENT:
            self.silent.append(tag)
            return
        if self.silent:
            return
        if tag in BLOCKS:
            self.end_line(blank=tag in SPACED)
        if tag == "br":
            self._break()
        elif tag == "blockquote":
            self.quote += 1
            self.line_quote = self.quote
        elif tag == "li":
            self.line.append("- ")
        elif tag in ("td", "th") and "".join(self.line).strip():
            self.line.append(" ")
        elif tag == "pre":
            self.pre += 1
        elif tag == "img":
            words = next((value for name, value in attrs if name == "alt"), None)
            self.line.append(f"[{_SPACES.sub(' ', words)[:200]}]" if words and words.strip() else "")

    def _break(self) -> None:
        if "".join(self.line).strip():
            self.end_line()
        elif self.lines and self.lines[-1].strip("> "):
            self.end_line(blank=True)

    def handle_endtag(self, tag: str) -> None:
        if self.silent:
            if tag in self.silent:
                while self.silent.pop() != tag:
                    pass
            return
        if tag in BLOCKS:
            self.end_line(blank=tag in SPACED)
        if tag == "blockquote" and self.quote:
            self.quote -= 1
            self.line_quote = self.quote
        elif tag == "pre" and self.pre:
            self.pre -= 1

    def handle_data(self, data: str) -> None:
        if self.silent:
            return
        if self.pre:
            first, *rest = data.split("\n")
            self.line.append(first)
            for more in rest:
                self.end_line()
                self.line.append(more)
            return
        text = _SPACES.sub(" ", data)
        if text != " " or (self.line and not self.line[-1].endswith(" ")):
            self.line.append(text)


def _without_tags(html: str) -> str:
    return _SPACES.sub(" ", unescape(_TAG.sub(" ", html))).strip()


def html_to_text(html: str) -> str:
    """The words of an HTML text. Where the document can't be parsed, its tags are cut out."""
    if len(html) > LONGEST:
        html = html[:LONGEST]
    reader = _Reader()
    rest = ""
    try:
        for start in range(0, len(html), PIECE):
            reader.feed(html[start : start + PIECE])
            if len(reader.rawdata) > PIECE:
                # One construct that never closes: the parser would look at the same text again and again.
                rest, reader.rawdata = reader.rawdata + html[start + PIECE :], ""
                break
        if len(reader.rawdata) > SHORT_END:
            rest, reader.rawdata = reader.rawdata, ""
        reader.close()
    except (AssertionError, ValueError, IndexError, RecursionError, NotImplementedError):
        return _without_tags(html)
    if rest:
        reader.end_line()
        reader.line.append(_without_tags(rest))
    reader.end_line()
    text = "\n".join(reader.lines).strip("\n")
    if not text.strip() and reader.silent:
        # An element that hides its text (an unclosed style or object) swallowed all of it: words beat neatness.
        return _without_tags(html)
    return text
