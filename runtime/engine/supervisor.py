"""Owns every run's task: starts them, wakes them when the feed says so, expires asks, closes in order."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Sequence

from runtime.domain.envelope import Envelope
from runtime.domain.events.agents import AgentPaused, AgentRemoved, AgentResumed, AgentSaved
from runtime.domain.events.asks import AskEvent
from runtime.domain.events.effects import EffectFinished, EffectStarted
from runtime.domain.events.runs import ActionJudged, ModelAnswered, RunFinished
from runtime.domain.events.workspace import EverythingPaused, EverythingResumed, PolicySaved
from runtime.domain.ids import AgentName, AskId, GrantId, RunId
from runtime.domain.loop_commands import BeginRun
from runtime.domain.run_state import Run
from runtime.domain.words import RunState
from runtime.engine.budgeting import expire_what_is_late, keep_what_is_open
from runtime.engine.connections import go_on_where_possible
from runtime.engine.deadlines import look_at_the_clock
from runtime.engine.executing import end_broken
from runtime.engine.granting import end_what_is_over
from runtime.engine.intake import Intake
from runtime.engine.loop import RunLoop
from runtime.engine.parts import Parts
from runtime.engine.queue_watch import QueueWatch
from runtime.engine.resting import rests
from runtime.engine.rulings import note_ruling
from runtime.journal.codec import UnreadableRecord
from runtime.journal.subscriptions import Subscription
from storage.errors import StorageError

TICK_S = 0.5
INTAKE_EVERY_TICKS = 4
_FOR_EVERYBODY = (
    AgentPaused,
    AgentRemoved,
    AgentResumed,
    AgentSaved,
    EverythingPaused,
    EverythingResumed,
    PolicySaved,
)
"""What may change what waiting requests are bound to, or whether anything may go on."""
_OF_A_LOOP = (EffectFinished, ModelAnswered, ActionJudged, EffectStarted)
"""Several in each step of a run at work: whose loop is there is woken, and nothing else follows from them."""
OnCrash = Callable[[BaseException, str], None]
"""(what was raised, what was being done): our own mistakes, told by whoever shows crash reports."""


class Supervisor:
    """One task a run at work, one for the feed, one for the clock."""

    def __init__(self, parts: Parts, intake: Intake, on_crash: OnCrash, keep_lock: Callable[[], None]) -> None:
        self._parts = parts
        self.intake = intake
        self._queue = QueueWatch(parts.ops, parts.states, parts.clock.now, parts.asked_since)
        self.disk = parts.ops.disk
        self._on_crash = on_crash
        self._keep_lock = keep_lock
        self._loops: dict[RunId, RunLoop] = {}
        self._tasks: dict[RunId, asyncio.Task[None]] = {}
        self._watch: asyncio.Task[None] | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._closing = False
        self._queued: dict[AgentName, dict[RunId, None]] = {}
        self._grants_seen: set[GrantId] = set()
        self.damaged: list[str] = []
        """Runs that were not taken up because a record of theirs cannot be read, in sentences."""

    async def start(self, open_runs: Iterable[RunId], open_months: Iterable[str] = ()) -> None:
        """Take up everything that is not over, then watch. ``open_months``: those with open reservations."""
        subscription = self._parts.ops.log.subscriptions.watch()
        await keep_what_is_open(self._parts, open_months)
        for run_id in open_runs:
            try:
                run = await self._parts.states.load_run(run_id)
            except UnreadableRecord as error:
                self.damaged.append(error.sentence)
                continue
            if run is not None and run.agent not in self._parts.states.by_name:
                left = f"The run “{run.task.title}” is left as it is: its agent {run.agent} cannot be read."
                self.damaged.append(left)
            elif run is not None:
                self._place(run)
        await self._queue.start()
        self._parts.clock.watch_sleep()
        self._watch = asyncio.create_task(self._follow(subscription), name="supervisor feed")
        self._ticker = asyncio.create_task(self._tick(), name="supervisor clock")

    @property
    def in_flight(self) -> tuple[str, ...]:
        """Titles of tool calls that are running now."""
        return tuple(title for loop in self._loops.values() for title in loop.at_work.tools.values())

    @property
    def idle(self) -> bool:
        """Whether nothing is at work: every run is over, waits for a person, or is held back."""
        return not self.in_flight and all(rests(self._parts, run) for run in self._parts.states.runs)

    async def close(self, grace_s: float = 30.0) -> None:
        """No new step starts; effects in flight are waited for up to ``grace_s`` seconds, then left to recovery.

        Whoever thinks, judges or waits is ended at once: with time until the last effect ends it would start one."""
        self._closing = True
        for loop in self._loops.values():
            loop.wake.set()
            if not loop.in_flight:
                loop.at_work.cancelled.cut()  # a model that is answering
        busy = [task for run_id, task in self._tasks.items() if self._loops[run_id].in_flight]
        rest = [task for task in (*self._tasks.values(), self._watch, self._ticker) if task is not None]
        for task in rest:
            if task not in busy and task is not self._watch:
                task.cancel()
        if busy:
            await asyncio.wait(busy, timeout=grace_s)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def _place(self, run: Run) -> None:
        if run.state is RunState.QUEUED and run.rollback is None:
            self._queued.setdefault(run.agent, {})[run.run_id] = None
        else:
            self._drive(run.run_id)

    def _drive(self, run_id: RunId) -> None:
        if run_id in self._loops:
            self._loops[run_id].wake.set()
            return
        if self._closing:
            return
        loop = RunLoop(self._parts, run_id, lambda: self._closing)
        self._loops[run_id] = loop
        task = asyncio.create_task(self._guarded(run_id, loop), name=f"run {run_id}")
        self._tasks[run_id] = task

    async def _guarded(self, run_id: RunId, loop: RunLoop) -> None:
        try:
            await loop.drive()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # our own mistake: it is reported, the run says so, the others go on
            self._on_crash(error, f"working on run {run_id}")
            run = self._parts.states.run(run_id)
            if run is not None:
                sentence = f"The program made a mistake while working on this ({type(error).__name__}: {error})."
                await end_broken(self._parts, run, sentence)
        finally:
            self._loops.pop(run_id, None)
            self._tasks.pop(run_id, None)

    async def _follow(self, subscription: Subscription) -> None:
        try:
            await self._fill_all()  # here, because on a full disk it waits, and the program opens all the same
            async for batch in subscription:
                self._parts.states.apply(batch)
                if subscription.missed:
                    self._look_at_everything()
                await self._heed(batch)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._on_crash(error, "following the journal")
            raise

    async def _heed(self, batch: Sequence[Envelope]) -> None:
        self._queue.heed(batch)
        touched: dict[RunId, None] = {}
        everybody, woken = False, None
        for envelope in batch:
            event = envelope.event
            if isinstance(event, _OF_A_LOOP) and (own := self._loops.get(event.run_id)) is not None:
                if own is not woken:
                    woken = own
                    own.wake.set()
                continue
            kind, _, key = envelope.stream.partition(":")
            if kind == "run":
                touched[RunId(key)] = None
                if isinstance(event, RunFinished) and RunId(key) in self._loops:
                    self._loops[RunId(key)].stop()
            elif isinstance(event, AskEvent):
                ask = self._parts.states.ask(AskId(key))
                if ask is not None:
                    note_ruling(self._parts, ask)
                    touched[ask.raised.run_id] = None
            elif isinstance(event, _FOR_EVERYBODY):
                everybody = True
        for run_id in touched:
            if (run := self._parts.states.run(run_id)) is not None:
                self._look_at(run)
        if everybody:
            for loop in self._loops.values():
                loop.wake.set()
        await self._fill_all()

    @staticmethod
    def _after_its_end(run: Run) -> bool:
        """Whether something of a run that is over still has to be settled, undone or answered."""
        return bool(run.rollback is not None or run.open_call is not None or run.undo_all or run.leftover_ask)

    def _look_at(self, run: Run) -> None:
        if run.state is not RunState.QUEUED:
            self._queued.get(run.agent, {}).pop(run.run_id, None)
        if not run.finished or self._after_its_end(run) or run.run_id in self._loops:
            self._place(run)

    def _look_at_everything(self) -> None:
        """More happened than the feed could hold: what was dropped is found in the states, where it is folded."""
        for ask in self._parts.states.open_asks():
            note_ruling(self._parts, ask)
        for run in self._parts.states.runs:
            if run.finished and run.run_id in self._loops:
                self._loops[run.run_id].stop()
            self._look_at(run)
        for loop in self._loops.values():
            loop.wake.set()

    async def _fill_all(self) -> None:
        for name in list(self._queued):
            await self._fill(name)

    async def _fill(self, name: AgentName) -> None:
        """Begin queued runs while the agent has room. A run that waits for a person takes no room."""
        agent = self._parts.states.agent(name)
        waiting = self._queued.get(name, {})
        if not agent.revision or agent.paused_by or self._parts.states.workspace.paused_by or self._closing:
            return
        if not waiting:
            return
        at_work = sum(
            1
            for run_id in self._loops
            if (run := self._parts.states.run(run_id)) is not None
            and run.agent == name
            and run.state in (RunState.PLANNING, RunState.RUNNING)
        )
        begin: list[RunId] = []
        while waiting and at_work + len(begin) < agent.spec.at_once:
            run_id = next(iter(waiting))
            waiting.pop(run_id)
            run = self._parts.states.run(run_id)
            if run is not None and run.state is RunState.QUEUED:
                begin.append(run_id)
        await asyncio.gather(*(self._parts.record(BeginRun(run_id)) for run_id in begin))
        for run_id in begin:
            self._drive(run_id)

    async def _tick(self) -> None:
        ticks = 0
        while True:
            try:
                await look_at_the_clock(self._parts)
                await self._queue.look()
                await expire_what_is_late(self._parts)
                await go_on_where_possible(self._parts)
                await end_what_is_over(self._parts, self._grants_seen)
                if ticks % INTAKE_EVERY_TICKS == 0:
                    await self._look_at_the_lock()
                    await self.intake.look()
            except asyncio.CancelledError:
                raise
            except Exception as error:  # one bad look must not end all later ones
                self._on_crash(error, "looking after deadlines and inboxes")
            ticks += 1
            await asyncio.sleep(TICK_S)

    async def _look_at_the_lock(self) -> None:
        """A workspace that may have a second owner begins nothing; it is tried again like a disk that refuses."""
        try:
            await asyncio.to_thread(self._keep_lock)
        except StorageError as lost:
            self.disk.refused(lost)

    async def wait_idle(self) -> None:
        """Returns when nothing is at work and every inbox was taken in."""
        while True:
            if not self._queued_any() and self.idle and await self.intake.all_taken():
                return
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.2):
                    await self._changed()

    def _queued_any(self) -> bool:
        held = self._parts.states.workspace.paused_by
        return not held and any(
            runs and not self._parts.states.agent(name).paused_by for name, runs in self._queued.items()
        )

    async def _changed(self) -> None:
        subscription = self._parts.ops.log.subscriptions.watch()
        try:
            async for _ in subscription:
                return
        finally:
            subscription.close()
