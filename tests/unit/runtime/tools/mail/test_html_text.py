"""HTML to plain text: words kept, machinery gone, quotes marked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.tools.mail.html_text import html_to_text, looks_like_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<script>x()</script><style>p{}</style>seen<!-- not -->", "seen"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("one<blockquote>two<blockquote>three</blockquote></blockquote>four", "one\n\n> two\n>\n> > three\n>\n\nfour"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("&lt;b&gt; &amp; &eacute;&nbsp;!", "<b> & é !"),
        ("<img src=x alt='A mug'>", "[A mug]"),
    ],
)
def test_text(html: str, text: str) -> None:
    got = html_to_text(html)
    assert [line for line in got.split("\n") if line.strip("> ")] == [
        line for line in text.split("\n") if line.strip("> ")
    ]


@pytest.mark.parametrize("html", ["<style>p{ never closed <p>words</p>", "words <a href='x", "<p>words<p><![if"])
def test_words_are_not_lost_in_what_never_closes(html: str) -> None:
    assert "words" in html_to_text(html)


@pytest.mark.parametrize(
    "start", ["<html>", "<!DOCTYPE html>", "  <div dir=ltr>", "<?xml version='1.0'?>\n<html>", "<!-- x --><p>"]
)
def test_documents_are_known(start: str) -> None:
    assert looks_like_html(start)


@pytest.mark.parametrize("start", ["Hello <b>", "<anna@example.org> wrote", "", "< 5"])
def test_texts_are_left_alone(start: str) -> None:
    assert not looks_like_html(start)


@pytest.mark.parametrize("unit", ["<!--", "<![", "<a ", "</", "<a b='", "<div>", "&#"])
def test_hostile_repetition_ends(unit: str) -> None:
    assert len(html_to_text(unit * 100_000)) <= len(unit) * 100_000


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="<>!-/='\"&;abdivp \n?[]#x", max_size=80))
def test_anything_is_read(html: str) -> None:
    """Nothing raises, and what was read before the damage is kept."""
    assert "\x00" not in html_to_text(html)
    assert "found" in html_to_text(f"<p>found</p>{html}")
