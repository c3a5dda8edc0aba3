"""What every gesture of the machine goes through: the program works until it rests, then the model is asked."""

import asyncio
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from hypothesis.stateful import RuleBasedStateMachine, invariant

from runtime.domain.agent_spec import AgentSpec, AskTimes, Limits, ToolGrant
from runtime.domain.ask_state import Ask
from runtime.domain.changes import Done
from runtime.domain.commands import (
    Command,
    SaveAgent,
    SaveOperator,
    SavePolicy,
    SaveSettings,
)
from runtime.domain.events.asks import AskClosed
from runtime.domain.events.effects import EffectStarted
from runtime.domain.events.runs import ActionJudged
from runtime.domain.ids import AgentName, AskId, RunId
from runtime.domain.playbook_spec import IntentSpec, PlaybookSpec, StepSpec
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.settings import Operator
from runtime.domain.standing_deadlines import with_standing_deadlines
from runtime.domain.words import AskState, CallOutcome, EffectKind, Outcome, RunState
from runtime.journal.codec import decode
from tests.fixtures.tables import rebuilding_changes_nothing
from tests.machine.books import Books, note_of
from tests.machine.lives import Lives
from tests.machine.model import RULES, Expected
from tests.machine.outside import KINDS
from tests.machine.own_time import OwnTimeLoop, own_loop, without_threads

LONG = bool(os.environ.get("CONSOLE_LONG"))
MEMORY = Path("/dev/shm")
IN_MEMORY = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else None
"""A file system in memory, where there is one: the same files and the same recorder, without waiting for a disk."""
HOLD_S, EXPIRES_S = 20, 3600
NOTHING = IntentSpec("nothing", "Nothing", ("nothing",), steps=(StepSpec("end", "End", finish="completed"),))
CLERK = AgentSpec(
    AgentName("clerk"),
    "Clerk",
    tools=(ToolGrant("outside"),),
    playbook=PlaybookSpec((NOTHING,)),
    ask_times=AskTimes(answer_by=EXPIRES_S, expires=EXPIRES_S),
    limits=Limits(seconds=1_000_000),
    at_once=100,
)
MOST_RUNS = 4
CHANGING = [verb for verb in KINDS for _ in range(1 if verb == "read" else 3)]
T = TypeVar("T")
Touched = set[AskId]


