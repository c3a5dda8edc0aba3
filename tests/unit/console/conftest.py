"""Garbage of window tests is collected between them, on the main thread, as the program does it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _garbage_on_the_main_thread() -> Iterator[None]:
    """As ``console.garbage`` does in the program. Only what this test made is young and is looked at."""
    gc.disable()
    yield
    gc.collect(0)
    gc.enable()
