"""The workspace of the practice: real rules, a real gate, real tools on a folder that is deleted afterwards."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from console.practice.lesson import CASES
from console.theme.bundled import bundled
from runtime.domain.changes import Done
from runtime.domain.commands import Command, SaveAgent, SaveOperator, SavePolicy, StartRun
from runtime.domain.ids import AgentName
from runtime.domain.settings import Operator

if TYPE_CHECKING:
    from runtime.workspace_runtime import WorkspaceRuntime

TITLE: Final = "Practice"
AGENT: Final = AgentName("practice")


class PracticeBroken(Exception):
    """The practice could not be laid out; the message is a sentence."""

    what = "The practice could not be laid out."
    holds = "Nothing of your workspace was touched."
    to_do = "Install the program again if it stays so."

    def __init__(self, detail: str) -> None:
        super().__init__(f"{self.what} {detail} {self.holds} {self.to_do}")


async def open_practice(person: Operator) -> WorkspaceRuntime:
    """A fresh workspace in which the three requests are about to wait. Raises PracticeBroken or StorageUnavailable.

    It has a journal of its own, so that no figure of the real one counts what was practised, and no keyring.
    """
    from runtime.assembly import open_workspace
    from runtime.engine.surroundings import without_keyring

    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="console-practice-"))
    await asyncio.to_thread((folder / "notes").mkdir)
    await asyncio.to_thread((folder / "outbox").mkdir)
    runtime = await open_workspace(folder, title=TITLE, around=without_keyring())
    try:
        await _furnish(runtime, person)
    except BaseException:
        await close_practice(runtime)
        raise
    return runtime


async def _furnish(runtime: WorkspaceRuntime, person: Operator) -> None:
    from runtime.operations.agent_file import read_agent_file
    from runtime.operations.new_ids import new_run_id
    from runtime.operations.policy_file import read_policy_file

    agent_text, policy_text = await asyncio.to_thread(_texts)
    spec, policy = read_agent_file(agent_text), read_policy_file(policy_text)
    if isinstance(spec, tuple) or isinstance(policy, tuple):
        faults = spec if isinstance(spec, tuple) else policy
        raise PracticeBroken(f"A file of the program is damaged: {faults}.")
    by = person.operator_id
    await _must(runtime, SaveOperator(person, by))
    await _must(runtime, SaveAgent(spec, by, 0))
    await _must(runtime, SavePolicy(policy, by, (await runtime.history.policy()).version))
    for case in CASES:
        await _must(runtime, StartRun(new_run_id(), AGENT, case.task, by))


def _texts() -> tuple[str, str]:
    return tuple(bundled("practice", name).read_text("utf-8") for name in ("agent.toml", "policy.toml"))  # type: ignore[return-value]


async def _must(runtime: WorkspaceRuntime, command: Command) -> None:
    answer = await runtime.perform(command)
    if not isinstance(answer, Done):
        raise PracticeBroken(answer.sentence)


async def close_practice(runtime: WorkspaceRuntime) -> None:
    """End it and delete everything of it."""
    folder = runtime.folder
    await runtime.close()
    await asyncio.to_thread(shutil.rmtree, folder, True)
