"""Memory that was freed between things that are kept goes back to the system."""

import os
import sys
from pathlib import Path

import pytest

from console.freed_memory import _trim, give_back


def held() -> int:
    """Bytes of memory this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(sys.platform != "linux" or _trim() is None, reason="only glibc keeps it")
def test_what_lies_between_kept_texts_is_given_back() -> None:
    scattered = [bytes(8_000) for _ in range(4_000)]
    kept = scattered[::100]
    scattered.clear()
    before = held()
    assert give_back()
    assert before - held() > 10_000_000
    assert len(kept) == 40
