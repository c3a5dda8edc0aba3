"""Contents that undo notes name: of an effect whose end was never recorded no record names them."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

from runtime.projections.named_contents import lacking_contents
from runtime.tools.memo import Memo, MemoDamaged

_DIGEST = re.compile(r"[0-9a-f]{64}")


def noted_in(workspace: Path) -> frozenset[str]:
    """Whatever looks like a digest in any note: keeping one too many is harmless, losing one is not.

    Raises MemoDamaged when a note cannot be read.
    """
    found: set[str] = set()
    for record in Memo(workspace).kept():
        found.update(record.blobs)
        found.update(_DIGEST.findall(record.data))
    return frozenset(found)


async def lacking_of(
    journal: Path, contents: Path, progress: Callable[[int], None] | None = None, *, in_child: bool
) -> str:
    """What of the contents named by records and by notes is missing or damaged, in sentences; empty: nothing is.

    Raises StorageError where the journal or a content cannot be read.
    """
    noted, sentence = frozenset[str](), ""
    try:
        kept = await asyncio.to_thread(Memo(journal.parent).kept)
        noted = frozenset(blob for record in kept for blob in record.blobs)
    except MemoDamaged as damaged:
        sentence = str(damaged)
    lacking = await lacking_contents(journal, contents, progress, in_child=in_child, noted=noted)
    return " ".join(part for part in (lacking, sentence) if part)
