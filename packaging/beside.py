"""A check that is made while the tests run: they wait for files, windows and other processes often enough for it.

What it says is kept and told when its turn comes.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType


class Beside:
    """``with Beside(...) as check: ...; check.ended()``. Left before its end, it is ended."""

    def __init__(self, name: str, command: list[str], folder: Path, values: dict[str, str]) -> None:
        self.name = name
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the check)
        self._begun = time.monotonic()
        self._process = subprocess.Popen(command, cwd=folder, env=values, stdout=self._said, stderr=subprocess.STDOUT)

    def __enter__(self) -> Beside:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.terminate()
        self._process.wait()
        self._said.close()

    def ended(self) -> tuple[str, bool, float]:
        """(name, passed, seconds from its begin to now), after what it said was shown."""
        status = self._process.wait()
        print(f"\n--- {self.name}", flush=True)
        self._said.seek(0)
        sys.stdout.buffer.write(self._said.read())
        sys.stdout.flush()
        return self.name, status == 0, time.monotonic() - self._begun
