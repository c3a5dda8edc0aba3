"""What is only passing: streamed text and output of running tools. Redacted, bounded, never journaled."""

import asyncio
from collections.abc import AsyncIterator, Callable

from runtime.domain.redaction import Redactor, StreamMask

CHAIN_PROGRESS = "chain check"
"""Watched like a run: how far a check of the chain has come, "412,000 of 1,000,000"."""

COMPARISON_PROGRESS = "comparison"
"""Watched like a run: how far contents or lists (in place of a call's id) were compared with the journal."""

BACKTEST_PROGRESS = "backtest"
"""Watched like a run: how many recorded actions other rules were tried on so far."""

REASONING = "reasoning"
"""A piece of the model's summary of its reasoning, not of its answer."""

KEPT_PIECES = 500
"""A watcher that does not keep up loses the oldest passing text; nothing of it is a record."""


def answering(what: str, after: int) -> str:
    """In place of a call's id: ``what`` (``REASONING``, "" for the text) of an answer that began after this seq.

    Who watches can tell by it whether a step of the journal says this answer, or one before it.
    """
    return f"{what}@{after}"


def of_answer(call_id: str) -> tuple[str, int] | None:
    """What of an answer it is, and after which seq that began; None for what a tool says."""
    what, mark, after = call_id.partition("@")
    return (what, int(after)) if mark and what in ("", REASONING) and after.isdecimal() else None


class ProgressFeed:
    """Pieces of text of runs, handed to whoever watches now. ``say`` may be called from any thread."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._loop: asyncio.AbstractEventLoop | None = None
        self._watchers: dict[str, set[asyncio.Queue[tuple[str, str]]]] = {}

    def say(self, run_id: str, call_id: str, text: str) -> None:
        """Pass a piece on; nobody watching costs nothing."""
        loop = self._loop
        if not text or run_id not in self._watchers or loop is None:
            return
        piece = (call_id, self._redact(text))
        if asyncio._get_running_loop() is loop:
            self._put(run_id, piece)  # with many models answering, another turn of the loop is a long wait
        else:
            loop.call_soon_threadsafe(self._put, run_id, piece)

    async def watch(self, run_id: str) -> AsyncIterator[tuple[str, str]]:
        """(call id, or as ``answering`` names it; text) of one run, from now on, until the watcher stops."""
        self._loop = asyncio.get_running_loop()
        queue: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._watchers.setdefault(run_id, set()).add(queue)
        try:
            while True:
                yield await queue.get()
        finally:
            watchers = self._watchers.get(run_id, set())
            watchers.discard(queue)
            if not watchers:
                self._watchers.pop(run_id, None)

    def _put(self, run_id: str, piece: tuple[str, str]) -> None:
        for queue in self._watchers.get(run_id, ()):
            if queue.qsize() >= KEPT_PIECES:
                queue.get_nowait()
            queue.put_nowait(piece)


class Voice:
    """What one running tool says, passed on with secrets masked, also one that lies across two pieces."""

    __slots__ = ("_call_id", "_feed", "_mask", "_redactor", "_run_id")

    def __init__(self, feed: ProgressFeed, redactor: Redactor, run_id: str, call_id: str) -> None:
        self._feed, self._redactor = feed, redactor
        self._run_id, self._call_id = run_id, call_id
        self._mask: StreamMask | None = None

    def __call__(self, text: str) -> None:
        """A piece. From the thread of the tool alone."""
        if self._mask is None:  # most tools never say a word
            self._mask = self._redactor.stream()
        self._feed.say(self._run_id, self._call_id, self._mask.feed(text))

    def end(self) -> None:
        """What was held back; the tool is over."""
        if self._mask is not None:
            self._feed.say(self._run_id, self._call_id, self._mask.end())
