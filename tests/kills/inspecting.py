"""What a killed program left, held against the promises: by its journal, and by the world outside of it.

Nothing of it is touched: the journal is copied first.
"""

import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import msgspec

from runtime.domain import ask_state, run_state
from runtime.domain.ask_state import Ask
from runtime.domain.envelope import Envelope
from runtime.domain.events.asks import AskApproved, AskEvent, AskRaised, OutcomeTold
from runtime.domain.events.effects import EffectStarted
from runtime.domain.events.rollbacks import UndoStarted
from runtime.domain.events.runs import RunQueued
from runtime.domain.run_state import Run
from runtime.domain.words import CallStatus, Outcome
from runtime.journal.codec import decode
from runtime.operations.noted_contents import lacking_of
from runtime.operations.upkeep import BLOBS, JOURNAL
from storage.chain_check import verify_chain
from storage.records import StoredRecord
from tests.fixtures.tables import rebuilt_tables_equal_the_live_ones
from tests.kills.stories import Story
from tests.kills.witness import RECORDED_AS, lines
from tests.kills.world import disagreements, orphans, world_of

FINDINGS = "findings.json"
HEAD = "head.txt"
COPY = "journal"
_SELECT = 'SELECT seq, stream, version, kind, "schema", at, "by", body, previous, hash FROM records ORDER BY seq'


class Findings(msgspec.Struct, frozen=True):
    """``broken``: promises that were not kept, in sentences; ``told``: what was said of unknown outcomes."""

    broken: list[str]
    told: list[str]


class Left:
    """What a journal says: its records in order, every run and every ask folded."""

    def __init__(self, database: Path) -> None:
        with closing(sqlite3.connect(database)) as journal:
            self.records = [StoredRecord(*row) for row in journal.execute(_SELECT)]
        self.envelopes = [decode(record) for record in self.records]
        self.runs: dict[str, Run] = {}
        self.asks: dict[str, Ask] = {}
        for envelope in self.envelopes:
            self._fold(envelope)

    def _fold(self, envelope: Envelope) -> None:
        event, stream = envelope.event, str(envelope.stream)
        if isinstance(event, RunQueued):
            self.runs[stream] = run_state.start(event)
        elif stream in self.runs:
            self.runs[stream] = run_state.evolve(self.runs[stream], event, envelope.at)  # type: ignore[arg-type]
        if isinstance(event, AskRaised):
            self.asks[stream] = ask_state.start(event)
        elif stream in self.asks:
            assert isinstance(event, AskEvent)
            self.asks[stream] = ask_state.evolve(self.asks[stream], event, envelope.at)

    def events(self, kind: str) -> list[Envelope]:
        """All of this kind."""
        return [envelope for envelope, record in zip(self.envelopes, self.records, strict=True) if record.kind == kind]


async def inspect(story: Story, room: Path, witness: Path, *, at_the_end: bool) -> None:
    """Write down what is broken (see Findings)."""
    copy = _copied(room, witness / COPY)
    left = Left(copy / JOURNAL)
    broken = [*not_whole(left, copy, witness), *not_as_told(left, witness), *not_as_asked(left)]
    broken += disagreements(world_of(room), list(left.runs.values()), story.overwrites)
    if lacking := await lacking_of(copy / JOURNAL, room / BLOBS, lambda checked: None, in_child=False):
        broken.append(f"What was kept is not there any more: {lacking}")
    told = [event.answer for each in left.events("outcome-told") if isinstance(event := each.event, OutcomeTold)]
    if at_the_end:
        broken += not_as_the_story_ends(story, left, room, "skip" in told)
    try:
        await rebuilt_tables_equal_the_live_ones(copy)
    except AssertionError as error:
        broken.append(f"The read tables are not what the journal makes: {error}")
    shutil.rmtree(copy)
    (witness / FINDINGS).write_bytes(msgspec.json.encode(Findings(broken, told)))


def _copied(room: Path, copy: Path) -> Path:
    copy.mkdir()
    for path in room.glob(f"{JOURNAL}*"):
        if not path.name.endswith("-shm"):  # SQLite makes it anew from the file and its WAL
            shutil.copyfile(path, copy / path.name)
    return copy


def not_whole(left: Left, copy: Path, witness: Path) -> list[str]:
    """The chain holds, and begins with everything that was there at the last look."""
    report = verify_chain(copy / JOURNAL)
    broken = [] if report.whole else [f"The chain is broken: {report.why}"]
    before = (witness / HEAD).read_text("utf-8").split() if (witness / HEAD).exists() else []
    if before:
        seq = int(before[0])
        if len(left.records) < seq or left.records[seq - 1].hash.hex() != before[1]:
            broken.append(f"Record {seq} was durable before, and is not there or not the same any more.")
    last = left.records[-1]
    (witness / HEAD).write_text(f"{last.seq} {last.hash.hex()}", "utf-8")
    return broken


