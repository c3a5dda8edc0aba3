"""Runs a program shut away: no network, nothing of the machine but its programs, a copy of one folder that is
thrown away afterwards, and limits on time, memory, processes and output. Where that cannot be had it is
refused, never run bare.

Linux: namespaces through util-linux (`unshare`, `setpriv`, `prlimit`). The copy lives in memory (tmpfs): whatever the
program does to it, no disk of the machine is written.
"""

import os
import platform
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from runtime.tools.sandbox_set_up import SET_UP

NEEDED = ("unshare", "setpriv", "prlimit", "mount", "umount", "pivot_root", "sh")
PATH = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"
ENVIRONMENT = {"PATH": PATH, "HOME": "/tmp", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
"""All of it: nothing of the console's own environment goes in."""
NOBODY = 65534
LOOK_EVERY_S = 0.05
SET_UP_FAILED = 125
"""Exit status of the set-up script where it could not shut the program away; the program was not run."""
READY = b"\x1eready\n"
"""The script says this on its standard error just before the program starts; what comes before is its own."""
KEPT_PART = 32 * 1024
"""Bytes kept of the beginning of the output, and of its end."""


class NoSandbox(Exception):
    """Programs cannot be shut away on this machine; the sentence says why. Nothing was run."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a program may use."""

    seconds: float = 300.0
    memory_mb: int = 2_048
    """All its processes together; also the most one process may ask for."""
    processes: int = 128
    output_bytes: int = 5_000_000
    copy_mb: int = 512
    """The copy, and as much again for temporary files."""


@dataclass(frozen=True, slots=True)
class Ended:
    """``how``: by itself, or which bound ended it. ``output``: both outputs; the middle may be left out."""

    how: str
    status: int
    output: str
    left_out: int = 0


BY_ITSELF, TIME, MEMORY, OUTPUT, STOPPED = "by itself", "time", "memory", "output", "stopped"


def run(
    command: tuple[str, ...],
    folder: Path,
    bounds: Bounds,
    *,
    read_only: tuple[Path, ...] = (),
    cancelled: threading.Event | None = None,
    progress: Callable[[str], None] = lambda text: None,
) -> Ended:
    """Run ``command`` in a throw-away copy of ``folder``. ``read_only``: further folders it may read. Blocking.

    Raises NoSandbox.
    """
    if fault := unavailable():
        raise NoSandbox(fault)
    return _run(command, folder, bounds, read_only, cancelled or threading.Event(), progress)


def unavailable() -> str:
    """Why no program can be shut away here; empty where it can."""
    try:
        _tried()
    except NoSandbox as error:
        return str(error)
    return ""


@lru_cache(maxsize=1)
def _tried() -> None:
    """A trial, for real. That it works is remembered; that it does not is looked at again the next time."""
    if sys.platform != "linux":
        raise NoSandbox(
            f"Programs cannot be shut away on this system ({platform.system() or sys.platform}); tests are run "
            "only where they can be, on Linux. Nothing was run."
        )
    missing = [name for name in NEEDED if shutil.which(name, path=PATH) is None]
    if missing:
        said = ", ".join(missing)
        raise NoSandbox(f"Programs cannot be shut away here: {said} is missing (util-linux). Nothing was run.")
    trial = Bounds(seconds=20)
    ended = _run(("true",), Path("/usr/share"), trial, (), threading.Event(), lambda text: None, probe=True)
    if ended.status:
        raise NoSandbox(f"Programs cannot be shut away here: a trial ended with {ended.status}. Nothing was run.")


def _run(
    command: tuple[str, ...],
    folder: Path,
    bounds: Bounds,
    read_only: tuple[Path, ...],
    cancelled: threading.Event,
    progress: Callable[[str], None],
    *,
    probe: bool = False,
) -> Ended:
    arguments = (str(folder), str(bounds.copy_mb), "probe" if probe else "copy", str(len(read_only)))
    limits = _limits(bounds)
    process = subprocess.Popen(
        [*_unshared(), "sh", "-euc", SET_UP, "sh", *arguments, *map(str, read_only), *limits, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
    )
    assert process.stdout is not None
    output = _Output(bounds.output_bytes, progress)
    reader = threading.Thread(target=output.read, args=(process.stdout,), name="sandbox output", daemon=True)
    reader.start()
    try:
        how = _watched(process, bounds, output, cancelled)
    finally:
        _kill(process)
        process.wait()
        reader.join(5.0)
        if not reader.is_alive():
            process.stdout.close()
    status = process.returncode
    if not output.ready:
        if how != BY_ITSELF:
            return Ended(how, status, "")
        said = output.text()[0].strip().replace("\n", "; ")[:400]
        raise NoSandbox(f"The program could not be shut away here ({said or f'status {status}'}). Nothing was run.")
    text, left_out = output.text()
    return Ended(how, status, text, left_out)


def _unshared() -> list[str]:
    """Namespaces of its own. An ordinary user becomes nobody in a user namespace; root steps down in the script."""
    own = ["--mount", "--net", "--pid", "--ipc", "--uts", "--cgroup", "--fork", "--kill-child=SIGKILL"]
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", *user, *own, "--"]


def _limits(bounds: Bounds) -> list[str]:
    """The program's own limits, and the last step down: no capability is left, and none can be gained."""
    as_root = os.geteuid() == 0
    person = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if as_root else []
    drop = ["setpriv", *person, "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
    memory = bounds.memory_mb * 1024 * 1024
    cap = [
        "prlimit",
        f"--as={memory}",
        f"--nproc={bounds.processes}",
        f"--cpu={int(bounds.seconds) + 5}",
        f"--fsize={bounds.copy_mb * 1024 * 1024}",
        "--nofile=1024",
        "--core=0",
    ]
    return [*drop, *cap]


def _watched(process: "subprocess.Popen[bytes]", bounds: Bounds, output: "_Output", cancelled: threading.Event) -> str:
    """Wait for its end or for the first bound it passes."""
    end = time.monotonic() + bounds.seconds
    while True:
        try:
            process.wait(LOOK_EVERY_S)
            return BY_ITSELF if not output.too_much else OUTPUT
        except subprocess.TimeoutExpired:
            pass
        if cancelled.is_set():
            return STOPPED
        if output.too_much:
            return OUTPUT
        if time.monotonic() > end:
            return TIME
        if memory_of(process.pid) > bounds.memory_mb * 1024 * 1024:
            return MEMORY


def memory_of(pid: int) -> int:
    """Bytes of memory of a process and everything below it (shared pages count once a process)."""
    total, waiting, seen = 0, [pid], set[int]()
    page = os.sysconf("SC_PAGE_SIZE")
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * page
            for children in Path(f"/proc/{one}/task").glob("*/children"):
                waiting.extend(map(int, children.read_text().split()))
        except (OSError, IndexError, ValueError):
            continue  # it ended meanwhile
    return total


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Its group, and with the first process of the namespace everything in it."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


class _Output:
    """Takes output in: its beginning and its end are kept, and more than the bound is told."""

    def __init__(self, most: int, progress: Callable[[str], None]) -> None:
        self.ready = False
        self.too_much = False
        self._most = most
        self._progress = progress
        self._total = 0
        self._head = b""
        self._tail = b""

    def read(self, stream: object) -> None:
        """Until the end; in a thread of its own."""
        while chunk := stream.read1(65536):  # type: ignore[attr-defined]
            self._take(chunk)
            if self.too_much:
                return

    def _take(self, chunk: bytes) -> None:
        if not self.ready:
            before, mark, chunk = (self._head + chunk).partition(READY)
            if not mark:
                self._head = before[-4096:]
                return
            self.ready, self._head = True, b""
        self._total += len(chunk)
        room = KEPT_PART - len(self._head)
        self._head += chunk[:room]
        self._tail = (self._tail + chunk[room:])[-KEPT_PART:]
        self.too_much = self._total > self._most
        if chunk:
            self._progress(chunk[-2000:].decode("utf-8", "replace"))

    def text(self) -> tuple[str, int]:
        """What is kept, and how many bytes are left out of its middle."""
        left_out = max(0, self._total - len(self._head) - len(self._tail))
        between = f"\n[{left_out:,} bytes left out]\n".encode() if left_out else b""
        return (self._head + between + self._tail).decode("utf-8", "replace").replace("\x00", "\ufffd"), left_out
