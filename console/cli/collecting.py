"""Looks for garbage less often while agents are at work without a window.

Python's own thresholds are made for small programs: every 700 new objects, and now and then through all that is alive,
which stops the loop for tens of milliseconds. What the program is made of never becomes garbage and is left out.
The window does this in its own way (``console.garbage``).
"""

import contextlib
import gc
from collections.abc import Iterator

YOUNG, OLDER, OLDEST = 10_000, 20, 20
"""New objects until the youngest are looked through; so many such rounds until the older and the oldest are."""


@contextlib.contextmanager
def collected_seldom() -> Iterator[None]:
    """For as long as it is held; afterwards all is as it was."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDEST)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
