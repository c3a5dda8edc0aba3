"""The newest judged actions with their runs as they were then, folded from the journal in pages: to try rules on."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from runtime.domain import run_state
from runtime.domain.events import EffectEvent, RollbackEvent, RunEvent
from runtime.domain.events.runs import ActionJudged, ModelAnswered, RunQueued
from runtime.domain.run_state import Run
from runtime.journal.codec import UnreadableRecord, decode
from runtime.projections.row import Row
from storage.reads import recorded as reads
from storage.recorder import Recorder
from storage.records import StoredRecord

RUNS_A_PAGE: Final = 40


@dataclass(frozen=True, slots=True)
class RecordedAction:
    """One judged action. ``run``: as the gate saw it. ``ruling``: approved | approved with edit | rejected | "".

    ``asked``: a person was asked; ``undone``: it was rolled back later; ``at``: µs UTC.
    """

    event: ActionJudged
    run: Run
    at: int
    asked: bool
    ruling: str
    undone: bool


class RecordedActions:
    """Reads only: it is handed the journal and nothing that acts."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def pages(self, limit: int) -> AsyncIterator[list[RecordedAction]]:
        """The newest ``limit`` actions, some runs at a time; what cannot be read is passed over."""
        rows = await self._recorder.query(reads.newest(limit))
        wanted: dict[str, dict[str, Row]] = {}
        for row in rows:
            wanted.setdefault(row["run_id"], {})[row["call_id"]] = row
        runs = list(wanted)
        for at in range(0, len(runs), RUNS_A_PAGE):
            some = runs[at : at + RUNS_A_PAGE]
            records = await self._recorder.query(reads.records_of(some))
            yield await asyncio.to_thread(_actions, [StoredRecord(**record) for record in records], wanted)


def _actions(records: Sequence[StoredRecord], wanted: dict[str, dict[str, Row]]) -> list[RecordedAction]:
    """Folds every run up to its actions; a call that was judged anew counts once, as it was judged last."""
    runs: dict[str, Run] = {}
    answered: dict[str, Run] = {}
    found: dict[tuple[str, str], RecordedAction] = {}
    for record in records:
        try:
            envelope = decode(record)
        except UnreadableRecord:
            continue
        event, run_id = envelope.event, record.stream.removeprefix("run:")
        if isinstance(event, RunQueued):
            runs[run_id] = run_state.start(event)
        run = runs.get(run_id)
        if run is None or not isinstance(event, RunEvent | EffectEvent | RollbackEvent):
            continue
        if isinstance(event, ModelAnswered):
            answered[run_id] = run
        elif isinstance(event, ActionJudged) and (row := wanted[run_id].get(event.call_id)) is not None:
            # The first call of an answer is judged before the answer is recorded; all others after it.
            first = event.index == 1 and run.call(event.call_id) is None
            then = answered.get(run_id, run) if first else run
            found[run_id, event.call_id] = _action(event, then, envelope.at, row)
        runs[run_id] = run_state.evolve(run, event, envelope.at)
    return list(found.values())


def _action(event: ActionJudged, run: Run, at: int, row: Row) -> RecordedAction:
    ruling = str(row["ruling"] or "")
    return RecordedAction(event, run, at, bool(row["asked"]), ruling, bool(row["undone"]))


def in_order(actions: Iterable[RecordedAction]) -> list[RecordedAction]:
    """Newest first."""
    return sorted(actions, key=lambda action: action.at, reverse=True)
