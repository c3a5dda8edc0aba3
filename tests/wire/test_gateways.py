"""Answers as gateways and small servers twist them: understood where nothing is lost, refused where it would be."""

import asyncio
import json
from typing import Any

import pytest

from runtime.domain.words import DecisionKind
from runtime.models.interface import FaultKind, ModelFault
from runtime.models.providers.stops import CONSEQUENCES, Ending
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, OPENAI
from tests.wire.asking import TOOLS, asked, model_to
from tests.wire.loopback import Cut, Loopback, Reply
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


def chunks(*deltas: tuple[dict[str, Any], str | None], done: bytes = b"data: [DONE]\n\n") -> bytes:
    """Chunks of one choice, each a delta and its reason to stop."""
    told = [{"model": "m", "choices": [{"index": 0, "delta": delta, "finish_reason": stop}]} for delta, stop in deltas]
    return b"".join(event(one) for one in told) + done


def completion(message: dict[str, Any], stop: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": None, **message}, "finish_reason": stop}
    counts = {"prompt_tokens": 5, "completion_tokens": 9}
    return json.dumps({"model": "m", "choices": [choice], "usage": counts}).encode()


CALLED = {"name": "files_write", "arguments": {"path": "a"}}
OBJECT = {"tool_calls": [{"index": 0, "id": "c1", "type": "function", "function": CALLED}]}
OLDER = {"function_call": {**CALLED, "arguments": '{"path":"a"}'}}


@pytest.mark.parametrize(
    ("stop", "kind", "words"),
    [
        ("STOP", DecisionKind.RESPOND, "Hi"),
        ("end_turn", DecisionKind.RESPOND, "Hi"),
        ("MAX_TOKENS", DecisionKind.ESCALATE, CONSEQUENCES[Ending.CUT].sentence),
        ("SAFETY", DecisionKind.ESCALATE, CONSEQUENCES[Ending.FILTERED].sentence),
    ],
)
async def test_words_of_others_that_a_gateway_passes_on_are_known(stop: str, kind: DecisionKind, words: str) -> None:
    answered = await streamed(COMPATIBLE, chunks(({"content": "Hi"}, None), ({}, stop)))
    assert answered.value.kind is kind
    assert words in answered.value.text


@pytest.mark.parametrize("said", [OBJECT, OLDER], ids=["arguments as an object", "the older form of a call"])
async def test_calls_in_other_forms_are_calls(said: dict[str, Any]) -> None:
    found = [
        await streamed(COMPATIBLE, chunks((said, None), ({}, "tool_use"))),
        await whole(COMPATIBLE, completion(said, "function_call")),
    ]
    for answered in found:
        assert [(call.tool, json.loads(call.arguments)) for call in answered.value.calls] == [
            ("files.write", {"path": "a"})
        ]


async def test_duplicate_keys_of_arguments_that_are_an_object_are_refused() -> None:
    body = chunks((OBJECT, None), ({}, "tool_calls")).replace(b'{"path": "a"}', TWICE.encode())
    found = await streamed(COMPATIBLE, body)
    assert isinstance(found, ModelFault)
    assert "there twice" in found.sentence


async def test_a_stream_that_its_server_ends_after_the_reason_to_stop_is_whole_without_its_last_line() -> None:
    body = chat([], [CALL])
    last, counts = body.index(b"data: [DONE]"), body.index(CHAT_USAGE)
    answered = await streamed(COMPATIBLE, body[:last])
    assert ([call.tool for call in answered.value.calls], answered.usage.known) == (["files.write"], True)
    for cut in (counts, last - 1, body.index(b'"finish_reason": "tool_calls"')):
        assert isinstance(await streamed(COMPATIBLE, body[:cut]), ModelFault)
    async with Loopback() as server:
        server.give(Reply(200, STREAM, body, cut=last, how=Cut.BROKEN))
        assert isinstance(await asked(connection_to(server.address, COMPATIBLE)), ModelFault)


async def test_a_whole_answer_to_a_request_for_a_stream_is_read() -> None:
    async with Loopback() as server:
        server.give(Reply(200, JSON, completion({"content": "Hi"}, "stop")))
        heard = Heard()
        answered = await asked(connection_to(server.address, COMPATIBLE), heard)
        assert (answered.value.text, answered.usage.input_tokens, heard.text) == ("Hi", 5, ["Hi"])
        server.give(Reply(200, JSON, b'{"error":{"code":"insufficient_quota","message":"no credit"}}'))
        fault = await asked(connection_to(server.address, COMPATIBLE))
    assert isinstance(fault, ModelFault)
    assert (fault.kind, fault.by_person) == (FaultKind.FINAL, True)
    assert "no credit" in fault.sentence


@pytest.mark.parametrize(
    "error",
    [
        b'event: error\ndata: {"message":"used up","code":"insufficient_quota"}\n\n',
        b'data: {"object":"error","message":"it is used up","type":"BadRequestError","code":400}\n\n',
    ],
)
async def test_an_error_in_whatever_form_is_told_and_judged_by_its_word(error: bytes) -> None:
    fault = await streamed(COMPATIBLE, chunks(({"content": "a"}, None), done=b"") + error)
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.FINAL
    assert "used up" in fault.sentence


@pytest.mark.parametrize("told", [b"", b"connection: close\r\n"], ids=["nothing", "close"])
async def test_where_only_the_end_of_the_connection_ends_the_stream_its_last_line_is_needed(told: bytes) -> None:
    body = chat([], [CALL])
    sent = body

    async def until_closed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n" + told + b"\r\n" + sent)
        await writer.drain()
        writer.write_eof()

    async with Loopback(raw=until_closed) as server:
        connection = connection_to(server.address, COMPATIBLE)
        assert [call.tool for call in (await asked(connection)).value.calls] == ["files.write"]
        sent = body[: body.index(b"data: [DONE]")]
        assert isinstance(await asked(connection), ModelFault)
