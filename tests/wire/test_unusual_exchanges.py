"""Exchanges no recording here has, each as a recording would be: the checks take what is right and find what is not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.wire.checking import faults_of
from tests.wire.cutting import cut_all
from tests.wire.loopback import Loopback
from tests.wire.recorded import Recorded, recorded
from tests.wire.replaying import Player, reply_of
from tests.wire.spoken import CALL, anthropic, chat, responses

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


async def wrong_with(exchange: Recorded) -> list[str]:
    async with Loopback() as server:
        player = Player(server, exchange)
        found = faults_of(exchange, await player.play(reply_of(exchange)))
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


def test_exchanges_are_found_in_a_flat_folder_and_none_at_all_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text("{}")
    assert [one.name for one in recorded(tmp_path)] == ["one"]
    (tmp_path / "one.json").unlink()
    with pytest.raises(FileNotFoundError):
        recorded(tmp_path)
    assert recorded(tmp_path / "absent") == []
