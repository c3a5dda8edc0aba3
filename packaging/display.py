"""Private X displays for the tests: Xvfb with a window manager on free display numbers, ended with the test run."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from environment import say

SECONDS_TO_START = 120


@contextlib.contextmanager
def private_displays(count: int, logs: Path) -> Iterator[list[str]]:
    """Starts `count` displays and yields their names; yields none where there is no Xvfb (Qt then draws offscreen)."""
    if not sys.platform.startswith("linux") or shutil.which("Xvfb") is None:
        yield []
        return
    logs.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        names = [_start_server(stack, logs / f"xvfb-{index}.log") for index in range(count)]
        started = [name for name in names if name]
        for name in started:
            _start_window_manager(stack, name, logs)
        yield started


def _start_server(stack: contextlib.ExitStack, log: Path) -> str:
    """Starts one Xvfb on a number that it picks itself; returns its display name, or nothing when it does not start."""
    answer, told = os.pipe()
    stack.callback(os.close, answer)
    command = ["Xvfb", "-displayfd", str(told), "-screen", "0", "1920x1200x24", "-dpi", "96", "-nolisten", "tcp"]
    output = stack.enter_context(log.open("wb"))
    server = subprocess.Popen([*command, "-noreset"], pass_fds=(told,), stdout=output, stderr=output)
    stack.callback(_end, server)
    os.close(told)
    ready, _, _ = select.select([answer], [], [], SECONDS_TO_START)
    number = os.read(answer, 16).decode().strip() if ready else ""
    if not number:
        say(f"Xvfb did not start (see {log}); the window tests draw offscreen instead.")
        return ""
    return f":{number}"


def _start_window_manager(stack: contextlib.ExitStack, display: str, logs: Path) -> None:
    """A window manager gives windows focus and real sizes, as on a person's machine."""
    if shutil.which("openbox") is None:
        return
    # A configuration home of its own: openbox must not read or write the person's settings.
    values = {**os.environ, "DISPLAY": display, "XDG_CONFIG_HOME": str(logs), "XDG_CACHE_HOME": str(logs)}
    output = stack.enter_context((logs / f"openbox{display.replace(':', '-')}.log").open("wb"))
    manager = subprocess.Popen(["openbox", "--sm-disable"], env=values, stdout=output, stderr=output)
    stack.callback(_end, manager)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
