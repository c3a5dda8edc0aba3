"""A console without a window in which a clerk works off one task of a domain and is killed: one life of it.

``python -m tests.domains.killed_clerk life WHEN FOLDER`` lives once. WHEN is ``furnish``, ``never``, ``LABEL#N`` (see
``tests.kills.killer``) or ``time:SECONDS``. FOLDER/order.json says what is to be done.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec

from runtime.domain.commands import RollBack, StartRun
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.events.rollbacks import RollbackFinished
from runtime.domain.ids import AgentName, RunId, run_stream
from runtime.domain.refusals import Refusal
from runtime.domain.task import Task
from runtime.domain.words import AskState
from runtime.domain.workspace_state import Agent
from runtime.engine.surroundings import Surroundings
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.scripted import ScriptedModel
from tests.domains.clerk import NAME, RULES, clerk, script
from tests.domains.domain import all_domains
from tests.domains.domain_family import DomainFamily
from tests.domains.material import Material
from tests.fixtures.room import LONGEST_WAIT_S, PLAN, Room
from tests.kills.killer import Killer
from tests.kills.nursery import main

RUN = RunId("the-run")


class Order(msgspec.Struct):
    """What is to be done in a folder: a task of a domain, and whether its run is rolled back at the end."""

    domain: str
    data: str
    database: str
    task_id: str
    roll_back: bool

    @classmethod
    def of(cls, folder: Path) -> "Order":
        """As it stands in the folder."""
        return msgspec.json.decode((folder / "order.json").read_bytes(), type=cls)

    def put(self, folder: Path) -> None:
        """Write it down."""
        (folder / "order.json").write_bytes(msgspec.json.encode(self))


class ByTurn:
    """The scripted model of each turn: what it answers is the same in every life."""

    label = "scripted"

    def __init__(self, decisions: list[Decision]) -> None:
        self._decisions = decisions

    async def model_for(self, route: str, agent: Agent, spec: object) -> Model:
        return self

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        return await ScriptedModel([PLAN]).plan(request, on_text)

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        return await ScriptedModel([self._decisions[request.turn - 1]]).act(request, on_text)


async def live(folder: Path, when: str) -> None:
    """Approve what is asked until the task is done (and undone, where that is ordered)."""
    order = Order.of(folder)
    [domain] = [each for each in all_domains() if each.name == order.domain]
    material = Material(Path(order.data))
    [task] = [each for each in material.tasks if each.task_id == order.task_id]
    model = ByTurn(script(domain.name, task))
    families = (DomainFamily(domain, material),)
    if when != "furnish":
        Killer(folder, folder, when).watch()
    room = Room(folder, around=Surroundings(models=model.model_for, families=families))
    await room.open()
    if when == "furnish":
        await room.furnish(clerk(domain.name, order.database), *RULES)
    else:
        await work(room, order)
    # A workspace is not closed in the moment it was opened: the first look at its chain comes to its end.
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "chain"))
    async with asyncio.timeout(LONGEST_WAIT_S):
        await room.close()
    assert room.crashes == [], room.crashes


async def work(room: Room, order: Order) -> None:
    """Give the task unless an earlier life did, and look at what is asked after everything that happens."""
    feed = room.runtime.watch()
    if not await room.runtime.history.runs():
        await room.do(StartRun(RUN, AgentName(NAME), Task(order.task_id, order.task_id, trusted=True), "anna"))
    while not await over(room, order):
        for ask in room.own.engine.states.open_asks():
            if ask.state is AskState.WAITING:
                assert ask.raised.kind == "action", "The tools can look; nobody has to be asked what happened."
                await room.runtime.perform(room.approval(ask))
        await anext(feed)
    feed.close()


async def over(room: Room, order: Order) -> bool:
    """Whether the run has ended, and its rollback where one is ordered; it is begun when the run has ended."""
    rows = await room.runtime.history.runs()
    if not all(row.outcome for row in rows):
        return False
    events = [envelope.event for envelope in await room.log.read_stream(run_stream(RUN))]
    if not order.roll_back or any(isinstance(event, RollbackFinished) for event in events):
        return True
    answer = await room.runtime.perform(RollBack(RUN, 0, "anna"))
    return isinstance(answer, Refusal) and answer.code == "nothing"  # a task that only reads leaves nothing to undo


if __name__ == "__main__":
    main(live)
