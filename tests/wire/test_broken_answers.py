"""Answers that are broken in themselves, through the real SDKs: each a fault with a sentence, none a crash."""

import json
from dataclasses import replace

import pytest

from runtime.domain.words import DecisionKind
from runtime.models.interface import FaultKind, ModelFault
from runtime.models.providers.connection import Connection
from runtime.models.providers.known import PROVIDERS
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, KINDS, OPENAI
from tests.wire.asking import TOOLS, asked, model_to
from tests.wire.loopback import Loopback, Reply
from tests.wire.replaying import Heard, connection_to, request_with
from tests.wire.spoken import BUILD, CALL, STREAM, anthropic, chat, event, responses

OVERLOADED = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
ERRORS = {
    OPENAI: [
        event({"type": "error", "code": "server_error", "message": "It broke.", "param": None, "sequence_number": 3}),
        event({"error": {"code": "rate_limit_exceeded", "message": "Slow."}}, "error"),
        responses([], [CALL], "failed").replace(
            b'"error": null', b'"error": {"code": "server_error", "message": "It broke."}'
        ),
    ],
    COMPATIBLE: [
        event({"error": {"code": 502, "message": "It broke."}}),
        event({"error": "It broke."}),
        chat([], [CALL], "error"),
    ],
    ANTHROPIC: [
        event(OVERLOADED),
        event(OVERLOADED, "message_delta"),
        f"data: {json.dumps(OVERLOADED)}\n\n".encode(),
        event({**OVERLOADED, "request_id": "req_1"}, "error"),
        event({"error": OVERLOADED["error"]}, "error"),
        b"event: error\ndata: no json\n\n",
    ],
}
ENDS = {ANTHROPIC: 2, OPENAI: 1, COMPATIBLE: 3}
"""So many events come after the last piece of what an answer says."""


@pytest.mark.parametrize("whole_call", [False, True], ids=["begun", "a whole call"])
@pytest.mark.parametrize(("kind", "broken"), [(kind, one) for kind, found in ERRORS.items() for one in found])
async def test_an_error_inside_an_answer_runs_nothing_of_it(kind: str, broken: bytes, whole_call: bool) -> None:
    *events, _ = BUILD[kind](["I write."], [CALL]).split(b"\n\n")
    begun = b"".join(one + b"\n\n" for one in events[: -ENDS[kind] if whole_call else 1])
    assert (CALL[0].encode() in begun) is (whole_call and kind is not OPENAI)
    async with Loopback() as server:
        server.give(Reply(200, STREAM, begun + broken))
        fault = await asked(connection_to(server.address, kind))
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.PASSING
    said = [words for words in ("Overloaded", "It broke.", "Slow.") if words.encode() in broken]
    assert all(words in fault.sentence for words in said)  # and not that it merely broke off


STRANGE = [
    b"data: {}\n\n",
    b"data: []\n\n",
    b"data: null\n\n",
    b"data: 7\n\n",
    b"data: {\n\n",
    b"\xff\xfe\n\n",
    b"data: \xc3\n\n",
    b'event: message_start\ndata: {"type":"message_start"}\n\n',
    b'event: content_block_delta\ndata: {"type":"content_block_delta","index":3,"delta":{}}\n\n',
    b'event: content_block_start\ndata: {"type":"content_block_start","index":0}\n\n',
    b'event: response.completed\ndata: {"type":"response.completed","response":{}}\n\n',
    b'event: response.completed\ndata: {"type":"response.completed","response":'
    b'{"status":"completed","output":[7]}}\n\n',
    b'data: {"choices":[{"index":0,"delta":{"content":{"a":1}},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    b'data: {"choices":7}\n\ndata: [DONE]\n\n',
    b'data: {"choices":[{"index":0,"delta":{"content":"It has no reason to stop."}}]}\n\ndata: [DONE]\n\n',
    b'data: {"choices":[{"index":0,"delta":{"tool_calls":[7]},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
]


@pytest.mark.parametrize("body", STRANGE)
@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_no_answer_is_a_fault_and_no_crash(kind: str, body: bytes) -> None:
    async with Loopback() as server:
        server.give(Reply(200, STREAM, body))
        fault = await asked(connection_to(server.address, kind))
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.PASSING


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"7", b"null", b"{", b"\xff", b'{"choices":[]}', b'{"content":[]}']
)
@pytest.mark.parametrize("kind", KINDS)
async def test_a_body_that_is_no_answer_is_a_fault_and_no_crash(kind: str, body: bytes) -> None:
    async with Loopback() as server:
        server.give(Reply(200, {"content-type": "application/json"}, body))
        fault = await asked(connection_to(server.address, kind, streams=False))
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.PASSING


async def test_servers_that_give_every_call_the_same_place_are_understood() -> None:
    kind = COMPATIBLE
    body = chat([], [CALL, ("c2", "files_write", '{"path":"b"}')]).replace(b'"index": 1, "id"', b'"index": 0, "id"')
    assert body.count(b'"index": 0, "id"') == 2
    async with Loopback() as server:
        server.give(Reply(200, STREAM, body))
        answered = await asked(connection_to(server.address, kind))
    assert [json.loads(call.arguments) for call in answered.value.calls] == [{"path": "a"}, {"path": "b"}]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_plan_is_read_and_nonsense_is_none(kind: str) -> None:
    plan = {
        "steps": [{"title": "Write", "tool": "files.write"}, {"title": "Say", "tool": None}],
        "note": "n",
        "reason": "r",
        "confidence": 0.7,
    }
    whole = "stop" if kind is COMPATIBLE else "completed" if kind is OPENAI else "end_turn"
    async with Loopback() as server:
        model = model_to(connection_to(server.address, kind))
        server.give(Reply(200, STREAM, BUILD[kind]([json.dumps(plan)], [], whole)))
        answered = await model.plan(request_with(TOOLS), Heard())
        work = answered.value
        assert [(step.step_id, step.title, step.tool) for step in work.steps] == [
            ("s1", "Write", "files.write"),
            ("s2", "Say", ""),
        ]
        assert (work.confidence, work.note, work.reason) == (0.7, "n", "r")
        for text in ("I would rather not.", '{"steps":"none"}', '{"steps":[],"steps":[]}', "[]"):
            server.give(Reply(200, STREAM, BUILD[kind]([text], [], whole)))
            with pytest.raises(ModelFault, match="agreed form") as raised:
                await model.plan(request_with(TOOLS), Heard())
            assert raised.value.kind is FaultKind.PASSING
            assert raised.value.attempt.usage.output_tokens == 9
        await model.close()


async def test_a_refused_plan_is_told_with_its_words() -> None:
    async with Loopback() as server:
        model = model_to(connection_to(server.address, ANTHROPIC))
        server.give(Reply(200, STREAM, anthropic(["I cannot."], [], "refusal")))
        with pytest.raises(ModelFault, match=r"refused.*I cannot"):
            await model.plan(request_with(TOOLS), Heard())
        await model.close()


async def test_a_keyless_server_gets_no_key_and_is_not_asked_for_one() -> None:
    async def never(connection: Connection) -> str:
        raise AssertionError("a key was asked for")

    async with Loopback() as server:
        server.give(Reply(200, STREAM, chat(["Hello"], [], "stop")))
        connection = replace(connection_to(server.address, COMPATIBLE), keyless=True)
        model = PROVIDERS[connection.kind](connection, "m", never, "route")
        answered = await model.act(request_with(TOOLS), Heard())
        await model.close()
    assert answered.value.kind is DecisionKind.RESPOND
    assert "authorization" not in server.got[0].headers
