"""What streams in memory say: events folded into states; a run that is long over is forgotten."""

from collections.abc import Iterable, Sequence
from typing import cast

import msgspec

from runtime.domain import ask_state, run_state
from runtime.domain import grant as grant_state
from runtime.domain.ask_state import Ask
from runtime.domain.budget_state import Book, Terms, evolve_book, evolve_terms
from runtime.domain.envelope import Envelope
from runtime.domain.events import (
    AgentEvent,
    AskEvent,
    BudgetEvent,
    EffectEvent,
    GrantEvent,
    RollbackEvent,
    RunEvent,
    WorkspaceEvent,
)
from runtime.domain.events.asks import AskRaised
from runtime.domain.events.grants import GrantGiven
from runtime.domain.events.runs import RunQueued
from runtime.domain.grant import Grant
from runtime.domain.ids import (
    BUDGET_STREAM,
    OPERATORS_STREAM,
    POLICY_STREAM,
    WORKSPACE_STREAM,
    AgentName,
    AskId,
    GrantId,
    RunId,
    StreamName,
    ask_stream,
    run_stream,
)
from runtime.domain.run_state import Run
from runtime.domain.workspace_state import Agent, Workspace, evolve_agent, evolve_workspace
from runtime.operations.stream_locks import StreamLocks

KEPT_FINISHED = 500
"""How many finished runs (with their asks) stay in memory, so that state stays bounded however long it runs."""

WHOLE = (WORKSPACE_STREAM, POLICY_STREAM, OPERATORS_STREAM)


