"""The work whose power is cut: a real workspace in the operator's words, run in a process of its own and recorded.

``python -m tests.crash.power.story FOLDER LOG RUNS [normal|blob-not-synced|blob-folder-not-synced]`` writes the
recorded operations, pickled, into LOG. The last argument breaks the program on purpose, for the controls.
"""

import asyncio
import os
import pickle
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel

from runtime.domain.action import canonical
from runtime.domain.agent_spec import AgentSpec, Quota, ToolGrant
from runtime.domain.ask_state import Ask
from runtime.domain.commands import SaveAgent, TellOutcome
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.ids import AgentName
from runtime.domain.playbook_spec import PlaybookSpec
from runtime.domain.policy import Rule
from runtime.domain.words import AskState, RunState, VerdictKind
from runtime.domain.workspace_state import Agent
from runtime.engine.surroundings import Surroundings
from runtime.models.interface import Answered, Model, ModelRequest
from runtime.models.scripted import NO_COST
from runtime.tools.contract import ToolContext, ToolResult
from storage import blobs, credentials, engine
from tests.crash.power.post_office import PostOffice
from tests.crash.power.recording import Recording
from tests.fixtures.bench_tools import Answer, answer
from tests.fixtures.keyring_in_memory import KeyringInMemory
from tests.fixtures.ledger_tool import Ledger, entries
from tests.fixtures.room import NOTHING, PLAN, Room, act, bench, done, write

LEDGER = "ledger.txt"
"""Stands for another company's machine: what is in it stays, whatever happens to our disk."""
POST = "post office"
"""The same, of a mail server."""
SHOP, OUTBOX = "shop.sqlite", "outbox"
"""Of this machine, and in the same folder: the power takes from them what was not synced."""
ADD = {
    "name": "add",
    "purpose": "Add an order.",
    "kind": "change",
    "sql": "INSERT INTO orders (title) VALUES (:title)",
    "parameters": {"title": {"type": "text", "description": "Title"}},
    "title": "Add {title}",
}
SPEC = AgentSpec(
    AgentName("clerk"),
    "Clerk",
    tools=(
        ToolGrant("files", '{"folder":"docs"}'),
        ToolGrant("bench"),
        ToolGrant("ledger"),
        ToolGrant("sql", canonical({"database": SHOP, "statements": [ADD]})),
        ToolGrant(
            "mail", canonical({"outbox": OUTBOX, "drafts": "drafts", "inbox": "inbox", "from": "a@shop.example"})
        ),
    ),
    quotas=(Quota("mails", "mail.send", per_day=1000),),
    at_once=20,
    playbook=PlaybookSpec((NOTHING,)),
)
POSTMAN = AgentSpec(
    AgentName("postman"),
    "Postman",
    tools=(
        ToolGrant(
            "mail",
            canonical(
                {"outbox": "posted", "drafts": "drafts", "inbox": "inbox", "from": "a@shop.example", "smtp": True}
            ),
        ),
    ),
    quotas=(Quota("mails", "mail.send", per_day=1000),),
    at_once=20,
    playbook=PlaybookSpec((NOTHING,)),
)
LETTERS = "letter"
"""What the tasks of the postman are called."""
RULES = (
    Rule("ledger", VerdictKind.ASK, tools="ledger.*"),
    Rule("send", VerdictKind.ALLOW, agents="clerk", tools="mail.send"),
    Rule("post", VerdictKind.ALLOW, agents="postman", tools="mail.send"),
    Rule("all", VerdictKind.ALLOW),
)
LARGE = 20_000


class Steps:
    """A model whose answer follows from task and turn alone, so that it is the same in every life."""

    label = "steps"

    async def model_for(self, route: str, agent: Agent, spec: AgentSpec) -> Model:
        return self

    async def plan(self, request: ModelRequest, on_text: Any) -> Answered[PlannedWork]:
        return Answered(PLAN, NO_COST, b"", b"")

    async def act(self, request: ModelRequest, on_text: Any) -> Answered[Decision]:
        title = request.task.title
        if title.startswith(LETTERS):
            decision = act(("mail.send", letter(title))) if request.turn == 1 else done()
            return Answered(decision, NO_COST, b"", b"")
        steps = [
            act(write(f"{title}.txt", f"{title}\n"), bench("read", title)),
            act(("sql.add", {"title": title}), ("mail.send", letter(title))),
            act(("ledger.add", {"note": title})),
            act(write(f"{title}.txt", f"{title} is in the ledger\n")),
        ]
        decision = steps[request.turn - 1] if request.turn <= len(steps) else done()
        return Answered(decision, NO_COST, b"", b"")


def letter(title: str) -> dict[str, Any]:
    """Arguments of a mail."""
    return {"to": ["anna@example.org"], "subject": title, "text": "Hello"}


