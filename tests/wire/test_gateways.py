"""Answers as gateways and small servers twist them: understood where nothing is lost, refused where it would be."""

import json
from typing import Any

import pytest

from runtime.domain.words import DecisionKind
from runtime.models.interface import FaultKind, ModelFault
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, OPENAI
from tests.wire.asking import TOOLS, asked, model_to
from tests.wire.loopback import Loopback, Reply
from tests.wire.replaying import Heard, connection_to, request_with
from tests.wire.spoken import CALL, STREAM, anthropic, chat, event, responses

JSON = {"content-type": "application/json"}
TWICE = '{"path":"a","path":"b","confidence":0.9,"reason":"r"}'


async def streamed(kind: str, body: bytes, heard: Heard | None = None) -> Any:
    async with Loopback() as server:
        server.give(Reply(200, STREAM, body))
        return await asked(connection_to(server.address, kind), heard)


async def whole(kind: str, body: bytes) -> Any:
    async with Loopback() as server:
        server.give(Reply(200, JSON, body))
        return await asked(connection_to(server.address, kind, streams=False))


@pytest.mark.parametrize("half", ["", "\\ud83d"], ids=["plain", "a half character in the text"])
async def test_duplicate_keys_of_a_whole_message_are_not_lost(half: str) -> None:
    head = '"model":"claude-x","stop_reason":"tool_use","usage":{"input_tokens":5,"output_tokens":9}'
    text = '{"type":"text","text":"I write.' + half + '"}'
    call = '{"type":"tool_use","id":"c1","name":"files_write","input":' + TWICE + "}"
    found = await whole(ANTHROPIC, f'{{"type":"message",{head},"content":[{text},{call}]}}'.encode())
    if half:  # only the slow reader takes it
        assert isinstance(found, ModelFault)
        assert "there twice" in found.sentence
    else:
        (call_made,) = found.value.calls
        assert (call_made.arguments, call_made.confidence) == (TWICE, None)


async def test_duplicate_keys_of_an_input_that_comes_with_the_start_of_its_block_are_not_lost() -> None:
    body = anthropic([], [("c1", "files_write", "")]).replace(b'"input": {}', b'"input": ' + TWICE.encode())
    answered = await streamed(ANTHROPIC, body)
    assert [call.arguments for call in answered.value.calls] == [TWICE]


def without(body: bytes, *what: bytes) -> bytes:
    for one in what:
        assert one in body
        body = body.replace(one, b"")
    return body


CHAT_USAGE = b'"usage": {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14}'
UNCOUNTED = [
    (COMPATIBLE, chat([], [CALL]).replace(CHAT_USAGE, b'"usage": {}')),
    (COMPATIBLE, chat([], [CALL]).replace(CHAT_USAGE, b'"usage": {"total_tokens": 14}')),
    (COMPATIBLE, chat([], [CALL]).replace(CHAT_USAGE, b'"usage": {"prompt_tokens": 0, "completion_tokens": 0}')),
    (OPENAI, without(responses([], [CALL]), b'"input_tokens": 5, "output_tokens": 9, ')),
    (ANTHROPIC, without(anthropic([], [CALL]), b', "usage": {"output_tokens": 9}')),
]


@pytest.mark.parametrize(("kind", "body"), UNCOUNTED)
async def test_usage_that_is_left_out_is_unknown_and_not_nothing(kind: str, body: bytes) -> None:
    answered = await streamed(kind, body)
    assert not answered.usage.known
    assert [call.tool for call in answered.value.calls] == ["files.write"]


async def test_usage_that_grows_with_every_chunk_is_not_known_before_the_end() -> None:
    body = chat(["One ", "two."], [], "stop").replace(b'"model": "m"', b'"model": "m", ' + CHAT_USAGE)
    cut = await streamed(COMPATIBLE, body[: body.index(b'"stop"') - 40])
    assert isinstance(cut, ModelFault)
    assert not cut.attempt.usage.known
    answered = await streamed(COMPATIBLE, body)
    assert (answered.usage.known, answered.usage.output_tokens) == (True, 9)


@pytest.mark.parametrize("after", [b"data: [DONE]\n\n", b"event: ping\ndata: x\n\n", b"data: no json\n\n"])
async def test_what_follows_a_message_that_has_stopped_takes_nothing_from_it(after: bytes) -> None:
    answered = await streamed(ANTHROPIC, anthropic([], [CALL]) + after)
    assert [call.tool for call in answered.value.calls] == ["files.write"]


