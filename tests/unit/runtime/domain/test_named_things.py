"""What a step names and what covers what: names are compared, words are not, and no trick makes one file another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.domain.named_things import covers, named_things, things


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ("a.txt", ("a.txt",)),
        ("./a.txt, docs/b.md and c.txt.", ("a.txt", "docs/b.md", "c.txt")),
        ("docs/\ndocs/*.md", ("docs/", "docs/*.md")),
        ('`my notes.txt`; "Makefile"', ("my notes.txt", "Makefile")),
        ("mailto:anna@example.org", ("mailto:anna@example.org",)),
        ("https://x.example/orders", ("https://x.example/orders",)),
        ("", ()),
        ("n/a", ()),
        ("stock", ()),
        ("the customer knows", ()),
        ("Creates a.txt", ()),
        ("a.txt, stock", ()),
        ("a.txt (new)", ()),
        ("1.5", ()),
    ],
)
def test_names_are_told_from_words(changes: str, names: tuple[str, ...]) -> None:
    assert named_things(changes) == names


@pytest.mark.parametrize(
    ("name", "thing", "covered"),
    [
        ("docs/a.txt", "docs/a.txt", True),
        ("a.txt", "docs/a.txt", True),
        ("a.txt", "docs/b.txt", False),
        ("a.txt", "docs/sub/a.txt", False),
        ("a.txt", "docs/x:a.txt", False),
        ("sub/", "docs/sub/a.txt", True),
        ("sub/", "docs/subway.txt", False),
        ("*.md", "docs/a.md", True),
        ("*.md", "docs/a.txt", False),
        ("orders/1042", "shop.sqlite:orders/1042", True),
        ("anna@example.org", "mailto:anna@example.org", True),
        ("anna@example.org", "mailto:ben@example.org", False),
        ("https://x.example/a", "POST https://x.example/a", True),
    ],
)
def test_a_thing_is_named_whole_or_from_the_grant_on(name: str, thing: str, covered: bool) -> None:
    assert covers((name,), things(thing), ("docs", "shop.sqlite", "mailto")) is covered


def test_every_thing_has_to_be_named_and_words_cover_all() -> None:
    both = things("docs/a.txt", ("docs/b.txt",))
    assert both == ("docs/a.txt", "docs/b.txt")
    assert not covers(("a.txt",), both, ("docs",))
    assert covers(("a.txt", "b.txt"), both, ("docs",))
    letter = things("mailto-several:anna@x.org,ben@x.org", ("mailto:anna@x.org", "mailto:ben@x.org"))
    assert not covers(("anna@x.org",), letter, ("mailto",))
    assert covers(("anna@x.org", "ben@x.org"), letter, ("mailto",))
    assert covers((), both)


@given(st.text(max_size=60))
def test_any_text_is_read_and_what_is_named_covers_itself(text: str) -> None:
    for name in named_things(text):
        assert name
        assert covers((name,), (name,))
