"""Whatever changes something is for the active operators of the workspace; everybody else is told so, and why."""

import asyncio
from pathlib import Path

import pytest

from runtime.domain.budget import Caps, EnteredPrice
from runtime.domain.changes import Done
from runtime.domain.commands import (
    ClearSpace,
    Command,
    CompareWithJournal,
    EditPlan,
    EnterPrice,
    LeaveNote,
    MakeBackup,
    PauseAgent,
    PauseAll,
    PauseRun,
    RemoveAgent,
    RemoveConnection,
    RemoveCredential,
    RemoveKey,
    RemovePrice,
    ResumeAgent,
    ResumeAll,
    ResumeRun,
    RollBack,
    SaveAgent,
    SaveConnection,
    SaveOperator,
    SavePolicy,
    SaveSettings,
    Secret,
    SetCaps,
    SetPassphrase,
    StartRun,
    StopRun,
    StoreCredential,
    StoreKey,
    TeachExamples,
)
from runtime.domain.connection import ConnectionSpec
from runtime.domain.events import Event
from runtime.domain.events.workspace import ChainVerified
from runtime.domain.grant_commands import RevokeGrant
from runtime.domain.ids import GrantId, RunId, run_stream
from runtime.domain.operators_only import OPERATORS_ONLY
from runtime.domain.policy import Policy
from runtime.domain.proposal_commands import DismissProposal, RestoreProposal
from runtime.domain.refusals import Refusal
from runtime.domain.settings import Operator, WorkspaceSettings
from runtime.domain.task import Task
from tests.fixtures.room import ASK_ALL, CLERK, Room, act, done, furnished, write

NAME = CLERK.name
TASK = Task("t", "t")


def everything(by: str, run_id: RunId, folder: Path) -> list[Command]:
    """One of each, as it would be carried out for an operator."""
    secret = Secret("not-a-real-one-1234")
    return [
        StartRun(RunId("r"), NAME, TASK, by),
        PauseRun(run_id, by),
        ResumeRun(run_id, by),
        StopRun(run_id, by),
        LeaveNote(run_id, by, "hello"),
        EditPlan(run_id, by, (), 1),
        RollBack(run_id, 0, by),
        PauseAgent(NAME, by),
        ResumeAgent(NAME, by),
        PauseAll(by),
        ResumeAll(by),
        SaveAgent(CLERK, by),
        RemoveAgent(NAME, by),
        TeachExamples(NAME, (("text", "intent"),), by),
        SavePolicy(Policy(0), by, 1),
        SaveSettings(WorkspaceSettings(hold_seconds=0), by),
        SetCaps(Caps(), by),
        EnterPrice("openai/some", EnteredPrice(1, 1), by),
        RemovePrice("openai/some", by),
        SaveOperator(Operator("eve", "Eve"), by),
        SaveOperator(Operator("ben", "Ben"), by),
        StoreCredential("mail", "mail", secret, by),
        RemoveCredential("mail", by),
        SaveConnection(ConnectionSpec("mine", "openai", "https://api.openai.com/v1"), by),
        RemoveConnection("mine", by),
        StoreKey("mine", secret, by),
        RemoveKey("mine", by),
        SetPassphrase("anna", secret, by),
        MakeBackup(str(folder / "backup.zip"), by),
        ClearSpace(by),
        CompareWithJournal(by),
        DismissProposal("key", by),
        RestoreProposal("key", by),
        RevokeGrant(GrantId("g"), by),
    ]


async def decided(room: Room) -> list[Event]:
    """Everything that was recorded, but for the look at the chain, which ends at a time of its own."""
    return [envelope.event for envelope in await room.log.read() if not isinstance(envelope.event, ChainVerified)]


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("ben", "Ben (ben) is not an active operator of this workspace any more"),
        ("nobody", "'nobody' is not an operator of this workspace"),
        ("runtime", "'runtime' is not an operator of this workspace"),
        ("console", "'console' is not an operator of this workspace"),
        (" ", "Nobody is named as the one who wants this"),
    ],
)
async def test_nobody_else_changes_anything(tmp_path: Path, by: str, who: str) -> None:
    async with furnished(tmp_path) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        await room.finished(run_id)
        await room.do(SaveOperator(Operator("ben", "Ben", active=False), "anna"))
        before = await decided(room)
        commands = everything(by, run_id, tmp_path)
        assert {type(command) for command in commands} == OPERATORS_ONLY
        for command in commands:
            refusal = await room.refused(command)
            still = "the grant still stands" if isinstance(command, RevokeGrant) else "nothing was done"
            assert (type(command), refusal) == (type(command), Refusal(f"{who}; {still}.", "operator"))
        assert await decided(room) == before
        assert not (tmp_path / "backup.zip").exists()


async def test_the_first_operator_enters_themselves_and_nobody_else(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        states = room.own.engine.states
        states.workspace.operators.clear()
        for command in (
            SaveOperator(Operator("eve", "Eve"), "mallory"),
            SaveOperator(Operator("console", "C"), "console"),
        ):
            assert (await room.refused(command)).code == "operator"
        assert (await room.refused(PauseAll("eve"))).code == "operator"
        assert isinstance(await room.runtime.perform(SaveOperator(Operator("eve", "Eve"), "eve")), Done)
        await room.do(PauseAll("eve"))


@pytest.mark.parametrize("ruling", [False, True], ids=["command", "ruling"])
@pytest.mark.parametrize("waits", [False, True], ids=["while it is written", "while it waits"])
async def test_nothing_is_recorded_for_a_person_after_they_were_retired(
    tmp_path: Path, waits: bool, ruling: bool
) -> None:
    """They gave the command before; what they are is looked at once more when it is decided."""
    async with furnished(tmp_path, ASK_ALL) as room:
        run_id = await room.start("t", act(write("a.txt", "x\n")), done())
        ask = await room.asked(run_id)
        command: Command = room.approval(ask, by="ben") if ruling else PauseRun(run_id, "ben")
        retire, locks = SaveOperator(Operator("ben", "Ben", active=False), "anna"), room.own.engine.states.locks
        if waits:  # for somebody else who decides about the same run
            await locks.take((run_stream(run_id),))
            given = asyncio.create_task(room.runtime.perform(command))
            await asyncio.sleep(0)
            await room.do(retire)
            locks.let_go((run_stream(run_id),))
            answer = await given
        else:
            _, answer = await asyncio.gather(room.runtime.perform(retire), room.runtime.perform(command))
        assert isinstance(answer, Refusal)
        assert (answer.code, "not an active operator" in answer.sentence) == ("operator", True)
        assert [one.seq for one in await room.log.read() if one.by == "operator:ben"] == []
        await room.approve(ask)
        await room.finished(run_id)


async def test_of_two_first_operators_at_once_there_is_one(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.own.engine.states.workspace.operators.clear()
        first = [SaveOperator(Operator(name, name), name) for name in ("eve", "zoe")]
        answers = await asyncio.gather(*(room.runtime.perform(command) for command in first))
        assert [answer.code for answer in answers if isinstance(answer, Refusal)] == ["operator"]
