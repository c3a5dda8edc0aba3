"""Fails a test in which our own code blocks the loop: reads a file, sleeps, queries SQLite, waits for a lock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from types import ModuleType

import pytest
from blockbuster import BlockBuster, BlockingError

OUR_PACKAGES = ["console", "runtime", "storage"]
_caught: list[str] = []


def _note(self: BlockingError, func: str) -> None:
    _caught.append(func)
    Exception.__init__(self, f"Blocking call to {func}")


def _window_loop() -> ModuleType:
    """Stands for ``console.loop``, which calls everything in a window, tests too; it is not imported for that."""
    spec = find_spec("console")
    assert spec is not None
    assert spec.submodule_search_locations
    module = ModuleType("console.loop")
    module.__file__ = os.path.join(next(iter(spec.submodule_search_locations)), "loop.py")
    return module


@pytest.fixture(scope="session")
def _blocking_watch() -> Iterator[BlockBuster]:
    """One watch for the whole session; patching some sixty functions for every test would cost more than the tests."""
    blockbuster = BlockBuster(OUR_PACKAGES, excluded_modules=[_window_loop()])
    for function in blockbuster.functions.values():
        # Importing late is a decision of the design; what the import system reads is not the coroutine's doing.
        function.can_block_in("<frozen importlib._bootstrap>", {"_find_and_load"})
        # So is what PySide looks up in the source of every module that is imported after it.
        function.can_block_in("shibokensupport/feature.py", {"_mod_uses_pyside"})
        # Formatting a traceback reads the source.
        function.can_block_in("linecache.py", {"updatecache", "checkcache"})
        # Measuring coverage takes a lock of its own whenever a file is entered for the first time.
        function.can_block_in("coverage/collector.py", {"lock_data"})
    # Our callers may swallow the error (a slot, a supervisor); it is remembered and told at the end of the test.
    BlockingError.__init__ = _note  # type: ignore[method-assign]
    blockbuster.activate()
    yield blockbuster
    blockbuster.deactivate()


@pytest.fixture(autouse=True)
def _no_blocking(request: pytest.FixtureRequest, _blocking_watch: BlockBuster) -> Iterator[None]:
    """`may_block(reason)` switches the watch off for one test."""
    if request.node.get_closest_marker("may_block") is not None:
        _blocking_watch.deactivate()
        yield
        _blocking_watch.activate()
        return
    _caught.clear()
    yield
    if _caught:
        pytest.fail(f"The loop was blocked by: {', '.join(sorted(set(_caught)))}", pytrace=False)
