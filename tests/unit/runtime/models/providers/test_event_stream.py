"""Server-sent events, however the bytes of them are cut into pieces."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runtime.models.providers.event_stream import BOM, Event, EventStream

LINES = st.sampled_from(
    [
        *(b"data: {}", b"data:", b"data", b"data:  two", b"data:one:two", b"datax: no", b" data: no", b"data: \xc3"),
        *(b"event: a", b"event", b": said to nobody", b":", b"id: 7", b"retry: 9", b"nothing"),
        *(b"", b"", b"", BOM, BOM + b"data: x"),
    ]
)
ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])
BODIES = st.lists(st.tuples(LINES, ENDS), max_size=12).map(lambda lines: b"".join(line + end for line, end in lines))


def by_the_standard(body: bytes) -> list[Event]:
    """Sentence by sentence as the standard says it, over the whole body at once."""
    text = body.removeprefix(BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    events, name, data = [], b"", b""
    for line in text.split(b"\n")[:-1]:
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if not line:
            if data:
                events.append(Event(name, data[:-1]))
            name, data = b"", b""
        elif field == b"data":
            data += value + b"\n"
        elif field == b"event":
            name = value
    return events


@given(BODIES, st.lists(st.integers(0, 200), max_size=20))
def test_the_same_bytes_give_the_same_events_wherever_they_are_cut(body: bytes, cuts: list[int]) -> None:
    at = [0, *sorted(cuts), len(body)]
    stream = EventStream()
    found = [event for start, end in pairwise(at) for event in stream.feed(body[start:end])]
    assert found == by_the_standard(body)


@given(BODIES)
def test_byte_by_byte_and_whole_are_the_same_also_in_what_was_left_open(body: bytes) -> None:
    whole, bytewise = EventStream(), EventStream()
    assert [one for at in range(len(body)) for one in bytewise.feed(body[at : at + 1])] == whole.feed(body)
    assert bytewise.unclosed() == whole.unclosed()


@pytest.mark.parametrize(
    ("body", "unclosed"),
    [
        (b"data: [DONE]", b"[DONE]"),
        (b"data: [DONE]\n", b"[DONE]"),
        (b"data: a\r\ndata: b", b"a\nb"),
        (b"data: [DONE]\n\n", b""),
        (b"event: x\ndat", b""),
        (BOM + b"data: x", b"x"),
    ],
)
def test_an_event_without_its_empty_line_is_none_and_what_came_of_it_can_be_asked_for(
    body: bytes, unclosed: bytes
) -> None:
    stream = EventStream()
    assert stream.feed(body) == ([Event(b"", b"[DONE]")] if not unclosed and b"DONE" in body else [])
    assert stream.unclosed() == unclosed


def test_a_line_of_very_many_pieces_is_read_in_time_that_grows_with_its_size() -> None:
    """A copy of what came before at every piece would copy 20 GB here."""
    stream = EventStream()
    stream.feed(b"data: ")
    for _ in range(200_000):
        stream.feed(b"x")
    assert stream.feed(b"\n\n") == [Event(b"", b"x" * 200_000)]
