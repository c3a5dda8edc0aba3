"""The sample of what ran without a person: drawn by the journal's own hashes, walked cheaply, each reviewed once."""

from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite

from runtime.domain import decide_review
from runtime.domain.decide_review import BYTES, NEWEST
from runtime.domain.events.effects import EffectFinished, EffectStarted
from runtime.domain.ids import CallId, RunId, run_stream
from runtime.domain.policy import Policy, Rule
from runtime.domain.queue_commands import ReviewAction
from runtime.domain.refusals import Refusal
from runtime.domain.review_proposals import NotFine, stricter
from runtime.domain.words import CallOutcome, EffectKind, VerdictKind
from runtime.journal.event_log import StreamChange
from runtime.projections import read_reviews
from runtime.projections.rows import AuditFilter
from storage.reads.reviews import sample
from tests.fixtures.room import act, done, furnished, write
from tests.fixtures.support_desk import AGENT, NOON, begun, judged
from tests.unit.runtime.projections.conftest import Desk

RUN = RunId("r9")


async def ran(desk: Desk, many: int) -> None:
    """So many reads of one run, allowed by a rule; every tenth failed its rules or was never started."""
    await desk.write(begun("r9", NOON, "Read all orders"))
    version = len(await desk.log.read_stream(run_stream(RUN)))
    events = []
    for at in range(many):
        call = f"{at + 2}.1"
        kind = VerdictKind.ASK if at % 10 == 0 else VerdictKind.ALLOW
        events.append(
            judged("r9", call, "shop.order", f'{{"order":{at}}}', f"Look up {at}", kind, effect=EffectKind.READ)
        )
        if at % 10 == 1:
            continue
        events.append(EffectStarted(RUN, CallId(call), f"k{at}", 1, 0))
        events.append(EffectFinished(RUN, CallId(call), CallOutcome.OK, "1 row"))
    await desk.log.append([StreamChange(run_stream(RUN), version, tuple(events))], AGENT, NOON)


async def test_it_is_what_the_hash_of_each_start_says_and_1_in_16(empty: Desk) -> None:
    await ran(empty, 640)
    drawn = await empty.history.to_review(1_000)
    starts = await empty.recorder.raw_rows("SELECT body, hash FROM records WHERE kind = 'effect-started'")
    wanted = [str(body) for body, hash_ in starts if hash_[0] < BYTES]
    calls = {one.call_id for one in drawn}
    allowed = {f"{at + 2}.1" for at in range(640) if at % 10 > 1}
    assert calls == {call for call in allowed if any(f'"{call}"' in body for body in wanted)}
    assert 10 < len(calls) < 60, "about 32 of 512"
    assert [one.call_id for one in drawn] == sorted(calls, key=lambda call: -int(call.split(".")[0])), "newest first"
    assert (drawn[0].rule, drawn[0].agent, drawn[0].outcome) == ("rule refunds-ask", "refunds", CallOutcome.OK)
    assert [one.call_id for one in await empty.history.to_review()] == [one.call_id for one in drawn[:3]]


async def test_only_the_newest_rows_are_walked(empty: Desk) -> None:
    query = sample(NEWEST, BYTES, 3).compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    plan = [str(row[3]) for row in await empty.recorder.raw_rows(f"EXPLAIN QUERY PLAN {query}")]
    scans = [step for step in plan if step.startswith("SCAN")]
    assert scans == ["SCAN effects", "SCAN some"], plan
    assert any(step.startswith("SEARCH records USING INTEGER PRIMARY KEY") for step in plan), plan


async def test_a_review_is_recorded_once_told_counted_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_reviews, "BYTES", 256)  # all of them: which hashes a run gets is chance
    monkeypatch.setattr(decide_review, "BYTES", 0)
    allows = (Rule("all-writes", VerdictKind.ALLOW, tools="files.write"),)
    async with furnished(tmp_path, *allows) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), act(write("b.txt", "y\n")), done())
        await room.finished(run_id)
        history = room.runtime.history
        second, first = await history.to_review()
        assert (first.call_id, first.touches, first.rule) == ("1.1", "docs/a.txt", "rule all-writes")
        fine = ReviewAction(run_id, CallId("1.1"), "anna", True, looked_ms=900)
        asked = ReviewAction(run_id, CallId(second.call_id), "ben", False, " Customers read it ")
        assert (await room.refused(ReviewAction(run_id, CallId("1.1"), "nobody", True))).code == "operator"
        assert (await room.refused(ReviewAction(run_id, CallId("9.9"), "anna", True))).code == "state"
        assert (await room.refused(fine)).code == "not-drawn"
        assert [one.call_id for one in await history.to_review()] == [second.call_id, "1.1"], "nothing was recorded"
        monkeypatch.setattr(decide_review, "BYTES", 256)
        assert (await room.refused(ReviewAction(run_id, CallId("1.1"), "anna", False, " "))).code == "reason"
        await room.do(fine)
        assert await room.runtime.perform(fine) == Refusal("Somebody reviewed this action already.", "same")
        await room.do(asked)
        await room.reopen()
        history = room.runtime.history
        assert await history.to_review() == []
        assert (await room.refused(asked)).code == "same", "a restart knows it"
        figures = await history.queue_health()
        assert (figures.reviewed, figures.should_have_asked) == (2, 1)
        told = await history.audit(AuditFilter(kinds=("action-reviewed",)))
        assert [(one.event, one.who) for one in told] == [("Should have been asked", "Ben"), ("Reviewed: fine", "Anna")]
        [proposal] = await history.rule_proposals()
        assert proposal.sentence == (
            "Ben said of files.write by clerk that it should have been asked: Customers read it. "
            "Rule all-writes allowed it. Ask for it on docs/b.txt."
        )
        policy = await history.policy()
        report = await room.runtime.backtest(proposal.into(policy))
        assert [one.title for one in report.of(VerdictKind.ALLOW, VerdictKind.ASK)] == [second.title]
        assert room.runtime.policy_faults(proposal.into(policy)) == ()


def test_one_rule_is_proposed_for_a_pattern_and_none_where_it_asks_already() -> None:
    policy = Policy(1, (Rule("reads", VerdictKind.ALLOW),))
    some = [NotFine("reads", "clerk", "mail.read", f"box/{at}", "Private.", "Ben") for at in range(2)]
    other = NotFine("gone", "clerk", "mail.read", "box/1", "Private.", "Ben")
    nowhere = NotFine("reads", "clerk", "clock.now", "", "Why not", "Ben")
    found = stricter([*some, other, nowhere], policy)
    assert [(one.before, one.rule.resources, one.rule.verdict) for one in found] == [
        ("reads", "box/*", VerdictKind.ASK),
        ("reads", "*", VerdictKind.ASK),
    ]
    assert "should have been asked, 2 times: Private. Rule reads" in found[0].sentence
    assert [one.key for one in stricter(some, found[0].into(policy))] == []
