"""Builds a workspace with a journal of a million events, truthful in kind: copies of runs that the program really did.

Six runs are done through the whole program (reads, writes that were approved or rejected, a failure, an escalation).
Each copy has ids, times, agent and words of its own and goes through the program's own log, projections and writer,
append by append as the original did; the audit table and its full text follow as they always do. Run it as
``python -m tests.benchmarks.large_journal FOLDER [EVENTS]``; the workloads build it once and keep it.
"""

import asyncio
import itertools
import random
import re
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.commands import SaveAgent
from runtime.domain.envelope import Envelope
from runtime.domain.events import Event
from runtime.domain.ids import AgentName, RunId, StreamName
from runtime.domain.policy import Rule
from runtime.domain.words import VerdictKind
from runtime.journal.codec import decode
from runtime.journal.event_log import EventLog, StreamChange
from runtime.journal.subscriptions import Subscriptions
from runtime.operations.upkeep import JOURNAL
from runtime.projections.follower import Follower
from runtime.projections.projector import project
from runtime.projections.rebuild import SHAPE
from storage.errors import WorkspaceOwned
from storage.recorder_sqlite import SqliteRecorder
from tests.fixtures.room import CLERK, Answer, Room, act, bench, done, write

EVENTS = 1_000_000
AGENTS, WORDS, TOKENS = 24, 20_000, 60
MARK, MADE = "made.txt", 3
"""Counted up whenever what is built here changes: older ones are then built anew, as when the tables' shape changes."""
DAYS = 90
AT_ONCE = 60
"""Copies that are written at the same time, so that their events lie between each other as those of real runs do."""
FIRST_AGENT = "agent-00"
COMMON_WORD, PHRASE = "parcel", "the parcel was late"
RULES = (
    Rule("writes", VerdictKind.ASK, tools="files.write"),
    Rule("final", VerdictKind.ASK, tools="bench.final"),
    Rule("rest", VerdictKind.ALLOW),
)
_MOMENT = re.compile(rb"(?<![\d.])1[6-9]\d{14}(?![\d.])")
_WORD = re.compile(rb"qqword(\d\d)")


def agent_name(number: int) -> AgentName:
    """Names of one length, so that a copy differs from its original in nothing but the name."""
    return AgentName(f"agent-{number:02d}")


def spec_of(number: int) -> AgentSpec:
    """One of the agents."""
    return msgspec.structs.replace(CLERK, name=agent_name(number), role=f"Works through box {number}", at_once=50)


def words() -> list[str]:
    """Pronounceable words, each of them once; the first ones come often (as words do), the last ones hardly ever."""
    syllables = ["".join(parts) for parts in itertools.product("bdfgklmnprstvz", "aeiou", "nrlstm")]
    picked = random.Random(1)
    return ["".join(picked.sample(syllables, 2)) + str(n % 10) * (n > 2_000) for n in range(WORDS)]


def token_text(first: int, count: int) -> str:
    """Places where each copy has words of its own."""
    return " ".join(f"qqword{n:02d}" for n in range(first, first + count))


def scripts() -> list[tuple[str, list[Answer], tuple[str, ...]]]:
    """(title, answers, what is ruled about its asks in order)."""
    lead = f"Answer {token_text(0, 3)}: {PHRASE}"
    reads = [act(bench("read", f"{token_text(n, 4)} {n}")) for n in range(4, 12)]
    return [
        (f"{lead} 1", [*reads, done(f"Read it all. {token_text(20, 6)}")], ()),
        (f"{lead} 2", [*reads[:4], act(write("docs/a.txt", token_text(26, 20))), done("Written.")], ("approve",)),
        (f"{lead} 3", [*reads[:2], act(write("docs/b.txt", token_text(8, 30))), done("Left it.")], ("reject",)),
        (
            f"{lead} 4",
            [*reads[:5], act(bench("change", token_text(40, 5))), act(bench("final", token_text(45, 5))), done()],
            ("approve",),
        ),
        (
            f"{lead} 5",
            [act(bench("read", token_text(50, 3)), bench("change", token_text(53, 3)), bench("read", "again")), done()],
            (),
        ),
        (f"{lead} 6", [*reads[2:6], act(bench("final", token_text(30, 9))), done(token_text(40, 9))], ("reject",)),
    ]


async def originals(folder: Path) -> list[list[Envelope]]:
    """The runs as the program itself recorded them, each in journal order with its asks."""
    spec = spec_of(0)
    room = Room(folder)
    room.hands.set_by_ns = -(DAYS + 1) * 86_400 * 1_000_000_000  # time goes forward from here to now
    await room.open()
    try:
        await room.furnish(spec, *RULES)
        for number in range(1, AGENTS):
            await room.do(SaveAgent(spec_of(number), "anna"))
        run_ids = [await _one(room, *script) for script in scripts()]
        envelopes = [decode(record) for record in await room.own.recorder.read(0, 100_000)]
    finally:
        await room.close()
    found = []
    for run_id in run_ids:
        asks = {str(getattr(e.event, "ask_id", "")) for e in envelopes if getattr(e.event, "run_id", "") == run_id}
        streams = {f"run:{run_id}", *(f"ask:{ask_id}" for ask_id in asks if ask_id)}
        found.append([envelope for envelope in envelopes if envelope.stream in streams])
    return found


async def _one(room: Room, title: str, answers: Sequence[Answer], rulings: Sequence[str]) -> RunId:
    run_id = await room.start(title, *answers, agent=FIRST_AGENT)
    for ruling in rulings:
        ask = await room.asked(run_id)
        if ruling == "approve":
            await room.approve(ask)
        else:
            await room.reject(ask, f"Not like this. {token_text(12, 5)}")
    await room.finished(run_id)
    return run_id


