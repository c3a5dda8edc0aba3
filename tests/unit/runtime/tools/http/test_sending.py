"""What the card shows is what arrives, byte for byte; where it goes was checked; what is not known is said."""

import json
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import BaseModel

from runtime.domain.undo import UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind, Idempotency
from runtime.tools.contract import Tool, ToolContext, ToolFailed
from runtime.tools.http import exchange
from runtime.tools.http.arguments import Answered
from runtime.tools.http.family import HttpFamily
from runtime.tools.http.outgoing import readable
from tests.fixtures.own_certificate import made_certificate
from tests.fixtures.tool_cases.case import MemoryBlobs
from tests.fixtures.web_server import WebServer, answer

KEY = "ab" * 32
SECRET = "s3cret-of-the-crm"
CREDENTIAL = {"account": "crm", "prefix": "Bearer "}


@pytest.fixture
def server() -> Iterator[WebServer]:
    made = WebServer()
    made.begin()
    yield made
    made.close()


def context(folder: Path, **more: Any) -> ToolContext:
    known = {"secret": lambda name: SECRET if name == "crm" else None, **more}
    return ToolContext(folder, KEY, MemoryBlobs(), threading.Event(), lambda text: None, **known)


def tool(server: WebServer, name: str = "http.send", family: HttpFamily | None = None, **more: Any) -> Tool:
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    options = {"addresses": [server.address], "methods": methods, "private_networks": ["127.0.0.1/32"], **more}
    tools = (family or HttpFamily()).tools(json.dumps(options))
    return next(one for one in tools if one.contract.name == name)


def given(of: Tool, **arguments: Any) -> BaseModel:
    return of.contract.input.model_validate_json(json.dumps(arguments), strict=True)


@pytest.mark.parametrize("body", ["", '{"amount_cents":8400,"note":"größer"}', "a\nb\r\n", "x" * 70_000])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_what_is_shown_is_what_arrives(server: WebServer, tmp_path: Path, method: str, body: str) -> None:
    sends = tool(server, keyed=True, credentials=[CREDENTIAL], headers=["X-Why"], fixed_headers={"X-Desk": "shop"})
    kind = "application/json" if body.startswith("{") else "text/plain"
    target = f"{server.address}orders/a;b/%C3%BC?x=1&y=%20'"
    what = given(sends, method=method, address=target, body=body, content_type=kind, headers={"X-Why": "asked for"})
    shown = sends.preview(what, context(tmp_path))
    answered = sends.run(what, context(tmp_path)).output
    assert isinstance(answered, Answered)
    assert (answered.status, json.loads(answered.body)["target"]) == (200, target.partition(str(server.port))[2])
    (came,) = server.came
    assert SECRET not in repr(shown)
    assert shown.source.replace("[secret of crm]", SECRET) == came.raw
    assert came.headers["authorization"] == f"Bearer {SECRET}"
    assert came.headers["idempotency-key"] == KEY
    assert [*shown.headers[:2]] == [("Method", method), ("Address", target)]
    lines = came.head.split("\r\n")[1:]
    assert [f"{name}: {value}".replace("[secret of crm]", SECRET) for name, value in shown.headers[2:]] == lines


def test_json_is_indented_only_where_that_changes_nothing() -> None:
    assert readable('{"b":[1,2.5],"a":"ü"}') == '{\n  "b": [\n    1,\n    2.5\n  ],\n  "a": "ü"\n}'
    for text in ('{"a":1.00}', '{"a":1e400}', '{"a":-0}', '{"a":0.10000000000000000555}', '{"a":NaN}', "no json"):
        assert readable(text) == text


@pytest.mark.parametrize("body", ['{"a":1,"a":2}', '{"a":}', "", '{"a":9007199254740993}'])
def test_a_body_that_can_be_read_in_two_ways_is_refused(server: WebServer, tmp_path: Path, body: str) -> None:
    sends = tool(server)
    what = given(sends, method="POST", address=f"{server.address}x", body=body)
    if body in ("", '{"a":9007199254740993}'):
        sends.run(what, context(tmp_path))
        return
    with pytest.raises(ToolFailed, match="not the JSON it says") as failed:
        sends.appraise(what, context(tmp_path))
    assert failed.value.code == "bad-body"


def test_a_redirect_is_told_and_never_followed(server: WebServer, tmp_path: Path) -> None:
    other = WebServer()
    other.begin()
    server.answers.append(answer(b"", "307 Temporary Redirect", "text/plain", f"Location: {other.address}"))
    sends = tool(server, credentials=[CREDENTIAL])
    result = sends.run(given(sends, method="POST", address=f"{server.address}x"), context(tmp_path))
    other.close()
    assert other.came == []
    assert isinstance(result.output, Answered)
    assert (result.output.status, result.output.headers["location"]) == (307, other.address)
    assert "not followed" in result.summary


