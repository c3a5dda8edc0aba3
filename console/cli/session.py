"""Runs one command on a plain asyncio loop: signals close in order, faults become a sentence and an exit status."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from console.cli.exit_status import BROKEN, DONE, REFUSED, WRONG_USAGE, CommandRefused, UsedWrongly, fault_sentence
from console.cli.printing import Printer

log = logging.getLogger("console.cli")
Work = Callable[[], Coroutine[Any, Any, int | None]]


def run(work: Work, printer: Printer) -> int:
    """The exit status of the command."""
    try:
        return _ended(asyncio.run(_interruptible(work)))
    except CommandRefused as refused:
        printer.trouble(str(refused), "refused", refused.code)
        return REFUSED
    except UsedWrongly as wrong:
        printer.trouble(str(wrong), "usage")
        return WRONG_USAGE
    except BrokenPipeError:
        # Whoever read the output has seen enough; the interpreter must not complain about it at its end.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (asyncio.CancelledError, KeyboardInterrupt):
        printer.trouble("Stopped here. What was recorded is kept; the next start goes on from there.", "stopped")
        return REFUSED
    except Exception as error:
        return _told(error, printer)


def _ended(answer: int | None) -> int:
    return DONE if answer is None else answer


def _told(error: Exception, printer: Printer) -> int:
    sentence = fault_sentence(error)
    if sentence:
        refused = hasattr(error, "socket") or type(error).__name__ in ("DoorClosed",)
        printer.trouble(sentence, "refused" if refused else "broken")
        return REFUSED if refused else BROKEN
    if type(error).__name__ in ("WorkspaceFault", "CannotEvaluate", "DemoBroken"):
        printer.trouble(str(error), "refused")
        return REFUSED
    log.error("The command failed", exc_info=error)
    told = f"The program made a mistake ({type(error).__name__}: {error}). What was recorded is safe."
    printer.trouble(told, "broken")
    return BROKEN


async def _interruptible(work: Work) -> int | None:
    task = asyncio.ensure_future(work())
    with _signals(task):
        return await task


@contextlib.contextmanager
def _signals(task: asyncio.Task[int | None]) -> Iterator[None]:
    """Ctrl+C, an ended session and a closed terminal all close the workspace in order."""
    loop = asyncio.get_running_loop()
    wanted = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]

    def close(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(task.cancel)

    before = {}
    for number in wanted:
        with contextlib.suppress(ValueError):  # not the main thread: whoever runs us there owns the signals
            before[number] = signal.signal(number, close)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