async def test_a_sign_of_life_in_the_middle_of_a_message_need_not_be_json() -> None:
    body = anthropic([], [CALL])
    at = body.index(b"event: content_block_delta")
    answered = await streamed(ANTHROPIC, body[:at] + b"event: ping\ndata: x\n\n" + body[at:])
    assert [call.tool for call in answered.value.calls] == ["files.write"]


@pytest.mark.parametrize("error", [ValueError("ours"), TypeError("ours"), KeyError("ours")])
async def test_an_error_of_a_listener_is_ours_and_no_fault_of_the_provider(error: Exception) -> None:
    def broken(_: str) -> None:
        raise error

    async with Loopback() as server:
        server.give(Reply(200, STREAM, chat(["Hello"], [], "stop")))
        model = model_to(connection_to(server.address, COMPATIBLE))
        with pytest.raises(type(error), match="ours"):
            await model.act(request_with(TOOLS), broken)
        await model.close()


async def test_a_request_that_cannot_be_written_is_ours_and_no_fault_of_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Loopback() as server:
        model = model_to(connection_to(server.address, COMPATIBLE))
        monkeypatch.setattr(model, "_act_body", lambda request, offer: {"model": object()})
        with pytest.raises(TypeError):
            await model.act(request_with(TOOLS), Heard())
        await model.close()
        assert server.got == []


async def test_an_answer_that_an_sdk_stumbles_over_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Loopback() as server:
        server.give(Reply(200, STREAM, chat(["Hello"], [], "stop")))
        model = model_to(connection_to(server.address, COMPATIBLE))
        sent = model._sent

        async def stumbling(client: Any, body: dict[str, Any]) -> Any:
            await (await sent(client, body)).aread()
            raise ValueError("a header it cannot read")

        monkeypatch.setattr(model, "_sent", stumbling)
        with pytest.raises(ModelFault, match="cannot be used"):
            await model.act(request_with(TOOLS), Heard())
        await model.close()


async def test_a_key_that_no_header_takes_is_told_as_a_key() -> None:
    async def typed(_: object) -> str:
        return "sk-ключ-0123"

    async with Loopback() as server:
        model = model_to(connection_to(server.address, COMPATIBLE))
        model._secret = typed
        with pytest.raises(ModelFault, match="signs that no key has") as raised:
            await model.act(request_with(TOOLS), Heard())
        await model.close()
    assert (raised.value.kind, raised.value.by_person) == (FaultKind.FINAL, True)


async def test_calls_that_are_told_and_then_said_to_have_stopped_are_run() -> None:
    body = chat([], [CALL])
    at = body.index(b"data: [DONE]")
    stopped = event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    answered = await streamed(COMPATIBLE, body[:at] + stopped + body[at:])
    assert [call.tool for call in answered.value.calls] == ["files.write"]
    cut_too = await streamed(COMPATIBLE, body[:at] + stopped.replace(b"stop", b"length") + body[at:])
    assert isinstance(cut_too, ModelFault)


async def test_two_calls_without_ids_at_one_place_are_two() -> None:
    calls = [("", "files_write", '{"path":"a"}'), ("", "files_write", '{"path":"b"}')]
    body = chat([], calls).replace(b'"index": 1, "id"', b'"index": 0, "id"')
    answered = await streamed(COMPATIBLE, body)
    assert [json.loads(call.arguments) for call in answered.value.calls] == [{"path": "a"}, {"path": "b"}]


async def test_one_call_whose_name_comes_with_every_piece_is_one() -> None:
    pieces = [("", "files_write", '{"pa'), ("", "files_write", 'th":"a"}'), ("", "files_write", "")]
    body = chat([], pieces)
    for index in (1, 2):
        body = body.replace(f'"index": {index}, "id"'.encode(), b'"index": 0, "id"')
    answered = await streamed(COMPATIBLE, body)
    assert [json.loads(call.arguments) for call in answered.value.calls] == [{"path": "a"}]


def in_parts(body: bytes) -> bytes:
    return body.replace(b'"content": "Hello"', b'"content": [{"type": "text", "text": "Hel"}, {"text": "lo"}]')


async def test_text_that_comes_in_parts_is_read() -> None:
    answered = await streamed(COMPATIBLE, in_parts(chat(["Hello"], [], "stop")))
    said = {"role": "assistant", "content": "Hello"}
    body = json.dumps({"model": "m", "choices": [{"index": 0, "message": said, "finish_reason": "stop"}]}).encode()
    for one in (answered, await whole(COMPATIBLE, in_parts(body))):
        assert (one.value.kind, one.value.text) == (DecisionKind.RESPOND, "Hello")