class FoldedStates:
    """Reading is synchronous once a stream was loaded; changes come through ``apply`` alone."""

    def __init__(self) -> None:
        self._versions: dict[StreamName, int] = {}
        self.locks = StreamLocks()
        self._runs: dict[RunId, Run] = {}
        self._asks: dict[AskId, Ask] = {}
        self.by_name: dict[AgentName, Agent] = {}
        """Every agent that was ever saved, as it is now. To be read; changes come through ``apply``."""
        self._asks_of: dict[RunId, set[AskId]] = {}
        self._finished: dict[RunId, None] = {}
        self._books: dict[str, Book] = {}
        self._grants: dict[GrantId, Grant] = {}
        self._standing: dict[AgentName, dict[GrantId, Grant]] = {}
        """Those that stand, by agent: nothing is looked for where an agent has none."""
        self.untimed: frozenset[GrantId] = frozenset()
        """Grants of which nobody knows how much of their time is left: see ``set_back``."""
        self._whole_runs: set[RunId] = set()
        """Runs in memory together with all their asks; asks raised from then on are folded as they are recorded."""
        self.workspace = Workspace()
        self.unreadable = ""
        """Why a part of what holds for the whole workspace is not known; no verification of the chain mends that."""
        self.terms = Terms()
        """Caps and entered prices."""

    def version(self, stream: StreamName) -> int:
        """The last version folded; 0 = nothing."""
        return self._versions.get(stream, 0)

    def run(self, run_id: RunId) -> Run | None:
        """A run that was loaded, or None."""
        return self._runs.get(run_id)

    def ask(self, ask_id: AskId) -> Ask | None:
        """An ask that was loaded, or None."""
        return self._asks.get(ask_id)

    def agent(self, name: AgentName) -> Agent:
        """An agent (without revisions when it does not exist)."""
        return self.by_name.get(name) or Agent(name)

    def book(self, month: str) -> Book:
        """What a month reserved and spent; whoever decides on it holds its stream, which loads it."""
        return self._books.get(month, Book(month))

    @property
    def books(self) -> tuple[Book, ...]:
        """Every month that was loaded."""
        return tuple(self._books.values())

    @property
    def agents(self) -> tuple[Agent, ...]:
        """Every agent that was ever saved."""
        return tuple(self.by_name.values())

    @property
    def runs(self) -> tuple[Run, ...]:
        """Every run in memory; all unfinished ones are."""
        return tuple(self._runs.values())

    def asks_of(self, run_id: RunId) -> tuple[Ask, ...]:
        """The asks of one run, in memory."""
        return tuple(self._asks[ask_id] for ask_id in sorted(self._asks_of.get(run_id, ())) if ask_id in self._asks)

    def open_asks(self, agent: AgentName | None = None) -> tuple[Ask, ...]:
        """All asks that are not over, of one agent or of all."""
        return tuple(ask for ask in self._asks.values() if ask.open and agent in (None, ask.raised.agent))

    def grant(self, grant_id: GrantId) -> Grant | None:
        """A standing grant that was loaded, or None; all that stand are."""
        return self._grants.get(grant_id)

    def grants_of(self, agent: AgentName) -> tuple[Grant, ...]:
        """The grants of one agent that stand, oldest first."""
        found = self._standing.get(agent)
        return tuple(found.values()) if found else ()

    @property
    def grants(self) -> tuple[Grant, ...]:
        """Every grant that stands."""
        return tuple(grant for some in self._standing.values() for grant in some.values())

    def grants_with(self, ask_id: AskId) -> tuple[Grant, ...]:
        """Those that stand and were given with this approval."""
        return tuple(grant for grant in self.grants if grant.given.ask_id == ask_id)

    def whole_run(self, run_id: RunId) -> Run | None:
        """A run that is in memory together with all its asks, or None: then it has to be loaded."""
        return self._runs.get(run_id) if run_id in self._whole_runs else None

    def knows(self, streams: Iterable[StreamName]) -> bool:
        """Whether all of them are in memory."""
        return all(map(self._versions.__contains__, streams))

    def _drop(self, stream: StreamName) -> None:
        if stream in WHOLE:
            for whole in WHOLE:
                self._versions.pop(whole, None)
            self.workspace = Workspace()
            return
        self._versions.pop(stream, None)
        kind, _, key = stream.partition(":")
        for name, states in (
            ("run", self._runs),
            ("ask", self._asks),
            ("agent", self.by_name),
            ("budget", self._books),
            ("grant", self._grants),
        ):
            if kind == name:
                cast(dict[str, object], states).pop(key, None)
        if kind == "grant":
            for some in self._standing.values():
                some.pop(GrantId(key), None)
        if stream == BUDGET_STREAM:
            self.terms = Terms()

    def apply(self, envelopes: Sequence[Envelope]) -> None:
        """Fold recorded events; those already folded are passed over, so it may be called twice with the same."""
        versions = self._versions
        for envelope in envelopes:
            stream, version = envelope.stream, envelope.version
            if version != versions.get(stream, 0) + 1:
                continue  # folded before, or of a stream nobody asked for yet: that is loaded whole when needed
            versions[stream] = version
            if stream.startswith("run:"):  # nearly all are
                self._fold_run(RunId(stream[4:]), envelope)
            else:
                self._fold(envelope)

    def _fold(self, envelope: Envelope) -> None:
        kind, _, key = envelope.stream.partition(":")
        match kind:
            case "ask":
                self._fold_ask(AskId(key), envelope)
            case "agent":
                agent = self.agent(AgentName(key))
                event = cast(AgentEvent, envelope.event)
                self.by_name[agent.name] = evolve_agent(agent, event, envelope.at)
            case "grant":
                self._fold_grant(GrantId(key), envelope)
            case "budget":
                changed = cast(BudgetEvent, envelope.event)
                if key:
                    self._books[key] = evolve_book(self.book(key), changed)
                else:
                    self.terms = evolve_terms(self.terms, changed)
            case _:
                self.workspace = evolve_workspace(self.workspace, cast(WorkspaceEvent, envelope.event), envelope.at)
                if self.unreadable and not self.workspace.chain_broken:
                    self.mark_broken(self.unreadable)

    def mark_broken(self, sentence: str) -> None:
        """The journal is not what was written: nobody approves and no effect starts until it was verified."""
        self.workspace = msgspec.structs.replace(self.workspace, chain_broken=sentence)

    def _fold_run(self, run_id: RunId, envelope: Envelope) -> None:
        if isinstance(envelope.event, RunQueued):
            self._runs[run_id] = run_state.start(envelope.event)
        # In quotes: the union would be made anew for each event, which takes longer than to fold most of them.
        event = cast("RunEvent | EffectEvent | RollbackEvent", envelope.event)
        run = run_state.evolve(self._runs[run_id], event, envelope.at)
        self._runs[run_id] = run
        if run_id in self._finished:
            del self._finished[run_id]
        if run.finished and run.rollback is None and not run.undo_all and not run.leftover_ask:
            self._finished[run_id] = None
            if len(self._finished) > KEPT_FINISHED:
                self._let_go(next(iter(self._finished)))

    def _fold_ask(self, ask_id: AskId, envelope: Envelope) -> None:
        event = cast(AskEvent, envelope.event)
        if isinstance(event, AskRaised):
            self._asks[ask_id] = ask_state.start(event)
            self._asks_of.setdefault(event.run_id, set()).add(ask_id)
        self._asks[ask_id] = ask_state.evolve(self._asks[ask_id], event, envelope.at)

    def _fold_grant(self, grant_id: GrantId, envelope: Envelope) -> None:
        event = cast(GrantEvent, envelope.event)
        if isinstance(event, GrantGiven):
            self._grants[grant_id] = grant_state.start(event, envelope.at)
        grant = self._grants[grant_id] = grant_state.evolve(self._grants[grant_id], event)
        of_agent = self._standing.setdefault(grant.given.agent, {})
        if grant.over:
            of_agent.pop(grant_id, None)
        else:
            of_agent[grant_id] = grant

    def _let_go(self, run_id: RunId) -> None:
        """A run that is long over leaves memory; the journal has it."""
        stream = run_stream(run_id)
        if self.locks.held(stream):
            return
        self._finished.pop(run_id, None)
        self._whole_runs.discard(run_id)
        self._drop(stream)
        for ask_id in self._asks_of.pop(run_id, set()):
            self._drop(ask_stream(ask_id))
