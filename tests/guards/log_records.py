"""Fails a test during which something was logged at WARNING or above, unless the test looks at the log itself.

asyncio tells of an error that nobody fetched when the future goes. A loop that is closed goes with all that is its own
when the next one takes its place, which is in some later test: what is told of a closed loop is no fault of that one.
"""

from __future__ import annotations

import logging
from asyncio.base_events import BaseEventLoop
from collections.abc import Iterator
from typing import Any

import pytest

_patch = pytest.MonkeyPatch()
_call_handler: Any = vars(BaseEventLoop)["call_exception_handler"]


def _told(self: BaseEventLoop, context: dict[str, Any]) -> None:
    if not (self.is_closed() and "never retrieved" in context.get("message", "")):
        _call_handler(self, context)


def pytest_configure() -> None:
    """From here on every loop tells of its own time alone."""
    _patch.setattr(BaseEventLoop, "call_exception_handler", _told)


def pytest_unconfigure() -> None:
    """Gives the loops their word back, for a pytest that runs inside another."""
    _patch.undo()


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def _no_stray_log_records(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that takes `caplog` answers for its own records; `may_log(reason)` says why others may be written."""
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield
    logging.getLogger().removeHandler(collector)
    excused = "caplog" in request.fixturenames or request.node.get_closest_marker("may_log") is not None
    if collector.lines and not excused:
        pytest.fail("The test wrote to the log:\n" + "\n".join(collector.lines), pytrace=False)
