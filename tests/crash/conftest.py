"""What the crash and fault tests share."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def quick() -> Iterator[Path]:
    """A folder in memory where there is one: for files that are made by the thousand and whose syncs mean nothing."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)
