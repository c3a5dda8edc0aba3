"""Collects garbage on the main thread alone, between tests; fails a test in which it was collected in another thread.

Python collects in whatever thread happens to allocate. A Qt object in a reference cycle that dies in a worker thread
takes the process with it, often many tests later. The program keeps that from happening by ``console.garbage``.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Generator, Iterator
from typing import Any

import pytest

_elsewhere: list[str] = []


def pytest_collection_finish() -> None:
    """What was imported for the tests lives to the end and is never looked at again."""
    gc.callbacks.append(_note)
    _set_aside()


def pytest_sessionfinish() -> None:
    """Gives the collector back."""
    if _note in gc.callbacks:
        gc.callbacks.remove(_note)
    gc.collect()
    gc.unfreeze()
    gc.enable()


def _set_aside() -> None:
    gc.collect()
    gc.freeze()
    gc.disable()


def _note(phase: str, details: dict[str, Any]) -> None:
    thread = threading.current_thread()
    if phase == "start" and thread is not threading.main_thread() and "PySide6.QtCore" in sys.modules:
        _elsewhere.append(thread.name)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """When the test and what it was given are gone: everything of a test with windows, else what is due."""
    result = yield
    if gc.isenabled() or not gc.get_freeze_count():
        _set_aside()
    elif "qapp" in getattr(item, "fixturenames", ()):
        gc.collect()
    else:
        _collect_due()
    return result


def _collect_due() -> None:
    counts, thresholds = gc.get_count(), gc.get_threshold()
    due = [generation for generation in (0, 1, 2) if counts[generation] > thresholds[generation]]
    if due:
        gc.collect(due[-1])


@pytest.fixture(autouse=True)
def _garbage_stays_on_the_main_thread() -> Iterator[None]:
    """Tells which threads collected."""
    _elsewhere.clear()
    yield
    if _elsewhere:
        threads = ", ".join(sorted(set(_elsewhere)))
        pytest.fail(f"Garbage was collected in another thread than the main one: {threads}", pytrace=False)
