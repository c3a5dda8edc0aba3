"""What goes wrong between us and a provider, through the real SDKs: silence, floods, redirects, leaking keys."""

import asyncio
import logging
import socket
from dataclasses import replace

import pytest

from runtime.models.interface import FaultKind, ModelFault
from runtime.models.providers import exchanging
from runtime.models.providers.connection import TimeLimits
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, KINDS, OPENAI
from tests.wire.asking import TOOLS, asked, model_to
from tests.wire.loopback import Cut, Loopback, Reply
from tests.wire.replaying import KEY, Heard, connection_to, request_with
from tests.wire.spoken import BUILD, CALL, STREAM, event

PATHS = {
    ANTHROPIC: "/v1/messages",
    OPENAI: "/v1/responses",
    COMPATIBLE: "/v1/chat/completions",
}
LONG = TimeLimits(connect_s=60, first_s=60, idle_s=60, total_s=120)
"""Each test shortens the one limit that it is about: the others are never met first, however slow the machine is."""


@pytest.mark.parametrize("kind", KINDS)
async def test_the_key_goes_to_its_header_and_the_environment_changes_nothing(
    kind: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name, value in {
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:1",
        "OPENAI_BASE_URL": "http://127.0.0.1:1",
        "ANTHROPIC_API_KEY": "from-the-environment",
        "OPENAI_API_KEY": "from-the-environment",
        "ANTHROPIC_AUTH_TOKEN": "from-the-environment",
        "OPENAI_ORG_ID": "from-the-environment",
        "OPENAI_PROJECT_ID": "from-the-environment",
        "ANTHROPIC_CUSTOM_HEADERS": "x-theirs: from-the-environment",
        "OPENAI_CUSTOM_HEADERS": "x-theirs: from-the-environment",
        "HTTP_PROXY": "http://127.0.0.1:1",
        "ALL_PROXY": "http://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(name, value)
    caplog.set_level(logging.DEBUG)
    async with Loopback() as server:
        server.give(Reply(200, STREAM, BUILD[kind](["Hello"], [CALL])))
        answered = await asked(connection_to(server.address, kind))
    got = server.got[0]
    assert "from-the-environment" not in str(got.headers)
    header = "x-api-key" if kind is ANTHROPIC else "authorization"
    assert got.headers[header].endswith(KEY)
    assert str(got.headers).count(KEY) == 1
    assert answered.sent == got.body
    assert answered.origin.request_id == "req_7"
    assert got.path == PATHS[kind]
    assert KEY not in caplog.text + repr(answered)
    assert got.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("how", list(Cut))
@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_that_ends_early_runs_nothing_and_may_be_tried_again(kind: str, how: Cut) -> None:
    body = BUILD[kind](["I write."], [CALL])
    async with Loopback() as server:
        server.give(
            Reply(200, STREAM, body, cut=body.rindex(b"\n\ndata: [DONE]" if b"[DONE]" in body else b"event:"), how=how)
        )
        fault = await asked(connection_to(server.address, kind))
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.PASSING
    assert "Nothing of it was run" in fault.sentence
    assert fault.attempt.received
    # What it did cost stands whole before the cut with one of them only.
    told = kind is ANTHROPIC
    assert (fault.attempt.usage.known, fault.attempt.usage.output_tokens) == (told, 9 if told else 0)


@pytest.mark.parametrize("kind", KINDS)
async def test_duplicate_ids_of_calls_are_refused(kind: str) -> None:
    async with Loopback() as server:
        server.give(
            Reply(
                200,
                STREAM,
                BUILD[kind](
                    [],
                    [CALL, CALL] if kind is not COMPATIBLE else [CALL, ("c2", "files_write", "{}"), CALL],
                ),
            )
        )
        fault = await asked(connection_to(server.address, kind))
    assert isinstance(fault, ModelFault)
    assert (fault.kind, "same id" in fault.sentence) == (FaultKind.PASSING, True)
    assert fault.attempt.usage.output_tokens == 9


@pytest.mark.parametrize("kind", KINDS)
async def test_duplicate_keys_reach_the_contract_check_as_they_were_written(kind: str) -> None:
    twice = '{"path":"a","path":"b","confidence":0.9,"reason":"r"}'
    async with Loopback() as server:
        server.give(Reply(200, STREAM, BUILD[kind]([], [("c1", "files_write", twice)])))
        answered = await asked(connection_to(server.address, kind))
    (call,) = answered.value.calls
    assert (call.arguments, call.confidence) == (twice, None)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_character_split_between_two_pieces_is_whole_again(kind: str) -> None:
    heard = Heard()
    async with Loopback() as server:
        server.give(Reply(200, STREAM, BUILD[kind](["a\ud83d", "\ude00b\ud83d"], [CALL])))
        answered = await asked(connection_to(server.address, kind), heard)
    assert answered.value.text == "a😀b\ufffd"
    assert heard.text == ["a", "😀b"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_huge_answer_is_given_up(kind: str) -> None:
    filler = event({"type": "ping"}) * 500
    async with Loopback() as server:
        server.give(Reply(200, STREAM, b"", endless=filler))
        connection = replace(connection_to(server.address, kind), largest_answer=100_000)
        fault = await asked(connection)
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.FINAL
    assert "larger than 97 KiB" in fault.sentence
    assert len(fault.attempt.received) <= 100_000


@pytest.mark.parametrize("kind", KINDS)
async def test_a_line_without_end_is_given_up(kind: str) -> None:
    async with Loopback() as server:
        server.give(Reply(200, STREAM, b"data: ", endless=b"x" * 500_000))
        fault = await asked(connection_to(server.address, kind))  # as a connection is without any setting
    assert isinstance(fault, ModelFault)
    assert "larger than 16,384 KiB" in fault.sentence
    assert len(fault.attempt.received) <= 16 * 2**20


@pytest.mark.parametrize("kind", KINDS)
async def test_one_byte_now_and_then_is_silence(kind: str) -> None:
    body = BUILD[kind](["Hello"], [CALL])
    async with Loopback() as server:
        server.give(Reply(200, STREAM, body, pieces=1, delay_s=0.02))
        fault = await asked(replace(connection_to(server.address, kind), times=replace(LONG, idle_s=0.3)))
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.PASSING
    assert "silent" in fault.sentence


@pytest.mark.parametrize("kind", KINDS)
async def test_an_answer_that_never_ends_is_given_up_although_it_moves(kind: str) -> None:
    async with Loopback() as server:
        server.give(Reply(200, STREAM, b"", endless=b": still here\n\n", delay_s=0.02))
        fault = await asked(replace(connection_to(server.address, kind), times=replace(LONG, total_s=0.6)))
    assert isinstance(fault, ModelFault)
    assert "0.6 seconds" in fault.sentence


@pytest.mark.parametrize("kind", KINDS)
async def test_a_server_that_does_not_begin_is_given_up(kind: str) -> None:
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with Loopback(raw=silent) as server:
        fault = await asked(replace(connection_to(server.address, kind), times=replace(LONG, first_s=0.3)))
    assert isinstance(fault, ModelFault)
    assert "did not begin" in fault.sentence
    assert not fault.attempt.usage.known


@pytest.mark.parametrize("kind", KINDS)
async def test_a_whole_answer_counts_although_the_connection_stays_open(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchanging, "ENOUGH_S", 0.05)
    async with Loopback() as server:
        server.give(Reply(200, STREAM, BUILD[kind]([], [CALL]), hold=asyncio.Event()))
        answered = await asked(replace(connection_to(server.address, kind), times=LONG))
    assert [call.tool for call in answered.value.calls] == ["files.write"]


PAGE = b"<html><body>Sign in to the guest network</body></html>"


@pytest.mark.parametrize("found", ["text/html", "application/json", ""])
@pytest.mark.parametrize("kind", KINDS)
async def test_another_content_type_is_no_answer(kind: str, found: str) -> None:
    async with Loopback() as server:
        server.give(Reply(200, {"content-type": found} if found else {}, PAGE))
        fault = await asked(connection_to(server.address, kind))
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.PASSING
    assert ("it is not JSON" if "json" in found else "was expected") in fault.sentence


@pytest.mark.parametrize("kind", KINDS)
async def test_a_page_instead_of_an_error_is_told_shortly(kind: str) -> None:
    async with Loopback() as server:
        server.give(Reply(502, {"content-type": "text/html"}, PAGE * 100))
        fault = await asked(connection_to(server.address, kind))
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.PASSING
    assert "<html>" not in fault.sentence
    assert "502" in fault.sentence
    assert not fault.attempt.usage.known  # the gateway lost patience; the model may have worked, and is paid for it


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("kind", KINDS)
async def test_no_redirect_is_followed(kind: str, status: int) -> None:
    async with Loopback() as elsewhere, Loopback() as server:
        server.give(Reply(status, {"location": f"{elsewhere.address}/v1/messages"}, b""))
        fault = await asked(connection_to(server.address, kind))
        assert elsewhere.got == []
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.FINAL
    assert "another address" in fault.sentence


@pytest.mark.parametrize("kind", KINDS)
async def test_a_compressed_answer_is_refused_because_its_size_cannot_be_bounded(kind: str) -> None:
    async def squeezed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\n")
        writer.write(b"content-length: 2\r\n\r\n\x1f\x8b")
        await writer.drain()
        await reader.read()
        writer.close()

    async with Loopback(raw=squeezed) as server:
        fault = await asked(connection_to(server.address, kind))
    assert isinstance(fault, ModelFault)
    assert "compressed" in fault.sentence


@pytest.mark.parametrize("status", [429, 500, 503, 529])
async def test_a_compressed_error_is_judged_by_its_status_and_headers(status: int) -> None:
    async def squeezed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 %d X\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n" % status)
        writer.write(b"retry-after: 3\r\ncontent-length: 2\r\n\r\n\x1f\x8b")
        await writer.drain()
        await reader.read()
        writer.close()

    async with Loopback(raw=squeezed) as server:
        fault = await asked(connection_to(server.address, KINDS[0]))
    assert isinstance(fault, ModelFault)
    assert (fault.kind, fault.retry_after) == (FaultKind.PASSING, 3.0)
    assert str(status) in fault.sentence


@pytest.mark.parametrize("kind", KINDS)
async def test_nobody_there_is_said_plainly_and_cost_nothing(kind: str) -> None:
    with socket.socket() as kept:  # its port is nobody else's meanwhile, and nobody listens there
        kept.bind(("127.0.0.1", 0))
        fault = await asked(connection_to(f"http://127.0.0.1:{kept.getsockname()[1]}", kind))
    assert isinstance(fault, ModelFault)
    assert fault.kind is FaultKind.PASSING
    assert "cannot be reached" in fault.sentence
    assert fault.attempt.usage.known
    assert fault.attempt.usage.input_tokens == 0


@pytest.mark.parametrize("kind", KINDS)
async def test_stop_ends_the_stream_at_once(kind: str) -> None:
    """The task is cancelled in the middle: the connection is closed, which the server sees."""
    gone = asyncio.Event()

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 99999\r\n\r\n: begun\n\n")
        await writer.drain()
        begun.set()
        try:
            while await reader.read(65_536):
                pass
        except ConnectionError:
            pass
        gone.set()
        writer.close()

    begun = asyncio.Event()
    async with Loopback(raw=endless) as server:
        model = model_to(connection_to(server.address, kind))
        task = asyncio.create_task(model.act(request_with(TOOLS), Heard()))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await gone.wait()
        await model.close()
