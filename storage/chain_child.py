"""Checks the hash chain in a process of its own, which tells how far it has come."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from storage.chain_check import ChainReport, Progress, verify_chain
from storage.errors import StorageUnavailable
from storage.records import Head

_NICENESS = 5  # whoever works beside it, the window above all, goes first


async def verify_in_child(database: Path, expected: Head | None, progress: Progress | None = None) -> ChainReport:
    """As ``verify_chain``, with the caller's interpreter left alone. ``progress`` is called in another thread."""
    child = _Child(database, expected)
    try:
        return await asyncio.to_thread(child.work, progress)
    finally:
        child.end()  # where nobody waits for it any more, it need not go on


class _Child:
    def __init__(self, database: Path, expected: Head | None) -> None:
        self._given = (database, expected)
        self._process: BaseProcess | None = None
        self._ended = False

    def work(self, progress: Progress | None) -> ChainReport:
        spawning = multiprocessing.get_context("spawn")
        here, there = spawning.Pipe(duplex=False)
        with contextlib.closing(here):
            self._process = spawning.Process(target=_check, args=(there, *self._given), name="chain check", daemon=True)
            self._process.start()
            there.close()  # ours; when the child's closes too, there is nothing more to come
            if self._ended:
                self.end()
            try:
                while isinstance(told := here.recv(), int):
                    if progress is not None:
                        progress(told)
            except (EOFError, OSError) as error:
                raise StorageUnavailable(
                    "The check of the journal was ended before it had read every record.",
                    "Nothing was changed.",
                    "Verify the chain once more.",
                ) from error
            finally:
                self._process.join()
        if isinstance(told, Exception):
            raise told
        assert isinstance(told, ChainReport)
        return told

    def end(self) -> None:
        self._ended = True
        if self._process is not None and self._process.is_alive():
            self._process.terminate()


def _check(parent: Connection, database: Path, expected: Head | None) -> None:
    """The child's work. Ctrl+C reaches every process of a terminal; it is the parent that answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    answer: ChainReport | Exception
    try:
        answer = verify_chain(database, expected, parent.send)
    except Exception as error:
        answer = error
    with contextlib.suppress(OSError):  # the parent is gone
        parent.send(answer)
