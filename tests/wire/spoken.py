"""Answers of each API, built for the tests of what goes wrong with them."""

import json
from typing import Any

from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, OPENAI

STREAM = {"content-type": "text/event-stream; charset=utf-8", "x-request-id": "req_7", "request-id": "req_7"}
CALL = ("c1", "files_write", '{"path":"a","confidence":0.9,"reason":"because"}')


SEAM = "\u241f"
"""Between two pieces in which the arguments of a call are streamed; stands in no argument itself."""


def _pieces(arguments: str) -> list[str]:
    return arguments.split(SEAM)


def event(data: dict[str, Any], name: str = "") -> bytes:
    head = f"event: {name or data['type']}\n" if name or "type" in data else ""
    return f"{head}data: {json.dumps(data)}\n\n".encode()


def anthropic(text: list[str], calls: list[tuple[str, str, str]], stop: str = "tool_use") -> bytes:
    usage = {"input_tokens": 5, "output_tokens": 1}
    head: dict[str, Any] = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "content": [],
        "model": "claude-x",
        "stop_reason": None,
    }
    body = event({"type": "message_start", "message": {**head, "stop_sequence": None, "usage": usage}})
    blocks: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    if text:
        blocks.append(({"type": "text", "text": ""}, [{"type": "text_delta", "text": one} for one in text]))
    for call_id, name, arguments in calls:
        start = {"type": "tool_use", "id": call_id, "name": name, "input": {}}
        blocks.append((start, [{"type": "input_json_delta", "partial_json": one} for one in _pieces(arguments)]))
    for index, (start, deltas) in enumerate(blocks):
        body += event({"type": "content_block_start", "index": index, "content_block": start})
        body += b"".join(event({"type": "content_block_delta", "index": index, "delta": delta}) for delta in deltas)
        body += event({"type": "content_block_stop", "index": index})
    delta = {"stop_reason": stop, "stop_sequence": None}
    return (
        body
        + event({"type": "message_delta", "delta": delta, "usage": {"output_tokens": 9}})
        + event({"type": "message_stop"})
    )


def responses(text: list[str], calls: list[tuple[str, str, str]], stop: str = "completed") -> bytes:
    body = b"".join(
        event(
            {
                "type": "response.output_text.delta",
                "item_id": "i",
                "output_index": 0,
                "content_index": 0,
                "delta": one,
                "logprobs": [],
                "sequence_number": 1,
            }
        )
        for one in text
    )
    for number, (_, _, arguments) in enumerate(calls):
        told = {"type": "response.function_call_arguments.delta", "item_id": f"f{number}", "output_index": number}
        body += b"".join(event({**told, "delta": one}) for one in _pieces(arguments))
    output: list[dict[str, Any]] = []
    if text:
        part = {"type": "output_text", "text": "".join(text), "annotations": []}
        output.append({"type": "message", "id": "i", "role": "assistant", "status": "completed", "content": [part]})
    output += [
        {
            "type": "function_call",
            "id": f"f{number}",
            "call_id": one[0],
            "name": one[1],
            "arguments": "".join(_pieces(one[2])),
            "status": "completed",
        }
        for number, one in enumerate(calls)
    ]
    done = {
        "id": "r",
        "object": "response",
        "created_at": 1,
        "model": "gpt-x",
        "output": output,
        "status": stop,
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "error": None,
        "incomplete_details": None,
        "usage": {
            "input_tokens": 5,
            "output_tokens": 9,
            "total_tokens": 14,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens_details": {"reasoning_tokens": 0},
        },
    }
    return body + event({"type": f"response.{stop}", "sequence_number": 2, "response": done})


def chat(text: list[str], calls: list[tuple[str, str, str]], stop: str = "tool_calls") -> bytes:
    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        whole = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}
        return event(whole)

    body = b"".join(chunk({"content": one}) for one in text)
    for index, (call_id, name, arguments) in enumerate(calls):
        first, *others = _pieces(arguments)
        function = {"name": name, "arguments": first}
        body += chunk({"tool_calls": [{"index": index, "id": call_id, "type": "function", "function": function}]})
        for one in others:
            body += chunk({"tool_calls": [{"index": index, "function": {"arguments": one}}]})
    usage = {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14}
    return body + chunk({}, stop) + chunk({}, None, usage=usage, choices=[]) + b"data: [DONE]\n\n"


def in_one_piece(kind: str, text: str, calls: list[tuple[str, str, str]]) -> bytes:
    """The same answer without a stream."""
    if kind is OPENAI:
        last = responses([text] if text else [], calls).removesuffix(b"\n\n").rpartition(b"data: ")[2]
        return json.dumps(json.loads(last)["response"]).encode()
    if kind is ANTHROPIC:
        content: list[dict[str, Any]] = [{"type": "text", "text": text}] if text else []
        content += [{"type": "tool_use", "id": i, "name": name, "input": json.loads(given)} for i, name, given in calls]
        usage = {"input_tokens": 5, "output_tokens": 9}
        head = {"id": "m", "type": "message", "role": "assistant", "model": "claude-x", "usage": usage}
        return json.dumps({**head, "content": content, "stop_reason": "tool_use" if calls else "end_turn"}).encode()
    told = [{"id": i, "type": "function", "function": {"name": name, "arguments": given}} for i, name, given in calls]
    said = {"role": "assistant", "content": text or None, **({"tool_calls": told} if told else {})}
    choice = {"index": 0, "message": said, "finish_reason": "tool_calls" if calls else "stop"}
    counts = {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 14}
    whole = {"id": "c", "object": "chat.completion", "model": "m", "choices": [choice], "usage": counts}
    return json.dumps(whole).encode()


BUILD = {ANTHROPIC: anthropic, OPENAI: responses, COMPATIBLE: chat}
