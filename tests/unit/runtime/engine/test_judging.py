"""Success is judged by something other than the actor: typed checks first, then a judge model; the verdict is kept."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from console.presenters.run_text import fact_rows, state_text
from runtime.domain.agent_spec import AgentSpec, Criterion
from runtime.domain.commands import SaveAgent, StopRun
from runtime.domain.decision import Usage
from runtime.domain.events.judgements import OutcomeJudged
from runtime.domain.ids import RunId
from runtime.domain.words import Outcome, UnmetAction
from runtime.models.choice import Chosen
from runtime.models.scripted import Say
from runtime.tools.contract import ToolContext, ToolResult
from tests.fixtures.bench_tools import Answer
from tests.fixtures.chained_models import FIRST, OVERLOADED, SECOND, Routes, chained
from tests.fixtures.room import Room, act, bench, done
from tests.unit.runtime.engine.test_routing import DONE, PLANNED, given, routed

USED = Usage(1_000, 100)
READ = Criterion("reads >= 1", "It looked something up.")
SAID = Criterion('outputs["bench.read"].said == "42"', "What it read says 42.")


def judged(*criteria: Criterion, judge: tuple[str, ...] = (), unmet: UnmetAction = UnmetAction.ESCALATE) -> AgentSpec:
    spec = chained(FIRST)
    models = msgspec.structs.replace(spec.models, judge=judge)
    return msgspec.structs.replace(spec, criteria=criteria, models=models, unmet=unmet)


async def verdicts(room: Room, run_id: RunId) -> list[OutcomeJudged]:
    return [event for event in await room.events(run_id) if isinstance(event, OutcomeJudged)]


def met(**more: Any) -> Say:
    return Say(Chosen("met", 0.9, "Everything asked for was looked up.", **more), USED)


async def test_an_agent_that_says_done_without_doing_is_handed_to_a_person(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, DONE)
    async with routed(tmp_path, judged(READ, SAID), routes) as room:
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.ESCALATED
        assert "Not so: It looked something up." in run.summary
        assert "Not shown: What it read says 42." in run.summary
        [verdict] = await verdicts(room, run.run_id)
        assert [finding.met for finding in verdict.findings] == [False, False]
        [card] = await room.runtime.history.fleet()
        assert card.unwell == "Its last run did not meet its criteria"


async def test_checks_that_hold_complete_the_run_and_are_told(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, Say(act(bench("read", "42")), USED), DONE)
    async with routed(tmp_path, judged(READ, SAID), routes) as room:
        room.bench.do = said
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.COMPLETED
        detail = await room.runtime.history.run(run.run_id)
        assert detail is not None
        assert ("Success criteria", "all 2 met") in fact_rows(detail)
        assert state_text(detail.row).words == "Completed"
        steps = await room.runtime.history.timeline(run.run_id)
        assert any("The outcome meets 2 criteria. It looked something up." in step.title for step in steps)


async def test_by_setting_it_is_completed_but_never_plainly_so_also_after_a_restart(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, DONE)
    async with routed(tmp_path, judged(READ, unmet=UnmetAction.MARK), routes) as room:
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.COMPLETED
        await room.reopen()
        detail = await room.runtime.history.run(run.run_id)
        assert detail is not None
        assert state_text(detail.row).words == "Completed, not accepted"
        assert state_text(detail.row).tone == "warn"
        assert ("Success criteria", "1 of 1 not met. Not so: It looked something up.") in fact_rows(detail)
        [row] = await room.runtime.history.runs()
        assert row.unmet == "Not so: It looked something up."


async def test_a_judge_model_is_asked_after_the_checks_and_its_cost_is_counted(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, Say(act(bench("read", "42")), USED), DONE)
    routes.says(SECOND, Say(Chosen("not_met", 0.8, "The task asked for two things."), USED))
    async with routed(tmp_path, judged(READ, judge=(SECOND,)), routes) as room:
        room.bench.do = said
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.ESCALATED
        assert f"{SECOND} judges that it is not as it should be: The task asked for two things." in run.summary
        [request] = routes[SECOND].requests
        assert request.choice is not None
        assert "bench.read" in request.choice.material
        assert request.tools == ()
        [verdict] = await verdicts(room, run.run_id)
        assert verdict.usage.cost_micros
        assert run.cost_micros > verdict.usage.cost_micros
        assert not any(book.all.held.micros for book in room.own.engine.states.books)


async def test_what_a_judge_was_not_given_is_told_to_it_and_in_the_timeline(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, Say(act(*(bench("read", f"{at} " * 1_500) for at in range(42))), USED), DONE)
    routes.says(SECOND, met())
    spec = msgspec.structs.replace(judged(READ, judge=(SECOND,)), context_tokens=20_000)
    async with routed(tmp_path, spec, routes) as room:
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.COMPLETED, run.summary
        [request] = routes[SECOND].requests
        assert request.choice is not None
        assert "Of 42 calls the last 40 are shown." in request.choice.material
        titles = [step.title for step in await room.runtime.history.timeline(run.run_id)]
        [told] = [title for title in titles if f"{SECOND} judges that it is as it should be" in title]
        assert "(It was shown the last 40 of 42 calls.)" in told
        assert "characters of the record not at all.)" in told


async def test_what_a_check_refuses_no_model_is_asked_about(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, DONE)
    async with routed(tmp_path, judged(READ, judge=(SECOND,)), routes) as room:
        await room.finished(await given(room))
        assert routes[SECOND].asked == 0


async def test_an_unsure_judge_hands_on_to_the_next_and_one_that_is_away_is_no_consent(tmp_path: Path) -> None:
    routes = Routes()
    spec = judged(judge=(SECOND, "openai/gpt-5"))
    spec = msgspec.structs.replace(spec, models=msgspec.structs.replace(spec.models, escalate_below=0.7))
    routes.says(FIRST, *[PLANNED, Say(done(), USED)] * 2)
    routes.says(SECOND, Say(Chosen("not_met", 0.3, "Hm."), USED), *[OVERLOADED] * 3)
    routes.says("openai/gpt-5", met(), *[OVERLOADED] * 3)
    async with routed(tmp_path, spec, routes) as room:
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.COMPLETED
        run = await room.finished(await given(room, "Another"))
        assert run.outcome is Outcome.ESCALATED
        assert "No model could judge it" in run.summary


async def test_a_judge_that_acted_in_the_run_is_not_asked_also_where_an_earlier_version_saved_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runtime.models.table._judges_of_themselves", lambda agent: [])
    routes = Routes()
    routes.says(FIRST, *[PLANNED, DONE] * 2)
    routes.says(SECOND, met())
    spec = judged(judge=("compatible:gate/openai/gpt-5-mini", SECOND))
    async with routed(tmp_path, spec, routes) as room:
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.COMPLETED  # the next of the chain had no part in it
        await room.reopen()
        models = msgspec.structs.replace(spec.models, judge=(FIRST,))
        await room.do(SaveAgent(msgspec.structs.replace(spec, models=models), "anna"))
        run = await room.finished(await given(room, "Another"))
        assert run.outcome is Outcome.ESCALATED
        assert f"{FIRST} acted in this run itself, so it does not judge it." in run.summary
    assert routes[FIRST].asked == 4
    assert routes[SECOND].asked == 1


async def test_a_stop_while_it_is_judged_ends_the_run(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, DONE)
    routes.says(SECOND, met())
    async with routed(tmp_path, judged(judge=(SECOND,)), routes) as room:
        routes[SECOND].hold = asyncio.Event()
        run_id = await given(room)
        await routes[SECOND].begun.wait()
        await room.do(StopRun(run_id, "anna"))
        run = await room.finished(run_id)
        assert run.outcome is Outcome.STOPPED
        assert await verdicts(room, run_id) == []


async def test_a_condition_that_cannot_be_read_is_not_saved(tmp_path: Path) -> None:
    async with routed(tmp_path, judged(), Routes()) as room:
        faults = room.runtime.agent_faults(judged(Criterion("reads >", "x"), Criterion("nothing == 1", "")))
        assert any(fault.startswith("criteria[0]: At line 1") for fault in faults)
        assert any(fault.startswith("criteria[1]: say in a sentence") for fault in faults)


def said(note: str, context: ToolContext) -> ToolResult:
    return ToolResult(Answer(said=note), f"Said {note}")
