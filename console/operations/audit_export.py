"""Exports what an audit filter shows into a file, page by page: JSON lines, or CSV where the name ends so."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from console.operations.file_writing import GrowingFile
from runtime.projections.export import Pages, as_csv, as_json_lines
from runtime.projections.rows import AuditFilter, AuditRow


class Followed(Pages, Protocol):
    """The History door: its pages follow behind the journal."""

    async def caught_up(self) -> int:
        """Waits until everything durable now is in the pages."""
        ...


async def export_audit(pages: Followed, wanted: AuditFilter, target: Path, told: Callable[[int], None]) -> int:
    """Newest first, with everything that was confirmed before; answers how many entries. ``told`` hears how many are
    done."""
    await pages.caught_up()
    with_header = target.suffix.lower() == ".csv"
    counted = _Counted(pages)
    pieces = as_csv(counted, wanted) if with_header else as_json_lines(counted, wanted)
    file = GrowingFile(target)
    await file.start()
    try:
        async for piece in pieces:
            await file.add(piece)
            told(counted.entries)
        await file.finish()
    except BaseException:
        await file.drop()
        raise
    return counted.entries


class _Counted:
    """The pages as they come, counted on the way."""

    def __init__(self, pages: Pages) -> None:
        self._pages = pages
        self.entries = 0

    async def audit(self, wanted: AuditFilter, before_seq: int = 0, limit: int = 200) -> list[AuditRow]:
        """One page."""
        found = await self._pages.audit(wanted, before_seq, limit)
        self.entries += len(found)
        return found
