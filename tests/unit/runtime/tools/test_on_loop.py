"""A tool that works in the program's loop: awaited there, bounded, stopped, and judged like any other."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import BaseModel, ConfigDict

from runtime.domain.undo import UndoRecord
from runtime.domain.words import CallOutcome, EffectKind, Idempotency, Tier
from runtime.tools.contract import Appraisal, Tool, ToolContext, ToolContract, ToolFailed, ToolResult
from runtime.tools.runner import Runner
from runtime.tools.stopping import STOPPED_FAILURE, Stop

KEY = "b" * 64
Do = Callable[[ToolContext], Awaitable[ToolResult]]


class Nothing(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Thread(BaseModel):
    name: str


class LoopTool:
    """Only what these tests call."""

    def __init__(self, do: Do, effect: EffectKind = EffectKind.READ, limit_s: float = 30) -> None:
        self._do = do
        self.contract = ToolContract(
            name="test.loop",
            version=1,
            purpose="Does what the test says.",
            input=Nothing,
            output=Thread,
            failures=(STOPPED_FAILURE,),
            effect=effect,
            scope="nothing",
            idempotency=Idempotency.REPEATABLE,
            time_limit_s=limit_s,
            undo="Nothing to undo.",
            on_loop=True,
        )

    def appraise(self, arguments: BaseModel, context: ToolContext) -> Appraisal:
        return Appraisal(threading.current_thread().name, "one", "nothing", Tier.NOTHING)

    async def run(self, arguments: BaseModel, context: ToolContext) -> ToolResult:
        return await self._do(context)


def loop_tool(do: Do, effect: EffectKind = EffectKind.READ, limit_s: float = 30) -> Tool:
    return cast(Tool, LoopTool(do, effect, limit_s))


async def good(context: ToolContext) -> ToolResult:
    await asyncio.sleep(0)
    return ToolResult(Thread(name=threading.current_thread().name), "Done.")


async def never(context: ToolContext) -> Any:
    await asyncio.Event().wait()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path, cast(Any, None), lambda account: None)


async def test_it_runs_in_the_loops_own_thread(runner: Runner) -> None:
    here = threading.current_thread().name
    assert (await runner.appraise(loop_tool(good), "{}")).title == here
    ran = await runner.run(loop_tool(good), "{}", KEY, Stop())
    assert (ran.outcome, ran.output) == (CallOutcome.OK, f'{{"name":"{here}"}}')


@pytest.mark.parametrize(
    ("effect", "outcome"), [(EffectKind.READ, CallOutcome.FAILED), (EffectKind.IRREVERSIBLE, CallOutcome.UNKNOWN)]
)
async def test_past_its_time_it_is_cut_off(runner: Runner, effect: EffectKind, outcome: CallOutcome) -> None:
    ran = await runner.run(loop_tool(never, effect, 0.001), "{}", KEY, Stop())
    assert (ran.outcome, ran.failure) == (outcome, "time-limit")
    assert "it was cut off" in ran.summary
    assert runner.abandoned == ()


async def test_stop_cuts_it_after_its_grace(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.tools.runner.STOP_GRACE_S", 0.001)
    stop, begun = Stop(), asyncio.Event()

    async def hang(context: ToolContext) -> Any:
        begun.set()
        await never(context)

    running = asyncio.create_task(runner.run(loop_tool(hang), "{}", KEY, stop))
    await begun.wait()
    stop.set()
    assert (await running).outcome is CallOutcome.CANCELLED
    ran = await runner.run(loop_tool(never), "{}", KEY, stop)  # stopped before it began
    assert ran.outcome is CallOutcome.CANCELLED


async def test_what_it_raises_becomes_a_value(runner: Runner) -> None:
    async def fail(context: ToolContext) -> Any:
        raise ToolFailed("stopped", "It will not.")

    async def cancel(context: ToolContext) -> Any:
        raise asyncio.CancelledError

    async def late(context: ToolContext) -> Any:
        raise TimeoutError("of its own")

    found = {do.__name__: await runner.run(loop_tool(do), "{}", KEY, Stop()) for do in (fail, cancel, late)}
    assert {name: ran.failure for name, ran in found.items()} == {
        "fail": "stopped",
        "cancel": "crashed",
        "late": "crashed",
    }


async def test_an_answer_that_is_no_result_is_outside_the_contract(runner: Runner) -> None:
    async def wrong(context: ToolContext) -> Any:
        return "done"

    assert (await runner.run(loop_tool(wrong), "{}", KEY, Stop())).failure == "outside-contract"


async def test_closing_the_program_leaves_it_without_an_end(runner: Runner) -> None:
    begun = asyncio.Event()

    async def hang(context: ToolContext) -> Any:
        begun.set()
        await never(context)

    running = asyncio.create_task(runner.run(loop_tool(hang), "{}", KEY, Stop()))
    await begun.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_what_it_remembered_is_found_when_it_fails(runner: Runner) -> None:
    async def remember(context: ToolContext) -> Any:
        await asyncio.to_thread(context.remember, UndoRecord("1"))
        raise ToolFailed("stopped", "Broken.", uncertain=True)

    ran = await runner.run(loop_tool(remember, EffectKind.REVERSIBLE), "{}", KEY, Stop())
    assert (ran.outcome, ran.undo) == (CallOutcome.UNKNOWN, UndoRecord("1"))
