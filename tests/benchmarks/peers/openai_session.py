"""OpenAI's agents SDK: the runner saves each turn's items to a SQLiteSession; tracing, which needs a server, is off."""

import asyncio
import json
from collections.abc import AsyncIterator
from importlib.metadata import version
from typing import Any

from agents import Agent, Model, ModelResponse, Runner, SQLiteSession, Usage, function_tool, set_tracing_disabled
from agents.items import TResponseStreamEvent
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputMessage, ResponseOutputText

from tests.benchmarks.peers.measuring import Tool, bytes_a_step, tell, timed, wanted

OURS = Tool()


@function_tool
async def note(text: str) -> str:
    """Write a note down."""
    return OURS.answer(text)


class AtOnce(Model):
    """Calls the tool ``steps`` times, then says that it is done; every answer comes at once."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    async def get_response(self, system_instructions: Any, input: Any, *given: Any, **named: Any) -> ModelResponse:
        step = 1 if isinstance(input, str) else sum(item.get("type") == "function_call" for item in input) + 1
        output: Any = self._call(step) if step <= self.steps else self._done()
        return ModelResponse(output=[output], usage=Usage(requests=1), response_id=None)

    def _call(self, step: int) -> ResponseFunctionToolCall:
        arguments = json.dumps({"text": f"step {step}"})
        return ResponseFunctionToolCall(
            name="note", arguments=arguments, call_id=f"call-{step}", type="function_call", status="completed"
        )

    def _done(self) -> ResponseOutputMessage:
        text = ResponseOutputText(text="Done.", type="output_text", annotations=[])
        return ResponseOutputMessage(id="done", content=[text], role="assistant", status="completed", type="message")

    def stream_response(self, *given: Any, **named: Any) -> AsyncIterator[TResponseStreamEvent]:
        raise NotImplementedError("Nothing is streamed here.")


async def main() -> None:
    """One file, a session for each run, as its documentation shows it."""
    set_tracing_disabled(True)
    of = wanted()
    database = of.folder / "sessions.sqlite"
    agent = Agent(name="bench", model=AtOnce(of.steps), tools=[note])

    async def one_run(name: str) -> None:
        session = SQLiteSession(name, database)
        try:
            await Runner.run(agent, "Do it", session=session, max_turns=of.steps + 2)
        finally:
            session.close()

    figures = await timed(one_run, of, OURS)
    session = SQLiteSession("settings", database)
    connection = session._get_connection()
    names = ("journal_mode", "synchronous")
    settings = ", ".join(f"{name} {connection.execute(f'PRAGMA {name}').fetchone()[0]}" for name in names)
    session.close()
    figures["bytes a step"] = bytes_a_step(database, of)
    tell(figures, f"openai-agents {version('openai-agents')}, {settings} by itself, saved once a turn, after its tool")


if __name__ == "__main__":
    asyncio.run(main())
