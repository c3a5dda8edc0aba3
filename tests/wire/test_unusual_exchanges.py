"""Exchanges no recording here has, each as a recording would be: the checks take what is right and find what is not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from runtime.models.prices import Priced as Cost
from runtime.models.prices import Prices
from tests.wire import table
from tests.wire.checking import faults_of
from tests.wire.cutting import cut_all
from tests.wire.loopback import Loopback
from tests.wire.priced import Priced, how_priced
from tests.wire.recorded import Recorded, recorded
from tests.wire.replaying import Player, reply_of
from tests.wire.spoken import CALL, SEAM, anthropic, chat, responses

STREAM = {"content-type": "text/event-stream"}
CALLED = [{"name": CALL[1], "arguments": '{"path":"a"}'}]
MESSAGES: dict[str, Any] = {"model": "claude-x", "usage": {"input_tokens": 5, "output_tokens": 9}}
RESPONSES: dict[str, Any] = {"model": "gpt-x", "usage": {"input_tokens": 5, "output_tokens": 9}}
CHAT: dict[str, Any] = {"model": "m", "usage": {"prompt_tokens": 5, "completion_tokens": 9}}
TOOL = {"name": CALL[1], "input_schema": {"type": "object"}}


def made(api: str, body: bytes | str, stop: str, said: dict[str, Any], **expect: Any) -> Recorded:
    """A recording; ``body`` as bytes is a stream."""
    streamed = isinstance(body, bytes)
    headers = STREAM if streamed else {"content-type": "application/json"}
    response = {"status": 200, "headers": headers, "sse" if streamed else "body": body.decode() if streamed else body}  # type: ignore[union-attr]
    whole = {"text": "", "tool_calls": [], "stop": stop, **said, **expect}
    request = {"body": {"model": said["model"], "tools": [TOOL]}}
    return Recorded("made", {"api": api, "request": request, "response": response, "expect": whole})


INCOMPLETE = responses(["Half"], [], "incomplete").replace(
    b'details": null', b'details": {"reason": "max_output_tokens"}'
)
DONE = b"data: [DONE]\n\n"
PLAIN = {"id": "m", "type": "message", "role": "assistant", "stop_reason": "end_turn", **MESSAGES}
HELLO = json.dumps({**PLAIN, "content": [{"type": "text", "text": "Hello"}]}) + "\n"
COUNTLESS = b'"usage": {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14}'
UNUSUAL = {
    "paused": made(
        "anthropic.messages", anthropic(["I search."], [], "pause_turn"), "pause_turn", MESSAGES, text="I search."
    ),
    "cut with a call": made(
        "anthropic.messages", anthropic([], [CALL], "max_tokens"), "max_tokens", MESSAGES, tool_calls=CALLED
    ),
    "cut chat with a call": made("openai.chat", chat([], [CALL], "length"), "length", CHAT, tool_calls=CALLED),
    "empty": made("openai.chat", chat([], [], "stop"), "stop", CHAT),
    "broken": made("openai.chat", chat(["Half"], [], "error"), "error", CHAT, text="Half"),
    "incomplete": made("openai.responses", INCOMPLETE, "incomplete", RESPONSES, text="Half"),
    "done at the end": made(
        "openai.responses", responses([], [CALL]) + DONE, "completed", RESPONSES, tool_calls=CALLED
    ),
    "message and done": made(
        "anthropic.messages", anthropic([], [CALL]) + DONE, "tool_use", MESSAGES, tool_calls=CALLED
    ),
    "no usage": made(
        "openai.chat",
        chat(["Hi"], [], "stop").replace(COUNTLESS, b'"usage": null'),
        "stop",
        CHAT,
        usage=None,
        text="Hi",
    ),
    "a text body": made("anthropic.messages", HELLO, "end_turn", MESSAGES, text="Hello"),
    "a bare count": Recorded(
        "made",
        {
            "api": "anthropic.count_tokens",
            "request": {"body": None},
            "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": {"input_tokens": 7}},
            "expect": {"input_tokens": 7},
        },
    ),
}


PATH = "ö日😀"
RAW = f'{{"path":"ö{SEAM}日😀{SEAM}"}}'
"""Arguments of which characters are cut by the bytes of the stream alone."""
HALVES = f'{{"path":"ö日\ud83d{SEAM}\ude00"}}'
"""Two pieces hold one half each of a character, as an escape in the stream."""
ESCAPED = f'{{"path":"\\u00f{SEAM}6日\\ud83d{SEAM}\\ude00"}}'
"""The model itself wrote escapes, and two pieces hold a half of each."""


def unescaped(stream: bytes) -> bytes:
    """With its characters as they are, of several bytes each."""
    lines = [json.loads(line[6:]) if line.startswith(b"data: {") else line for line in stream.split(b"\n")]
    told = [one if isinstance(one, bytes) else f"data: {json.dumps(one, ensure_ascii=False)}".encode() for one in lines]
    return b"\n".join(told)


for _api, _build, _stop, _said in (
    ("anthropic.messages", anthropic, "tool_use", MESSAGES),
    ("openai.responses", responses, "completed", RESPONSES),
    ("openai.chat", chat, "tool_calls", CHAT),
):
    for _name, _arguments in {"bytes": RAW, "halves": HALVES, "escapes": ESCAPED}.items():
        _stream = _build([], [("c1", "files_write", _arguments)])
        UNUSUAL[f"{_api}, arguments cut in {_name}"] = made(
            _api,
            unescaped(_stream) if _name != "halves" else _stream,
            _stop,
            _said,
            tool_calls=[{"name": "files_write", "arguments": json.dumps({"path": PATH})}],
        )


async def wrong_with(exchange: Recorded) -> list[str]:
    async with Loopback() as server:
        player, reply = Player(server, exchange), reply_of(exchange)
        found = faults_of(exchange, await player.play(reply))
        found += faults_of(exchange, await player.play(replace(reply, pieces=1)))
        found += (await cut_all(player, every_byte=False)).wrong
        await player.close()
    return found


@pytest.mark.parametrize("name", UNUSUAL)
async def test_what_is_right_is_found_right_whole_and_cut(name: str) -> None:
    assert await wrong_with(UNUSUAL[name]) == []


async def test_what_is_not_as_recorded_is_found() -> None:
    right = UNUSUAL["paused"]
    for change, word in (({"text": "Another"}, "text"), ({"stop": "end_turn"}, "stop"), ({"model": "y"}, "model")):
        wrong = replace(right, raw={**right.raw, "expect": {**right.raw["expect"], **change}})
        assert any(word in one for one in await wrong_with(wrong)), change


async def test_a_cost_that_is_not_the_recorded_one_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = {"input_tokens": 5, "output_tokens": 9}
    body = HELLO.replace("claude-x", "claude-opus-4-8")
    exchange = made("anthropic.messages", body, "end_turn", {"model": "claude-opus-4-8", "usage": usage}, text="Hello")
    assert await wrong_with(exchange) == []
    dearer = {"input_tokens": 6, "output_tokens": 9}
    monkeypatch.setattr(Recorded, "usage", exchange.usage)
    wrong = replace(exchange, raw={**exchange.raw, "expect": {**exchange.raw["expect"], "usage": dearer}})
    assert any("it cost 250 micro-dollars instead of 255" in one for one in await wrong_with(wrong))


async def test_a_price_that_nobody_knows_is_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange = UNUSUAL["a text body"]
    assert how_priced(exchange) is Priced.UNKNOWN
    assert await wrong_with(exchange) == []
    monkeypatch.setattr(Prices, "cost", lambda *_: Cost(0, "a table"))
    assert any("it cost 0 micro-dollars instead of None" in one for one in await wrong_with(exchange))


async def test_the_table_tells_what_was_checked_and_ends_with_1_where_something_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def put(name: str, raw: dict[str, Any]) -> None:
        (tmp_path / name).write_text(json.dumps(raw), "utf-8")

    for name in ("message and done", "a text body"):
        put(f"{name}.json", UNUSUAL[name].raw)
    assert await table.main(tmp_path, every_byte=False) == 0
    told = capsys.readouterr().out
    assert "2 of 2 exchanges green, 0 of them priced to the micro-dollar" in told
    assert [line[:46].rstrip() for line in told.splitlines()[1:-2]] == ["a text body", "message and done"]
    raw = UNUSUAL["a text body"].raw
    put("a text body.json", {**raw, "expect": {**raw["expect"], "stop": "other"}})
    assert await table.main(tmp_path, every_byte=False) == 1
    told = capsys.readouterr().out
    assert "1 of 2 exchanges green" in told
    assert "a text body: stop 'end_turn' instead of 'other'" in told
    assert await table.main(tmp_path / "absent", every_byte=False) == 2


def test_exchanges_are_found_in_a_flat_folder_and_none_at_all_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text("{}")
    assert [one.name for one in recorded(tmp_path)] == ["one"]
    (tmp_path / "one.json").unlink()
    with pytest.raises(FileNotFoundError):
        recorded(tmp_path)
    assert recorded(tmp_path / "absent") == []
