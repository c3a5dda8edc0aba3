"""Recorded exchanges with providers (``wire`` of the test data), each with what the official SDK made of it."""

import json
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from runtime.domain.decision import Usage
from runtime.models.providers.connection import ProviderKind

KINDS = {
    "anthropic.messages": ProviderKind.ANTHROPIC,
    "anthropic.count_tokens": ProviderKind.ANTHROPIC,
    "openai.responses": ProviderKind.OPENAI,
    "openai.chat": ProviderKind.COMPATIBLE,
}
_DATA_LINE = re.compile(rb"^data: ?(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Recorded:
    """One file."""

    name: str
    raw: dict[str, Any]

    @property
    def kind(self) -> ProviderKind:
        """Which API it is of."""
        return KINDS[self.raw["api"]]

    @property
    def streamed(self) -> bool:
        """Whether it was answered as a stream."""
        return "sse" in self.raw["response"]

    @property
    def status(self) -> int:
        """Of the answer."""
        return int(self.raw["response"]["status"])

    @property
    def headers(self) -> dict[str, str]:
        """Of the answer."""
        return dict(self.raw["response"]["headers"])

    @cached_property
    def body(self) -> bytes:
        """The answer as bytes."""
        response = self.raw["response"]
        if self.streamed:
            return str(response["sse"]).encode()
        body = response["body"]
        return body.encode() if isinstance(body, str) else json.dumps(body, ensure_ascii=False).encode()

    @property
    def expect(self) -> dict[str, Any]:
        """What the official SDK made of it."""
        return dict(self.raw["expect"])

    @property
    def fails(self) -> bool:
        """Whether it ends in an error."""
        return "error" in self.expect

    @property
    def model(self) -> str:
        """The model that was asked for."""
        body = self.raw["request"]["body"] or {}
        return str(body.get("model") or self.expect.get("model") or "some-model")

    @property
    def tools(self) -> list[tuple[str, dict[str, Any]]]:
        """(name, schema) of the functions that were offered."""
        found = []
        for tool in (self.raw["request"]["body"] or {}).get("tools") or []:
            inner = tool.get("function", tool)
            schema = inner.get("input_schema") or inner.get("parameters")
            if inner.get("name") and isinstance(schema, dict):
                found.append((str(inner["name"]), schema))
        return found

    @property
    def calls(self) -> list[tuple[str, Any]]:
        """(name, arguments as data) of the tool calls the SDK found."""
        return [(call["name"], _data(call["arguments"])) for call in self.expect.get("tool_calls") or []]

    @property
    def usage(self) -> Usage:
        """The recorded usage in our own counting, from the SDK's numbers."""
        counts = self.expect["usage"]
        if self.kind is ProviderKind.ANTHROPIC:
            read, written = counts.get("cache_read_input_tokens") or 0, counts.get("cache_creation_input_tokens") or 0
            return Usage(
                input_tokens=counts["input_tokens"] + read + written,
                output_tokens=counts["output_tokens"],
                cost_micros=None,
                cached_input_tokens=read,
                cache_write_tokens=written,
                long_cache_write_tokens=(counts.get("cache_creation") or {}).get("ephemeral_1h_input_tokens", 0),
                reasoning_tokens=(counts.get("output_tokens_details") or {}).get("thinking_tokens", 0),
                tier=counts.get("service_tier") or "",
            )
        into, out = ("input", "output") if self.kind is ProviderKind.OPENAI else ("prompt", "completion")
        read = counts.get(f"{into}_tokens_details") or {}
        written = counts.get(f"{out}_tokens_details") or {}
        return Usage(
            input_tokens=counts[f"{into}_tokens"],
            output_tokens=counts[f"{out}_tokens"],
            cost_micros=None,
            cached_input_tokens=read.get("cached_tokens") or 0,
            cache_write_tokens=read.get("cache_write_tokens") or 0,
            reasoning_tokens=written.get("reasoning_tokens") or 0,
        )

    @cached_property
    def whole_from(self) -> int:
        """A cut at this byte or later leaves an answer that the provider has said to be whole."""
        if not self.streamed:
            return len(self.body)
        last = list(_DATA_LINE.finditer(self.body))[-1]
        if self.kind is not ProviderKind.OPENAI:
            return last.start() + len(last[0].rstrip())  # message_stop, [DONE]: their line says it
        return last.end() + 2  # the event needs its empty line to be read

    def cuts(self, every_byte: bool) -> list[int]:
        """Where it is cut: around each event, inside every character of several bytes, inside arguments of tools."""
        if every_byte or not self.streamed:
            step = 1 if every_byte else max(1, len(self.body) // 23)
            return list(range(0, len(self.body), step))
        found = {0}
        for end in (match.end() for match in re.finditer(rb"\r?\n\r?\n", self.body)):
            found |= {end - 1, end, end + 1}
        found |= {at for at, byte in enumerate(self.body) if 0x80 <= byte < 0xC0}
        seen: set[bytes] = set()
        for match in _ARGUMENTS.finditer(self.body):
            told = match.lastindex == _TOLD_AGAIN and match[_TOLD_AGAIN] in seen
            if not told:  # arguments that streamed are told again when they are done, up to three times
                found |= set(range(match.start(match.lastindex or 0), match.end(match.lastindex or 0) + 1))
            seen.add(match[match.lastindex or 0])
        return sorted(at for at in found if at < len(self.body))


_TEXT = rb'"((?:[^"\\]|\\.)*)"'
_TOLD_AGAIN = 2
_ARGUMENTS = re.compile(
    rb'"partial_json": ?'
    + _TEXT
    + rb'|"arguments": ?'
    + _TEXT
    + rb'|function_call_arguments\.delta"[^\n]*?"delta": ?'
    + _TEXT
)


def _data(arguments: Any) -> Any:
    return json.loads(arguments or "{}") if isinstance(arguments, str) else arguments


def folder() -> Path:
    """Where the exchanges lie; it need not be there."""
    root = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("CONSOLE_TEST_DATA") or root.parent / "shared" / "data") / "wire"


def recorded(where: Path | None = None) -> list[Recorded]:
    """Every exchange below a folder, by name; empty where there is none."""
    files = sorted((where or folder()).glob("*/*.json"))
    return [Recorded(path.stem, json.loads(path.read_text("utf-8"))) for path in files]
