"""Critical decisions are asked for several times: agreement acts, anything else asks a person."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from runtime.domain.agent_spec import AgentSpec, AtCap, Vote
from runtime.domain.budget import Cap, Caps
from runtime.domain.commands import SavePolicy, SetCaps, StopRun
from runtime.domain.decision import Decision, ProposedCall, Usage
from runtime.domain.events.budget import ReservationMade
from runtime.domain.events.runs import AnswerSetAside, VoteHeld
from runtime.domain.policy import Policy, Rule
from runtime.domain.words import CapAction, DecisionKind, Outcome, VerdictKind
from runtime.engine.surroundings import Surroundings
from runtime.models.scripted import Say
from tests.fixtures.chained_models import BAD_KEY, FIRST, Routes, chained
from tests.fixtures.room import Room, act, bench, done
from tests.fixtures.tables import rebuilt_tables_equal_the_live_ones
from tests.unit.runtime.engine.test_routing import DONE, PLANNED, USED, given, of_kind, routed
from tests.unit.runtime.engine.test_spending import copied


def voting(times: int = 3, tools: tuple[str, ...] = ("bench.*",), irreversible: bool = True) -> AgentSpec:
    return chained(FIRST, vote=Vote(times, irreversible, tools))


def says(decision: Decision) -> Say:
    return Say(decision, USED)


SAME = says(act(bench("change", "a")))
OTHER = says(act(bench("change", "b")))
A, B = '{} of 3: bench.change {{"note":"a"}}', '{} of 3: bench.change {{"note":"b"}}'


async def test_agreement_acts_and_every_answer_is_paid_and_told(tmp_path: Path) -> None:
    routes = Routes()
    call = ProposedCall("bench.change", '{ "note" : "a" }', 0.8, "otherwise said")
    routes.says(FIRST, PLANNED, SAME, says(Decision(DecisionKind.ACT, calls=(call,))), SAME, DONE)
    async with routed(tmp_path, voting(), routes) as room:
        run = await room.finished(await given(room))
        assert run.outcome is Outcome.COMPLETED
        assert len(room.bench.calls) == 1
        [vote] = [e for e in await room.events(run.run_id) if isinstance(e, VoteHeld)]
        assert (vote.agreed, vote.asked, len(vote.proposals)) == (True, 3, 3)
        assert len(await of_kind(room, ReservationMade)) == 5
        assert run.cost_micros == 5 * 450
        assert len([e for e in await room.events(run.run_id) if isinstance(e, AnswerSetAside)]) == 2


@pytest.mark.parametrize(
    ("others", "told"),
    [
        ([SAME, OTHER], (A.format(2), B.format(1))),
        ([OTHER, OTHER], (A.format(1), B.format(2))),
        ([says(act(bench("keyed", "a"))), SAME], (A.format(2), '1 of 3: bench.keyed {"note":"a"}')),
        ([says(done("No.")), SAME], (A.format(2), "1 of 3: no such action, but complete: No.")),
    ],
    ids=["arguments", "outvoted", "tool", "nothing"],
)
async def test_disagreement_asks_a_person_and_shows_what_differed(
    tmp_path: Path, others: list[Any], told: tuple[str, str]
) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, SAME, *others)
    async with routed(tmp_path, voting(), routes) as room:
        run_id = await given(room)
        ask = await room.asked(run_id)
        assert room.bench.calls == []
        [reason] = [one for one in ask.raised.reasons if one.check == "vote"]
        assert reason.verdict is VerdictKind.ASK
        head = "Asked several times, it did not propose the same each time"
        assert reason.sentence == f"{head}. {' | '.join(told)}."
        await room.reopen()
        ask = await room.asked(run_id)
        assert room.bench.calls == []
        detail = await room.runtime.history.ask(ask.raised.ask_id)
        assert detail is not None
        assert any(reason.sentence == shown.sentence for shown in detail.reasons)
        routes.says(FIRST, DONE)
        await room.approve(ask)
        assert (await room.finished(run_id)).outcome is Outcome.COMPLETED
        assert len(room.bench.calls) == 1


async def test_after_a_crash_in_the_middle_the_vote_is_held_anew_and_what_was_paid_stays_counted(
    tmp_path: Path,
) -> None:
    """Of an earlier life nothing counts but its cost: the first answer was not recorded yet, and of the others what is
    kept is without secrets, so that it may not be to the letter what was proposed."""
    image, routes = tmp_path / "image", Routes()
    routes.says(FIRST, PLANNED, SAME, OTHER, OTHER)
    routes[FIRST].hold, routes[FIRST].hold_from = asyncio.Event(), 4
    async with routed(tmp_path / "live", voting(), routes) as room:
        run_id = await given(room)
        await routes[FIRST].held.wait()
        await asyncio.to_thread(copied, room.folder, image)  # what a killed program leaves behind
        await room.do(StopRun(run_id, "anna"))
        await room.finished(run_id)
    routes = Routes()
    routes.says(FIRST, SAME, SAME, SAME, DONE)
    after = Room(image, around=Surroundings(models=routes.model_for))
    await after.open()
    try:
        run = await after.finished(run_id)
        assert (run.outcome, len(after.bench.calls)) == (Outcome.COMPLETED, 1)
        assert (routes[FIRST].asked, routes[FIRST].script) == (4, [])
        [vote] = [e for e in await after.events(run_id) if isinstance(e, VoteHeld)]
        assert (vote.agreed, len(vote.proposals)) == (True, 3)
        assert len([e for e in await after.events(run_id) if isinstance(e, AnswerSetAside)]) == 1 + 2
        assert run.cost_micros == (2 + 4) * 450
        [book] = after.own.engine.states.books
        assert [one.kept for one in book.open.values()] == [True, True]  # the first answer, and the one under way
    finally:
        await after.close()
    assert after.crashes == []
    await rebuilt_tables_equal_the_live_ones(image)


async def test_new_rules_do_not_make_a_disputed_call_run(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, SAME, OTHER, OTHER)
    async with routed(tmp_path, voting(), routes) as room:
        run_id = await given(room)
        ask = await room.asked(run_id)
        version = room.own.engine.states.workspace.policy.version
        rules = (Rule("all", VerdictKind.ALLOW), Rule("more", VerdictKind.ALLOW))
        await room.do(SavePolicy(Policy(0, rules), "anna", version))
        await room.until(lambda: (now := room.ask_of(run_id)) is not None and now.raised.ask_id != ask.raised.ask_id)
        anew = await room.asked(run_id)
        assert [one.check for one in anew.raised.reasons if one.verdict is VerdictKind.ASK] == ["vote"]
        assert room.bench.calls == []
        await room.do(StopRun(run_id, "anna"))


async def test_a_vote_that_cannot_be_completed_asks_a_person(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, SAME, BAD_KEY)
    async with routed(tmp_path, voting(), routes) as room:
        run_id = await given(room)
        ask = await room.asked(run_id)
        assert any("It did not accept the key." in one.sentence for one in ask.raised.reasons)
        await room.do(StopRun(run_id, "anna"))


async def test_a_cheaper_model_does_not_vote_in_the_place_of_another(tmp_path: Path) -> None:
    cheaper = "openai/gpt-5-nano"
    routes = Routes()
    routes.says(FIRST, PLANNED, Say(act(bench("change", "a")), Usage(0, 16_000)))
    routes.says(cheaper, SAME)
    spec = msgspec.structs.replace(voting(2), at_cap=AtCap(CapAction.CHEAPER, cheaper))
    async with routed(tmp_path, spec, routes) as room:
        await room.do(SetCaps(Caps(day=Cap(60_000)), "anna"))  # one more call of the dearer one does not fit
        run_id = await given(room)
        ask = await room.asked(run_id)
        [reason] = [one for one in ask.raised.reasons if one.check == "vote"]
        assert f"At a cap {cheaper} answered in the place of {FIRST}" in reason.sentence
        assert room.bench.calls == []
        await room.do(StopRun(run_id, "anna"))


async def test_what_is_not_critical_is_not_voted_about(tmp_path: Path) -> None:
    routes = Routes()
    routes.says(FIRST, PLANNED, SAME, Say(done(), Usage()))
    async with routed(tmp_path, voting(tools=()), routes) as room:
        run = await room.finished(await given(room))
        assert not [e for e in await room.events(run.run_id) if isinstance(e, VoteHeld)]


async def test_what_cannot_be_undone_is_critical_by_itself(tmp_path: Path) -> None:
    routes = Routes()
    final = says(act(bench("final", "a")))
    routes.says(FIRST, PLANNED, final, final)
    async with routed(tmp_path, voting(2, tools=()), routes) as room:
        run_id = await given(room)
        ask = await room.asked(run_id)  # agreement takes away nothing of what the gate demands
        assert "vote" not in [one.check for one in ask.raised.reasons]
        [vote] = [e for e in await room.events(run_id) if isinstance(e, VoteHeld)]
        assert vote.agreed
        await room.do(StopRun(run_id, "anna"))