def test_proxies_of_the_environment_are_not_asked(
    server: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = WebServer()
    proxy.begin()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.address)
    sends = tool(server)
    sends.run(given(sends, method="POST", address=f"{server.address}x"), context(tmp_path))
    proxy.close()
    assert (len(server.came), proxy.came) == (1, [])


def test_the_name_is_looked_up_once_and_its_certificate_is_checked(tmp_path: Path) -> None:
    """Whoever changes the answer between the check and the connection wins nothing: there is no second lookup."""
    asked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    file = made_certificate(tmp_path / "server.pem", "api.example.org")
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(file)
    server = WebServer(tls)
    server.begin()
    family = HttpFamily(lambda: ssl.create_default_context(cafile=str(file)), once)
    base = f"https://api.example.org:{server.port}/"
    reads = tool(server, "http.get", family, addresses=[base])
    result = reads.run(given(reads, address=f"{base}orders"), context(tmp_path))
    assert isinstance(result.output, Answered)
    assert (result.output.status, asked) == (200, ["api.example.org"])
    assert server.came[0].headers["host"] == f"api.example.org:{server.port}"
    asked.clear()
    other = f"https://other.example.org:{server.port}/"
    reads = tool(server, "http.get", family, addresses=[other])
    with pytest.raises(ToolFailed, match=r"can't be reached .*nothing was sent"):
        reads.run(given(reads, address=other), context(tmp_path))
    server.close()
    assert len(server.came) == 1


def test_this_machine_is_not_reached_unless_the_grant_names_it(server: WebServer, tmp_path: Path) -> None:
    sends = tool(server, private_networks=[])
    what = given(sends, method="POST", address=f"{server.address}x")
    for call in (sends.appraise, sends.preview, sends.run):
        with pytest.raises(ToolFailed, match="inner network") as failed:
            call(what, context(tmp_path))
        assert failed.value.code == "private-address"
    assert server.came == []


@pytest.mark.parametrize(
    ("said", "code", "uncertain"),
    [
        (answer(b'{"error":"no stock"}', "409 Conflict"), "refused", False),
        (answer(b"", "503 Service Unavailable"), "server-fault", True),
        (b"", "broke-off", True),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "broke-off", True),
        (b"nonsense\r\n\r\n", "broke-off", True),
    ],
    ids=["refused", "fault", "hung up", "cut", "nonsense"],
)
def test_what_is_not_known_is_said(server: WebServer, tmp_path: Path, said: bytes, code: str, uncertain: bool) -> None:
    server.answers.append(said)
    sends = tool(server)
    with pytest.raises(ToolFailed) as failed:
        sends.run(given(sends, method="POST", address=f"{server.address}x"), context(tmp_path))
    assert (failed.value.code, failed.value.uncertain) == (code, uncertain)
    assert ("may have been carried out" in failed.value.sentence) is uncertain


@pytest.mark.parametrize("only_reads", [True, False])
def test_a_lookup_that_breaks_off_is_not_known_where_its_address_may_have_told_something(
    server: WebServer, tmp_path: Path, only_reads: bool
) -> None:
    server.answers.append(b"")
    reads = tool(server, "http.get", get_only_reads=only_reads)
    assert (reads.contract.idempotency is Idempotency.NEITHER) is not only_reads
    with pytest.raises(ToolFailed, match="may have been carried out") as failed:
        reads.run(given(reads, address=f"{server.address}x?secret=1"), context(tmp_path))
    assert (failed.value.code, failed.value.uncertain, failed.value.passing) == ("broke-off", not only_reads, True)


def test_nobody_there_means_that_nothing_was_sent(server: WebServer, tmp_path: Path) -> None:
    server.close()
    sends = tool(server)
    with pytest.raises(ToolFailed, match="nothing was sent") as failed:
        sends.run(given(sends, method="POST", address=f"{server.address}x"), context(tmp_path))
    assert (failed.value.code, failed.value.uncertain) == ("unreachable", False)


def test_a_server_that_never_answers_is_left_on_stop_and_may_have_done_it(server: WebServer, tmp_path: Path) -> None:
    server.answers.append(None)
    sends, here = tool(server, time_limit_s=300), context(tmp_path)

    def stop() -> None:
        server.heard.wait()
        here.cancelled.set()

    threading.Thread(target=stop, daemon=True).start()
    with pytest.raises(ToolFailed, match="may have been carried out") as failed:
        sends.run(given(sends, method="POST", address=f"{server.address}x"), here)
    assert (failed.value.code, failed.value.uncertain) == ("stopped", True)


