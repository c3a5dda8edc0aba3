"""What the APIs demand of a request: the SDK's own types, and how calls and results must follow each other."""

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, OPENAI


def broken_rules(kind: str, body: dict[str, Any]) -> list[str]:
    """Everything for which the API would refuse this request."""
    return [*_wrong_types(kind, body), *_RULES[kind](body)]


@lru_cache
def _types(kind: str) -> TypeAdapter[Any]:
    if kind is ANTHROPIC:
        from anthropic.types import message_create_params as anthropic_params

        return TypeAdapter(anthropic_params.MessageCreateParamsStreaming)
    if kind is OPENAI:
        from openai.types.responses import response_create_params as responses_params

        return TypeAdapter(responses_params.ResponseCreateParamsStreaming)
    from openai.types.chat import completion_create_params as chat_params

    return TypeAdapter(chat_params.CompletionCreateParamsStreaming)


def _wrong_types(kind: str, body: dict[str, Any]) -> list[str]:
    try:
        checked = _types(kind).validate_python({**body, "stream": True})
        for value in checked.values():
            _spend(value)
    except ValidationError as error:
        return [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()[:5]]
    return []


def _spend(value: Any) -> None:
    """Iterables are checked when they are read."""
    if isinstance(value, dict):
        for inner in value.values():
            _spend(inner)
    elif not isinstance(value, str | bytes | int | float | bool | None):
        for inner in value:
            _spend(inner)


def _anthropic(body: dict[str, Any]) -> list[str]:
    found: list[str] = []
    open_calls: list[str] = []
    for message in body["messages"]:
        content = message["content"]
        if not content:
            found.append("a message is empty")
        if any(block["type"] == "text" and not block["text"].strip() for block in content):
            found.append("a text block is empty")
        results = [block["tool_use_id"] for block in content if block["type"] == "tool_result"]
        if message["role"] == "user":
            if results != open_calls:
                found.append(f"results {results} for calls {open_calls}")
            if [block["type"] for block in content[: len(results)]] != ["tool_result"] * len(results):
                found.append("results do not come first")
            open_calls = []
        else:
            if open_calls:
                found.append(f"calls {open_calls} have no results")
            calls = [block for block in content if block["type"] == "tool_use"]
            found += [
                f"arguments of {block['name']} are no object" for block in calls if type(block["input"]) is not dict
            ]
            open_calls = [block["id"] for block in calls]
            if len(set(open_calls)) != len(open_calls):
                found.append("two calls have one id")
            if open_calls and content[-1]["type"] == "thinking":
                found.append("reasoning comes last")
    if open_calls:
        found.append("the last calls have no results")
    if body["messages"][0]["role"] != "user":
        found.append("it does not begin with the user")
    marks = json.dumps(body).count('"cache_control"')
    return [*found, *(["more than four cache marks"] if marks > 4 else [])]


def _responses(body: dict[str, Any]) -> list[str]:
    found: list[str] = []
    calls = [item["call_id"] for item in body["input"] if item.get("type") == "function_call"]
    results = [item["call_id"] for item in body["input"] if item.get("type") == "function_call_output"]
    if calls != results:
        found.append(f"results {results} for calls {calls}")
    if len(set(calls)) != len(calls):
        found.append("two calls have one id")
    for item, following in zip(body["input"], [*body["input"][1:], {}], strict=True):
        if item.get("type") == "reasoning" and following.get("type") not in ("reasoning", "function_call", "message"):
            found.append("reasoning is not followed by what it led to")
        if item.get("type") == "reasoning" and not item.get("encrypted_content"):
            found.append("reasoning that was not kept there is named only")
    found += [f"{tool['name']} is strict" for tool in body.get("tools", ()) if tool["strict"] is not False]
    return found


def _chat(body: dict[str, Any]) -> list[str]:
    found: list[str] = []
    waiting: list[str] = []
    for message in body["messages"]:
        if message["role"] == "tool":
            if not waiting or message["tool_call_id"] != waiting.pop(0):
                found.append(f"a result of {message['tool_call_id']} that was not called for")
        elif waiting:
            found.append(f"calls {waiting} have no results")
            waiting = []
        if message["role"] == "assistant":
            waiting = [call["id"] for call in message.get("tool_calls", ())]
    return [*found, *([f"calls {waiting} have no results"] if waiting else [])]


_RULES: dict[str, Callable[[dict[str, Any]], list[str]]] = {
    ANTHROPIC: _anthropic,
    OPENAI: _responses,
    COMPATIBLE: _chat,
}
