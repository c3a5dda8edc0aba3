"""What an answer tells beside its text and calls: its reasoning, heard while it streams, and the tier charged."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from runtime.models.prices import Prices
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, KINDS, OPENAI
from tests.wire.asking import asked
from tests.wire.loopback import Loopback, Reply
from tests.wire.priced import AT
from tests.wire.replaying import connection_to
from tests.wire.spoken import BUILD, STREAM, event, in_one_piece

WHOLE = {ANTHROPIC: "end_turn", OPENAI: "completed", COMPATIBLE: "stop"}
THOUGHT = ["It is ", "late.\n\n", "So I am brief."]
SUMMARY = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "It is late."}, {"type": "summary_text", "text": "So I am brief."}],
}


class Waited:
    """Hears what streams, in order, and says so at once."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []
        self.thought, self.said = asyncio.Event(), asyncio.Event()

    def __call__(self, text: str, /) -> None:
        self.heard.append(("text", text))
        self.said.set()

    def reasoning(self, text: str, /) -> None:
        self.heard.append(("reasoning", text))
        self.thought.set()

    def of(self, which: str) -> list[str]:
        return [text for kind, text in self.heard if kind == which]


def reasoned(kind: str, member: str = "reasoning_content") -> tuple[bytes, bytes, bytes]:
    """A stream in three: the reasoning, the text, the end."""
    *events, _ = BUILD[kind](["Hello."], [], WHOLE[kind]).split(b"\n\n")
    if kind is ANTHROPIC:
        first, *rest = [one.replace(b'"index": 0', b'"index": 1') for one in events]
        block = {"type": "thinking", "thinking": "", "signature": ""}
        deltas = [{"type": "thinking_delta", "thinking": one} for one in THOUGHT]
        deltas.append({"type": "signature_delta", "signature": "signed"})
        thought = [event({"type": "content_block_start", "index": 0, "content_block": block})]
        thought += [event({"type": "content_block_delta", "index": 0, "delta": one}) for one in deltas]
        thought.append(event({"type": "content_block_stop", "index": 0}))
        return first + b"\n\n" + b"".join(thought), _joined(rest[:2]), _joined(rest[2:])
    if kind is OPENAI:
        where = {"item_id": "rs_1", "output_index": 0}
        added = {"type": "response.reasoning_summary_part.added", **where}
        delta = {"type": "response.reasoning_summary_text.delta", **where}
        pieces = [added, {**delta, "delta": "It is "}, {**delta, "delta": "late."}, added]
        thought = [event(one) for one in (*pieces, {**delta, "delta": "So I am brief."})]
        whole = events[1].replace(b'"output": [', b'"output": [' + json.dumps(SUMMARY).encode() + b", ")
        return b"".join(thought), _joined(events[:1]), _joined([whole])
    chunk = json.loads(events[0].removeprefix(b"data: "))
    thought = [_thinking(chunk, {member: one}) for one in THOUGHT]
    return b"".join(thought), _joined(events[:1]), _joined(events[1:])


def _thinking(chunk: dict[str, Any], delta: dict[str, str]) -> bytes:
    return event({**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})


def _joined(events: list[bytes]) -> bytes:
    return b"".join(one + b"\n\n" for one in events)


@pytest.mark.parametrize(
    ("kind", "member"), [(ANTHROPIC, ""), (OPENAI, ""), (COMPATIBLE, "reasoning_content"), (COMPATIBLE, "reasoning")]
)
async def test_reasoning_and_text_are_heard_before_more_is_sent(kind: str, member: str) -> None:
    heard, parts = Waited(), reasoned(kind, member)

    async def fed() -> AsyncIterator[bytes]:
        """A provider that kept what came until the end would wait for ever."""
        yield parts[0]
        await heard.thought.wait()
        yield parts[1]
        await heard.said.wait()
        yield parts[2]

    async with Loopback() as server:
        server.give(Reply(200, STREAM, b"", fed=fed()))
        answered = await asked(connection_to(server.address, kind), heard)
    assert answered.reasoning == "It is late.\n\nSo I am brief."
    assert "".join(heard.of("reasoning")) == answered.reasoning
    assert len(heard.of("reasoning")) >= 3
    assert (heard.of("text"), answered.value.text) == (["Hello."], "Hello.")
    assert [which for which, _ in heard.heard] == ["reasoning"] * len(heard.of("reasoning")) + ["text"]


@pytest.mark.parametrize("kind", KINDS)
async def test_reasoning_is_read_from_an_answer_in_one_piece(kind: str) -> None:
    body = json.loads(in_one_piece(kind, "Hello.", []))
    if kind is ANTHROPIC:
        body["content"].insert(0, {"type": "thinking", "thinking": "It is late.", "signature": "signed"})
    elif kind is OPENAI:
        body["output"].insert(0, {**SUMMARY, "summary": SUMMARY["summary"][:1]})
    else:
        body["choices"][0]["message"]["reasoning_content"] = "It is late."
    heard = Waited()
    async with Loopback() as server:
        server.give(Reply(200, {"content-type": "application/json"}, json.dumps(body).encode()))
        answered = await asked(connection_to(server.address, kind, streams=False), heard)
    assert (answered.reasoning, heard.heard) == ("It is late.", [("reasoning", "It is late."), ("text", "Hello.")])


@pytest.mark.parametrize("streams", [True, False], ids=["stream", "one piece"])
@pytest.mark.parametrize("kind", [OPENAI, COMPATIBLE])
async def test_the_tier_that_an_answer_names_is_the_one_it_is_charged_at(kind: str, streams: bool) -> None:
    body = BUILD[kind](["Hello."], [], WHOLE[kind]) if streams else in_one_piece(kind, "Hello.", [])
    model = b'"model": "m"' if kind is COMPATIBLE else b'"model": "gpt-x"'
    assert model in body
    body = body.replace(model, model + b', "service_tier": "priority"')
    async with Loopback() as server:
        server.give(Reply(200, STREAM if streams else {"content-type": "application/json"}, body))
        answered = await asked(connection_to(server.address, kind, streams=streams))
    assert answered.usage.tier == "priority"
    cost = Prices({}).cost("openai/gpt-5-mini", answered.usage, AT)
    assert cost is not None
    assert cost.micros == 35  # 5 at $0.45 and 9 at $3.60 a million, rounded up
