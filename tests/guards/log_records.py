"""Fails a test during which something was logged at WARNING or above, unless the test looks at the log itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


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
