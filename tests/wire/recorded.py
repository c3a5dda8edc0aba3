"""Recorded exchanges with providers (``wire`` of the test data), each with what the official SDK made of it."""

import json
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from runtime.domain.decision import Usage
from runtime.models.providers.stops import CONSEQUENCES, Ending, ending_of
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, OPENAI, STOPS

KINDS = {
    "anthropic.messages": ANTHROPIC,
    "anthropic.count_tokens": ANTHROPIC,
    "openai.responses": OPENAI,
    "openai.chat": COMPATIBLE,
}
_LAST = frozenset({"message_stop", "response.completed", "response.incomplete", "response.failed"})
"""Types of the events with which a provider says that all is said; something may follow, as ``[DONE]``."""
_INCOMPLETE = re.compile(rb'"incomplete_details":\s*\{\s*"reason":\s*"(\w+)"')
_TIER = re.compile(rb'"service_tier": ?"(\w+)"')
_DATA_LINE = re.compile(rb"^data: ?(.*)$", re.MULTILINE)


def _finishes(said: dict[str, Any]) -> bool:
    return any(choice.get("finish_reason") for choice in said.get("choices") or ())


@dataclass(frozen=True)
class Recorded:
    """One file."""

    name: str
    raw: dict[str, Any]

    @property
    def kind(self) -> str:
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
    def answers(self) -> bool:
        """Whether it holds an answer that a run can go by: no error, no bare count, not broken, not empty."""
        if self.fails or "stop" not in self.expect or self.ending is Ending.BROKEN:
            return False
        return self.ending is not Ending.WHOLE or bool(self.calls or self.text.strip())

    @property
    def text(self) -> str:
        """What the model said."""
        return self.expect.get("text") or ""

    @property
    def refusal(self) -> str:
        """The words with which it refused, where it gave any."""
        return self.expect.get("refusal") or ""

    @property
    def stop(self) -> str:
        """Why it stopped; of a response that is incomplete the SDK has the reason apart."""
        said = str(self.expect["stop"])
        reason = _INCOMPLETE.search(self.body) if said == "incomplete" else None
        return reason[1].decode() if reason else said

    @property
    def ending(self) -> Ending:
        """What follows from that."""
        return ending_of(STOPS[self.kind], self.stop, bool(self.refusal) and not self.text and not self.expect_calls)

    @property
    def calls(self) -> list[tuple[str, Any]]:
        """(name, arguments as data) of the tool calls that may run: those the SDK found, unless the ending forbids."""
        return self.expect_calls if CONSEQUENCES[self.ending].calls_run else []

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
    def expect_calls(self) -> list[tuple[str, Any]]:
        """(name, arguments as data) of the tool calls the SDK found."""
        return [(call["name"], _data(call["arguments"])) for call in self.expect.get("tool_calls") or []]

    @property
    def usage(self) -> Usage:
        """The recorded usage in our own counting, from the SDK's numbers."""
        counts = self.expect.get("usage")
        if counts is None:
            return Usage(cost_micros=None, known=False)
        if self.kind is ANTHROPIC:
            read, written = counts.get("cache_read_input_tokens") or 0, counts.get("cache_creation_input_tokens") or 0
            return Usage(
                input_tokens=(counts.get("input_tokens") or 0) + read + written,
                output_tokens=counts.get("output_tokens") or 0,
                cost_micros=None,
                cached_input_tokens=read,
                cache_write_tokens=written,
                long_cache_write_tokens=(counts.get("cache_creation") or {}).get("ephemeral_1h_input_tokens") or 0,
                reasoning_tokens=(counts.get("output_tokens_details") or {}).get("thinking_tokens") or 0,
                tier=counts.get("service_tier") or "",
                searches=(counts.get("server_tool_use") or {}).get("web_search_requests") or 0,
                known=_told(counts, "input_tokens", "output_tokens") and self._counted_at_its_end,
            )
        into, out = ("input", "output") if self.kind is OPENAI else ("prompt", "completion")
        read = counts.get(f"{into}_tokens_details") or {}
        written = counts.get(f"{out}_tokens_details") or {}
        return Usage(
            input_tokens=counts.get(f"{into}_tokens") or 0,
            output_tokens=counts.get(f"{out}_tokens") or 0,
            cost_micros=None,
            cached_input_tokens=read.get("cached_tokens") or 0,
            cache_write_tokens=read.get("cache_write_tokens") or 0,
            reasoning_tokens=written.get("reasoning_tokens") or 0,
            tier=self._tier_beside,
            known=_told(counts, f"{into}_tokens", f"{out}_tokens"),
        )

    @property
    def _tier_beside(self) -> str:
        """Of OpenAI: the tier it was charged at is told beside the usage, which the SDK hands on without it."""
        told = _TIER.findall(self.body)
        return told[-1].decode() if told else ""

    @property
    def _counted_at_its_end(self) -> bool:
        """Whether a stream of Messages told what was written where it ended; the SDK keeps the first count else."""
        return not self.streamed or any(
            said.get("type") == "message_delta" and ((said.get("usage") or {}).get("output_tokens") is not None)
            for _, said in self._data_lines
        )

    @cached_property
    def _data_lines(self) -> list[tuple[re.Match[bytes], dict[str, Any]]]:
        """Each line of data of the stream with the object it holds; empty where it holds none."""
        return [(line, _object(line[1])) for line in _DATA_LINE.finditer(self.body)]

    @cached_property
    def whole_from(self) -> int:
        """A cut at this byte or later leaves an answer that the provider has said to be whole."""
        if not self.streamed:
            return len(self.body.rstrip())
        lines = self._data_lines
        last = next((line for line, said in reversed(lines) if said.get("type") in _LAST), lines[-1][0])
        if self.kind is COMPATIBLE:
            ends = (line.end() + 2 for line, said in lines if _finishes(said))
            return next(ends, lines[-1][0].end())  # its last line, [DONE], may be left out
        if self.kind is not OPENAI:
            return last.start() + len(last[0].rstrip())  # message_stop, [DONE]: their line says it
        return last.end() + 2  # the event needs its empty line to be read

    @cached_property
    def counted_from(self) -> int:
        """A cut before this byte may leave a whole answer without its counts: Chat Completions tells them last."""
        return self._data_lines[-1][0].start() if self.streamed and self.kind is COMPATIBLE else 0

    def cuts(self, every_byte: bool) -> list[int]:
        """Where it is cut: around each event, inside every character of several bytes, inside arguments of tools."""
        if every_byte:
            return list(range(len(self.body)))
        found = {at for at, byte in enumerate(self.body) if 0x80 <= byte < 0xC0}
        if not self.streamed:
            found |= {*range(0, len(self.body), max(1, len(self.body) // 23)), len(self.body) - 1}
            places = _WHOLE_ARGUMENTS.finditer(self.body) if self.expect_calls else ()
            found |= {at for one in places for at in range(*one.span(one.lastindex or 0))}
            return sorted(found)
        found.add(0)
        for end in (match.end() for match in re.finditer(rb"\r?\n\r?\n", self.body)):
            found |= {end - 1, end, end + 1}
        seen: set[bytes] = set()
        for match in _ARGUMENTS.finditer(self.body):
            told = match.lastindex == _TOLD_AGAIN and match[_TOLD_AGAIN] in seen
            if not told:  # arguments that streamed are told again when they are done, up to three times
                found |= set(range(match.start(match.lastindex or 0), match.end(match.lastindex or 0) + 1))
            seen.add(match[match.lastindex or 0])
        return sorted(at for at in found if at < len(self.body))


_TEXT = rb'"((?:[^"\\]|\\.)*)"'
_TOLD_AGAIN = 2
_WHOLE_ARGUMENTS = re.compile(rb'"arguments": ?' + _TEXT + rb'|"input": ?(\{[^{}]*\})')
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


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _told(counts: dict[str, Any], *names: str) -> bool:
    return all(counts.get(name) is not None for name in names)


def folder() -> Path:
    """Where the exchanges lie; it need not be there."""
    root = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("CONSOLE_TEST_DATA") or root.parent / "shared" / "data") / "wire"


def recorded(where: Path | None = None) -> list[Recorded]:
    """Every exchange in or below a folder, by name; empty where there is no folder, an error where it holds none."""
    top = where or folder()
    files = sorted(top.rglob("*.json"))
    if top.is_dir() and not files:
        raise FileNotFoundError(f"No exchanges in {top}, so nothing would be checked.")
    return [Recorded(path.stem, json.loads(path.read_text("utf-8"))) for path in files]
