"""Looking only where a secret can begin finds what the patterns find in all of a text, and goes through it once."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain import secret_shapes as shapes
from runtime.domain.known_secrets import MASK

KEY = "aB3dE5gH7jK9mN1pQ3sT5vW7"
_PEM = re.compile(
    r"-----BEGIN (?P<kind>[A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?)-----.*?(?:-----END (?P=kind)-----|\Z)", re.DOTALL
)
_WORDS = """sk- AKIA AIza ghp_ github_pat_ glpat- xoxb- sk_live_ whsec_ SG. npm_ pypi- eyJ Bearer basic TOKEN password
PassPhrase pwd secret api_key access_Key PRIVATE- auth key Keys credential passwort passwd https:// a+b:// :// anna:
@ = : := => \\" ' " . - _ / \\ hunter22 none é ſ ſecret İ K apİ Σ"""
_PIECES = st.sampled_from(
    [
        *_WORDS.split(),
        KEY,
        KEY.upper(),
        "x" * 63,
        " ",
        "  ",
        "\n",
        "-----BEGIN PRIVATE KEY-----",
        "-----END PRIVATE KEY-----",
    ]
)


def as_whole(text: str) -> str:
    """What the patterns make of it, letter by letter."""
    text = shapes.WEB_TOKEN.sub(MASK, shapes_of_keys(text))
    text = shapes.SHAPES.sub(MASK, text)
    text = shapes.SCHEME.sub(shapes._scheme, text)
    text = shapes.IN_URL.sub(lambda found: f"{found['head']}{MASK}", text)
    return shapes.NAMED.sub(shapes.named, text)


def shapes_of_keys(text: str) -> str:
    return _PEM.sub(MASK, text)


@settings(max_examples=400)
@given(st.lists(_PIECES | st.text(max_size=3), max_size=30).map("".join))
def test_it_is_what_the_patterns_make_of_the_whole_text(text: str) -> None:
    assert shapes.masked_shapes(text) == as_whole(text)


@pytest.mark.parametrize(
    "text",
    [
        "db_password=hunter22",
        "+a://b:hunter22@c",
        "1a://b:hunter22@c",
        f"{'x' * 70}password=hunter22",
        f"{'x' * 64}password=hunter22",
        "my api key: aB3dE5gH7jK9mN1p",
        "-eyJaaaaaaaa-eyJbbbbbbbb.cccccccc.dddddddd",
        "aeyJaaaaaaaa-eyJbbbbbbbb.cccccccc.d",
    ],
)
def test_where_a_name_a_scheme_and_a_token_begin(text: str) -> None:
    assert shapes.masked_shapes(text) == as_whole(text)


@pytest.mark.parametrize("word", shapes.SHAPES_BEGIN)
def test_each_beginning_is_one_of_the_patterns_and_none_is_missing(word: str) -> None:
    """A shape that is added to the pattern brings its beginning; ``xox`` and ``sk_`` go on in several ways."""
    goes_on = {"xox": "b-", "sk_": "live_", "rk_": "test_", "pk_": "live_", "SG.": f"{KEY}."}.get(word, "")
    text = f"say {word}{goes_on}{KEY.upper()}{KEY.upper() if word not in shapes.SHAPES_BEGIN[1:6] else ''}"
    text = text[:24] if word in shapes.SHAPES_BEGIN[1:6] else text
    assert shapes.SHAPES.search(text), text
    assert shapes.masked_shapes(text) == as_whole(text) != text


@pytest.mark.parametrize(
    "piece",
    [
        "a-",
        "a.",
        "password",
        "x",
        "://",
        "-eyJ",
        "-eyJaaaaaaaa.",
        "sk-",
        "password=' ",
        "token ",
        "-----BEGIN RSA ",
        "a://b",
        "key",
    ],
)
def test_a_long_text_is_gone_through_once(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))
    shapes.masked_shapes(text)  # quadratic searching would take hours here


def test_a_long_secret_is_masked_whole_wherever_it_stands() -> None:
    pem = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY * 4_000}\n-----END RSA PRIVATE KEY-----"
    endless = f"sk-{'aB3dE5gH7j' * 10_000}"
    text = f"{'é ' * 20_000}{endless} after {pem} and password={KEY} -----BEGIN EC PRIVATE KEY-----\n{KEY}"
    assert shapes.masked_shapes(text) == f"{'é ' * 20_000}{MASK} after {MASK} and password={MASK} {MASK}"
