"""The History door over the support desk's story."""

import msgspec
import pytest
from msgspec.structs import replace

from runtime.domain.decision import Decision, Usage
from runtime.domain.events.asks import AskClosed, DeadlinesMoved
from runtime.domain.events.runs import ModelAnswered, RunPaused, RunQueued
from runtime.domain.events.workspace import ChainFoundBroken, EverythingPaused
from runtime.domain.ids import WORKSPACE_STREAM, AgentName, AskId, RunId, ask_stream, run_stream
from runtime.domain.words import AskState, DecisionKind, Outcome, RunState
from runtime.projections.rows import AuditFilter
from tests.fixtures.support_desk import AGENT, ANNA, NOON, SECOND, begun
from tests.unit.runtime.projections.conftest import Desk

MINUTE = 60 * SECOND


async def test_waiting_asks_by_priority_then_time_left(desk: Desk) -> None:
    rows = await desk.history.asks()
    assert {row.state for row in rows} == {AskState.WAITING}
    assert [row.ask_id for row in rows] == ["a3", "a4"]  # both urgent; a3 is to be answered within 5 min
    desk.now -= 4 * MINUTE  # 9 min left: no longer urgent, so the refund that cannot be undone comes first
    assert [(row.ask_id, row.priority) for row in await desk.history.asks()] == [("a4", 1), ("a3", 2)]


async def test_deadlines_of_a_paused_run_stand_still(desk: Desk) -> None:
    await desk.write([(run_stream(RunId("r3")), NOON - 4 * MINUTE, ANNA, RunPaused(RunId("r3"), "anna"))])
    a3 = next(row for row in await desk.history.asks() if row.ask_id == "a3")
    assert (a3.paused_since, a3.priority) == (NOON - 4 * MINUTE, 2)
    await desk.write([(WORKSPACE_STREAM, NOON - MINUTE, ANNA, EverythingPaused("anna"))])
    by_id = {row.ask_id: row.paused_since for row in await desk.history.asks()}
    assert by_id == {"a3": NOON - 4 * MINUTE, "a4": NOON - MINUTE}
    moved = DeadlinesMoved(AskId("a3"), NOON + 90 * MINUTE, NOON + 99 * MINUTE)
    await desk.write([(ask_stream(AskId("a3")), NOON, "console", moved)])
    a3 = next(row for row in await desk.history.asks() if row.ask_id == "a3")
    assert (a3.answer_by, a3.priority) == (NOON + 90 * MINUTE, 3)


async def test_the_decision_card(desk: Desk) -> None:
    card = await desk.history.ask("a4")
    assert card is not None
    assert card.row.title == "Refund order 77, $12.00"
    assert card.goal == "Answer the mail of Ines"
    assert card.action.arguments == '{"amount_cents":8400,"order":"1042"}'
    assert (card.cost_micros, card.cap_micros) == (50_000, 5_000_000)
    assert [(s.ask_id, s.how, s.by, s.rolled_back) for s in card.similar] == [
        ("a2", "rejected", "Anna Keller", False),
        ("a1", "approved", "Anna Keller", False),
    ]
    assert (card.track.cases, card.track.right) == (2, 1)
    assert card.input_schema == '{"title":"refunds shop.refund"}'
    assert await desk.history.ask("nothing") is None


async def test_decided_asks_newest_first(desk: Desk) -> None:
    rows = await desk.history.decided_asks()
    assert [(row.ask_id, row.ruling, row.ruled_by, row.state) for row in rows] == [
        ("a2", "rejected", "anna", AskState.CLOSED),
        ("a1", "approved", "anna", AskState.CLOSED),
    ]
    card = await desk.history.ask("a1")
    assert card is not None
    assert (card.closed_how, card.closed_sentence) == ("spent", "The approval was used.")
    assert [row.ask_id for row in await desk.history.decided_asks(before=NOON - 10 * MINUTE)] == ["a1"]


async def test_runs_by_state_text_and_page(desk: Desk) -> None:
    rows = await desk.history.runs()
    assert [(row.run_id, row.state, row.outcome) for row in rows] == [
        ("r4", RunState.WAITING, None),
        ("r3", RunState.WAITING, None),
        ("r2", RunState.FINISHED, Outcome.FAILED),
        ("r1", RunState.FINISHED, Outcome.COMPLETED),
    ]
    first = rows[-1]
    assert (first.title, first.source, first.started_by) == ("Broken mug", "inbox/42.eml", "Anna Keller")
    assert (first.steps_done, first.steps, first.cost_micros, first.rolled_back) == (2, 2, 50_000, True)
    assert (rows[0].waiting_asks, rows[0].confidence) == (1, 0.82)
    assert [row.run_id for row in await desk.history.runs(state="waiting")] == ["r4", "r3"]
    assert [row.run_id for row in await desk.history.runs(state="failed")] == ["r2"]
    assert [row.run_id for row in await desk.history.runs(state="running")] == []
    assert [row.run_id for row in await desk.history.runs(text="mug broken")] == ["r4", "r1"]
    assert [row.run_id for row in await desk.history.runs(text="100%")] == []
    assert [row.run_id for row in await desk.history.runs(agent="catalogue")] == []
    page = await desk.history.runs(limit=2)
    rest = await desk.history.runs(before=(page[-1].started_at, page[-1].run_id))
    assert [row.run_id for row in rest] == ["r2", "r1"]


