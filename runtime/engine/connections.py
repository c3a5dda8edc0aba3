"""Which connections may be asked: one breaker for all agents, counted here, moved in the journal."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from runtime.domain.breaker import CLOSED, FAILURES, Breaker, Standing, told
from runtime.domain.breaker import may_ask as may_be_asked
from runtime.domain.changes import Done
from runtime.domain.routing_commands import ContinueRun, MoveConnection
from runtime.domain.run_state import Run
from runtime.domain.words import RunState
from runtime.engine.clock import SECOND
from runtime.models.interface import ModelFault

if TYPE_CHECKING:
    from runtime.engine.parts import AtWork, Parts


@dataclass(slots=True)
class Connections:
    """Failures in a row of the closed ones, and who tries a half-open one; all else of them is a fold of the journal.

    ``who`` is the work of one run, which asks one model at a time. A call from before a connection was opened may
    still be under way while another tries it: it can tell that the connection works, and nothing else about the trial.
    """

    failures: dict[str, int] = field(default_factory=dict)
    trying: dict[str, "AtWork"] = field(default_factory=dict)
    """Of half-open ones: whose call tries it. After a restart there is none, and none is half-open."""

    def breaker(self, parts: "Parts", name: str) -> Breaker:
        """How a connection stands."""
        recorded = parts.states.workspace.breakers.get(name, CLOSED)
        return msgspec.structs.replace(recorded, failures=self.failures.get(name, 0)) if recorded.closed else recorded

    def tries(self, parts: "Parts", name: str, who: "AtWork") -> bool:
        """Whether it is this one whose call tries the connection."""
        half_open = self.breaker(parts, name).standing is Standing.HALF_OPEN
        return half_open and self.trying.get(name) is who

    async def let_through(self, parts: "Parts", name: str, who: "AtWork") -> bool:
        """Whether the next call may be made now; the one that tries an open connection is let through alone."""
        breaker = self.breaker(parts, name)
        if breaker.closed or self.tries(parts, name, who):
            return True
        if not may_be_asked(breaker, parts.clock.now()):
            return False
        if not isinstance(await parts.record(MoveConnection(name, "try")), Done):
            return False
        self.trying[name] = who
        return True

    async def failed(self, parts: "Parts", name: str, fault: ModelFault, who: "AtWork") -> None:
        """A call over it failed."""
        breaker = self.breaker(parts, name)
        if not breaker.closed and not self.tries(parts, name, who):
            return
        count = self.failures.get(name, 0)
        self.failures[name] = count + 1
        if breaker.closed and count + 1 < FAILURES and not fault.by_person:
            return
        wish = int((fault.retry_after or 0) * SECOND)
        moved = MoveConnection(name, "failed", fault.sentence, count, wish, fault.by_person)
        if isinstance(await parts.record(moved), Done):
            self.failures.pop(name, None)
            self.trying.pop(name, None)

    async def answered(self, parts: "Parts", name: str) -> None:
        """A call over it came back."""
        self.failures.pop(name, None)
        if not self.breaker(parts, name).closed:
            await parts.record(MoveConnection(name, "answered"))
            self.trying.pop(name, None)

    async def let_go(self, parts: "Parts", who: "AtWork") -> None:
        """Its call was stopped, or never made: what it was the one to try, another may."""
        for name in [name for name in self.trying if self.tries(parts, name, who)]:
            await parts.record(MoveConnection(name, "dropped"))
            self.trying.pop(name, None)

    def troubles(self, parts: "Parts") -> tuple[str, ...]:
        """Those that are not asked, in sentences."""
        now = parts.clock.now()
        every = parts.states.workspace.breakers.items()
        return tuple(sentence for name, breaker in every if (sentence := told(name, breaker, now)))


async def go_on_where_possible(parts: "Parts") -> None:
    """Runs that wait for a model go on: all of those whose connection answers again, one that tries an open one."""
    trying: set[str] = set()
    for run in tuple(parts.states.runs):
        if run.waits_for is None or run.state is not RunState.WAITING or parts.held_back(run):
            continue
        name = _ready(parts, run, trying)
        if name and isinstance(await parts.record(ContinueRun(run.run_id)), Done):
            trying.add(name)


def _ready(parts: "Parts", run: Run, trying: set[str]) -> str:
    """The connection that lets it go on now; empty where none does."""
    wait, now = run.waits_for, parts.clock.now()
    assert wait is not None
    for name in wait.connections:
        breaker = parts.connections.breaker(parts, name)
        if breaker.closed and (breaker.since >= wait.since or now >= wait.until):
            return name
        if not breaker.closed and name not in trying and may_be_asked(breaker, now):
            return name
    return ""
