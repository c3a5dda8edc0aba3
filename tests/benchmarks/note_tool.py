"""The benchmarks' tool: it answers with 200 bytes, as a coroutine in the loop or, to compare, in a worker thread."""

from dataclasses import replace
from typing import cast

from pydantic import BaseModel

from runtime.tools.contract import Tool, ToolContext, ToolResult
from tests.fixtures.bench_tools import Answer, Bench, BenchTool, Given

OUTPUT_BYTES = 200
TOOL = "bench.keyed"


def answer_200_bytes(note: str, context: ToolContext) -> ToolResult:
    """What the tool does: an answer that differs from call to call."""
    return ToolResult(Answer(said=note.ljust(OUTPUT_BYTES, ".")), f"Said {note}")


class OnLoop(BenchTool):
    """The tool as a coroutine: its effect is reversible and has a key, like any that goes through the whole path."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench, "keyed")
        self.contract = replace(self.contract, on_loop=True)

    async def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:  # type: ignore[override]
        return answer_200_bytes(cast(Given, arguments).note, context)


class NoteFamily(Bench):
    """One tool. ``threaded``: as it would be if it blocked."""

    def __init__(self, *, threaded: bool = False) -> None:
        super().__init__()
        self.do = answer_200_bytes
        self._threaded = threaded

    def tools(self, options: str) -> tuple[Tool, ...]:
        return (cast(Tool, BenchTool(self, "keyed") if self._threaded else OnLoop(self)),)