class Copier:
    """Makes the appends of one copy after the other."""

    def __init__(self, originals: Sequence[Sequence[Envelope]], events: int) -> None:
        self._originals = [_appends(run) for run in originals]
        self._random = random.Random(7)
        self._words = [word.encode() for word in words()]
        # Zipf: the n-th word comes about 1/n as often as the first.
        self._often = list(itertools.accumulate(1 / (n + 3) for n in range(WORDS)))
        length = sum(len(run) for run in originals) / len(originals)
        self._apart = round(DAYS * 86_400_000_000 / (events / length))
        self._begin = time.time_ns() // 1000 - DAYS * 86_400_000_000
        self._number = 0

    def next_run(self) -> list[tuple[int, str, list[StreamChange]]]:
        """(at, by, changes) of each append of a further run."""
        original = self._originals[self._random.randrange(len(self._originals))]
        self._number += 1
        agent = agent_name(self._random.randrange(AGENTS)).encode()
        drawn = self._random.choices(self._words, cum_weights=self._often, k=TOKENS)
        shift = self._begin + self._number * self._apart - original[0][0].at
        ids: dict[bytes, bytes] = {}

        def renamed(text: bytes) -> bytes:
            for old, new in ids.items():
                text = text.replace(old, new)
            text = text.replace(FIRST_AGENT.encode(), agent)
            return _WORD.sub(lambda found: drawn[int(found[1]) % TOKENS], text)

        for append in original:
            for envelope in append:
                old = envelope.stream.partition(":")[2].encode()
                ids.setdefault(old, b"%x" % self._random.getrandbits(4 * len(old)))
        return [self._append(append, renamed, shift) for append in original]

    def _append(self, append: Sequence[Envelope], renamed: "object", shift: int) -> tuple[int, str, list[StreamChange]]:
        assert callable(renamed)
        changes: dict[StreamName, list[Event]] = {}
        before: dict[StreamName, int] = {}
        for envelope in append:
            stream = StreamName(renamed(envelope.stream.encode()).decode())
            body = renamed(msgspec.json.encode(envelope.event))
            body = _MOMENT.sub(lambda found: b"%d" % (int(found[0]) + shift), body)
            changes.setdefault(stream, []).append(_decoder.decode(body))
            before.setdefault(stream, envelope.version - 1)
        by = renamed(append[0].by.encode()).decode()
        made = [StreamChange(stream, before[stream], tuple(events)) for stream, events in changes.items()]
        return append[0].at + shift, by, made


_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def _appends(run: Sequence[Envelope]) -> list[list[Envelope]]:
    """Events that were recorded together have one time and one author."""
    return [list(group) for _, group in itertools.groupby(run, key=lambda envelope: (envelope.at, envelope.by))]


async def build(folder: Path, events: int = EVENTS) -> Path:
    """The workspace, made where it is not there yet; an interrupted one is made anew."""
    if await asyncio.to_thread(_is_made, folder, events):
        return folder
    recorded = await originals(folder)
    recorder = await SqliteRecorder.open(folder / JOURNAL)
    try:
        await _fill(recorder, Copier(recorded, events), events)
        print("  its audit table and full text follow", file=sys.stderr)
        await Follower(recorder, Subscriptions()).caught_up()
    finally:
        await recorder.close()
    await _seal(folder)
    await asyncio.to_thread((folder / MARK).write_text, _mark(events))
    return folder


def _mark(events: int) -> str:
    return f"{MADE} {SHAPE} {events}"


def _is_made(folder: Path, events: int) -> bool:
    """Whether it is there as it would be built; what is there otherwise is removed."""
    mark = folder / MARK
    if mark.exists() and mark.read_text() == _mark(events):
        return True
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    return False


async def _fill(recorder: SqliteRecorder, copier: Copier, events: int) -> None:
    log = EventLog(recorder, project)
    room = asyncio.Semaphore(AT_ONCE)
    head = await log.head()
    planned, told = head, time.monotonic()

    async def write_one(appends: list[tuple[int, str, list[StreamChange]]]) -> None:
        try:
            for at, by, changes in appends:
                await log.append(changes, by, at)
        finally:
            room.release()

    async with asyncio.TaskGroup() as tasks:
        while planned < events:
            run = copier.next_run()
            planned += sum(len(change.events) for _, _, changes in run for change in changes)
            await room.acquire()
            tasks.create_task(write_one(run))
            if time.monotonic() - told > 10:
                told = time.monotonic()
                print(f"  {planned:,} of {events:,} events", file=sys.stderr)


async def _seal(folder: Path) -> None:
    """Opened and closed once by the program itself, so that the end is sealed as everywhere."""
    room = Room(folder)
    await room.open()
    await room.close()


def kept_journal(events: int) -> Path:
    """Where a built one is kept in this clone, for all workloads and for the next time."""
    return Path(__file__).parents[2] / ".local" / "benchmarks" / f"journal-{events}"


def main(arguments: Sequence[str]) -> Iterator[str]:
    """The command line."""
    folder = Path(arguments[0])
    events = int(arguments[1]) if len(arguments) > 1 else EVENTS
    begun = time.monotonic()
    try:
        asyncio.run(build(folder, events))
    except WorkspaceOwned as owned:
        yield str(owned)
        return
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    yield f"{events:,} events in {folder}, {size / 1e6:,.0f} MB, {time.monotonic() - begun:.0f} s"


if __name__ == "__main__":
    for line in main(sys.argv[1:]):
        print(line)
