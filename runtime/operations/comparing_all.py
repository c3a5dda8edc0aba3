"""Lists, pages and contents of a workspace held against its records, one after the other."""

from collections.abc import Callable
from pathlib import Path

from runtime.operations.noted_contents import lacking_of
from runtime.projections.comparing import changed_lists
from runtime.projections.comparison_report import ComparisonReport

JOURNAL = "journal.sqlite"
BLOBS = "blobs"
CHILD_FROM = 20_000
"""Records from which the chain is recomputed in a child process, so that the loop keeps its time."""
_COMPARED_IN_CHILD_FROM = 2_000
"""A comparison works several times as long on each record."""
Compared = Callable[[str, int, int], None]
"""("contents" or "lists", records read so far, records there are)"""


async def compared_with(
    folder: Path, head: int, now: Callable[[], int], on_compared: Compared | None = None
) -> ComparisonReport:
    """Reads only. ``head``: the last record there is; ``on_compared`` is called in another thread.

    Raises StorageError where journal or contents cannot be read, or there is no room for lists made anew.
    """

    def telling(what: str) -> Callable[[int], None] | None:
        return None if on_compared is None else lambda checked: on_compared(what, min(checked, head), head)

    in_child = head >= _COMPARED_IN_CHILD_FROM
    contents = await lacking_of(folder / JOURNAL, folder / BLOBS, telling("contents"), in_child=in_child)
    lists = await changed_lists(folder / JOURNAL, telling("lists"), in_child=in_child)
    return ComparisonReport(head, now(), lists, contents)