def test_a_server_that_never_answers_is_left_when_the_time_is_over(
    server: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.answers.append(None)
    sends = tool(server, time_limit_s=300)
    monkeypatch.setattr(exchange, "monotonic", lambda: 301.0 if server.heard.is_set() else 0.0)
    with pytest.raises(ToolFailed, match=r"no whole answer came within 3.*may have been carried out") as failed:
        sends.run(given(sends, method="POST", address=f"{server.address}x"), context(tmp_path))
    assert (failed.value.code, failed.value.uncertain) == ("broke-off", True)


def test_an_answer_that_is_too_long_packed_or_no_text_says_so(server: WebServer, tmp_path: Path) -> None:
    reads = tool(server, "http.get", longest_answer=10)

    def read(*said: bytes) -> Answered:
        server.answers.extend(said)
        output = reads.run(given(reads, address=f"{server.address}x"), context(tmp_path)).output
        assert isinstance(output, Answered)
        return output

    long = read(answer("äöü".encode() * 10, kind="text/plain; charset=utf-8"))
    assert (long.body, long.bytes, long.note[:12]) == ("äöüäö", 10, "It is longer")
    assert "no text" in read(answer(b"\xff\x00\xfe", kind="image/png")).note
    assert "packed" in read(answer(b"\x1f\x8b", "200 OK", "text/plain", "Content-Encoding: gzip")).note
    assert read(answer("Grüße".encode("latin-1"), kind="text/plain; charset=iso-8859-1")).body == "Grüße"


def test_a_secret_that_is_missing_or_no_header_sends_nothing(server: WebServer, tmp_path: Path) -> None:
    sends = tool(server, credentials=[CREDENTIAL])
    what = given(sends, method="POST", address=f"{server.address}x")
    for value in (None, "two\r\nlines", "schlüssel"):
        with pytest.raises(ToolFailed, match="othing was sent") as failed:
            sends.run(what, context(tmp_path, secret=lambda name, value=value: value))
        assert failed.value.code == "no-credential"
        assert value is None or value not in str(failed.value)
    assert server.came == []


def test_a_key_the_server_has_forgotten_is_not_sent_again(server: WebServer, tmp_path: Path) -> None:
    sends = tool(server, keyed=True, key_hours=1)
    noted: list[UndoRecord] = []
    here = replace(context(tmp_path), remember=noted.append, recall=lambda: noted[-1] if noted else None)
    what = given(sends, method="POST", address=f"{server.address}x")
    for _ in range(2):
        sends.run(what, here)
    assert (len(server.came), len(server.booked), len(noted)) == (2, 1, 1)
    assert server.came[0].raw == server.came[1].raw
    noted[0] = UndoRecord('{"first_sent":1000}')
    with pytest.raises(ToolFailed, match="not sent again") as failed:
        sends.run(what, here)
    assert (failed.value.uncertain, len(server.came)) == (True, 2)


def test_what_a_post_made_is_deleted_where_the_server_named_it_and_twice_is_harmless(
    server: WebServer, tmp_path: Path
) -> None:
    server.made = set()
    sends = tool(server, methods=["POST"], delete_undoes=True, credentials=[CREDENTIAL])
    assert sends.contract.effect is EffectKind.COMPENSABLE
    record = sends.run(given(sends, method="POST", address=f"{server.address}orders"), context(tmp_path)).undo
    assert record is not None
    (place,) = server.made
    assert "sent to" in sends.forecast_undo(record, context(tmp_path)).sentence
    server.answers.append(answer(b"", "412 Precondition Failed", "text/plain"))
    assert sends.undo(record, context(tmp_path), overwrite=False)[0] is UndoOutcome.CONFLICT
    server.answers.append(answer(b"", "500 Oh", "text/plain"))
    with pytest.raises(ToolFailed) as failed:
        sends.undo(record, context(tmp_path), overwrite=False)
    assert (failed.value.uncertain, server.made) == (True, {place})
    assert sends.undo(record, context(tmp_path), overwrite=True)[0] is UndoOutcome.UNDONE
    assert server.made == set()
    assert sends.undo(record, context(tmp_path), overwrite=False)[0] is UndoOutcome.UNDONE
    heads = [(one.head.split(" HTTP")[0], one.headers.get("if-match"), one.headers.get("authorization"))
             for one in server.came[1:]]  # fmt: skip
    asked = (f"DELETE {place}", f"Bearer {SECRET}")
    assert heads == [(asked[0], '"one"' if at != 2 else None, asked[1]) for at in range(4)]


@pytest.mark.parametrize("named", ["", "https://elsewhere.example/v1/1", "//elsewhere.example/x", "/v1/../admin"])
def test_nothing_outside_the_grant_is_deleted(server: WebServer, tmp_path: Path, named: str) -> None:
    sends = tool(server, methods=["POST"], delete_undoes=True)
    forged = UndoRecord(json.dumps({"address": named, "etag": ""}))
    assert sends.forecast_undo(forged, context(tmp_path)).outcome is UndoOutcome.CANNOT
    assert sends.undo(forged, context(tmp_path), overwrite=True)[0] is UndoOutcome.CANNOT
    for other in (named, "/v1/", "/v1/orders", "/v1/orders/", "/v1/customers/1"):  # nor what it can't have made
        server.answers.append(answer(b"", "201 Created", "text/plain", f"Location: {other}"))
        assert sends.run(given(sends, method="POST", address=f"{server.address}orders"), context(tmp_path)).undo is None
    assert {one.head.split(" ")[0] for one in server.came} == {"POST"}
