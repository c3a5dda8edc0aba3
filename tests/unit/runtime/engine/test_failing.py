"""Tools and models that fail: what may pass is tried again with the same key, what may not ends knowably."""

import asyncio
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from runtime.domain.agent_spec import Limits, Quota
from runtime.domain.events.effects import EffectFinished, EffectStarted
from runtime.domain.events.runs import ModelFailed, RunFinished
from runtime.domain.words import CallOutcome, Outcome, VerdictKind
from runtime.models.interface import FaultKind, ModelFault
from runtime.tools.contract import ToolContext, ToolResult
from tests.fixtures.bench_tools import answer
from tests.fixtures.room import ALLOW_ALL, CLERK, PLAN, act, bench, done, furnished, write

PASSING = ModelFault(FaultKind.PASSING, "The model is overloaded.")
FINAL = ModelFault(FaultKind.FINAL, "The key is not accepted.")


@pytest.mark.parametrize("verb", ["read", "change", "keyed"])
async def test_a_failure_that_may_pass_is_tried_again_with_the_same_key(tmp_path: Path, verb: str) -> None:
    async with furnished(tmp_path) as room:
        room.failing(until=3)
        run_id = await room.start("t", act(bench(verb)), done())
        await room.finished(run_id)
        assert room.call(run_id).outcome is CallOutcome.OK
        assert len(room.bench.calls) == 3
        assert len({key for _, _, key in room.bench.calls}) == 1
        started = [event for event in await room.events(run_id) if isinstance(event, EffectStarted)]
        assert [event.attempt for event in started] == [1, 2, 3]
        assert len({event.checkpoint for event in started}) == 1


async def test_after_the_last_attempt_the_model_is_told(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.failing(until=9)
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.finished(run_id)
        told = (await room.told(run_id)).past[0].calls[0]
        assert (told.outcome, told.failure) == ("failed", "late")
        assert len(room.bench.calls) == 3


async def test_a_failure_that_stays_is_not_tried_again(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.failing(until=9, code="no", passing=False)
        run_id = await room.start("t", act(bench("keyed")), done())
        await room.finished(run_id)
        assert len(room.bench.calls) == 1


async def test_what_nobody_can_look_up_is_never_repeated(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.failing(until=9)
        run_id = await room.start("t", act(bench("final")), done())
        await room.approve(await room.asked(run_id))
        await room.finished(run_id)
        assert len(room.bench.calls) == 1


def raises(note: str, context: ToolContext) -> ToolResult:
    raise RuntimeError("broken")


def leaves(note: str, context: ToolContext) -> ToolResult:
    raise SystemExit(3)


def outside(note: str, context: ToolContext) -> ToolResult:
    return cast(ToolResult, "nonsense")


@pytest.mark.parametrize("do", [raises, leaves, outside])
async def test_a_broken_tool_that_reads_is_told_and_the_run_goes_on(tmp_path: Path, do: Any) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do = do
        run_id = await room.start("t", act(bench("read")), done())
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert room.call(run_id).outcome is CallOutcome.FAILED


@pytest.mark.parametrize("do", [raises, leaves, outside])
async def test_a_broken_tool_that_changes_something_is_asked_about(tmp_path: Path, do: Any) -> None:
    async with furnished(tmp_path) as room:
        room.bench.do = do
        run_id = await room.start("t", act(bench("keyed")))
        ask = await room.asked(run_id, "unknown-outcome")
        assert "may or may not" in ask.raised.known
        ended = [event for event in await room.events(run_id) if isinstance(event, EffectFinished)]
        assert [event.outcome for event in ended] == [CallOutcome.UNKNOWN]


async def test_a_model_that_fails_for_a_while_is_asked_again(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", PASSING, PLAN, PASSING, PASSING, done(), plan=False)
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        failed = [event for event in await room.events(run_id) if isinstance(event, ModelFailed)]
        assert [event.again for event in failed] == [True, True, True]


@pytest.mark.parametrize("script", [(FINAL,), (PASSING, PASSING, PASSING)])
async def test_a_model_that_gives_no_answer_hands_the_case_to_a_person(
    tmp_path: Path, script: tuple[ModelFault, ...]
) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", *script)
        run = await room.finished(run_id)
        assert run.outcome is Outcome.ESCALATED
        assert script[-1].sentence in run.summary


async def test_a_model_that_does_not_know_its_tools_is_told_what_it_has(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", act(("shell.run", {"command": "ls"}), write("../x", "")), done())
        await room.finished(run_id)
        told = (await room.told(run_id)).past[0].calls
        assert [call.outcome for call in told] == ["denied", "denied"]
        assert "files.write" in told[0].output


async def test_repetition_is_stopped_and_handed_to_a_person(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", *[act(bench("read"))] * 3)
        assert (await room.finished(run_id)).outcome is Outcome.ESCALATED
        [finished] = [event for event in await room.events(run_id) if isinstance(event, RunFinished)]
        assert finished.limit == "repeats"


async def test_back_and_forth_is_stopped_and_handed_to_a_person(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", *[act(bench("read", "a")), act(bench("read", "b"))] * 3)
        await room.finished(run_id)
        [finished] = [event for event in await room.events(run_id) if isinstance(event, RunFinished)]
        assert finished.limit == "back and forth"


async def test_limits_of_turns_and_changes_hold(tmp_path: Path) -> None:
    spec = msgspec.structs.replace(CLERK, limits=Limits(turns=2, effects=1))
    async with furnished(tmp_path, ALLOW_ALL, spec=spec) as room:
        run_id = await room.start("t", act(write("a.txt", "1\n"), write("b.txt", "2\n")), act(bench("read")))
        run = await room.finished(run_id)
        assert (run.outcome, [call.refused for call in run.calls]) == (Outcome.ESCALATED, ["", "denied", ""])
        assert [path.name for path in (tmp_path / "docs").iterdir()] == ["a.txt"]


async def test_a_large_output_is_kept_whole_beside_the_journal(tmp_path: Path) -> None:
    def long(note: str, context: ToolContext) -> ToolResult:
        return answer("é" * 20_000, context)

    async with furnished(tmp_path) as room:
        room.bench.do = long
        run_id = await room.start("t", act(bench("read")), done())
        await room.finished(run_id)
        call = room.call(run_id)
        assert call.output == ""
        assert "é" * 20_000 in (await room.runtime.blob(call.output_blob)).decode()


@pytest.mark.parametrize("one_answer", [True, False])
async def test_a_daily_quota_is_not_passed_by_several_at_once(tmp_path: Path, one_answer: bool) -> None:
    quota = Quota("two", "bench.change", per_day=2, verdict=VerdictKind.DENY)
    spec = msgspec.structs.replace(CLERK, quotas=(quota,), at_once=4)
    async with furnished(tmp_path, ALLOW_ALL, spec=spec) as room:
        if one_answer:
            runs = [await room.start("t", act(*[bench("change", str(at)) for at in range(4)]), done())]
        else:
            room.models.together = asyncio.Barrier(4)
            runs = [await room.start(f"t{at}", act(bench("change", str(at))), done()) for at in range(4)]
        for run_id in runs:
            await room.finished(run_id)
        refused = [call.refused for run_id in runs for call in room.run(run_id).calls]
        assert sorted(refused) == ["", "", "denied", "denied"]
        assert len(room.bench.calls) == 2
