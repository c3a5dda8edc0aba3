"""Rules tried on what was recorded: the unchanged ones change nothing, and nothing is executed or recorded."""

import asyncio
import inspect
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.domain.action import canonical
from runtime.domain.agent_spec import AgentSpec, Quota, ToolGrant
from runtime.domain.decision import ProposedCall
from runtime.domain.events.runs import ActionJudged
from runtime.domain.ids import AgentName, CallId, RunId, StepId
from runtime.domain.policy import Policy, Rule, SafetyCheck
from runtime.domain.run_state import Run
from runtime.domain.task import Task
from runtime.domain.words import RunState, VerdictKind
from runtime.gate.backtest import differences, ready
from runtime.gate.backtesting import ACTIONS, Backtest
from runtime.gate.gate import Gate, Judgement
from runtime.interface import Runtime
from runtime.projections.recorded_actions import RecordedAction
from runtime.tools.families import standard_families
from runtime.tools.registry import Registry
from runtime.tools.runner import Runner
from runtime.workspace_runtime import WorkspaceRuntime
from storage.blobs import BlobStore
from tests.fixtures.room import ASK_ALL, act, bench, done, furnished, write

ALLOW, ASK, DENY = VerdictKind.ALLOW, VerdictKind.ASK, VerdictKind.DENY
SPEC = AgentSpec(
    AgentName("clerk"),
    "Clerk",
    tools=(
        ToolGrant("files", '{"folder":"docs"}'),
        ToolGrant(
            "mail", canonical({"outbox": "outbox", "drafts": "drafts", "inbox": "inbox", "from": "shop@example.org"})
        ),
    ),
    quotas=(Quota("mails", "mail.send", per_day=3),),
)
RUN = Run(RunId("r"), SPEC.name, 1, Task("t", "t", trusted=True), RunState.RUNNING)
REGISTRY = Registry(standard_families())
verdicts = st.sampled_from(VerdictKind)
rules = st.builds(
    Rule,
    st.text("abc", min_size=1, max_size=2),
    verdicts,
    st.sampled_from(["*", "clerk", "other"]),
    st.sampled_from(["*", "files.*", "files.write", "mail.send", "read:*", "files.move"]),
    st.sampled_from(["*", "docs/*", "docs/a.txt", "mailto:*"]),
)
checks = st.builds(
    SafetyCheck,
    st.text("abc", min_size=1, max_size=2),
    st.sampled_from(
        [
            "confidence < 0.8",
            "turn > 1",
            'resource.startsWith("docs")',
            "size(content) > 3",
            "recipient_count > 1",
            "outside_domains > 0",
            'arguments["path"] == "a.txt"',
            'tool == "files.write" && effects_so_far == 0',
        ]
    ),
    st.sampled_from([ASK, DENY]),
    st.just("Look."),
    st.sampled_from(["*", "clerk"]),
    st.sampled_from(["*", "files.*", "mail.send"]),
)
policies = st.builds(
    Policy, st.just(3), st.lists(rules, max_size=4).map(tuple), st.lists(checks, max_size=3).map(tuple)
)
calls = st.one_of(
    st.builds(
        lambda path, content: ("files.write", {"path": path, "content": content}),
        st.sampled_from(["a.txt", "b/c.txt"]),
        st.text("xy\n", max_size=5),
    ),
    st.just(("files.read", {"path": "a.txt"})),
    st.just(("files.write", {"path": "../out.txt", "content": "x"})),
    st.builds(
        lambda to: ("mail.send", {"to": to, "subject": "Hi", "text": "Hello"}),
        st.lists(st.sampled_from(["a@example.org", "b@example.com"]), min_size=1, max_size=2, unique=True),
    ),
)


