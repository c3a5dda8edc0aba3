"""Every kind of event is noticed by somebody, and changes are merged without loss."""

from __future__ import annotations

from hypothesis import assume, given, settings

from console.change_set import ChangeSet, change_of
from runtime.domain.envelope import Envelope
from runtime.domain.events import Event, agents, asks, budget, runs, workspace
from runtime.domain.ids import AgentName, AskId, RunId, StreamName
from runtime.domain.policy import Policy
from tests.fixtures.any_events import any_event

SILENT = (
    workspace.BackupMade,
    workspace.SpaceCleared,
    workspace.ProgramStarted,
    workspace.ProgramStopped,
    workspace.ClockJumped,
    budget.CapNeared,  # told by a notice; the amounts came with the reservation before it
)


def _recorded(event: Event, stream: str = "x", seq: int = 1) -> Envelope:
    return Envelope(seq, StreamName(stream), 1, 0, "anna", event)


def test_ids_of_runs_asks_and_agents_are_named() -> None:
    change = change_of(
        [
            _recorded(runs.RunPaused(RunId("r1"), "anna"), seq=4),
            _recorded(asks.RulingTakenBack(AskId("a1"), "anna"), seq=5),
            _recorded(agents.AgentPaused(AgentName("refunds"), "anna"), "agent:refunds", seq=6),
            _recorded(workspace.PolicySaved(Policy()), "policy", seq=7),
        ]
    )
    assert change.runs == {"r1"}
    assert change.asks == {"a1"}
    assert change.agents == {"refunds"}
    assert change.policy
    assert not change.settings
    assert change.head == 7


def test_merging_keeps_everything() -> None:
    one, two = ChangeSet(runs=frozenset({"r1"}), head=3), ChangeSet(asks=frozenset({"a1"}), settings=True, head=2)
    both = one | two
    assert both == ChangeSet(runs=frozenset({"r1"}), asks=frozenset({"a1"}), settings=True, head=3)
    assert both
    assert not ChangeSet()


@settings(max_examples=300)
@given(any_event)
def test_every_event_touches_something_a_view_looks_at(event: Event) -> None:
    ids = [getattr(event, name) for name in ("run_id", "ask_id", "agent", "name") if hasattr(event, name)]
    assume(all(ids))
    assume(not isinstance(event, SILENT))
    stream = f"agent:{getattr(event, 'name', '')}" if type(event).__module__.endswith("agents") else "x"
    assert change_of([_recorded(event, stream, seq=0)]), f"nobody would notice {type(event).__name__}"
