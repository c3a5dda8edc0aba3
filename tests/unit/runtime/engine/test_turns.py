"""Runs with a scripted model on real tools: plan first, turns in order, ends in the model's words."""

from pathlib import Path

from runtime.domain.events.effects import EffectFinished, EffectStarted
from runtime.domain.events.runs import ModelAnswered, PlanningStarted, PlanProposed, RunQueued
from runtime.domain.words import CallOutcome, Outcome
from tests.fixtures.room import act, bench, done, furnished, write


async def test_a_run_plans_then_acts_then_ends(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("write it", act(write("a.txt", "hello\n")), done("Written."))
        run = await room.finished(run_id)
        assert (run.outcome, run.summary) == (Outcome.COMPLETED, "Written.")
        assert (tmp_path / "docs/a.txt").read_text() == "hello\n"
        kinds = [type(event) for event in await room.events(run_id)]
        assert kinds[:4] == [RunQueued, PlanningStarted, PlanProposed, ModelAnswered]
        told = (await room.told(run_id)).past
        assert told[0].calls[0].outcome == "ok"


async def test_calls_of_one_answer_run_one_after_the_other(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        calls = [write("a.txt", "one\n"), write("a.txt", "two\n"), bench("read", "three"), write("a.txt", "four\n")]
        run_id = await room.start("in order", act(*calls), done())
        run = await room.finished(run_id)
        assert [call.outcome for call in run.calls] == [CallOutcome.OK] * 4
        assert (tmp_path / "docs/a.txt").read_text() == "four\n"
        ends = [event for event in await room.events(run_id) if isinstance(event, EffectStarted | EffectFinished)]
        assert [(type(event), event.call_id) for event in ends] == [
            (kind, f"1.{at}") for at in (1, 2, 3, 4) for kind in (EffectStarted, EffectFinished)
        ]