async def judged(folder: Path, policy: Policy, call: tuple[str, dict[str, Any]], sure: float | None) -> Judgement:
    async def used(agent: str, quotas: Any) -> dict[str, float]:
        return {"mails": 3.0}

    gate = Gate(Runner(folder, BlobStore(folder / "blobs"), lambda account: None), used)
    proposed = ProposedCall(call[0], canonical(call[1]), sure)
    return await gate.judge(RUN, SPEC, policy, REGISTRY.tools_for(SPEC), proposed, 1)


def recorded(judgement: Judgement, sure: float | None, policy: Policy) -> RecordedAction:
    """As the journal has it: what is not written there is not known."""
    event = ActionJudged(
        RUN.run_id,
        CallId("1.1"),
        1,
        1,
        judgement.action,
        StepId(""),
        judgement.appraisal.title,
        judgement.effect,
        judgement.appraisal.resource,
        judgement.verdict,
        policy.version,
        judgement.digest,
        sure,
        facts=msgspec.json.encode(judgement.appraisal.facts).decode() if judgement.appraisal.facts else "",
        also=judgement.appraisal.also,
    )
    stored = msgspec.json.decode(msgspec.json.encode(event), type=ActionJudged)
    return RecordedAction(stored, RUN, 1, judgement.verdict.kind is ASK, "", undone=False)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(policies, policies, calls, st.sampled_from([None, 0.3, 0.75, 0.95]))
