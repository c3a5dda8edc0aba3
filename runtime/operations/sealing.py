"""Seals the journal's head in the background: the file within a second, the keyring each minute and after rulings."""

import asyncio
import math
from collections.abc import Callable

from runtime.domain.events.asks import (
    AskApproved,
    AskRejected,
    CapAnswered,
    HoldReleased,
    OutcomeTold,
    RulingTakenBack,
)
from runtime.domain.events.grants import GrantEnded, GrantGiven
from runtime.domain.events.plans import PlanApproved, PlanRejected
from runtime.journal.event_log import EventLog
from runtime.operations.upkeep import WorkspaceUpkeep
from storage.errors import SealBroken, StorageError

FILE_EVERY_S = 1.0
KEYRING_EVERY_S = 60.0

_RULINGS = frozenset(
    {
        *(AskApproved, AskRejected, OutcomeTold, CapAnswered, RulingTakenBack, HoldReleased),
        *(PlanApproved, PlanRejected, GrantGiven, GrantEnded),
    }
)
"""What a person answered: whoever cuts off the journal's end must not be able to take it back for a minute."""


class Sealer:
    """One task. ``on_broken`` gets the sentence when the journal lacks what was sealed before."""

    def __init__(self, log: EventLog, upkeep: WorkspaceUpkeep, on_broken: Callable[[str], None]) -> None:
        self._log = log
        self._upkeep = upkeep
        self._on_broken = on_broken
        self._task: asyncio.Task[None] | None = None
        self._dirty = True
        self._ruled = False
        self._keyring_at = -math.inf
        self.trouble = ""
        """Why the last seal could not be written; empty = it was."""

    def start(self) -> None:
        """Begin sealing."""
        self._task = asyncio.create_task(self._run(), name="sealer")

    async def close(self) -> None:
        """One last seal, into the keyring too, then end."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        self._dirty = True
        await self._seal(into_keyring=True)

    async def _run(self) -> None:
        subscription = self._log.subscriptions.watch()
        watching = asyncio.create_task(self._watch(subscription.__aiter__()), name="sealer feed")
        try:
            while True:
                loop = asyncio.get_running_loop()
                due = loop.time() - self._keyring_at >= KEYRING_EVERY_S or self._ruled
                if self._dirty:
                    ruled, self._ruled, self._dirty = self._ruled, False, False
                    sealed = await self._seal(into_keyring=due)
                    if not sealed:
                        self._ruled = self._ruled or ruled  # still owed to the keyring
                    elif due:
                        self._keyring_at = loop.time()
                await asyncio.sleep(FILE_EVERY_S)
        finally:
            subscription.close()
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    async def _watch(self, feed: object) -> None:
        async for batch in feed:  # type: ignore[attr-defined]  # a Subscription iterates itself
            self._dirty = True
            self._ruled = self._ruled or not _RULINGS.isdisjoint([type(one.event) for one in batch])

    async def _seal(self, *, into_keyring: bool) -> bool:
        """Whether it was sealed."""
        try:
            await self._upkeep.seal(into_keyring=into_keyring)
        except SealBroken as error:
            self._on_broken(str(error))
            return False
        except StorageError as error:
            self.trouble = str(error)
            self._dirty = True
            return False
        self.trouble = ""
        return True