def lay_out_shop(folder: Path) -> None:
    """A shop that was there long ago."""
    with closing(sqlite3.connect(folder / SHOP)) as shop:
        shop.execute("PRAGMA journal_mode = WAL")
        shop.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, title TEXT)")
        shop.commit()
    engine.sync_folder(folder)


def large(note: str, context: ToolContext) -> ToolResult:
    """Every third answer is too large for a record."""
    if hash_of(note) % 3:
        return answer(note, context)
    return ToolResult(cast(BaseModel, Answer(said=f"{note} " * (LARGE // (len(note) + 1)))), "A long answer")


def hash_of(note: str) -> int:
    """The same in every process."""
    return sum(note.encode())


def room_in(folder: Path, around: Surroundings) -> Room:
    """A workspace in which the story plays, also after the cut."""
    room = Room(folder, around=around)
    room.bench.do = large
    return room


def surroundings(office: PostOffice, **more: Any) -> Surroundings:
    """The story's model and tools."""
    return Surroundings(models=Steps().model_for, families=(Ledger(), office.family()), **more)


async def work_through(room: Room, office: PostOffice) -> None:
    """Answer what is asked, like a person who looks, until every run is over."""
    feed = room.runtime.watch()
    try:
        while any(row.state is not RunState.FINISHED for row in await room.runtime.history.runs(limit=1000)):
            for ask in room.own.engine.states.open_asks():
                if ask.state is AskState.WAITING:
                    await give_answer(room, office, ask)
            await anext(feed)
    finally:
        feed.close()


async def give_answer(room: Room, office: PostOffice, ask: Ask) -> None:
    """Approve; where it may have happened, look into the ledger or ask the other company first."""
    if ask.raised.kind == "action":
        await room.runtime.perform(room.approval(ask))
        return
    arguments = ask.raised.action.arguments
    happened = arguments in {entry.arguments for entry in entries(room.folder)}
    happened = happened or arguments in {canonical(letter(one.subject)) for one in office.taken}
    await room.runtime.perform(TellOutcome(ask.raised.ask_id, "anna", "happened" if happened else "do-it"))


async def tell(room: Room, office: PostOffice, count: int) -> None:
    """The whole story: work, one rollback, an orderly end, a second day."""
    for name in ("docs", "inbox"):  # a person made them long ago
        (room.folder / name).mkdir()
    lay_out_shop(room.folder)
    await room.open()
    await room.furnish(SPEC, *RULES)
    await room.do(SaveAgent(POSTMAN, "anna"))
    for number in range(2):
        await room.start(f"{LETTERS} {number}", agent=POSTMAN.name)
    ids = [await room.start(f"task {number}") for number in range(count)]
    await work_through(room, office)
    await room.roll_back(ids[0])
    await room.reopen()
    await room.start(f"task {count}")
    await work_through(room, office)
    await room.close()
    assert room.crashes == [], room.crashes


class RecordedKeyring(KeyringInMemory):
    """A keyring that outlives the power cut."""

    def __init__(self, recording: Recording) -> None:
        super().__init__()
        self._recording = recording

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        self._recording.kept_elsewhere("keyring", pickle.dumps(self.kept))


def break_on_purpose(how: str) -> None:
    """What the harness has to notice."""
    if how == "normal":
        own = engine.set_pragmas

        def careless(connection: Any, mode: engine.Mode) -> None:
            own(connection, mode)
            connection.execute("PRAGMA synchronous = NORMAL")

        engine.set_pragmas = careless
    elif how == "blob-not-synced":

        class Careless:
            def __getattr__(self, name: str) -> Any:
                return (lambda descriptor: None) if name == "fsync" else getattr(os, name)

        setattr(blobs, "os", Careless())  # noqa: B010  (a name of another module is nobody's to assign)
    elif how == "blob-folder-not-synced":
        setattr(blobs, "sync_folder", lambda folder: None)  # noqa: B010
    elif how:
        raise ValueError(how)


def main(folder: Path, log: Path, runs: int, broken: str = "") -> None:
    """Record the story."""
    break_on_purpose(broken)
    folder.mkdir()
    recording = Recording(folder, outside=(LEDGER,))
    keyring = RecordedKeyring(recording)
    setattr(credentials, "KeyringCalls", lambda: keyring.calls())  # noqa: B010
    office = PostOffice(told=lambda kept: recording.kept_elsewhere(POST, kept))
    room = room_in(folder, surroundings(office, recorder=recording.recorder))
    with office.open(), recording.watching():
        asyncio.run(tell(room, office, runs))
    log.write_bytes(pickle.dumps(recording.ops))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), *sys.argv[4:])