def not_as_told(left: Left, witness: Path) -> list[str]:
    """What was confirmed is there; what is there was said by somebody, and not refused to them."""
    said = lines(witness)
    broken = []
    seen = max((line.seq for line in said), default=0)
    if seen > len(left.records):
        broken.append(f"Record {seen} was shown or confirmed; the journal ends at {len(left.records)}.")
    counted = {
        what: Counter((line.stream, line.command, line.by) for line in said if line.what == what)
        for what in ("tried", "done", "refused")
    }
    recorded = Counter(
        (record.stream, command, record.by.removeprefix("operator:"))
        for record in left.records
        for command, kind in RECORDED_AS.items()
        if record.kind == kind
    )
    for who in {*recorded, *counted["tried"]}:
        stream, command, by = who
        if command in ("StartRun",) and who not in counted["tried"]:
            continue  # a mail became a run: nobody had to say anything
        if command == "RollBack" and by.startswith("agent:"):
            continue  # it rolled itself back
        least, most = counted["done"][who], counted["tried"][who] - counted["refused"][who]
        if not least <= recorded[who] <= most:
            broken.append(
                f"{command} of {by} on {stream}: {recorded[who]} in the journal, {least} confirmed, {most} given and "
                "not refused"
            )
    edits = {(line.stream, line.detail) for line in said if line.command in ("Approve", "TellOutcome")}
    for envelope in (*left.events("ask-approved"), *left.events("outcome-told")):
        event = envelope.event
        detail = event.answer if isinstance(event, OutcomeTold) else ""
        if isinstance(event, AskApproved) and event.edited is not None:
            detail = event.edited.arguments
        if (str(envelope.stream), detail) not in edits:
            broken.append(f"{envelope.stream} was decided with {detail!r}, which nobody said.")
    return broken


def not_as_asked(left: Left) -> list[str]:
    """A request that is open can be answered; an approval is spent once, with the start of its own effect."""
    broken = []
    spent = Counter(
        str(event.ask_id)
        for each in left.events("effect-started")
        if isinstance(event := each.event, EffectStarted) and event.ask_id
    )
    for stream, ask in left.asks.items():
        raised = ask.raised
        call = left.runs[f"run:{raised.run_id}"].call(raised.call_id)
        waits = call is not None and call.status is CallStatus.ASKED and call.ask_id == raised.ask_id
        if ask.open and not waits:
            broken.append(f"{stream} is open, and its call does not wait for it: nobody could answer it to any effect.")
        if not ask.open and ask.how not in ("spent", "rejected", "told"):
            broken.append(f"{stream} ended as {ask.how}: {ask.closed_sentence}")
        if spent[raised.ask_id] != (ask.how == "spent"):
            broken.append(f"{stream} is {ask.how or 'open'} and was spent {spent[raised.ask_id]} times.")
    for run in left.runs.values():
        waiting = [call for call in run.calls if call.status is CallStatus.ASKED]
        if any(f"ask:{call.ask_id}" not in left.asks for call in waiting):
            broken.append(f"{run.run_id} waits for a request that is not there.")
    keys = {
        (str(each.stream), event.call_id, event.key)
        for each in left.events("effect-started")
        if isinstance(event := each.event, EffectStarted)
    }
    if len({(stream, call_id) for stream, call_id, _ in keys}) != len(keys):
        broken.append(f"An effect was started again under another key: {sorted(keys)}")
    undo_keys = {
        (event.rollback_id, event.call_id, event.key)
        for each in left.events("undo-started")
        if isinstance(event := each.event, UndoStarted)
    }
    if len({(rollback_id, call_id) for rollback_id, call_id, _ in undo_keys}) != len(undo_keys):
        broken.append(f"An undo was started again under another key: {sorted(undo_keys)}")
    return broken


def not_as_the_story_ends(story: Story, left: Left, room: Path, skipped: bool) -> list[str]:
    """Every run completed, nothing is open, and the world is the story's."""
    broken = [
        f"{run.run_id} ended as {run.outcome}: {run.summary}"
        for run in left.runs.values()
        if run.outcome is not (Outcome.ESCALATED if story.by_itself else Outcome.COMPLETED)
    ]
    if len(left.runs) != len(story.runs):
        broken.append(f"{len(left.runs)} runs, not {len(story.runs)}.")
    broken += [f"{stream} is still open." for stream, ask in left.asks.items() if ask.open]
    missing = {f"ledger {title}" for title in story.skipped} if skipped else set()
    world, expected = world_of(room), Counter(story.world - missing)
    if story.clears and (left_over := orphans(room)):
        broken.append(f"Space was cleared, and {left_over} contents that no record names are still there.")
    if world != expected:
        broken.append(
            f"The world has {sorted((world - expected).elements())} too much and lacks "
            f"{sorted((expected - world).elements())}."
        )
    return broken
