"""Secrets are masked in every usual form; ordinary text stays as it is."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.plain_reading import plainly
from runtime.domain.redaction import MASK, Redactor, redact
from runtime.domain.secret_shapes import masked_shapes

KEY = "aB3dE5gH7jK9mN1pQ3sT5vW7"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\n{KEY}\n-----END RSA PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"key sk-{KEY} used", f"sk-{KEY}"),
        (f"sk-ant-api03-{KEY}", KEY),
        (f"Authorization: Bearer {KEY}", KEY),
        ("Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA"),
        (f"before {PEM} after", KEY),
        (f"-----BEGIN OPENSSH PRIVATE KEY-----\n{KEY}", KEY),
        ("AKIAIOSFODNN7EXAMPLE is it", "AKIAIOSFODNN7EXAMPLE"),
        (f"ghp_{KEY}", KEY),
        ("password=hunter22", "hunter22"),
        ("Password: correct-horse", "correct-horse"),
        ('{"password": "hunter2 with spaces"}', "hunter2"),
        ('{\\"db_password\\":\\"hunter22\\"}', "hunter22"),
        ("SMTP_PASSWORD='hunter22'", "hunter22"),
        (f"api_key: {KEY}", KEY),
        (f"X-Auth-Token: {KEY}", KEY),
        (f"client_secret={KEY}&grant=x", KEY),
        ("postgres://anna:hunter22@db.example.org/shop", "hunter22"),
        (f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.{KEY}", KEY),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, secret: str) -> None:
    masked = redact(text)
    assert secret not in masked
    assert MASK in masked
    assert redact(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Refund order 1042, $84.00",
        "I forgot my password, can you reset it?",
        "password: missing",
        "The token expired; tokens: 1204, output_tokens=300",
        "A basic understanding of refunds",
        "Call me at https://example.org/a:b or ines@example.org",
        "sk-short, task-force, risk-averse-customers-everywhere",
        '{"input_tokens": 12345, "key": "orders"}',
        "access key: see the drawer",
        "0f" * 32,
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize("value", [123456, "hunter22", KEY, "a,b;c", None, True])
def test_masked_json_is_still_json(value: object) -> None:
    text = json.dumps({"order": "1042", "db_password": value, "next": [1]})
    found = json.loads(redact(text))
    assert (found["order"], found["next"]) == ("1042", [1])
    assert found["db_password"] == (value if value is None or value is True else MASK)


@settings(max_examples=150, deadline=None)
@given(
    secret=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=8, max_size=30),
    before=st.text("ab /", max_size=5),
)
def test_known_secrets_are_masked_in_every_encoding(secret: str, before: str) -> None:
    clean = Redactor([secret])
    raw = secret.encode()
    forms = [
        secret,
        raw.hex(),
        raw.hex().upper(),
        quote(secret),
        quote_plus(secret),
        quote(secret, safe=""),
        base64.b64encode(raw).decode(),
    ]
    forms += [base64.urlsafe_b64encode(raw).decode(), json.dumps(secret, ensure_ascii=False)]
    for form in forms:
        masked = clean(f"({form})")
        assert form.strip("=").strip('"') not in masked or form.strip("=").strip('"') in MASK
        assert MASK in masked
    around = base64.b64encode(before.encode() + raw + b"zz").decode()
    assert MASK in clean(around)


_WAYS: list[Callable[[str], str]] = [
    lambda one: one,
    lambda one: f"\\u{ord(one):04x}",
    lambda one: f"\\\\u{ord(one):04X}",
    lambda one: f"\\u{{{ord(one):x}}}",
    lambda one: f"&#{ord(one)};",
    lambda one: f"&#x{ord(one):04X};",
    lambda one: quote(one, safe="") if one.isalnum() else "".join(f"%25{byte:02x}" for byte in one.encode()),
    lambda one: one + "\n",
    lambda one: one + "=\r\n",
    lambda one: "\u200b" + one,
]


@settings(max_examples=60, deadline=None)
@given(
    written=st.lists(
        st.tuples(st.characters(codec="utf-8", exclude_categories=("C", "Z")), st.sampled_from(_WAYS)),
        min_size=8,
        max_size=30,
    )
)
def test_a_known_secret_is_masked_in_any_mixture_of_escapes(written: list[tuple[str, Callable[[str], str]]]) -> None:
    secret = "".join(one for one, _ in written)
    text = f"before {''.join(way(one) if ord(one) < 0x10000 else one for one, way in written)} after"
    masked = Redactor([secret])(text)
    assert MASK in masked
    assert secret not in plainly(masked)
    assert masked.startswith("before ")
    assert masked.endswith(" after")


def test_too_short_values_would_blot_out_ordinary_text() -> None:
    assert Redactor(["a", "12", ""])("a cat, 12 mugs") == "a cat, 12 mugs"


_WORDS = """sk- AKIA ghp_ github_pat_ glpat- xoxb- AIza sk_live_ whsec_ SG. npm_ pypi- eyJ Bearer basic TOKEN password
PassPhrase pwd secret api_key credential passwort https:// anna: @ = : ' " . hunter22 é ſ"""
_PIECES = st.sampled_from([*_WORDS.split(), KEY, " ", "\n", "-----BEGIN PRIVATE KEY-----"])


@given(st.lists(_PIECES | st.text(max_size=3), max_size=8).map("".join))
def test_no_text_that_the_patterns_change_is_taken_for_harmless(text: str) -> None:
    assert redact(text) == masked_shapes(text)
