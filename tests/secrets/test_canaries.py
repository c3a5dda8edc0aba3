"""A provider that fails, breaks off and gives every secret back in every way: none of them stays anywhere."""

import asyncio
import contextlib
import io
import json
import logging
import re
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from console.__main__ import main
from console.masked_log import MaskedFormatter
from console.notices.crash_report import crash_report
from runtime.domain import known_secrets
from runtime.domain.agent_spec import ModelRoute
from runtime.domain.budget import EnteredPrice
from runtime.domain.commands import EnterPrice, LeaveNote, SaveConnection, Secret, StoreCredential, StoreKey
from runtime.domain.connection import ConnectionSpec
from runtime.domain.ids import RunId
from runtime.domain.redaction import EVERYWHERE, MASK
from runtime.domain.words import Outcome
from runtime.projections.export import as_csv, as_json_lines
from runtime.projections.rows import AuditFilter
from tests.fixtures.kinds import ANTHROPIC, COMPATIBLE, KINDS, OPENAI
from tests.fixtures.provided_room import ProvidedRoom, provided
from tests.fixtures.room import CLERK
from tests.secrets.canaries import CANARIES, ENCODINGS, NEEDLES, echo, found_in, found_under, in_two_pieces
from tests.wire.loopback import Cut, Loopback, Reply
from tests.wire.spoken import BUILD, STREAM

ROUTES = {
    OPENAI: "openai/gpt-5-mini",
    ANTHROPIC: "anthropic/claude-sonnet-4-5",
    COMPATIBLE: "compatible:compatible/m",
}
JSON = {"content-type": "application/json"}
HEADED = {**STREAM, "request-id": f"req {CANARIES['openai']}", "x-request-id": f"req {CANARIES['anthropic']}"}


def error(status: int) -> Reply:
    body = {"type": "error", "error": {"type": "x", "code": "y", "message": f"No: {echo()}"}}
    return Reply(status, {**JSON, "request-id": f"req {CANARIES['crm']}"}, json.dumps(body).encode())


def pieces(text: str) -> list[str]:
    return [text[at : at + 7] for at in range(0, len(text), 7)]


