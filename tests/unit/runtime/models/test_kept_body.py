"""No secret is in a body that is kept, however the other side wrote it or its stream cut it into pieces."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.domain.redaction import MASK, Redactor
from runtime.models import kept_body
from runtime.models.kept_body import without_secrets

SECRET = 'tok/9+A=b8&C?d7%E:f6;G"h5\\J<k4>L'
FIRST, SECOND = SECRET[:13], SECRET[13:]
SMALL = [SECRET[at : at + 5] for at in range(0, len(SECRET), 5)]
KNOWN = Redactor([SECRET])


def block(index: int, text: str) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": text}}


def called(index: int, text: str) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": index, "function": {"arguments": text}}]}}]}


def stream(*events: Any, lines: str = "\n") -> bytes:
    return "".join(f"data: {json.dumps(event)}{lines}{lines}" for event in events).encode()


SPLIT = {
    "pieces of one block": stream(block(0, "a" + FIRST), block(0, SECOND + "b")),
    "pieces too small to begin a secret": stream(*(block(0, piece) for piece in SMALL)),
    "blocks too small to begin a secret": stream(*(block(at, piece) for at, piece in enumerate(SMALL))),
    "two blocks": stream(block(0, "a" + FIRST), block(1, SECOND + "b")),
    "two calls side by side": stream(called(0, FIRST), called(1, '{"x":1}'), called(0, SECOND), called(1, "2")),
    "the start of a block and its first piece": stream(
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": FIRST}}, block(0, SECOND)
    ),
    "lines that end in CR": stream(block(0, "a" + FIRST), block(0, SECOND), lines="\r"),
    "lines that end in CR LF": stream(block(0, "a" + FIRST), block(0, SECOND), lines="\r\n"),
    "data on several lines": b"".join(
        b'data: {"type": "t",\ndata: "text": ' + json.dumps(half).encode() + b"}\n\n" for half in (FIRST, SECOND)
    ),
    "a stream that was cut off": stream(block(0, FIRST), block(0, SECOND))[:-2],
    "parts of a message": stream({"choices": [{"delta": {"content": [{"text": FIRST}, {"text": SECOND}]}}]}),
    "blocks of a whole answer": json.dumps({"content": [{"text": FIRST}, {"text": SECOND}]}).encode(),
}


@pytest.mark.parametrize("body", SPLIT.values(), ids=SPLIT)
def test_a_secret_in_two_pieces_is_masked(body: bytes) -> None:
    kept = without_secrets(body, KNOWN).decode()
    assert MASK in kept
    for half in (FIRST, SECOND):
        assert json.dumps(half)[1:-1] not in kept


def other_escapes(text: str) -> str:
    """As Go, .NET and PHP write JSON, all at once."""
    written = json.dumps(text).replace('\\"', "\\u0022").replace("/", "\\/")
    return written.replace("<", "\\u003c").replace(">", "\\u003E").replace("&", "\\u0026").replace("+", "\\u002B")


@pytest.mark.parametrize("whole", [True, False])
def test_what_a_body_says_is_masked_however_it_is_escaped(whole: bool) -> None:
    said = '{"error": {"message": ' + other_escapes(f"bad key {SECRET}") + "}}"
    kept = without_secrets((said if whole else f"event: error\ndata: {said}\n\n").encode(), KNOWN).decode()
    assert kept.startswith("{" if whole else "event: error\ndata: {")
    assert json.loads(kept if whole else kept.split("data: ")[1])["error"]["message"] == f"bad key {MASK}"


def test_a_body_without_secrets_stays_as_it_came() -> None:
    for body in (b'{ "a":\t"\\u003c", "a": 1 }', b': ping\r\n\r\ndata: {"text": "x"}\r\n\r\ndata: [DONE]\r\n\r\n'):
        assert without_secrets(body, KNOWN) == body
    deep = b"[" * 900 + b"]" * 900
    assert without_secrets(deep, KNOWN) == deep


# Halves of a secret, names that say which text goes on where, and a word that a mask needs no known secret for.
words = st.sampled_from([FIRST, SECOND, SECRET, "a", "", "text", "index", "password = hunter22", "sk-abcdefgh12345678"])
plain = st.recursive(
    st.none() | st.integers(0, 2) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.just("type"), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(plain, max_size=4))
@settings(max_examples=200)
def test_what_is_passed_over_as_harmless_is_what_masking_would_leave_as_it_is(values: list[Any]) -> None:
    """The long way, which copies every text and masks it in its place, is the measure."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept_body, "_harmless", lambda values, redact: False)
        long_way = kept_body._clean(values, KNOWN)
    assert kept_body._clean(values, KNOWN) == long_way
    assert kept_body._harmless(values, KNOWN) == (long_way == values)