class Watched(RuleBasedStateMachine):
    """One workspace, its lives, and what is expected of it. The rules are in the classes made of it."""

    on_disk = False

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner(loop_factory=OwnTimeLoop)
        self.threads = without_threads()
        self.folder = Path(tempfile.mkdtemp(prefix="machine", dir=None if self.on_disk else IN_MEMORY))
        self.lives = Lives(self.folder)
        self.model, self.books = Expected(), Books()
        self.runs: list[RunId] = []
        self.notes = 0
        self.saves = 0
        self.do(self._furnish())

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run(work)

    def put_in_order(self, order: int) -> None:
        """How tasks meet from here on."""
        self.loop.run(_order(order))

    async def _furnish(self) -> None:
        await self.lives.open()
        workspace = self.lives.parts.states.workspace
        for command in (
            SaveOperator(Operator("anna", "Anna"), "anna"),
            SaveSettings(msgspec.structs.replace(workspace.settings, hold_seconds=HOLD_S), "anna"),
            SaveAgent(CLERK, "anna"),
        ):
            assert isinstance(await self.lives.gesture(command), Done)
        await self._save_rules("ask")

    async def _save_rules(self, name: str) -> Done | Refusal | None:
        version = self.lives.parts.states.workspace.policy.version
        command = SavePolicy(RULES[name][1], "anna", version)
        answer = await self.lives.gesture(command)
        self.books.hears(command, answer)
        return answer

    # -- what is there ---------------------------------------------------------------------------------------------
    @property
    def states(self) -> Any:
        return self.lives.parts.states

    def open_asks(self) -> list[Ask]:
        order = {run_id: at for at, run_id in enumerate(self.runs)}
        return sorted(self.states.open_asks(), key=lambda ask: (order[ask.raised.run_id], ask.raised.call_id))

    def known_run(self, number: int) -> Run:
        run: Run = self.states.run(self.runs[number % len(self.runs)])
        return run

    def asks_of(self, run_id: RunId) -> Touched:
        return {ask.raised.ask_id for ask in self.open_asks() if ask.raised.run_id == run_id}

    def all_asks(self) -> Touched:
        return {ask.raised.ask_id for ask in self.open_asks()}

    def done(self) -> set[str]:
        """Notes that came about, or were started and may yet: whoever allowed them did so before."""
        return {effect.note for effect in self.lives.outside.done} | self.lives.outside.called

    # -- doing and looking -----------------------------------------------------------------------------------------
    def gesture(self, command: Command, touched: Touched) -> bool | None:
        """True: it was confirmed. False: refused. None: the program died before it answered."""
        answer = self.do(self.lives.gesture(command))
        self.books.hears(command, answer)
        if isinstance(answer, Refusal):
            assert answer.sentence.endswith((".", "?", ")")), answer
        self.settle(touched)
        return None if answer is None else isinstance(answer, Done)

    def settle(self, touched: Touched) -> None:
        """Until it rests; then what is open is what was open, but for what this gesture was about."""
        expected, deaths = dict(self.model.asks), self.lives.deaths
        self.do(self._rest())
        if self.lives.deaths > deaths:
            self.books.died()
            touched = touched | self._expired_by_the_wall(set(expected))
        now = {ask.raised.ask_id: _standing(ask) for ask in self.open_asks()}
        untouched = {ask_id: standing for ask_id, standing in expected.items() if ask_id not in touched}
        for ask_id, standing in untouched.items():
            assert now.get(ask_id) == standing, f"request {ask_id} was {standing} and is {now.get(ask_id)}"
        self.model.asks = now
        self._asked(now)

    def _asked(self, now: dict[AskId, tuple[str, str]]) -> None:
        """What a person sees of the requests goes into their books."""
        waiting = {ask_id for ask_id, (state, _) in now.items() if state == AskState.WAITING}
        gone = {ask_id for ask_id in self.books.ages if ask_id not in now}
        expired = {ask_id for ask_id in gone if self.states.ask(ask_id).how == "expired"}
        _none(self.books.faults_of_deadlines(waiting, expired, EXPIRES_S))
        self.books.saw(set(now), gone)
        asks = [ask.raised for ask in self.open_asks()]
        self.books.doubtful |= {note_of(one.action.arguments) for one in asks if one.kind == "unknown-outcome"}

    def _expired_by_the_wall(self, asks: Touched) -> Touched:
        """A new life reads the wall clock, however it was set meanwhile: these were over when it began."""
        known = [self.states.ask(ask_id) for ask_id in asks]
        over = {ask.raised.ask_id for ask in known if ask.how == "expired" and self._wall() >= ask.expires}
        for ask_id in over:
            self.model.forget(ask_id, self.done())
        return over

    async def _rest(self) -> None:
        while not await self.lives.settle():
            await self.lives.rise()
        for run_id in self.runs:  # a new life takes up only what is not over; the rest is looked up
            await self.lives.parts.states.load_run(run_id)
        for ask_id in self.model.asks:
            await self.lives.parts.states.load_ask(ask_id)
        rows = {row.ask_id: row.state for row in await self.lives.runtime.history.asks()}
        assert rows == {ask.raised.ask_id: ask.state for ask in self.open_asks()}

    def _over_after(self, seconds: int) -> Touched:
        """Requests whose hold or time is over then."""
        holds = {
            ask.raised.ask_id
            for ask in self.open_asks()
            if ask.state is AskState.HELD and self.lives.hold_left(ask.raised.ask_id) <= seconds * 1_000_000
        }
        return holds | {ask_id for ask_id in self.all_asks() if self._expires_by(ask_id, seconds)}

    def _expires_by(self, ask_id: AskId, seconds: int) -> bool:
        now = self.lives.parts.clock.now() + seconds * 1_000_000
        ask: Ask = self.states.ask(ask_id)
        run, agent = self.states.run(ask.raised.run_id), self.states.agent(ask.raised.agent)
        return bool(now >= with_standing_deadlines(ask, run, agent, self.states.workspace, now).expires)

    def _wall(self) -> int:
        return self.lives._clock().now()

    # -- what always holds -----------------------------------------------------------------------------------------
    @invariant()
    def nothing_without_leave(self) -> None:
        for effect in self.lives.outside.done:
            assert self.model.may_be_there(effect.note), f"{effect} happened and nobody allowed it"

    @invariant()
    def nothing_twice(self) -> None:
        done = self.lives.outside.done
        for note, times in Counter(effect.note for effect in done).items():
            assert times <= 1 + self.model.again[note], f"{note} happened {times} times"
            assert len({effect.key for effect in done if effect.note == note}) == 1, f"{note} had several keys"

    @invariant()
    def undone_when_it_was_asked_for_and_once(self) -> None:
        _none(self.books.faults_of_undos(self.lives.outside))

    @invariant()
    def whole_or_nothing(self) -> None:
        present = self.lives.outside.present()
        for run_id in self.runs:
            run: Run = self.states.run(run_id)
            spec = self.states.agent(run.agent).revisions[run.revision - 1]
            ended = run.state is RunState.FINISHED and run.outcome in (Outcome.ESCALATED, Outcome.FAILED)
            if not (spec.all_or_nothing and ended) or run.open_call is not None or self.lives.parts.held_back(run):
                continue
            for call in run.calls:
                if call.effect is EffectKind.REVERSIBLE and call.outcome is CallOutcome.OK:
                    assert note_of(call.action.arguments) not in present, f"{call.title} of {run.task.title} stayed"

    @invariant()
    def no_mistakes(self) -> None:
        assert self.lives.crashes == []

    def teardown(self) -> None:
        try:
            self.do(self._look_at_the_journal())
        except BaseException:
            with suppress(Exception):  # what was found first is told; no file stays open
                self.do(self.lives.drop())
            raise
        finally:
            self.loop.close()
            self.threads.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _look_at_the_journal(self) -> None:
        """At the end: the chain is whole, approvals were spent once, and the tables are what the journal says."""
        lives = self.lives
        assert lives.cable is not None
        lives.cable.cut_in = -1
        await self._rest()
        report = await lives.runtime.verify_chain()
        assert report.intact, report.sentence
        journal = lives.cable.journal
        events = [decode(record).event for record in await journal.read(0, 100_000)]
        _none(self.books.faults_of_the_journal(events))
        _none(self.books.faults_of_ends(_notes(events), events, lives.outside))
        spent = [event.ask_id for event in events if isinstance(event, AskClosed) and event.how == "spent"]
        assert len(spent) == len(set(spent))
        await lives.runtime.close()
        await rebuilding_changes_nothing(journal)
        await journal.close()


async def _order(order: int) -> None:
    own_loop().order.seed(order)


def _none(found: list[str]) -> None:
    """Nothing was found."""
    assert not found, "; ".join(found)


def _notes(events: list[Any]) -> dict[tuple[str, str], str]:
    """Of every call, by run and call, the note it was executed with."""
    notes = {}
    for event in events:
        if isinstance(event, ActionJudged):
            notes[str(event.run_id), str(event.call_id)] = note_of(event.action.arguments)
        elif isinstance(event, EffectStarted) and event.arguments:
            notes[str(event.run_id), str(event.call_id)] = note_of(event.arguments)
    return notes


def _standing(ask: Ask) -> tuple[str, str]:
    return str(ask.state), ask.ruling.kind if ask.ruling is not None else ""