async def test_one_run_with_plan_and_facts(desk: Desk) -> None:
    run = await desk.history.run("r1")
    assert run is not None
    assert (run.task_text, run.model, run.plan_revision) == ("My mug is broken", "house/large", 1)
    assert [(line.step.title, line.status.value) for line in run.plan] == [
        ("Look the order up", "done"),
        ("Refund it", "done"),
    ]
    assert run.plan[0].duration_ms == (2 * MINUTE - 3 * SECOND) // 1000
    assert run.confidence == (0.9, 0.82)
    assert (run.turns, run.calls, run.effects, run.checkpoints, run.denied) == (1, 3, 2, 2, 0)
    assert await desk.history.run("nothing") is None


async def test_the_timeline(desk: Desk) -> None:
    steps = await desk.history.timeline("r1")
    marks = [step.mark for step in steps]
    assert marks == [
        *("plan", "plan", "message", "call", "done", "checkpoint", "call", "done", "checkpoint"),
        *(
            "ask",
            "approved",
            "note",
            "approved",
            "call",
            "done",
            "checkpoint",
            "finished",
            "undone",
            "undone",
            "undone",
        ),
    ]
    titles = [step.title for step in steps]
    assert "I will refund the broken mug." in titles
    assert "Asked you: Refund order 1042, $84.00" in titles
    assert "Approved by Anna Keller" in titles
    checkpoints = [(s.checkpoint, s.title, s.undoes) for s in steps if s.mark == "checkpoint"]
    assert checkpoints == [
        (0, "Checkpoint 0, before the first change", 1),
        (1, "Checkpoint 1, after: Set ticket 7 to pending", 1),
        (2, "Checkpoint 2, after: Refund order 1042, $84.00", 0),
    ]
    assert [s.title for s in steps if s.undone] == ["Set ticket 7 to pending", "Set ticket 7 to pending: done"]
    assert [s.duration_ms for s in steps if s.mark == "call"] == [40, 40, 55]
    later = await desk.history.timeline("r1", after_seq=steps[4].seq)
    assert [step.seq for step in later] == [step.seq for step in steps if step.seq > steps[4].seq]
    page = await desk.history.timeline("r1", limit=8)
    assert page[-1].mark == "checkpoint"  # it shares its seq with the call before it


async def test_the_strip(desk: Desk) -> None:
    strip = await desk.history.strip()
    assert (strip.agents, strip.agents_running, strip.agents_paused) == (2, 1, 1)
    assert (strip.waiting, strip.urgent, strip.asks_per_10_min) == (2, 2, 2)
    assert sum(strip.asks_history) == 4
    assert (strip.spend_today_micros, strip.forecast_micros) == (200_000, 400_000)
    assert not strip.everything_paused
    assert strip.last_decided_at == 0, "something waits"
    broken = ChainFoundBroken(3, "Entry 3 was changed.")
    await desk.write([(WORKSPACE_STREAM, NOON, ANNA, EverythingPaused("anna")), (WORKSPACE_STREAM, NOON, ANNA, broken)])
    strip = await desk.history.strip()
    assert (strip.everything_paused, strip.agents_running, strip.agents_paused) == (True, 0, 2)
    assert strip.chain_broken == "Entry 3 was changed."
    for ask in ("a3", "a4"):
        closed = AskClosed(AskId(ask), "rejected", "Anna said no.")
        await desk.write([(ask_stream(AskId(ask)), NOON + SECOND, ANNA, closed)])
    strip = await desk.history.strip()
    assert (strip.waiting, strip.last_decided_at) == (0, NOON + SECOND)
    desk.now += 24 * 60 * MINUTE
    assert (await desk.history.strip()).last_decided_at == 0, "nothing was decided today"


