"""Calls tools so that nothing they do escapes: strict arguments, a thread and a time limit each, checked output.

Whatever a tool does (raises, hangs, answers outside its contract), the caller gets a value that says what is known.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from inspect import isawaitable
from pathlib import Path
from typing import TypeVar

import msgspec
from pydantic import BaseModel

from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.tools.checking import Checked as Checked
from runtime.tools.checking import Checks
from runtime.tools.contract import (
    Appraisal,
    Blobs,
    Happened,
    Preview,
    Probe,
    Tool,
    ToolContext,
    ToolFailed,
)
from runtime.tools.disk_faults import KeptFirst, disk_fault
from runtime.tools.memo import Memo
from runtime.tools.ran import Ran, broken, crashed, ended, given_up, of_kind, raised, short
from runtime.tools.sentences import ContractBroken
from runtime.tools.stopping import STOP_GRACE_S, Cut, Stop
from runtime.tools.workers import Abandoned, Workers

TIME_LIMIT = "time-limit"
CRASHED = "crashed"

T = TypeVar("T")


class Probed(msgspec.Struct, frozen=True):
    """What looking found. When YES, ``ran`` is what the call would have returned (None: it cannot be told)."""

    happened: Happened
    sentence: str
    ran: Ran | None = None


END_WITHIN_S = 60.0
"""For reading what a tool remembered, once it ended: our own work, which the tool's limit does not bound."""
PREVIEW_LIMIT_S = 10.0
"""A person waits for it before deciding; what takes longer is said to have no preview."""
_LOOKS = ("appraise ", "preview ", "probe ", "forecast undo ")


def _no_progress(text: str) -> None:
    """Nobody listens."""


def _no_key(arguments: str) -> str:
    """An action that belongs to no run has no key yet."""
    return ""


@contextmanager
def _only_tool_failed(tool: Tool, verb: str, limit_s: float = 0) -> Iterator[None]:
    """Whatever a tool's method raises becomes ToolFailed."""
    name = tool.contract.name
    try:
        yield
    except ToolFailed:
        raise
    except Abandoned as error:
        sentence = f"{name} did not answer in {limit_s:g} s ({verb}); it was left behind."
        raise ToolFailed(TIME_LIMIT, sentence, passing=True, uncertain=verb == "undo") from error
    except Exception as error:
        if verb == "undo" and (fault := disk_fault(error)) is not None:
            raise fault from error
        sentence = f"{name} is broken ({verb}): {type(error).__name__}: {error}"
        raise ToolFailed(CRASHED, sentence, uncertain=verb == "undo") from error


def _probed(tool: Tool, model: BaseModel, context: ToolContext, started: float) -> Probed:
    found = of_kind(tool.probe(model, context), Probe)
    ran = None if found.result is None else ended(tool, found.result, context, started)
    return Probed(Happened(found.happened), short(found.sentence), ran)


