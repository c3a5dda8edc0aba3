"""What looks like a secret in a task or in what a tool answers is in no file of the workspace."""

import asyncio
from pathlib import Path

import pytest

from runtime.domain.commands import StartRun
from runtime.domain.ids import AgentName
from runtime.domain.task import Task
from runtime.models.scripted import ScriptedModel
from runtime.operations.new_ids import new_run_id
from runtime.tools.contract import ToolContext, ToolResult
from tests.fixtures.bench_tools import answer
from tests.fixtures.room import PLAN, act, bench, done, furnished

SECRET = "sk-ant-aB3dE5gH7jK9mN1pQ3sT5vW7"
PASSWORD = "correct horse"


def _holding(folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(one.encode() in path.read_bytes() for one in (SECRET, PASSWORD))]


async def test_a_secret_in_a_mail_or_an_answer_is_never_written(tmp_path: Path) -> None:
    async with furnished(tmp_path) as room:
        room.models.scripts["Order [redacted]"] = ScriptedModel([PLAN, act(bench("read", SECRET[:20])), done()])
        facts = {"subject": f"Order {SECRET}", "message_id": "<1@example.org>"}
        task = Task(f"Order {SECRET}", f"My password: {SECRET}", "inbox/1.eml", facts)
        run_id = new_run_id()
        answer = await room.do(StartRun(run_id, AgentName("clerk"), task, "trigger:inbox"))
        run = await room.finished(run_id)
        assert SECRET not in answer.sentence
        assert run.task.text == "My password: [redacted]"
        assert run.task.facts["message_id"] == "<1@example.org>"
    assert await asyncio.to_thread(_holding, tmp_path) == []


async def test_a_credential_that_a_tool_gives_away_is_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gives_it_away(note: str, context: ToolContext) -> ToolResult:
        return answer(f"550 {context.secret('smtp')} refused", context)

    async with furnished(tmp_path) as room:
        others = room.own.credentials.get

        async def kept(account: str) -> str | None:
            return PASSWORD if account == "smtp" else await others(account)  # the journal's seal is none of them

        monkeypatch.setattr(room.own.credentials, "get", kept)
        room.bench.do = gives_it_away
        run_id = await room.start("t", act(bench("read")), done())
        await room.finished(run_id)
        assert "550 [redacted] refused" in room.call(run_id).output
    assert await asyncio.to_thread(_holding, tmp_path) == []
