"""LangGraph's ReAct agent: model node and tool node, a checkpoint after each (AsyncSqliteSaver, durability sync)."""

import asyncio
import warnings
from importlib.metadata import version
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, ToolCall
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.tools import tool
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.prebuilt import create_react_agent

from tests.benchmarks.peers.measuring import Tool, bytes_a_step, tell, timed, wanted

OURS = Tool()


@tool
async def note(text: str) -> str:
    """Write a note down."""
    return OURS.answer(text)


class AtOnce(BaseChatModel):
    """Calls the tool ``steps`` times, then says that it is done; every answer comes at once."""

    steps: int

    @property
    def _llm_type(self) -> str:
        return "at once"

    def bind_tools(self, tools: Any, **given: Any) -> "AtOnce":
        return self

    def _generate(self, messages: list[BaseMessage], *given: Any, **named: Any) -> ChatResult:
        step = sum(isinstance(message, AIMessage) for message in messages) + 1
        calls = [ToolCall(name="note", args={"text": f"step {step}"}, id=f"call-{step}")] if step <= self.steps else []
        answer = AIMessage(content="" if calls else "Done.", tool_calls=calls)
        return ChatResult(generations=[ChatGeneration(message=answer)])

    async def _agenerate(self, messages: list[BaseMessage], *given: Any, **named: Any) -> ChatResult:
        return self._generate(messages)


async def main() -> None:
    """One file for all threads, as its documentation shows it."""
    of = wanted()
    database = of.folder / "checkpoints.sqlite"
    async with AsyncSqliteSaver.from_conn_string(str(database)) as saver:
        with warnings.catch_warnings():
            # Its successor, langchain's create_agent, builds the same graph.
            warnings.simplefilter("ignore")
            agent = create_react_agent(AtOnce(steps=of.steps), [note], checkpointer=saver)

        async def one_run(name: str) -> None:
            config: Any = {"configurable": {"thread_id": name}, "recursion_limit": 2 * of.steps + 5}
            await agent.ainvoke({"messages": [("user", "Do it")]}, config, durability="sync")

        figures = await timed(one_run, of, OURS)
        settings = [await _pragma(saver, name) for name in ("journal_mode", "synchronous")]
    figures["bytes a step"] = bytes_a_step(database, of)
    tell(figures, f"langgraph {version('langgraph')}, {', '.join(settings)} by itself, durability sync")


async def _pragma(saver: AsyncSqliteSaver, name: str) -> str:
    async with saver.conn.execute(f"PRAGMA {name}") as cursor:
        row = await cursor.fetchone()
    return f"{name} {row[0] if row else '?'}"


if __name__ == "__main__":
    asyncio.run(main())
