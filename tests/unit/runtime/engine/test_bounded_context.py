"""A long run keeps its model's context within the agent's budget; what was left out is told, and can be read on."""

import json
from collections.abc import Callable
from pathlib import Path

import msgspec

from runtime.domain.agent_spec import Planning
from runtime.domain.decision import Usage
from runtime.domain.events.runs import ModelAnswered
from runtime.domain.words import Outcome
from runtime.models.scripted import Say
from runtime.tools.contract import ToolContext, ToolResult
from tests.fixtures.bench_tools import Answer
from tests.fixtures.chained_models import FIRST, Routes, chained
from tests.fixtures.room import act, bench
from tests.unit.runtime.engine.test_routing import DONE, PLANNED, given, routed

TOKENS = 16_000
USED = Usage(1_000, 100)
SMALL = msgspec.structs.replace(chained(FIRST), context_tokens=TOKENS)


def answers_with(size: int) -> Callable[[str, ToolContext], ToolResult]:
    return lambda note, context: ToolResult(Answer(said=note * size), f"Said {size} characters")


async def test_older_turns_are_told_in_short_and_the_timeline_says_so(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, *[Say(act(bench("read", f"{at:03}")), USED) for at in range(20)], DONE)
    async with routed(tmp_path, SMALL, routes) as room:
        room.bench.do = answers_with(1_000)
        run = await room.finished(await given(room))
        last = routes[FIRST].requests[-1]
        assert last.left_out is not None
        assert last.left_out.tokens <= TOKENS
        assert f"turn {last.left_out.summarised}: bench.read" in last.earlier
        assert len(last.past) < 20
        kept = [e.left_out for e in await room.events(run.run_id) if isinstance(e, ModelAnswered)]
        assert kept[0] is None
        assert kept[-1] == last.left_out
        await room.reopen()
        steps = await room.runtime.history.timeline(run.run_id)
        told = [step.title for step in steps if step.title.startswith("Given to the model in part")]
        assert told
        assert f"turns {last.left_out.dropped + 1} to {last.left_out.summarised} as a summary" in told[-1]


async def test_a_large_output_is_read_on_through_the_gate(tmp_path: Path) -> None:
    read_on = ("outputs.read", {"call": "1.1", "start": 20_000, "characters": 50})
    foreign = ("outputs.read", {"call": "7.1"})
    routes = Routes()
    routes.says(FIRST, PLANNED, *[Say(act(call), USED) for call in (bench("read", "abcde"), read_on, foreign)], DONE)
    spec = msgspec.structs.replace(chained(FIRST), context_tokens=50_000, planning=Planning(replans=0))
    async with routed(tmp_path, spec, routes) as room:
        room.bench.do = answers_with(5_000)
        run = await room.finished(await given(room))
        second, last = routes[FIRST].requests[2], routes[FIRST].requests[-1]
        assert any(tool.name == "outputs.read" for tool in second.tools)
        assert "of 25,011 characters. Read on with outputs.read, call '1.1'" in second.past[0].calls[0].output
        assert json.loads(last.past[1].calls[0].output)["text"] == ("abcde" * 5_000)[19_991:20_041]
        assert last.past[2].calls[0].outcome == "failed"
        assert room.call(run.run_id, "2.1").title == "Read on in what call 1.1 gave back"


async def test_more_calls_in_a_turn_than_the_budget_holds_are_told_in_short_and_it_goes_on(tmp_path: Path) -> None:
    routes = Routes()
    calls = [bench("read", f"{at:02}") for at in range(42)]
    routes.says(FIRST, PLANNED, Say(act(*calls), USED), DONE)
    async with routed(tmp_path, msgspec.structs.replace(SMALL, context_tokens=12_000), routes) as room:
        room.bench.do = answers_with(1_000)
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.COMPLETED
        last = routes[FIRST].requests[-1]
        assert last.left_out is not None
        assert last.left_out.tokens <= 12_000
        assert last.earlier.count("turn 1: bench.read") == 42
        titles = [step.title for step in await room.runtime.history.timeline(run.run_id)]
        assert any("turn 1 as a summary" in title for title in titles)


async def test_a_budget_that_holds_nothing_ends_the_run_with_what_to_do(tmp_path: Path) -> None:
    routes = Routes()
    spec = msgspec.structs.replace(SMALL, instructions="Mind this. " * 4_000)
    async with routed(tmp_path, spec, routes) as room:
        run = await room.finished(await given(room))
        assert "Set a larger one under Settings, Agents, Models" in run.summary
