"""Lives of a program that is killed: forked from a process that has imported everything, so that a start is cheap.

The child side is ``serve``; the parent side is ``nursery``, whose ``Lives`` ask it for one life after the other.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CLONE = Path(__file__).resolve().parents[2]
PATIENCE_S = 120
"""A life that took so long stands still."""
STOOD_STILL = 3
KILLED = (-9, 15)
ROOM_NEEDED = 512 * 1024 * 1024
FOR_ALL = (
    *("alembic", "console", "runtime", "sqlalchemy", "storage", "tests", "keyring", "json"),
    *("anyio", "certifi", "h11", "httpcore", "httpx", "idna"),
)
"""Packages that a life may import when it first needs them; the next ones find them imported."""
Live = Callable[[Path, str], Awaitable[None]]
"""(folder, when) -> lives once in this folder; killed, or not, as ``when`` says."""


class Lives:
    """Lives of one program. Where a process can be forked they share one start of the interpreter."""

    def __init__(self, command: list[str], served: "subprocess.Popen[str] | None") -> None:
        self._command = command
        self._served = served

    def end_of(self, folder: Path, when: str) -> int:
        """Live once; 0 when it ended by itself, else the signal (negative) or the status it ended with."""
        if self._served is None:
            command = [*self._command, "life", when, str(folder)]
            return subprocess.run(command, cwd=CLONE, env=environment(), check=False).returncode
        assert self._served.stdin is not None
        assert self._served.stdout is not None
        self._served.stdin.write(f"{when} {folder}\n")
        self._served.stdin.flush()
        return int(self._served.stdout.readline())

    def one(self, folder: Path, when: str) -> bool:
        """Live once; True when it ended by itself, False when it was killed. Any other end fails the test."""
        code = self.end_of(folder, when)
        assert code == 0 or code in KILLED, f"The life {when} ended with {code}."
        return code == 0


@contextmanager
def nursery(module: str) -> Iterator[Lives]:
    """The lives of the program in this module, which calls ``main`` with its ``live``."""
    command = [sys.executable, "-m", module]
    if not hasattr(os, "fork"):
        yield Lives(command, None)
        return
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [*command, "nursery"], stdin=pipe, stdout=pipe, cwd=CLONE, env=environment(), text=True
    ) as served:
        yield Lives(command, served)
        assert served.stdin is not None
        served.stdin.close()


def quick_place() -> Path | None:
    """A folder in memory, where there is one: a process that is killed loses nothing it wrote, synced or not.

    (What a power cut leaves of a disk is another matter, and tested elsewhere.)
    """
    memory = Path("/dev/shm")
    fits = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_NEEDED
    return memory if fits else None


def environment() -> dict[str, str]:
    """Of a child: it finds the source, and neither a real keyring nor a provider."""
    found = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    return {**found, "PYTHONPATH": str(CLONE), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}


def main(live: Live) -> None:
    """``life WHEN FOLDER`` lives once; ``nursery`` reads one ``WHEN FOLDER`` a line and answers how each ended."""
    if sys.argv[1] == "nursery":
        _serve(live)
    else:
        asyncio.run(_live_or_tell(live, Path(sys.argv[3]), sys.argv[2]))


def _serve(live: Live) -> None:
    known = set(sys.modules)
    for line in sys.stdin:
        when, _, folder = line.strip().partition(" ")
        imported, told = os.pipe()
        child = os.fork()
        if not child:
            os.close(imported)
            sys.stdin.close()
            _live_in_child(live, Path(folder), when, known, told)
        os.close(told)
        if when.startswith("time:"):
            time.sleep(float(when.removeprefix("time:")))
            os.kill(child, signal.SIGKILL)
        with open(imported, encoding="utf-8") as names:
            _import_as_well(names.read().split(), known)
        status = os.waitpid(child, 0)[1]
        print(os.waitstatus_to_exitcode(status), flush=True)


def _live_in_child(live: Live, folder: Path, when: str, known: set[str], told: int) -> None:
    """What this life had to import when it was first used is told, so that later lives find it imported."""
    code = 1
    try:
        asyncio.run(_live_or_tell(live, folder, when))
        sys.stderr.flush()
        os.write(told, " ".join(set(sys.modules) - known).encode()[:60_000])
        code = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    finally:
        os._exit(code)


def _import_as_well(names: list[str], known: set[str]) -> None:
    for name in sorted(names):
        if name.split(".")[0] in FOR_ALL:
            try:
                __import__(name)
            except Exception:  # a migration's file, say, that is not found by its name: each life imports it itself
                continue
    known.update(names)


async def _live_or_tell(live: Live, folder: Path, when: str) -> None:
    """Live; a life that stands still ends with what each of its tasks waits for, and fails the test."""
    life = asyncio.ensure_future(live(folder, when))
    ended, _ = await asyncio.wait({life}, timeout=PATIENCE_S)
    if not ended:
        for task in asyncio.all_tasks():
            print(f"Stands still: {task.get_name()}", file=sys.stderr)
            task.print_stack(file=sys.stderr)
        sys.stderr.flush()
        os._exit(STOOD_STILL)
    await life
