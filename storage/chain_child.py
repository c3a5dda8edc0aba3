"""Checks the hash chain, the read tables and the contents in a process of its own, which tells how far it has come."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeVar

from storage.chain_check import ChainReport, Progress, verify_chain
from storage.contents_check import ContentsReport, NamesOf, check_contents
from storage.errors import StorageUnavailable
from storage.records import Head
from storage.table_check import Made, TablesReport, compare_tables

Report = TypeVar("Report", ChainReport, TablesReport, ContentsReport)
_NICENESS, _BEHIND = 5, 15
"""Whoever works beside it, the window above all, goes first. A person waits for a chain to be verified; the comparison
after it takes several times as long and is never in a hurry."""

_SELDOM = 100_000
"""New objects between two looks for garbage: pages of records come and go, and none of them is garbage in a circle."""


async def verify_in_child(database: Path, expected: Head | None, progress: Progress | None = None) -> ChainReport:
    """As ``verify_chain``, with the caller's interpreter left alone. ``progress`` is called in another thread."""
    return await _in_child(ChainReport, verify_chain, (database, expected), progress, _NICENESS)


async def compare_in_child(
    database: Path, shape: tuple[str, int], made: Made, progress: Progress | None = None
) -> TablesReport:
    """As ``compare_tables``. ``made`` is a class of a module, which the child imports."""
    return await _in_child(TablesReport, compare_tables, (database, shape, made), progress)


async def contents_in_child(
    database: Path,
    folder: Path,
    names_of: NamesOf,
    progress: Progress | None = None,
    noted: frozenset[str] = frozenset(),
) -> ContentsReport:
    """As ``check_contents``. ``names_of`` is a function of a module, which the child imports."""
    work = partial(check_contents, noted=noted)
    return await _in_child(ContentsReport, work, (database, folder, names_of), progress)


async def _in_child(
    kind: type[Report],
    work: Callable[..., Report],
    given: tuple[Any, ...],
    progress: Progress | None,
    niceness: int = _BEHIND,
) -> Report:
    child = _Child(work, given, niceness)
    try:
        report = await asyncio.to_thread(child.work, progress)
    finally:
        child.end()  # where nobody waits for it any more, it need not go on
    assert isinstance(report, kind)
    return report


class _Child:
    def __init__(self, work: Callable[..., object], given: tuple[Any, ...], niceness: int) -> None:
        self._given = (work, given, niceness)
        self._process: BaseProcess | None = None
        self._ended = False

    def work(self, progress: Progress | None) -> object:
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
        return told

    def end(self) -> None:
        self._ended = True
        if self._process is not None and self._process.is_alive():
            self._process.terminate()


def _check(parent: Connection, work: Callable[..., object], given: tuple[Any, ...], niceness: int) -> None:
    """The child's work. Ctrl+C reaches every process of a terminal; it is the parent that answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(niceness)
    gc.freeze()
    gc.set_threshold(_SELDOM)
    answer: object
    try:
        answer = work(*given, parent.send)
    except Exception as error:
        answer = error
    with contextlib.suppress(OSError):  # the parent is gone
        parent.send(answer)
