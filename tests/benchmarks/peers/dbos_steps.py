"""DBOS: a workflow whose model call and tool call are a step each, on a SQLite file in WAL mode."""

import asyncio
import contextlib
import sqlite3
from importlib.metadata import version
from pathlib import Path

from dbos import DBOS, DBOSConfig, SetWorkflowID

from tests.benchmarks.peers.measuring import Tool, bytes_a_step, tell, timed, wanted

OURS = Tool()


@DBOS.step()
async def ask_model(step: int, steps: int) -> dict[str, str]:
    """The model answers at once: the next call, or nothing when it is done."""
    return {"tool": "note", "text": f"step {step}"} if step <= steps else {}


@DBOS.step()
async def note(text: str) -> str:
    """Write a note down."""
    return OURS.answer(text)


@DBOS.workflow()
async def agent(steps: int) -> str:
    """Model and tool in turns until the model is done."""
    step = 1
    while call := await ask_model(step, steps):
        await note(call["text"])
        step += 1
    return "Done."


async def main() -> None:
    """The file is set to WAL beforehand, which DBOS does not do by itself and which makes it faster."""
    of = wanted()
    database = of.folder / "dbos.sqlite"
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    config: DBOSConfig = {
        "name": "bench",
        "system_database_url": f"sqlite:///{database}",
        "log_level": "ERROR",
        "enable_otlp": False,
    }
    DBOS(config=config)
    DBOS.launch()

    async def one_run(name: str) -> None:
        with SetWorkflowID(name):
            await agent(of.steps)

    try:
        figures = await timed(one_run, of, OURS)
    finally:
        DBOS.destroy()
    figures["bytes a step"] = bytes_a_step(database, of)
    tell(figures, f"dbos {version('dbos')}, {_settings(database)} (WAL set by us, the rest by itself)")


def _settings(database: Path) -> str:
    """DBOS sets neither: the journal mode is the file's, synchronous is SQLite's own."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        names = ("journal_mode", "synchronous")
        return ", ".join(f"{name} {connection.execute(f'PRAGMA {name}').fetchone()[0]}" for name in names)


if __name__ == "__main__":
    asyncio.run(main())
