"""Standing grants at work: which of them hold for a run right now, and ending those that hold no more."""

import contextlib

from runtime.domain.grant import Grant, begun
from runtime.domain.grant_commands import EndGrant
from runtime.domain.ids import GrantId, ask_stream
from runtime.domain.run_state import Run
from runtime.engine.parts import Parts
from runtime.operations.set_back import why_over_now
from runtime.tools.registry import GrantFaults


async def standing_grants(parts: Parts, run: Run) -> tuple[Grant, ...]:
    """Those of its agent that hold now. With none in force nothing is read and nothing is waited for."""
    grants = parts.states.grants_of(run.agent)
    if not grants:
        return ()
    states, now = parts.states, parts.clock.now()
    await states.load([ask_stream(grant.given.ask_id) for grant in grants])
    asks = {grant.given.grant_id: states.ask(grant.given.ask_id) for grant in grants}
    return tuple(
        grant
        for grant in grants
        if begun(ask := asks[grant.given.grant_id]) and why_over_now(states, grant, ask, now) is None
    )


async def end_what_is_over(parts: Parts, looked_at: set[GrantId]) -> None:
    """Record the end of every grant that holds no more. ``looked_at``: those whose tool this process has compared."""
    states, now = parts.states, parts.clock.now()
    for grant in states.grants:
        given = grant.given
        contract = "" if given.grant_id in looked_at else _contract_now(parts, grant)
        looked_at.add(given.grant_id)
        run_over = _run_is_over(parts, grant)
        over = why_over_now(states, grant, states.ask(given.ask_id), now)
        if over is not None or run_over or (contract and contract != given.contract):
            await parts.ops.perform(EndGrant(given.grant_id, contract, run_over))


def _run_is_over(parts: Parts, grant: Grant) -> bool:
    """A run that has left memory is long over."""
    if not grant.given.run_id:
        return False
    run = parts.states.run(grant.given.run_id)
    return run is None or run.finished


def _contract_now(parts: Parts, grant: Grant) -> str:
    """The digest of the tool's contract as the program has it now; "gone" where it has none any more."""
    agent = parts.states.agent(grant.given.agent)
    if not 0 < grant.given.revision <= agent.revision:
        return "gone"
    with contextlib.suppress(GrantFaults):
        tools = parts.registry.tools_for(agent.revisions[grant.given.revision - 1])
        if grant.given.tool in tools:
            return tools[grant.given.tool].contract.digest
    return "gone"
