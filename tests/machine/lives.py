"""One workspace through many lives of the program: opened, killed, opened again on what is left."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from runtime.assembly import open_workspace
from runtime.domain.agent_spec import AgentSpec
from runtime.domain.ask_state import Ask
from runtime.domain.bound import changed_since
from runtime.domain.changes import Done
from runtime.domain.commands import Command
from runtime.domain.decision import Decision, PlannedWork, Usage
from runtime.domain.ids import AskId, StepId
from runtime.domain.plan import PlanStep
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import AskState, RunState
from runtime.domain.workspace_state import Agent
from runtime.engine.clock import Clock
from runtime.engine.deadlines import look_at_the_clock
from runtime.engine.next_step import AwaitAnswer, AwaitRuling, End, Rest, next_step
from runtime.engine.parts import Parts
from runtime.engine.surroundings import Surroundings
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.workspace_runtime import WorkspaceRuntime
from storage.recorder import Recorder
from tests.machine.cable import Cable
from tests.machine.outside import Outside
from tests.machine.own_time import NoKeyring, own_loop

T = TypeVar("T")
PATIENCE_S = 60
MOST_CALLS = 4
"""In one answer; the plan has a step for each, and none needs another."""
LOOK_S = 0.005
NOON = 1_780_000_000_000_000_000


class Scripts:
    """One model for all runs: what it answers follows from the run's title and turn, so that it answers the same when
    it is asked again after a crash."""

    label = "scripted"

    def __init__(self) -> None:
        self.turns: dict[str, tuple[Decision, ...]] = {}

    async def model_for(self, route: str, agent: Agent, spec: AgentSpec) -> Model:
        return self

    async def plan(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[PlannedWork]:
        steps = tuple(PlanStep(StepId(f"s{number}"), f"Step {number}") for number in range(1, MOST_CALLS + 1))
        return Answered(PlannedWork(steps, confidence=0.9, needs_told=True), Usage(), b"", b"")

    async def act(self, request: ModelRequest, on_text: Callable[[str], None]) -> Answered[Decision]:
        return Answered(self.turns[request.task.title][request.turn - 1], Usage(), b"", b"")


class Lives:
    """Everything that outlives the program, and the program while it lives. ``deaths`` counts how often it was cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outside, self.scripts = Outside(), Scripts()
        self.passed_ns = 0
        self.set_by_ns = 0
        self.deaths = 0
        self.crashes: list[BaseException] = []
        self._runtime: WorkspaceRuntime | None = None
        self._own: Recorder | None = None
        self.cable: Cable | None = None

    @property
    def runtime(self) -> WorkspaceRuntime:
        assert self._runtime is not None
        return self._runtime

    @property
    def parts(self) -> Parts:
        return self.runtime._own.engine

    def _clock(self) -> Clock:
        return Clock(lambda: NOON + self.passed_ns + self.set_by_ns, lambda: self.passed_ns, lambda: self.passed_ns)

    def _recorder(self, own: Recorder) -> Recorder:
        self._own = own
        self.cable = Cable(own)
        return self.cable

    async def open(self) -> None:
        """A new life."""
        around = Surroundings(
            models=self.scripts.model_for,
            families=(self.outside,),
            clock=self._clock,
            recorder=self._recorder,
            keyring=NoKeyring,
            retry_pause_s=0.0,
        )
        self._runtime = await open_workspace(
            self.folder, on_crash=lambda error, doing: self.crashes.append(error), around=around
        )

    async def drop(self) -> None:
        """Killed: nothing is closed, flushed or said; whatever was at work is gone."""
        assert self.cable is not None
        assert self._own is not None
        self.cable.dead.set()
        self.deaths += 1
        tasks = own_loop().in_order(asyncio.all_tasks() - {asyncio.current_task()})
        for task in tasks:
            task.cancel()
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*tasks, return_exceptions=True)
        self.runtime._own.log.subscriptions.close()
        self.runtime._own.lock.release()
        await self._own.close()
        self._runtime = None

    async def rise(self) -> None:
        """After a death: open again, and wait for what expired meanwhile, as the wall clock has it now."""
        await self.drop()
        await self.open()
        await self.pass_time(0)

    async def close(self) -> None:
        """The last life ends in order."""
        await self.runtime.close()
        assert self._own is not None
        await self._own.close()
        self._runtime = None

    async def gesture(self, command: Command) -> Done | Refusal | None:
        """What a person does. None: the program died before it answered."""
        return await self._unless_it_dies(self.runtime.perform(command))

    async def _unless_it_dies(self, work: Coroutine[Any, Any, T]) -> T | None:
        assert self.cable is not None
        task = asyncio.create_task(work, name="gesture")
        died = asyncio.create_task(self.cable.dead.wait(), name="death")
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.wait({task, died}, return_when=asyncio.FIRST_COMPLETED)
        answered = task.result() if task.done() else None
        died.cancel()
        await asyncio.gather(died, return_exceptions=True)
        return answered

    async def settle(self) -> bool:
        """Until nothing more happens by itself; False when the program died on the way."""
        assert self.cable is not None
        feed = self.runtime.watch()
        died = asyncio.create_task(self.cable.dead.wait(), name="death")
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not self.cable.dead.is_set() and not all(self._at_rest(run) for run in self.parts.states.runs):
                    more = asyncio.create_task(anext(feed), name="feed")
                    # A hold that was noticed is no event: what is not told is looked at again before long.
                    await asyncio.wait({more, died}, timeout=LOOK_S, return_when=asyncio.FIRST_COMPLETED)
                    if not more.done():
                        more.cancel()
                        await asyncio.gather(more, return_exceptions=True)
                    await asyncio.sleep(0)
        except TimeoutError:
            raise AssertionError(f"It never came to rest: {self._restless()}") from None
        finally:
            feed.close()
            died.cancel()
            await asyncio.gather(died, return_exceptions=True)
        return not self.cable.dead.is_set()

    def _restless(self) -> list[str]:
        """What each run that does not rest would do next."""
        runs = [run for run in self.parts.states.runs if not self._at_rest(run)]
        held = self.parts.states.workspace.paused_by
        found = [f"{run.task.title} {run.state} {next_step(run, self.parts.held_back(run))}" for run in runs]
        asks = [
            f"{ask.raised.kind} {ask.state} {ask.ruling} hold {self.hold_left(ask.raised.ask_id)}"
            for run in runs
            for ask in self.parts.states.asks_of(run.run_id)
            if ask.open
        ]
        return [*found, *asks, f"paused by {held!r}", self.parts.states.workspace.chain_broken]

    async def pass_time(self, seconds: int) -> None:
        """So much time passes while the program runs."""
        self.passed_ns += seconds * 1_000_000_000
        await self._unless_it_dies(look_at_the_clock(self.parts))
        for loop in self.runtime.supervisor._loops.values():
            loop.wake.set()

    def _at_rest(self, run: Run) -> bool:
        held_back = self.parts.held_back(run)
        if run.state is RunState.QUEUED and run.rollback is None:
            return held_back
        match next_step(run, held_back):
            case Rest() | End():
                return True
            case AwaitRuling(ask_id=ask_id) | AwaitAnswer(ask_id=ask_id):
                return self._waits(self.parts.states.ask(ask_id))
            case _:
                return False

    def _waits(self, ask: Ask | None) -> bool:
        if ask is None or not ask.open:
            return False
        states = self.parts.states
        if changed_since(ask.raised, states.workspace, states.agent(ask.raised.agent)):
            return False
        return ask.state is AskState.WAITING or self.hold_left(ask.raised.ask_id) > 0

    def hold_left(self, ask_id: AskId) -> int:
        """µs until a held ruling acts in this life; 0 = at once, or it has to be held anew first."""
        held = self.parts.holds.get(ask_id)
        ask = self.parts.states.ask(ask_id)
        if held is None or ask is None or ask.ruling is None or ask.ruling.takes_effect != held[0]:
            return 0
        return max(0, held[1] - self.parts.clock.running())