async def test_fleet_cards(desk: Desk) -> None:
    catalogue, refunds = await desk.history.fleet()
    assert (catalogue.name, catalogue.doing, catalogue.paused) == ("catalogue", "Paused by Anna Keller", True)
    assert catalogue.model == "playbook, no language model"
    assert refunds.doing == "Waiting on you: Change address of order 9"
    assert (refunds.run_id, refunds.waiting, refunds.waiting_priority) == ("r3", 2, 1)
    assert (refunds.runs_at_work, refunds.runs_queued, refunds.runs_today) == (2, 0, 4)
    assert (refunds.spend_micros, refunds.cap_micros, refunds.unwell) == (200_000, 5_000_000, "Its last run failed")
    assert refunds.confidence == (0.9, 0.82) * 4
    await desk.write(begun("r5", NOON - 2 * MINUTE, "One more")[:1])
    assert (await desk.history.fleet())[1].runs_queued == 1


async def test_activity_and_decisions(desk: Desk) -> None:
    minutes = await desk.history.activity(60)
    assert len(minutes) == 60
    assert sum(minute.actions for minute in minutes) == 4
    assert [minute.asked_priority for minute in minutes if minute.asked_priority] == [1, 1, 2, 1]
    figures = await desk.history.decisions_today("anna")
    assert (figures.asks, figures.decided, figures.approved, figures.looked_under_3_s) == (4, 2, 1, 1)
    assert figures.busiest_10_min == 2
    assert (await desk.history.decisions_today("jonas")).decided == 0


async def test_spend_by_local_day(desk: Desk) -> None:
    [row] = await desk.history.spend(31)
    assert (row.agent, row.model, row.runs, row.cost_micros, row.price_unknown) == (
        "refunds",
        "house/large",
        4,
        200_000,
        1,
    )
    assert (row.input_tokens, row.output_tokens) == (1205, 120)
    await desk.write(begun("r0", NOON - 26 * 60 * MINUTE, "Yesterday"))
    assert [(row.day, row.runs) for row in await desk.history.spend(2)] == [("2026-09-21", 4), ("2026-09-20", 1)]
    assert len(await desk.history.spend(1)) == 1


async def test_spend_by_agent_and_model_on_the_day_it_was_asked_for(desk: Desk) -> None:
    run_id, yesterday = RunId("r9"), NOON - 13 * 60 * MINUTE
    told = [
        (stream, at, by, replace(event, agent=AgentName("catalogue")) if isinstance(event, RunQueued) else event)
        for stream, at, by, event in begun(run_id, NOON - 2 * MINUTE, "Of another agent")
    ]
    said, small = Decision(DecisionKind.COMPLETE, "Done."), "house/small"
    for usage in (Usage(7, 1, 500, asked_at=yesterday), Usage(9, 1, 700)):
        told.append((run_stream(run_id), NOON, AGENT, ModelAnswered(run_id, 2, small, said, usage)))
    await desk.write(told)
    assert [(row.day, row.agent, row.model, row.runs, row.cost_micros) for row in await desk.history.spend(2)] == [
        ("2026-09-21", "catalogue", "house/large", 1, 50_000),
        ("2026-09-21", "catalogue", "house/small", 1, 700),
        ("2026-09-21", "refunds", "house/large", 4, 200_000),
        ("2026-09-20", "catalogue", "house/small", 1, 500),
    ]


async def test_agents_policy_people_credentials(desk: Desk) -> None:
    refunds = await desk.history.agent("refunds")
    assert refunds is not None
    assert (refunds.revision, refunds.taught, refunds.revisions[0][2:]) == (1, 2, ("Anna Keller", "first"))
    assert await desk.history.agent("refunds", 7) is None
    assert await desk.history.agent("nobody") is None
    assert [(agent.spec.name, agent.paused) for agent in await desk.history.agents()] == [
        ("catalogue", True),
        ("refunds", False),
    ]
    assert (await desk.history.policy()).version == 1
    assert (await desk.history.settings()).title == "Mug shop"
    assert [(row.account, row.by) for row in await desk.history.credentials()] == [("smtp", "Anna Keller")]
    assert [person.name for person in await desk.history.operators()] == ["Anna Keller"]


async def test_what_gate_and_supervisor_ask(desk: Desk) -> None:
    assert await desk.models.used("refunds", "amount_cents") == {
        "shop.refund": (1, 8400.0),
        "tickets.change": (1, 0.0),
        "shop.order": (1, 0.0),
    }
    assert await desk.models.used("refunds", "amount_cents", run_id="r1") == {
        "shop.refund": (1, 8400.0),
        "tickets.change": (1, 0.0),
    }
    assert await desk.models.used("catalogue") == {}
    assert await desk.models.unfinished_runs() == [("r3", "refunds", "waiting"), ("r4", "refunds", "waiting")]
    assert await desk.models.open_ask_ids() == ["a3", "a4"]
    assert await desk.models.taken("refunds") == {"r1", "r2", "r3", "r4"}
    assert [(call.call_id, call.undone) for call in await desk.models.calls("r1")] == [
        ("1.1", False),
        ("1.2", True),
        ("2.1", False),
    ]


