"""Two different texts never look the same: proved by reading the drawn form back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.presenters.visible_text import BOXED, Kind, Span, as_words, marked, visible_form, visible_lines

_TROUBLE = st.sampled_from(
    list("ab1_ -\n\t\r")
    + list("\u200b\u202e\u2066\u00a0\u0430\u0440\u03bf\u00e9\u0301\ufe0f\u3164\u2028\u00ad\uff41")
    + list("\U000e0041\u05d0\u4eba\U0001f600\ud800\x00\x7f\u0130\u0131\u0110\u00d0–—’")
    + ["   ", "pay", "раса"]
)
TEXTS = st.one_of(st.text(), st.lists(_TROUBLE, max_size=12).map("".join))


def read_back(kind: Kind, drawn: str) -> str:
    """What a reader who only sees the drawing knows about the text."""
    if kind not in BOXED:
        return drawn
    if kind is Kind.TAB:
        return "\t"
    if kind is Kind.TRAILING:
        return " " * (1 if drawn == "blank" else int(drawn.split()[0]))
    return chr(int(drawn.rpartition("U+")[2], 16))


@given(TEXTS)
def test_the_drawn_form_leads_back_to_the_text(text: str) -> None:
    form = visible_form(text)
    assert "".join(read_back(span.kind, span.drawn) for span in form) == text
    assert "".join(span.text for span in form) == text


@given(TEXTS, TEXTS)
def test_different_texts_have_different_forms(one: str, other: str) -> None:
    forms = [[(span.kind, span.drawn) for span in visible_form(text)] for text in (one, other)]
    assert (forms[0] == forms[1]) == (one == other)


@given(TEXTS)
def test_nothing_drawn_as_itself_is_invisible_or_reorders(text: str) -> None:
    for span in visible_form(text):
        if span.kind in BOXED or span.kind is Kind.NEWLINE:
            continue
        for char in span.text:
            assert unicodedata.category(char)[0] not in "CM"
            assert char == " " or not char.isspace()
            assert unicodedata.bidirectional(char) not in ("R", "AL", "AN")
            assert unicodedata.normalize("NFKC", char) == char or char == "…"


@given(TEXTS)
def test_lines_are_the_form_cut_at_line_ends(text: str) -> None:
    flat: list[Span] = []
    for number, line in enumerate(visible_lines(text)):
        flat += ([Span("\n", Kind.NEWLINE)] if number else []) + line
    assert flat == visible_form(text)


PAIRS = {
    "zero-width space": ("rm data", "rm d\u200bata"),
    "zero-width joiner": ("admin", "ad\u200dmin"),
    "word joiner": ("admin", "ad\u2060min"),
    "byte order mark": ("admin", "\ufeffadmin"),
    "soft hyphen": ("transfer", "trans\u00adfer"),
    "right-to-left override": ("invoice.exe", "invoice\u202e.exe"),
    "bidi isolate": ("a b", "a \u2066b\u2069"),
    "left-to-right mark": ("abc", "abc\u200e"),
    "tag characters": ("send", "send\U000e0061\U000e0062"),
    "variation selector": ("send", "send\ufe0f"),
    "Cyrillic a": ("paypal.com", "p\u0430ypal.com"),
    "wholly Cyrillic word": ("paca", "\u0440\u0430\u0441\u0430"),
    "Greek omicron": ("google", "g\u03bfogle"),
    "full-width letters": ("admin", "\uff41dmin"),
    "trailing blank": ("yes", "yes "),
    "trailing blank before a line end": ("yes\nno", "yes \nno"),
    "no-break space": ("a b", "a\u00a0b"),
    "NFC and NFD": ("caf\u00e9", "cafe\u0301"),
    "markup": ("<b>all</b>", "all"),
    "40 empty lines and a payload": ("ls", "ls" + "\n" * 40 + "rm -rf ."),
    "10 kB with a difference at the end": ("x" * 10_240 + "a", "x" * 10_240 + "b"),
    "Hangul filler": ("name", "name\u3164"),
    "carriage return": ("a\nb", "a\r\nb"),
    "tab and blanks": ("a\tb", "a    b"),
    "line separator": ("a\nb", "a\u2028b"),
    "typographic quote": ("it's", "it’s"),
    "minus sign": ("-5", "\u22125"),
    "final line end": ("a", "a\n"),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_prepared_pairs_look_different(kind: str) -> None:
    one, other = ([(span.kind, span.drawn) for span in visible_form(text)] for text in PAIRS[kind])
    assert one != other


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u202e", [("bidi", "U+202E")]),
        ("a\u00a0b", [("plain", "a"), ("blank", "U+00A0"), ("plain", "b")]),
        ("p\u0430y", [("plain", "p"), ("look-alike", "\u0430 U+0430"), ("plain", "y")]),
        ("привет мир", [("script", "привет"), ("plain", " "), ("script", "мир")]),
        ("Größe 3 €", [("plain", "Größe 3 "), ("odd", "€")]),
        ("end  ", [("plain", "end"), ("trailing", "2 blanks")]),
        ("\U000e0041", [("tag", "U+E0041")]),
        ("\x07", [("control", "U+0007")]),
        ("a  b", [("plain", "a  b")]),
        ("a" + " " * 39 + "b", [("plain", "a" + " " * 39 + "b")]),
        ("a" + " " * 40 + "b", [("plain", "a"), ("trailing", "40 blanks"), ("plain", "b")]),
    ],
)
def test_what_is_drawn(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(span.kind.value, span.drawn) for span in visible_form(text)] == expected


def test_a_screen_reader_hears_the_labels() -> None:
    assert as_words("a\u202eb мир ") == "a[U+202E]b мир [Cyrillic][blank]"


def test_labels_keep_languages_and_mark_what_hides() -> None:
    assert marked("Größe мир 人 😀\nzwei") == "Größe мир 人 😀\nzwei"
    assert marked("a\u202eb\u200b\x00") == "a[U+202E]b[U+200B][U+0000]"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("p\u0430ypal.com", "p[\u0430 U+0430]ypal.com"),
        ("g\u03bfogle", "g[\u03bf U+03BF]ogle"),
        ("\uff41dmin", "[\uff41 U+FF41]dmin"),
        ("\U0001d41aB", "[\U0001d41a U+1D41A]B"),
        ("мир и Größe, ế, ș, 10 m², α", "мир и Größe, ế, ș, 10 m², α"),
        ("e\u0301te\u0301", "e\u0301te\u0301"),
        ("e\u0301\u0302\u0303", "e\u0301\u0302[U+0303]"),
        ("\u0301a", "[U+0301]a"),
    ],
)
def test_labels_name_letters_that_pass_for_others(text: str, said: str) -> None:
    assert marked(text) == said
