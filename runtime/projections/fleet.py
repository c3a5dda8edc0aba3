"""The Fleet page's cards: one agent each, with the run that matters and its state in words."""

from collections.abc import Mapping, Sequence

import msgspec

from runtime.domain.agent_spec import PLAYBOOK, PLAYBOOK_LABEL, AgentSpec
from runtime.domain.words import AskState, Outcome, RunState
from runtime.projections.names import Names
from runtime.projections.row import Row
from runtime.projections.rows import AskRow, FleetCard, RunRow
from runtime.projections.run_view import run_row
from storage.reads.fleet import Fleet


class Surroundings(msgspec.Struct, frozen=True):
    """What the cards share: asks in order, titles of running calls by run, spend today by agent, who paused it all."""

    asks: Sequence[AskRow]
    running: Mapping[str, str]
    spent: Mapping[str, int]
    everything_paused_by: str
    names: Names


def fleet_card(agent: Row, fleet: Fleet, around: Surroundings) -> FleetCard:
    """One agent. Its runs are those at work, newest first, then the newest others."""
    name = str(agent["name"])
    runs = fleet.runs.get(name, [])
    spec = msgspec.json.decode(agent["spec"], type=AgentSpec)
    waiting = [ask for ask in around.asks if ask.agent == name and ask.state is AskState.WAITING]
    shown = _shown(runs, waiting, around.names)
    return FleetCard(
        name=name,
        revision=agent["revision"],
        role=spec.role,
        model=chain_label(spec.models.actor),
        paused=bool(agent["paused_by"] or around.everything_paused_by),
        removed=bool(agent["removed"]),
        run_id=shown.run_id if shown else "",
        run_state=shown.state if shown else None,
        outcome=shown.outcome if shown else None,
        doing=_doing(agent, shown, runs, waiting, around),
        steps_done=shown.steps_done if shown else 0,
        steps=shown.steps if shown else 0,
        waiting_priority=min((ask.priority for ask in waiting), default=0),
        waiting=len(waiting),
        runs_at_work=fleet.at_work.get(name, 0),
        runs_queued=fleet.queued.get(name, 0),
        runs_today=fleet.today.get(name, 0),
        confidence=tuple(fleet.confidence.get(name, ())),
        confidence_threshold=spec.confidence_threshold,
        spend_micros=around.spent.get(name, 0),
        cap_micros=spec.limits.cost_micros,
        unwell=unwell(fleet.ended.get(name, [])),
    )


def model_label(route: str) -> str:
    """How a model is named on screen."""
    return PLAYBOOK_LABEL if route == PLAYBOOK else route


def chain_label(chain: Sequence[str]) -> str:
    """The model asked first, and how many may be asked after it."""
    first = model_label(chain[0]) if chain else ""
    return first if len(chain) < 2 else f"{first} +{len(chain) - 1}"


def unwell(ended: Sequence[Row]) -> str:
    """What is wrong, from the last finished runs, newest first; empty when the last one ended well."""
    failed = 0
    for row in ended:
        if row["outcome"] != Outcome.FAILED:
            break
        failed += 1
    if failed > 1:
        return f"Its last {failed} runs failed"
    if failed == 1:
        return "Its last run failed"
    if ended and ended[0]["outcome"] == Outcome.OUT_OF_BUDGET:
        return "Spend cap reached"
    if ended and ended[0]["unmet"]:
        return "Its last run did not meet its criteria"
    if ended and ended[0]["limit_name"]:
        return f"Limit reached: {ended[0]['limit_name']}"
    return ""


def _shown(runs: Sequence[Row], waiting: Sequence[AskRow], names: Names) -> RunRow | None:
    """The run that waits (for the most urgent ask), else the newest at work, else the last."""
    by_id = {row["run_id"]: row for row in runs}
    for ask in waiting:
        if ask.run_id in by_id:
            return run_row(by_id[ask.run_id], names)
    return run_row(runs[0], names) if runs else None


def _doing(
    agent: Row, shown: RunRow | None, runs: Sequence[Row], waiting: Sequence[AskRow], around: Surroundings
) -> str:
    if agent["removed"]:
        return "Removed"
    if waiting:
        return f"Waiting on you: {waiting[0].title}"
    paused_by = agent["paused_by"] or around.everything_paused_by
    if paused_by:
        return f"Paused by {around.names(paused_by)}"
    if shown is None:
        return "Idle"
    match shown.state:
        case RunState.PAUSED:
            return next((f"Paused by {around.names(r['paused_by'])}" for r in runs if r["paused_by"]), "Paused")
        case RunState.QUEUED:
            return "Queued"
        case RunState.PLANNING:
            return f"Planning: {shown.title}"
        case RunState.RUNNING:
            return around.running.get(shown.run_id) or f"Thinking: {shown.title}"
        case RunState.WAITING:
            held = any(ask.run_id == shown.run_id and ask.state is AskState.HELD for ask in around.asks)
            if held:
                return "Decided, held for some seconds"
            return next((row["waiting_for"] for row in runs if row["run_id"] == shown.run_id), "") or "Waiting"
        case RunState.FINISHED:
            return "Idle"
