"""The gate with real tools: every check, its reasons, and what the strictest of them says."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from runtime.domain.action import canonical
from runtime.domain.agent_spec import AgentSpec, Limits, Quota, ToolGrant
from runtime.domain.decision import ProposedCall
from runtime.domain.ids import AgentName, RunId
from runtime.domain.policy import Policy, Rule, SafetyCheck
from runtime.domain.run_state import Run
from runtime.domain.task import Task
from runtime.domain.words import RunState, Tier, VerdictKind
from runtime.gate.gate import Gate, Judgement
from runtime.gate.names import policy_faults
from runtime.tools.families import standard_families
from runtime.tools.registry import Registry
from runtime.tools.runner import Runner
from storage.blobs import BlobStore

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
)
EVERYTHING = Rule("all", ALLOW)
RUN = Run(RunId("r"), SPEC.name, 1, Task("t", "t"), RunState.RUNNING)


class Room:
    """A workspace folder with a gate."""

    def __init__(self, folder: Path) -> None:
        (folder / "docs").mkdir()
        (folder / "inbox").mkdir()
        self.used: dict[str, float] = {}
        self.gate = Gate(Runner(folder, BlobStore(folder / "blobs"), lambda account: None), self._used)
        self.registry = Registry(standard_families())

    async def _used(self, agent: str, quotas: Sequence[Quota]) -> dict[str, float]:
        return self.used

    async def judge(
        self,
        tool: str,
        arguments: dict[str, object],
        *,
        policy: Policy | None = None,
        spec: AgentSpec = SPEC,
        run: Run = RUN,
        confidence: float | None = 0.9,
    ) -> Judgement:
        call = ProposedCall(tool, canonical(arguments), confidence)
        rules = Policy(1, (EVERYTHING,)) if policy is None else policy
        return await self.gate.judge(run, spec, rules, self.registry.tools_for(spec), call, 1)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


WRITE: dict[str, object] = {"path": "a.txt", "content": "hello\n"}
SEND: dict[str, object] = {"to": ["anna@example.com"], "subject": "Hello", "text": "Hello Anna"}


def spoke(judgement: Judgement) -> set[tuple[str, VerdictKind]]:
    return {(reason.check, reason.verdict) for reason in judgement.verdict.reasons}


async def test_what_the_rules_allow_and_can_be_undone_is_allowed_with_its_reasons(room: Room) -> None:
    judgement = await room.judge("files.write", WRITE)
    assert judgement.verdict.kind is ALLOW
    assert spoke(judgement) == {("contract", ALLOW), ("permission", ALLOW), ("effect", ALLOW)}
    assert len(judgement.digest) == 64


async def test_without_a_rule_it_is_denied(room: Room) -> None:
    judgement = await room.judge("files.write", WRITE, policy=Policy(1))
    assert judgement.verdict.kind is DENY


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("files.write", {"path": "a.txt", "content": "x", "mode": "777"}),
        ("files.write", {"path": "a.txt"}),
        ("files.write", {"path": "a.txt", "content": 5}),
        ("files.write", {"path": "../journal.sqlite", "content": "x"}),
        ("files.write", {"path": "/etc/passwd", "content": "x"}),
        ("shell.run", {"command": "ls"}),
    ],
)
async def test_outside_its_contract_nothing_is_asked(room: Room, tool: str, arguments: dict[str, object]) -> None:
    judgement = await room.judge(tool, arguments)
    assert judgement.verdict.kind is DENY
    assert judgement.verdict.deciding[0].check == "contract"


async def test_duplicate_keys_are_refused(room: Room) -> None:
    call = ProposedCall("files.write", '{"path":"a.txt","path":"b.txt","content":"x"}', 0.9)
    tools = room.registry.tools_for(SPEC)
    judgement = await room.gate.judge(RUN, SPEC, Policy(1, (EVERYTHING,)), tools, call, 1)
    assert judgement.verdict.kind is DENY
    assert "twice" in judgement.verdict.deciding[0].sentence


@pytest.mark.parametrize("confidence", [None, 0.1, 0.69])
async def test_unsure_changes_are_asked_and_unsure_reads_are_not(room: Room, confidence: float | None) -> None:
    assert (await room.judge("files.write", WRITE, confidence=confidence)).verdict.kind is ASK
    assert (await room.judge("files.list", {}, confidence=confidence)).verdict.kind is ALLOW


async def test_what_cannot_be_undone_asks_although_a_rule_allows_it(room: Room) -> None:
    judgement = await room.judge("mail.send", SEND)
    assert judgement.verdict.kind is ASK
    assert judgement.verdict.tier >= Tier.FINAL
    assert judgement.appraisal.checks


async def test_a_rule_for_this_very_tool_with_a_daily_quota_bounds_what_cannot_be_undone(room: Room) -> None:
    named = Policy(1, (Rule("send", ALLOW, agents="clerk", tools="mail.send"),))
    assert (await room.judge("mail.send", SEND, policy=named)).verdict.kind is ASK
    bounded = msgspec.structs.replace(SPEC, quotas=(Quota("mails", "mail.send", per_day=2),))
    assert (await room.judge("mail.send", SEND, policy=named, spec=bounded)).verdict.kind is ALLOW
    room.used = {"mails": 2}
    over = await room.judge("mail.send", SEND, policy=named, spec=bounded)
    assert over.verdict.kind is ASK
    assert ("limits", ASK) in spoke(over)
    wide = Policy(1, (Rule("send", ALLOW, agents="clerk", tools="mail.*"),))
    room.used = {}
    assert (await room.judge("mail.send", SEND, policy=wide, spec=bounded)).verdict.kind is ASK


async def test_a_safety_check_speaks_where_its_condition_holds(room: Room) -> None:
    outside = SafetyCheck(
        "outside", "!recipient.endsWith('@example.org')", DENY, "Only our own addresses.", tools="mail.send"
    )
    policy = Policy(1, (EVERYTHING,), (outside,))
    denied = await room.judge("mail.send", SEND, policy=policy)
    assert denied.verdict.kind is DENY
    assert denied.verdict.deciding[0].rule == "outside"
    inside = await room.judge("mail.send", {**SEND, "to": ["anna@example.org"]}, policy=policy)
    assert inside.verdict.kind is ASK


async def test_a_check_that_cannot_be_judged_asks(room: Room) -> None:
    check = SafetyCheck("c", "arguments.nothing == 1", DENY, "never", tools="files.write")
    judgement = await room.judge("files.write", WRITE, policy=Policy(1, (EVERYTHING,), (check,)))
    assert judgement.verdict.kind is ASK
    assert "could not be judged" in judgement.verdict.deciding[0].sentence


@pytest.mark.parametrize("tool", ["files.write", "files.list", "files.delete", "mail.send", "mail.draft"])
async def test_a_check_on_the_common_names_holds_for_every_tool(room: Room, tool: str, tmp_path: Path) -> None:
    (tmp_path / "docs/a.txt").write_text("x")
    of_files: dict[str, dict[str, object]] = {"files.write": WRITE, "files.list": {}, "files.delete": {"path": "a.txt"}}
    arguments = of_files.get(tool, SEND)
    check = SafetyCheck("c", "agent == 'clerk'", DENY, "Not this one.")
    judgement = await room.judge(tool, arguments, policy=Policy(1, (EVERYTHING,), (check,)))
    assert [reason.rule for reason in judgement.verdict.deciding] == ["c"]


async def test_a_run_makes_no_more_changes_than_its_limit(room: Room) -> None:
    spec = msgspec.structs.replace(SPEC, limits=Limits(effects=2))
    run = msgspec.structs.replace(RUN, checkpoints=2)
    assert (await room.judge("files.write", WRITE, spec=spec, run=run)).verdict.kind is DENY
    assert (await room.judge("files.list", {}, spec=spec, run=run)).verdict.kind is ALLOW


async def test_every_resource_of_a_move_needs_a_rule(room: Room, tmp_path: Path) -> None:
    (tmp_path / "docs/a.txt").write_text("x")
    (tmp_path / "docs/in").mkdir()
    rules = (Rule("in", DENY, resources="docs/in/*"), EVERYTHING)
    judgement = await room.judge("files.move", {"path": "a.txt", "to": "in/a.txt"}, policy=Policy(1, rules))
    assert judgement.verdict.kind is DENY


async def test_the_content_of_the_file_is_part_of_what_is_approved(room: Room, tmp_path: Path) -> None:
    (tmp_path / "docs/a.txt").write_text("one")
    first = (await room.judge("files.write", WRITE)).digest
    assert (await room.judge("files.write", WRITE)).digest == first
    (tmp_path / "docs/a.txt").write_text("two")
    assert (await room.judge("files.write", WRITE)).digest != first


async def test_conditions_are_checked_when_saved(room: Room) -> None:
    names = {name: dict.fromkeys(("recipient",), "text") for name in ("mail.send",)}
    good = SafetyCheck("good", "recipient.endsWith('.org')", ASK, "s", tools="mail.send")
    bad = SafetyCheck("bad", "recipent == 'x'", ASK, "s", tools="mail.send")
    faults = policy_faults(Policy(1, (), (good, bad)), names)
    assert len(faults) == 1
    assert "bad" in faults[0]
