"""What a workspace gets when it is opened for work the first time: an operator, and the demo where it is wanted."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from console.cli.exit_status import CommandRefused
from console.cli.people import first_operator
from console.workspaces import is_workspace
from runtime.domain.refusals import Refusal

if TYPE_CHECKING:
    from runtime.domain.commands import Command
    from runtime.interface import Runtime
    from runtime.workspace_runtime import WorkspaceRuntime


HALF = ".demo-half"
"""Marks a demo that was not laid out completely: the program ended meanwhile, and begins again there."""


async def open_for_work(folder: Path, *, demo: bool, operator: str = "") -> WorkspaceRuntime:
    """Open a workspace with its agents at work. Raises the faults of ``open_workspace`` and CommandRefused."""
    from runtime.assembly import open_workspace

    if demo and await asyncio.to_thread(_needs_demo, folder):
        await lay_out(folder, operator)
    runtime = await open_workspace(folder)
    try:
        await first_operator(runtime, operator)
    except BaseException:
        await runtime.close()
        raise
    return runtime


async def lay_out(folder: Path, operator: str = "") -> None:
    """Files, agents and rules of the demo, before any agent works. Raises DemoBroken, CommandRefused, ..."""
    from runtime.assembly import open_workspace
    from runtime.domain.commands import SaveAgent, SavePolicy
    from runtime.operations.demo_workspace import lay_out_demo

    await asyncio.to_thread(_mark, folder)
    demo = await asyncio.to_thread(lay_out_demo, folder)
    runtime = await open_workspace(folder, title=demo.title, at_work=False)
    try:
        await first_operator(runtime, operator)
        by = next(person.operator_id for person in await runtime.history.operators() if person.active)
        there = {agent.spec.name for agent in await runtime.history.agents()}
        for spec in demo.agents:
            if spec.name not in there:
                await _must(runtime, SaveAgent(spec, by, 0))
        policy = await runtime.history.policy()
        await _must(runtime, SavePolicy(demo.policy, by, policy.version))
    finally:
        await runtime.close()
    await asyncio.to_thread((folder / HALF).unlink)


def _needs_demo(folder: Path) -> bool:
    return not is_workspace(folder) or (folder / HALF).exists()


def _mark(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HALF).touch()


async def _must(runtime: Runtime, command: Command) -> None:
    answer = await runtime.perform(command)
    if isinstance(answer, Refusal):
        raise CommandRefused(f"The demo could not be laid out: {answer.sentence}", answer.code)
