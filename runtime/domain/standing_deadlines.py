"""Deadlines of asks stand still while nothing may happen (a pause), and while nobody attends, where the agent may wait.

Each cause has a beginning; when it ends, the deadlines are moved by the time that no other cause covers already.
"""

import msgspec

from runtime.domain.ask_state import Ask
from runtime.domain.envelope import Fact
from runtime.domain.events.asks import DeadlinesMoved
from runtime.domain.ids import ask_stream
from runtime.domain.run_state import Run
from runtime.domain.words import AskState, RunState
from runtime.domain.workspace_state import Agent, Workspace


def paused_since(run: Run | None, agent: Agent, workspace: Workspace) -> int:
    """Since when its run, its agent or everything is paused, the earliest; 0 = none of them is."""
    run_at = run.paused_at if run is not None and run.state is RunState.PAUSED else 0
    return min((at for at in (run_at, agent.paused_at, workspace.paused_at) if at), default=0)


def alone_since(ask: Ask, workspace: Workspace) -> int:
    """Since when this ask waits without anybody there to see it; 0 = somebody attends, or it may not wait."""
    since = workspace.unattended_since
    return max(since, ask.raised_at, ask.moved_at) if since and ask.raised.may_wait else 0


def with_standing_deadlines(ask: Ask, run: Run, agent: Agent, workspace: Workspace, now: int) -> Ask:
    """The ask as it is while its deadlines stand still."""
    since = [at for at in (paused_since(run, agent, workspace), alone_since(ask, workspace)) if at]
    if not since:
        return ask
    stood = max(0, now - min(since))
    return msgspec.structs.replace(ask, answer_by=ask.answer_by + stood, expires=ask.expires + stood)


def moved_for_the_alone(ask: Ask, run: Run | None, agent: Agent, workspace: Workspace, now: int) -> list[Fact]:
    """Somebody attends again (or rules from elsewhere): the time nobody did is added, but for what a pause covers."""
    alone = alone_since(ask, workspace)
    if not alone or ask.state is AskState.CLOSED:
        return []
    by_us = min(now, paused_since(run, agent, workspace) or now) - alone
    if by_us <= 0:
        return []
    ask_id = ask.raised.ask_id
    moved = DeadlinesMoved(ask_id, ask.answer_by + by_us, ask.expires + by_us, unattended=True)
    return [Fact(ask_stream(ask_id), moved)]
