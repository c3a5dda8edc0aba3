"""Looks after the queue with every tick: floods, agents that take no no, what returns from the shelf.

It decides nothing: what it counts goes through ``perform`` like everything else, and after a restart it counts anew.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable

import msgspec

from runtime.domain.envelope import Envelope
from runtime.domain.events.asks import AskClosed, AskRaised
from runtime.domain.events.people import FloodEnded
from runtime.domain.flood import LOOKED_AT, WINDOW, is_calm, is_flood, rate
from runtime.domain.ids import AskId
from runtime.domain.priority import priority
from runtime.domain.queue_commands import BeginFlood, EndFlood, PauseForRepeats, ReturnAsk
from runtime.domain.repeats import Asked, does_not_take_no, same_key
from runtime.operations.perform import Operations
from runtime.operations.states import States
from runtime.projections.read_for_engine import AskedLately

AskedSince = Callable[[int], Awaitable[list[AskedLately]]]
"""(µs UTC) -> asks raised since then, oldest first."""


class QueueWatch:
    """``heed`` sees what was recorded, ``look`` comes with every tick of the clock."""

    def __init__(self, ops: Operations, states: States, now: Callable[[], int], asked_since: AskedSince) -> None:
        self._ops, self._states, self._now, self._asked_since = ops, states, now, asked_since
        self._asked: dict[str, Asked] = {}
        self._to_check: dict[AskId, None] = {}

    async def start(self) -> None:
        """Count what was asked before the program was started."""
        for one in await self._asked_since(self._now() - LOOKED_AT):
            same = one.same if one.kind == "action" else ""
            self._asked[one.ask_id] = Asked(one.ask_id, same, one.raised_at, one.how == "rejected")
            if not one.how:
                self._to_check[AskId(one.ask_id)] = None

    def heed(self, batch: Iterable[Envelope]) -> None:
        """Note what was asked and what was rejected."""
        for envelope in batch:
            event = envelope.event
            if isinstance(event, AskRaised):
                own_wish = event.kind == "action" and not event.anew  # what is asked anew is the console's doing
                same = same_key(event.agent, event.action) if own_wish else ""
                self._asked[event.ask_id] = Asked(event.ask_id, same, envelope.at)
                self._to_check[event.ask_id] = None
            elif isinstance(event, AskClosed) and event.how == "rejected" and event.ask_id in self._asked:
                self._asked[event.ask_id] = msgspec.structs.replace(self._asked[event.ask_id], rejected=True)

    async def look(self) -> None:
        """What is due now."""
        now = self._now()
        for key in [key for key, one in self._asked.items() if one.at <= now - LOOKED_AT]:
            del self._asked[key]
        await self._pause_who_repeats()
        await self._watch_the_flood(now)
        for ask in self._states.open_asks():
            if ask.shelved_until and ask.shelved_until <= now:
                await self._ops.perform(ReturnAsk(ask.raised.ask_id))

    async def _pause_who_repeats(self) -> None:
        checked, self._to_check = self._to_check, {}
        for ask_id in checked:
            one = self._asked.get(ask_id)
            if one is not None and one.same and does_not_take_no(self._asked.values(), one.same, one.at):
                await self._ops.perform(PauseForRepeats(ask_id))

    async def _watch_the_flood(self, now: int) -> None:
        raised = sorted(one.at for one in self._asked.values())
        began = self._states.workspace.flood_since
        if not began and is_flood(raised, now):
            await self._ops.perform(BeginFlood(rate(raised, now)))
        elif began and is_calm(raised, now):
            await self._ops.perform(EndFlood(summary(began, await self._asked_since(began - WINDOW))))


def summary(began: int, asked: list[AskedLately]) -> FloodEnded:
    """What a flood was, from the asks that made it and came in it."""
    urgency = Counter(priority(one.tier, one.answer_by, one.raised_at) for one in asked)
    return FloodEnded(
        began,
        len(asked),
        tuple(urgency[level] for level in (1, 2, 3)),
        decided=sum(one.ruled for one in asked),
        expired=sum(one.how == "expired" for one in asked),
        waiting=sum(not one.how and not one.ruled for one in asked),
        agents=tuple(Counter(one.agent for one in asked).most_common(5)),
    )
