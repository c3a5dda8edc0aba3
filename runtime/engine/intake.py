"""New mail in an agent's inbox becomes a run. A mail is taken once, whatever its file is called afterwards."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from runtime.domain.changes import Done
from runtime.domain.commands import StartRun
from runtime.domain.ids import AgentName, RunId
from runtime.domain.refusals import Refusal
from runtime.domain.task import Task
from runtime.domain.words import RunState
from runtime.domain.workspace_state import Agent
from runtime.engine.parts import Parts
from runtime.tools.mail.intake import IncomingMail, tasks_in
from storage.errors import StorageError

QUEUE_LENGTH = 25
"""Runs an agent has waiting at most; the rest of the mail stays in its folder until there is room."""

KnownRuns = Callable[[AgentName], Awaitable[frozenset[str]]]
"""Keys of all work an agent ever took."""


class Intake:
    """Looks into inbox folders and queues what is new."""

    def __init__(self, parts: Parts, known_keys: KnownRuns) -> None:
        self._parts = parts
        self._known_keys = known_keys
        self._taken: dict[AgentName, set[str]] = {}
        self._nothing_new: dict[AgentName, str] = {}
        """What a folder looked like when everything in it had been taken: unchanged, no mail is read again."""
        self.troubles: dict[AgentName, str] = {}
        """Agents whose inbox cannot be read, with the sentence."""

    async def look(self) -> int:
        """One look into every inbox; answers how many runs were queued."""
        queued = 0
        if self._parts.states.workspace.paused_by:
            return queued
        for agent in self._parts.states.agents:
            if agent.revision and not agent.removed and not agent.paused_by and agent.spec.inbox:
                queued += await self._look_for(agent)
        return queued

    async def all_taken(self) -> bool:
        """Whether every mail in every inbox has become a run."""
        for agent in self._parts.states.agents:
            if agent.revision and not agent.removed and agent.spec.inbox and await self._new_mail(agent, 1):
                return False
        return True

    async def _look_for(self, agent: Agent) -> int:
        waiting = sum(1 for run in self._parts.states.runs if run.agent == agent.name and run.state is RunState.QUEUED)
        room = QUEUE_LENGTH - waiting
        if room <= 0:
            return 0
        queued = 0
        for mail in await self._new_mail(agent, room):
            answer = await self._parts.ops.perform(self._start(agent.name, mail))
            if isinstance(answer, Refusal) and answer.code != "taken":
                self.troubles[agent.name] = f"{mail.source} was not taken in: {answer.sentence} It is tried again."
                break
            self._taken[agent.name].add(mail.message_key)
            queued += isinstance(answer, Done)
        return queued

    async def _new_mail(self, agent: Agent, most: int) -> list[IncomingMail]:
        try:
            if agent.name not in self._taken:
                self._taken[agent.name] = set(await self._known_keys(agent.name))
        except StorageError as error:
            self.troubles[agent.name] = f"The inbox of {agent.name} was not looked into: {error}"
            return []
        folder = self._parts.runner.folder / agent.spec.inbox
        known = self._taken[agent.name]
        try:
            found, look = await asyncio.to_thread(_tasks, folder, known, most, self._nothing_new.get(agent.name))
        except OSError as error:
            self.troubles[agent.name] = (
                f"The inbox {agent.spec.inbox} of {agent.name} cannot be read: {error.strerror or error}. "
                "What was taken from it is kept; put the folder back or change it in Settings."
            )
            return []
        self.troubles.pop(agent.name, None)
        if not found:
            self._nothing_new[agent.name] = look
        return found

    def _start(self, agent: AgentName, mail: IncomingMail) -> StartRun:
        key = mail.message_key
        task = Task(mail.title, mail.text, mail.source, {**mail.facts, "mail_id": mail.mail_id}, trusted=False, key=key)
        # The id follows from agent and mail, so that the same mail is never taken twice, not even by two processes.
        digest = hashlib.sha256(f"{agent}\n{key}".encode()).hexdigest()
        return StartRun(RunId(f"m{digest[:18]}"), agent, task, "trigger:inbox")


def _tasks(folder: Path, known: set[str], most: int, nothing_new: str | None) -> tuple[list[IncomingMail], str]:
    if not folder.is_dir():
        raise FileNotFoundError(2, "the folder is not there")
    look = _look_of(folder)
    return ([], look) if look == nothing_new else (tasks_in(folder, known, most), look)


def _look_of(folder: Path) -> str:
    """Names, sizes and times of everything in the folder: about 5 µs a file, against a hash of every mail."""
    seen = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape"))
    for root, names, files in os.walk(folder):
        names.sort()
        for name in sorted(files):
            with contextlib.suppress(OSError):
                facts = os.stat(os.path.join(root, name), follow_symlinks=False)
                seen.update(f"{root}/{name}\0{facts.st_size}\0{facts.st_mtime_ns}\0".encode("utf-8", "surrogateescape"))
    return seen.hexdigest()