class Runner:
    """Runs the tools of one workspace. Only ``check``, ``appraise`` and ``preview`` raise; the rest answer with values.

    ``progress``, ``remember`` and ``recall`` are called in the worker thread.
    """

    def __init__(self, folder: Path, blobs: Blobs, secret: Callable[[str], str | None], *, at_once: int = 32) -> None:
        self.folder = folder
        self.memo = Memo(folder)
        self._blobs = blobs
        self._secret = secret
        self._workers = Workers(at_once)
        self._never = threading.Event()
        """What a look is given to watch: nobody stops it, it has its time limit."""
        self._looking = self._context("", self._never)
        self.check = Checks().check

    @property
    def abandoned(self) -> tuple[str, ...]:
        """Calls that were given up and are still at work, by name."""
        return self._workers.abandoned

    @property
    def acting(self) -> tuple[str, ...]:
        """Those of them that may still change something: tools and undos, but nothing that only looks."""
        return tuple(name for name in self.abandoned if not name.startswith(_LOOKS))

    def wait_for_acting(self) -> None:
        """Blocks until none of them is at work any more, however long that takes."""
        for name in self.acting:
            self._workers.wait_for(name)

    async def appraise(self, tool: Tool, arguments: str | Checked) -> Appraisal:
        """Facts about this very action. Raises ContractBroken or ToolFailed; anything else becomes ToolFailed."""
        checked = self.check(tool, arguments) if isinstance(arguments, str) else arguments
        if tool.contract.on_loop:
            try:
                return tool.appraise(checked.model, self._looking)
            except Exception as error:
                with _only_tool_failed(tool, "appraise"):
                    raise error
        return await self._look(tool, "appraise", lambda: tool.appraise(checked.model, self._looking))

    async def preview(self, tool: Tool, arguments: str, key_of: Callable[[str], str] = _no_key) -> Preview:
        """What would happen. Raises ContractBroken or ToolFailed; anything else becomes ToolFailed.

        ``key_of``: canonical arguments -> the key the effect will have.
        """
        checked = self.check(tool, arguments)
        context = self._context(key_of(checked.arguments), threading.Event())
        limit_s = min(PREVIEW_LIMIT_S, tool.contract.time_limit_s)
        return await self._look(tool, "preview", lambda: tool.preview(checked.model, context), limit_s=limit_s)

    async def run(
        self,
        tool: Tool,
        arguments: str,
        key: str,
        cancelled: threading.Event,
        progress: Callable[[str], None] = _no_progress,
        remember: Callable[[UndoRecord], None] | None = None,
        recall: Callable[[], UndoRecord | None] | None = None,
    ) -> Ran:
        """Do it. ``arguments`` is the canonical text that was judged and approved; any other writing is refused.

        ``remember`` and ``recall`` default to the workspace's memo under ``key``.
        """
        started = time.monotonic()
        try:
            checked = self.check(tool, arguments)
        except ContractBroken as error:
            return broken(f"{error} Nothing was done.", started)
        if checked.arguments != arguments:
            sentence = "The arguments are not written as they were checked. Nothing was done."
            return broken(sentence, started)
        context = self._context(key, cancelled, progress, remember, recall)
        if tool.contract.on_loop:
            return await self._run_on_loop(tool, checked.model, context, started)
        return await self._run_in_thread(tool, checked.model, context, started)

    async def _run_in_thread(self, tool: Tool, model: BaseModel, context: ToolContext, started: float) -> Ran:
        name, limit_s = f"{tool.contract.name} {context.key[:8]}", tool.contract.time_limit_s

        def work() -> Ran:
            try:
                return ended(tool, tool.run(model, context), context, started)
            except Exception as error:
                return raised(tool, error, context, started)

        try:
            return await self._workers.call(name, work, limit_s, context.cancelled)
        except Abandoned:
            over = partial(given_up, tool, context, started)
        except Exception as error:  # SystemExit and the like, raised by the tool
            over = partial(raised, tool, error, context, started)
        return await self._workers.call(name, over, END_WITHIN_S)

    async def _run_on_loop(self, tool: Tool, model: BaseModel, context: ToolContext, started: float) -> Ran:
        limit_s = tool.contract.time_limit_s
        stop = context.cancelled if isinstance(context.cancelled, Stop) else Stop()
        over: Callable[[], Ran]
        try:
            result: object = tool.run(model, context)
            if isawaitable(result):
                result = await stop.awaited(result, limit_s, STOP_GRACE_S)
            over = partial(ended, tool, result, context, started)
        except Cut:
            over = partial(given_up, tool, context, started)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # the program closes
            over = partial(crashed, tool, error, context, started)
        except (Exception, SystemExit) as error:
            over = partial(raised, tool, error, context, started)
        if self.memo.may_hold(context.key):  # the end reads what the tool remembered
            return await self._workers.call(tool.contract.name, over, END_WITHIN_S)
        return over()

    async def probe(self, tool: Tool, arguments: str, key: str) -> Probed:
        """Look whether the effect with this key happened. Whatever goes wrong while looking is UNKNOWN."""
        started = time.monotonic()
        try:
            checked = self.check(tool, arguments)
            context = self._context(key, threading.Event())
            return await self._look(tool, "probe", lambda: _probed(tool, checked.model, context, started))
        except (ContractBroken, ToolFailed) as error:
            return Probed(Happened.UNKNOWN, f"Looking was not possible: {error}")

    async def forecast_undo(
        self, tool: Tool, record: UndoRecord, key: str = "", undone_first: tuple[UndoRecord, ...] = ()
    ) -> UndoForecast:
        """What undoing would do now, or once these newer effects of the same family are undone."""
        context = msgspec.structs.replace(self._context(key, threading.Event()), undone_first=undone_first)
        try:
            return await self._look(
                tool, "forecast undo", lambda: of_kind(tool.forecast_undo(record, context), UndoForecast)
            )
        except ToolFailed as error:
            return UndoForecast(UndoOutcome.FAILED, error.sentence)

    async def undo(
        self,
        tool: Tool,
        record: UndoRecord,
        *,
        overwrite: bool = False,
        key: str = "",
        of: str = "",
        cancelled: threading.Event | None = None,
    ) -> tuple[UndoOutcome, str]:
        """Undo one effect; it may be repeated after anything that went wrong, under the same key.

        ``key`` is the undo's own idempotency key, ``of`` that of the effect. UNKNOWN where the tool did not come back
        in time (``undoing`` says whether it is still at work) or broke on the way.
        """
        stop = cancelled or threading.Event()
        context = self._context(key, stop, recall=lambda: self.memo.recall(of or key))

        def work() -> tuple[UndoOutcome, str]:
            outcome, sentence = tool.undo(record, context, overwrite=overwrite)
            return UndoOutcome(outcome), short(sentence)

        try:
            return await self._look(tool, "undo", work, key, stop=stop)
        except ToolFailed as error:
            return UndoOutcome.UNKNOWN if error.uncertain else UndoOutcome.FAILED, error.sentence

    def undoing(self, key: str) -> bool:
        """Whether an undo with this key was given up and is still at work."""
        return any(name.startswith("undo ") and name.endswith(f" {key}") for name in self._workers.abandoned)

    async def _look(
        self,
        tool: Tool,
        verb: str,
        function: Callable[[], T],
        key: str = "",
        limit_s: float = 0,
        stop: threading.Event | None = None,
    ) -> T:
        """Call a method that must not escape with anything but ToolFailed. ``limit_s``: another than the contract's.
        ``stop`` is set when it is left because the program closes."""
        limit_s = limit_s or tool.contract.time_limit_s
        name = f"{verb} {tool.contract.name} {key}".rstrip()
        with _only_tool_failed(tool, verb, limit_s):
            return await self._workers.call(name, function, limit_s, stop)
        raise AssertionError("unreachable: the call returns or raises")

    def _context(
        self,
        key: str,
        cancelled: threading.Event,
        progress: Callable[[str], None] = _no_progress,
        remember: Callable[[UndoRecord], None] | None = None,
        recall: Callable[[], UndoRecord | None] | None = None,
    ) -> ToolContext:
        first = KeptFirst(self._blobs, self.memo, key)
        return ToolContext(
            folder=self.folder,
            key=key,
            blobs=first,
            cancelled=cancelled,
            progress=progress,
            secret=self._secret,
            remember=remember or first.remember,
            recall=recall or (lambda: self.memo.recall(key)),
        )