def script(kind: str) -> list[Reply]:
    """A plan after a fault, then turns: broken off in the middle, a call, text cut at every offset, the end."""
    build, said = BUILD[kind], {"confidence": 0.9, "reason": echo()}
    short = " ".join(CANARIES.values())
    steps = [{"title": f"Say {short}", "tool": "bench.change"}]
    plan = json.dumps({"steps": steps, "note": short, "reason": short, "confidence": 0.9})
    call = ("c1", "bench_change", json.dumps({"note": echo(), **said}))
    end = ("c2", "end_with_result", json.dumps({"text": f"Done: {echo()}", **said}))
    split = [piece for secret in CANARIES.values() for piece in in_two_pieces(secret)]
    whole = build(pieces(echo()), [call])
    return [
        error(500),
        Reply(200, HEADED, build(pieces(plan), [])),
        Reply(200, HEADED, whole, cut=len(whole) // 3, how=Cut.BROKEN),
        Reply(200, HEADED, whole),
        Reply(200, HEADED, build(split, []), cut=len(build(split, [])) // 2),
        Reply(200, HEADED, build(split, [call]), 900),
        Reply(200, HEADED, build(pieces(echo()), [end])),
        error(401),
    ]


@dataclass
class Left:
    """What was seen and heard beside the files."""

    said: list[str] = field(default_factory=list)
    exports: list[str] = field(default_factory=list)
    outcomes: list[Outcome | None] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    crash: str = ""


async def furnish(way: ProvidedRoom, kind: str, address: str) -> None:
    """All five secrets are known: three keys and two other credentials."""
    for name in ("openai", "anthropic", "compatible"):
        url = address if name == kind else "http://127.0.0.1:9"
        spec = ConnectionSpec(name, name, url if name == "anthropic" else f"{url}/v1")
        await way.room.do(SaveConnection(spec, "anna"))
        await way.room.do(StoreKey(name, Secret(CANARIES[name]), "anna"))
    for name in ("smtp", "crm"):
        await way.room.do(StoreCredential(name, "a test", Secret(CANARIES[name]), "anna"))
    price = EnteredPrice(1_000_000, 1_000_000, None, None)
    await way.room.do(EnterPrice(ROUTES[kind], price, "anna"))


def copied(folder: Path, to: Path) -> None:
    """A workspace at work, as it lies there: what is renamed between being listed and being read is passed over."""

    def copy(source: str, target: str) -> None:
        with contextlib.suppress(FileNotFoundError):  # a seal is written beside its place, then moved there
            shutil.copy2(source, target)

    shutil.copytree(folder, to, copy_function=copy)


async def listen(way: ProvidedRoom, run_id: RunId, left: Left) -> None:
    async for _, text in way.room.runtime.progress.watch(run_id):
        left.said.append(text)


async def live(folder: Path, kind: str) -> Left:
    """One run through all of it, a second that is refused, and everything that is handed out."""
    left = Left()
    route = ROUTES[kind]
    spec = msgspec.structs.replace(CLERK, models=ModelRoute((route,), (route,)))
    async with Loopback(script(kind)) as server, provided(folder, spec) as way:
        await furnish(way, kind, server.address)
        run_id = await way.start("First", f"Do it with {CANARIES['openai']}.")
        hearing = asyncio.create_task(listen(way, run_id, left))
        await way.room.do(LeaveNote(run_id, "anna", f"The password is {CANARIES['smtp']}"))
        run = await way.room.finished(run_id)
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        left.outcomes = [run.outcome]
        left.ends = [run.summary, await way.waits("Second", echo())]
        left.said += left.ends
        await way.room.runtime.history.caught_up()
        for export in (as_json_lines, as_csv):
            left.exports += [piece async for piece in export(way.room.runtime.history, AuditFilter())]
        # While it is open the newest pages are in the write-ahead log alone.
        await asyncio.to_thread(copied, folder, folder.with_name("while-open"))
    try:
        raise ValueError(f"Something with {echo()}")
    except ValueError as mistake:
        left.crash = crash_report(mistake, f"asking {CANARIES['compatible']}")
    return left


@asynccontextmanager
async def the_programs_own_log(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[io.StringIO]:
    """What the program itself sends to the terminal, as its start sets it up; everything is logged, not warnings alone.

    Handlers and level of the tests are back before the test ends.
    """
    root, terminal = logging.getLogger(), io.StringIO()
    with monkeypatch.context() as instead:
        instead.setattr(root, "handlers", [])
        instead.setattr(sys, "stderr", terminal)
        level = root.level
        try:
            assert await asyncio.to_thread(main, ["--version"]) == 0
            root.setLevel(logging.DEBUG)
            yield terminal
        finally:
            root.setLevel(level)
            logging.getLogger("console.watchdog").setLevel(logging.NOTSET)


def log_with_secrets() -> None:
    """A library that logs what it was sent, and a mistake with its traceback."""
    log = logging.getLogger("a.library")
    log.debug("got %s", echo())
    try:
        raise ValueError(f"Something with {echo()}")
    except ValueError:
        log.exception("It broke")


def everything_found(folder: Path, left: Left, log: str) -> dict[str, set[tuple[str, str]]]:
    found = {f"{place}: {name}": hits for place in (folder, folder.with_name("while-open"))
             for name, hits in found_under(place).items()}  # fmt: skip
    told = {"progress": "".join(left.said), "exports": "".join(left.exports), "crash": left.crash, "log": log}
    found |= {name: hits for name, text in told.items() if (hits := found_in(text.encode()))}
    return found


def test_the_search_knows_every_way_of_writing() -> None:
    assert len(CANARIES) == 5
    assert len(ENCODINGS) >= 12
    assert {way for _, way in NEEDLES} == set(ENCODINGS)
    assert found_in(echo().encode()) >= set(NEEDLES)


@pytest.mark.parametrize("kind", KINDS)
async def test_no_secret_stays_anywhere(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "workspace"
    async with the_programs_own_log(monkeypatch) as terminal:
        left = await live(folder, kind)
        log_with_secrets()
    assert left.outcomes == [Outcome.COMPLETED], left.ends
    assert len("".join(left.said)) > 1_000
    assert MASK in terminal.getvalue()
    assert await asyncio.to_thread(everything_found, folder, left, terminal.getvalue()) == {}


async def test_without_the_mask_the_search_finds_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search is not blind: with masking switched off, secrets lie in every kind of place."""
    known = known_secrets.KnownSecrets
    monkeypatch.setattr(known, "masked", lambda self, text, whole=True: text)
    monkeypatch.setattr(known, "within", lambda self, text: False)
    folder = tmp_path / "workspace"
    async with the_programs_own_log(monkeypatch) as terminal:
        left = await live(folder, OPENAI)
        log_with_secrets()
    found = await asyncio.to_thread(everything_found, folder, left, terminal.getvalue())
    assert {"progress", "exports", "log", "crash"} <= set(found)
    places = " ".join(found)
    assert re.search(r"workspace: [0-9a-f]{62}\b", places)  # a content beside the journal
    assert "while-open: journal.sqlite-wal" in places
    assert "table records" in places
    assert {way for hits in found.values() for _, way in hits} >= set(ENCODINGS)


def test_logs_are_masked_with_their_tracebacks() -> None:
    EVERYWHERE.learn(CANARIES["crm"])
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "key %s", (CANARIES["crm"],), None)
    assert found_in(MaskedFormatter("%(message)s").format(record).encode()) == set()


async def test_after_a_restart_secrets_are_known_before_anybody_uses_them(tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    async with provided(folder, CLERK) as way:
        await furnish(way, OPENAI, "http://127.0.0.1:9")
        await way.room.reopen()
        run_id = await way.start("First", f"Do it with {echo()}.")
        await way.room.do(LeaveNote(run_id, "anna", " and ".join(CANARIES.values())))
    assert await asyncio.to_thread(found_under, folder) == {}