def test_what_the_gate_said_is_what_the_backtest_says(
    policy: Policy, other: Policy, call: tuple[str, dict[str, Any]], sure: float | None
) -> None:
    """The unchanged policy changes nothing, and another one changes it to what the gate itself says under it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for room in ("docs", "inbox"):
            (folder / room).mkdir()
        (folder / "docs" / "a.txt").write_text("x\n")
        judgement = asyncio.run(judged(folder, policy, call, sure))
        under_other = asyncio.run(judged(folder, other, call, sure))
    one = ready(recorded(judgement, sure, policy), SPEC, REGISTRY.tools_for(SPEC)[call[0]].contract)
    assert one.under(policy) is judgement.verdict.kind
    assert differences([one], policy, policy) == ([], 0)
    assert one.under(other) is under_other.verdict.kind


async def test_it_says_what_would_have_been_saved_and_what_had_been_rejected_or_rolled_back(tmp_path: Path) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        runs = []
        for number in range(4):
            runs.append(await room.start(f"run {number}", act(write(f"{number}.txt", "x\n")), done()))
            ask = await room.asked(runs[-1])
            if number == 0:
                await room.reject(ask, "No.")
            else:
                await room.approve(ask)
            await room.finished(runs[-1])
        await room.roll_back(runs[1])
        allowed = Policy(0, (Rule("files", ALLOW, "clerk", "files.write", "docs/[012].txt"), ASK_ALL))
        report = await room.runtime.backtest(allowed)
        saved = report.of(ASK, ALLOW)
        assert report.looked_at == 4
        assert [one.run_id for one in saved] == [runs[2], runs[1], runs[0]], "newest first"
        assert [one.ruling for one in saved] == ["approved", "approved", "rejected"]
        assert [one.undone for one in saved] == [False, True, False]
        denied = await room.runtime.backtest(Policy(0, (Rule("none", DENY),)))
        assert len(denied.of(ASK, DENY)) == 4


async def test_the_rules_in_force_change_nothing_whatever_was_done(tmp_path: Path) -> None:
    checks = (SafetyCheck("turns", "turn > 1", ASK, "It goes on."), SafetyCheck("end", "effects_so_far > 0", ASK, "x"))
    async with furnished(tmp_path, ASK_ALL) as room:
        await room.rules(Rule("all", ALLOW), checks=checks)
        script = (act(write("a.txt", "x\n"), write("b.txt", "y\n")), act(bench("read")), done())
        run_id = await room.start("run", *script)
        for _ in range(2):
            await room.approve(await room.asked(run_id))
        await room.finished(run_id)
        present = room.own.engine.states.workspace.policy
        report = await room.runtime.backtest(present)
        assert (report.looked_at, report.changed, report.unknown) == (3, (), 0)
        backtest = room.own.backtest
        async for page in backtest._recorded.pages(10):
            for action in page:
                spec = backtest._spec_of(action.run.agent, action.run.revision)
                assert spec is not None
                contract = backtest._contract_of(spec, action.event.action.tool)
                assert contract is not None
                assert ready(action, spec, contract).under(present) is action.event.verdict.kind


async def test_it_has_no_way_to_act_and_records_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("run", act(write("a.txt", "x\n")), done())
        await room.approve(await room.asked(run_id))
        await room.finished(run_id)
        await room.chain_looked_at()  # it records what it found
        before = (await room.log.head(), len(room.bench.calls), (tmp_path / "docs" / "a.txt").stat().st_mtime_ns)

        def never(*given: Any, **named: Any) -> Any:
            raise AssertionError("a backtest acts on nothing")

        for owner, name in (
            (room.own.engine.runner, "appraise"),
            (room.own.engine.runner, "preview"),
            (room.own.engine.runner, "run"),
            (room.own.engine.gate, "judge"),
            (room.own.recorder, "append"),
        ):
            monkeypatch.setattr(owner, name, never)
        report = await room.runtime.backtest(Policy(0, (Rule("all", ALLOW),)))
        monkeypatch.undo()
        assert len(report.changed) == 1
        after = (await room.log.head(), len(room.bench.calls), (tmp_path / "docs" / "a.txt").stat().st_mtime_ns)
        assert after == before
    held = set(vars(Backtest(None, None, None)))  # type: ignore[arg-type]
    assert held == {"_recorded", "_spec_of", "_contract_of"}, "a reader and two look-ups of declarations"


def test_a_value_that_was_not_recorded_is_not_guessed() -> None:
    contract = REGISTRY.tools_for(SPEC)["mail.send"].contract
    policy = Policy(1, (Rule("all", ALLOW),))
    event = ActionJudged(
        RUN.run_id,
        CallId("1.1"),
        1,
        1,
        _mail(contract.digest),
        StepId(""),
        "t",
        contract.effect,
        "mailto:a",
        _asked(),
        1,
        "",
    )
    old = ready(RecordedAction(event, RUN, 1, True, "", False), SPEC, contract)
    check = SafetyCheck("many", "recipient_count > 1", DENY, "Too many.")
    assert differences([old], policy, Policy(2, policy.rules, (check,))) == ([], 1)


def _mail(contract: str) -> Any:
    from runtime.domain.action import Action

    return Action("mail.send", canonical({"to": ["a@example.org"], "subject": "Hi", "text": "Hello"}), contract)


def _asked() -> Any:
    from runtime.domain.verdict import Reason, combine
    from runtime.domain.words import Tier

    return combine((Reason("permission", ASK, "Asks.", "all"),), Tier.FINAL)


async def test_the_newest_thousand_recorded_actions_are_tried_and_no_older_one(tmp_path: Path) -> None:
    """The bound itself is set; that it bounds is seen where it is smaller than what was recorded."""
    assert ACTIONS == 1_000
    for asked in (Runtime.backtest, WorkspaceRuntime.backtest):
        assert inspect.signature(asked).parameters["limit"].default == ACTIONS
    async with furnished(tmp_path) as room:
        runs = []
        for number in range(3):  # two actions in each run, so that the bound falls into the middle of one
            calls = (bench("change", f"{number} first"), bench("change", f"{number} second"))
            runs.append(await room.start(f"run {number}", act(*calls), done()))
            await room.finished(runs[-1])
        denied = Policy(0, (Rule("none", DENY),))
        whole = await room.runtime.backtest(denied)
        newest = await room.runtime.backtest(denied, 3)
        assert (whole.looked_at, len(whole.changed), newest.looked_at) == (6, 6, 3)
        assert [one.run_id for one in newest.changed] == [runs[2], runs[2], runs[1]]
