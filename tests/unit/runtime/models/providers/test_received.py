"""What a provider sent, read as data; what is something else is refused with a word for it."""

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.models.providers.answer import Incomplete, StreamedFault, Unreadable
from runtime.models.providers.chat_fold import ChatFold
from runtime.models.providers.event_stream import Event
from runtime.models.providers.exchanging import SHAPES
from runtime.models.providers.fold import Fold
from runtime.models.providers.messages_fold import MessagesFold
from runtime.models.providers.received import Counts, document, entries, word
from runtime.models.providers.responses_fold import ResponsesFold

UNFIT: list[object] = [7, {}, "a", [7], [None]]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "JSON"),
        (b"{", "JSON"),
        (b"[]", "object"),
        (b"7", "object"),
        (b'{"a":"\xc3"}', "UTF-8"),
        (b"[" * 99_999, "JSON"),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        document(data)


def test_halves_of_characters_and_numbers_of_any_size_are_read() -> None:
    assert document(rb'{"a":"x\ud83d","b":1e400}') == {"a": "x\ud83d", "b": float("inf")}
    assert word("x\ud83d") == "x\ufffd"


def test_words_and_lists_may_be_left_out() -> None:
    assert (word(None), entries(None)) == ("", [])


@pytest.mark.parametrize(("read", "value"), [(word, 7), (word, []), *((entries, one) for one in UNFIT)])
def test_words_and_lists_are_nothing_else(read: Callable[[object], object], value: object) -> None:
    with pytest.raises(Unreadable):
        read(value)


@pytest.mark.parametrize("told", ["many", -1, 1.5, True, [1], {"tokens": 1}, 10**9 + 1, 10**19])
def test_a_count_that_is_none_is_not_known_instead_of_being_believed(told: object) -> None:
    counts = Counts({"tokens": told, "of": {"it": 3}})
    assert (counts.of("of", "it"), counts.of("left", "out"), counts.sound) == (3, 0, True)
    assert (counts.of("tokens"), counts.sound) == (0, False)


@pytest.mark.parametrize(
    ("fold", "said"),
    [
        (ChatFold(), b'{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":"5"}}'),
        (
            ResponsesFold(),
            b'{"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":-5}}}',
        ),
        (MessagesFold(), b'{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"input_tokens":1.5}}'),
    ],
)
def test_usage_that_is_no_count_leaves_what_was_spent_unknown(fold: Fold, said: bytes) -> None:
    fold.feed(Event(b"", said))
    assert (fold.usage.known, fold.usage.input_tokens) == (False, 0)


@pytest.mark.parametrize(
    "usage",
    [
        b'{"prompt_tokens":5,"completion_tokens":9,"prompt_tokens_details":{"cached_tokens":6}}',
        b'{"prompt_tokens":5,"completion_tokens":9,"completion_tokens_details":{"reasoning_tokens":10}}',
        b'{"prompt_tokens":99999999999999999999,"completion_tokens":9}',
    ],
)
def test_counts_that_cannot_be_true_leave_what_was_spent_unknown(usage: bytes) -> None:
    fold = ChatFold()
    fold.feed(Event(b"", b'{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":' + usage + b"}"))
    assert not fold.usage.known
    assert fold.usage.input_tokens < 2**63  # it is recorded


_WORDS = ["error", "message_start", "message_delta", "content_block_start", "content_block_delta", "response.completed"]
_NAMES = [
    "type",
    "index",
    "delta",
    "choices",
    "message",
    "response",
    "output",
    "usage",
    "content",
    "tool_calls",
    "text",
]
_VALUES = st.recursive(
    st.none() | st.integers(-1, 2) | st.text(max_size=3) | st.sampled_from(_WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=5),
    max_leaves=12,
)
"""Documents that look like those of the providers, and are none."""


@given(st.sampled_from([ChatFold, MessagesFold, ResponsesFold]), st.lists(_VALUES, max_size=6))
def test_no_document_breaks_what_is_told_of_an_answer_that_failed(make: type[Fold], documents: list[object]) -> None:
    """What a fold stumbles over is one of the errors that become a fault; usage and model can be told after it."""
    fold = make()
    try:
        for one in documents:
            fold.feed(Event(b"", msgspec.json.encode(one)))
        fold.answer(b"")
    except (Incomplete, Unreadable, StreamedFault, *SHAPES):
        pass
    msgspec.json.encode((fold.usage, fold.model))
    assert fold.usage.input_tokens >= 0
