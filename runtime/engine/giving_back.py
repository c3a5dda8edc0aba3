"""Gives the lock of a closed workspace back: at once, or when the tools that were left behind in it have ended."""

import threading

from runtime.tools.runner import Runner
from storage.lock import WorkspaceLock


def give_back(lock: WorkspaceLock, runner: Runner) -> None:
    """A thread that was given up may still change something. Until it has ended nobody opens the workspace, also not
    this process, which would look, find nothing done, and do it beside it. The end of the process ends both."""
    if not (left := runner.acting):
        lock.release()
        return
    lock.keep_for(tuple(_tool(name) for name in left))

    def wait() -> None:
        runner.wait_for_acting()
        lock.release()

    threading.Thread(target=wait, name="workspace kept", daemon=True).start()


def _tool(name: str) -> str:
    """Without the key at its end."""
    return name.rsplit(" ", 1)[0]
