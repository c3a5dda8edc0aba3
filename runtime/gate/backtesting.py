"""Tries rules on the newest recorded actions: reads in pages off the loop, replays in a thread, executes nothing.

It is handed a reader and two look-ups of declarations: no runner, no tool, no way to record anything.
"""

import asyncio
from collections.abc import Callable
from typing import Final

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.policy import Policy
from runtime.gate.backtest import Replayed, differences, ready
from runtime.projections.backtest_rows import BacktestReport, ChangedAction
from runtime.projections.recorded_actions import RecordedActions
from runtime.tools.contract import ToolContract

ACTIONS: Final = 1_000
SpecOf = Callable[[str, int], AgentSpec | None]
"""(agent, revision) -> what the agent was then."""
ContractOf = Callable[[AgentSpec, str], ToolContract | None]
"""(agent, tool) -> the declaration of one of its tools; None where the program has it no more."""
Say = Callable[[int], None]
"""How many actions were looked at so far."""


class Backtest:
    """Of one workspace."""

    def __init__(self, recorded: RecordedActions, spec_of: SpecOf, contract_of: ContractOf) -> None:
        self._recorded = recorded
        self._spec_of = spec_of
        self._contract_of = contract_of

    async def run(
        self, before: Policy, after: Policy, limit: int = ACTIONS, say: Say = lambda done: None
    ) -> BacktestReport:
        """Where the two policies differ about the newest ``limit`` actions. Cancelling it leaves nothing behind."""
        changed: list[ChangedAction] = []
        looked_at = unknown = 0
        async for page in self._recorded.pages(limit):
            replayed: list[Replayed] = []
            for action in page:
                spec = self._spec_of(action.run.agent, action.run.revision)
                contract = self._contract_of(spec, action.event.action.tool) if spec is not None else None
                if spec is None or contract is None:
                    unknown += 1
                else:
                    replayed.append(ready(action, spec, contract))
            some, not_known = await asyncio.to_thread(differences, replayed, before, after)
            changed += some
            unknown += not_known
            looked_at += len(page)
            say(looked_at)
        return BacktestReport(looked_at, tuple(sorted(changed, key=lambda one: -one.at)), unknown)
