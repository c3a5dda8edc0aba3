"""The one way in: ``perform(command)`` decides on the present state and appends, nothing else.

It returns when the command is durably accepted, not when its work is done.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from copy import copy
from typing import Any

from runtime.domain.changes import Changes, Done
from runtime.domain.commands import Command
from runtime.domain.decide_run import Decided
from runtime.domain.envelope import Envelope, Fact
from runtime.domain.events import Event
from runtime.domain.ids import BUDGET_STREAM, OPERATORS_STREAM, RunId, StreamName, is_operator_author
from runtime.domain.loop_commands import LoopCommand
from runtime.domain.operators_only import ACTS_FIRST, OPERATORS_ONLY, may_ask_for
from runtime.domain.redaction import Redactor
from runtime.domain.refusals import Refusal
from runtime.journal.codec import UnreadableRecord
from runtime.journal.disk_watch import DiskWatch
from runtime.journal.event_log import EventLog, StreamChange
from runtime.operations.masked_events import masked_event
from runtime.operations.states import States
from storage.errors import DatabaseUnreadable, StorageError, StorageUnavailable, StreamMovedOn

ATTEMPTS = 8
"""How often a command that came second is decided anew. Inside one process the locks make even the second rare."""

Handler = Callable[["Operations", Any], Awaitable[Done | Refusal]]


class Operations:
    """Decides and appends. ``now`` answers µs since the epoch, UTC."""

    def __init__(
        self,
        log: EventLog,
        states: States,
        now: Callable[[], int],
        handlers: dict[type, Handler],
        disk: DiskWatch,
        redactor: Redactor | None = None,
    ) -> None:
        self.log = log
        self.disk = disk
        self.states = states
        self.now = now
        self._handlers = handlers
        self._redactor = redactor or Redactor()
        self._for: Command | LoopCommand | None = None
        """The command of a person that is carried out: what it decides is decided only while they are an operator."""

    async def perform(self, command: Command | LoopCommand) -> Done | Refusal:
        """Carry out one command. A fault of the disk is a refusal too: its sentence says what still holds."""
        kind = type(command)
        handler = self._handlers[kind]
        ops = self
        if kind in OPERATORS_ONLY:
            if refusal := may_ask_for(self.states.workspace, command):
                return refusal
            if kind not in ACTS_FIRST:
                ops = copy(self)
                ops._for = command
        try:
            return await handler(ops, command)
        except StreamMovedOn:
            return Refusal(
                "Others changed the same thing again and again; nothing was recorded. Try once more.", "busy"
            )
        except UnreadableRecord as error:
            return Refusal(f"{error.sentence} Approvals are off until the journal was verified.", "damaged")
        except StorageError as error:
            if isinstance(error, StorageUnavailable | DatabaseUnreadable):
                self.disk.refused(error)
            return Refusal(str(error), "storage")

    async def commit(
        self,
        streams: Iterable[StreamName],
        decide: Callable[[], Decided],
        *,
        by: str,
        sentence: str = "",
    ) -> Done | Refusal:
        """Decide on these streams under their locks and append what was decided, all or nothing.

        Raises StorageError; raises StreamMovedOn only after many attempts.
        """
        wanted = tuple(streams)
        if len(wanted) > 1:
            wanted = tuple(sorted(set(wanted)))
        states = self.states
        if not states.locks.take_free(wanted):
            await states.locks.take(wanted)
        try:
            if not states.knows(wanted):
                await states.load(wanted)
            for attempt in range(ATTEMPTS):
                if states.locks.held(OPERATORS_STREAM) and is_operator_author(by) and OPERATORS_STREAM not in wanted:
                    await states.locks.let_pass(OPERATORS_STREAM)  # somebody is being retired: they, perhaps
                asked = self._for
                decided = (None if asked is None else may_ask_for(states.workspace, asked)) or decide()
                if isinstance(decided, Refusal):
                    return decided
                if not decided:
                    return Done(sentence=sentence)  # it is so already
                try:
                    envelopes = await self.log.append(self._changes(decided), by, self.now())
                except StreamMovedOn as moved:
                    await states.reload(StreamName(moved.stream))
                    await states.load(wanted)
                    if attempt == ATTEMPTS - 1:
                        raise
                    continue
                states.apply(envelopes)
                return Done(changes_of(envelopes), sentence, envelopes[-1].seq if envelopes else 0)
        finally:
            states.locks.let_go(wanted)
        raise AssertionError("unreachable: the loop returns or raises")

    def _changes(self, decided: list[Fact]) -> list[StreamChange]:
        grouped: dict[StreamName, list[Event]] = {}
        mask = self._redactor if self._redactor.knows_any else None
        for fact in decided:
            event = fact.event if mask is None else masked_event(fact.event, mask)
            grouped.setdefault(fact.stream, []).append(event)
        return [StreamChange(stream, self.states.version(stream), tuple(events)) for stream, events in grouped.items()]


def changes_of(envelopes: Sequence[Envelope]) -> Changes:
    """Which things these events are about; those of one stream stand together."""
    if envelopes and (only := envelopes[0].stream) == envelopes[-1].stream and only.startswith("run:"):
        return Changes(runs=(RunId(only[len("run:") :]),))  # mostly so
    touched: dict[str, dict[str, None]] = {"run": {}, "ask": {}, "agent": {}}
    whole: set[str] = set()
    credentials = False
    for envelope in envelopes:
        kind, _, key = envelope.stream.partition(":")
        if kind in touched:
            touched[kind][key] = None
        else:
            whole.add(kind if not key else envelope.stream)
            credentials = credentials or type(envelope.event).__name__.startswith(("Credential", "Connection", "Key"))
    return Changes(
        runs=tuple(touched["run"]),
        asks=tuple(touched["ask"]),
        agents=tuple(touched["agent"]),
        policy="policy" in whole,
        settings=bool(whole & {"workspace", BUDGET_STREAM}),
        operators="operators" in whole,
        grants=any(name.startswith("grant:") for name in whole),
        credentials=credentials,
    )