async def test_audit_rows_in_plain_words(desk: Desk) -> None:
    rows = await desk.history.audit(AuditFilter(run_id="r1"))
    newest = rows[0]
    assert (newest.event, newest.what, newest.who) == ("Rolled back", "1 step undone", "console")
    approved = next(row for row in rows if row.kind == "ask-approved")
    assert (approved.event, approved.who, approved.decided_by) == ("Approved", "Anna Keller", "Anna Keller")
    assert approved.what == "shop.refund Refund order 1042, $84.00"
    assert (approved.agent, approved.mark) == ("refunds", "approved")
    asked = next(row for row in rows if row.kind == "ask-raised")
    assert (asked.event, asked.decided_by) == ("Asked for approval", "rule refunds-ask")
    done = [row for row in rows if row.kind == "effect-finished"]
    assert [row.decided_by for row in done] == ["Anna Keller", "auto", "auto"]
    assert [row.cost_micros for row in rows if row.kind == "model-answered"] == [30_000]
    started = next(row for row in rows if row.kind == "planning-started")
    queued = next(row for row in rows if row.kind == "run-queued")
    assert (started.event, started.what) == ("Run started", queued.what)


@pytest.mark.parametrize(
    ("wanted", "kinds"),
    [
        (AuditFilter(kinds=("ask-rejected", "ask-approved")), ["ask-rejected", "ask-approved", "ask-approved"]),
        (AuditFilter(kinds=("ask-rejected",), agent="refunds"), ["ask-rejected"]),
        (AuditFilter(agent="catalogue"), ["agent-paused", "agent-saved"]),
        (AuditFilter(by="Anna Keller", kinds=("agent-paused",), agent="catalogue"), ["agent-paused"]),
        (AuditFilter(by="operator:anna", kinds=("agent-resumed",)), ["agent-resumed"]),
        (AuditFilter(since=NOON - 3 * MINUTE), ["agent-resumed", "agent-paused"]),
        (AuditFilter(until=NOON - 59 * MINUTE, kinds=("policy-saved",)), ["policy-saved"]),
        (AuditFilter(text="wrong order"), ["ask-rejected"]),
        (AuditFilter(text="WRONG ord"), ["ask-rejected"]),
        (AuditFilter(text="photo", agent="catalogue"), []),
        (AuditFilter(text='"; drop table audit --'), []),
        (AuditFilter(text="***"), []),
        (AuditFilter(text="NEAR(mug, 3) OR"), []),
        (AuditFilter(kinds=("unheard-of",)), []),
    ],
)
async def test_audit_filters(desk: Desk, wanted: AuditFilter, kinds: list[str]) -> None:
    rows = await desk.history.audit(wanted)
    assert [row.kind for row in rows] == kinds
    assert await desk.history.audit_count(wanted) == len(kinds)


async def test_audit_pages_meet_without_gap(desk: Desk) -> None:
    head = await desk.history.caught_up()
    for wanted in (
        AuditFilter(),
        AuditFilter(text="refund"),
        AuditFilter(since=1),
        AuditFilter(kinds=("ask-raised", "effect-started")),
    ):
        whole = [row.seq for row in await desk.history.audit(wanted, limit=1000)]
        paged: list[int] = []
        while page := await desk.history.audit(wanted, before_seq=paged[-1] if paged else 0, limit=3):
            paged += [row.seq for row in page]
        assert paged == whole
        assert whole == sorted(whole, reverse=True)
    assert await desk.history.audit_count(AuditFilter()) == head


async def test_one_entry_in_its_place(desk: Desk) -> None:
    [row] = await desk.history.audit(AuditFilter(kinds=("ask-rejected",)))
    entry = await desk.history.audit_entry(row.seq)
    assert entry is not None
    assert entry.sentence == "Rejected by Anna Keller: Refund order 1042, $84.00. Reason: Wrong order."
    assert entry.looked_ms == 1_200
    assert msgspec.json.decode(entry.recorded)["reason"] == "Wrong order"
    assert [seq for seq, _ in entry.neighbours] == [row.seq - 1, row.seq, row.seq + 1]
    assert entry.neighbours[0][1] == entry.previous_hash
    assert entry.neighbours[1][1] == entry.hash
    assert await desk.history.audit_entry(99_999) is None


async def test_search_finds_every_kind_of_thing(desk: Desk) -> None:
    hits = await desk.history.search("refund")
    assert {hit.kind for hit in hits} == {"agent", "ask", "run", "audit"}
    assert [hit.key for hit in await desk.history.search("refund 1042", limit=50) if hit.kind == "ask"] == ["a2", "a1"]
    assert len(await desk.history.search("refund", limit=5)) == 5
    assert await desk.history.search("  ") == []
    assert await desk.history.search("zzzz%") == []
