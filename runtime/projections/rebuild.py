"""Makes the read tables anew from the journal: after an upgrade, after an interrupted rebuild, or on request."""

from runtime.journal.codec import UnreadableRecord, decode
from runtime.projections.projector import project
from storage.read_tables import BEHIND, TOGETHER
from storage.reads.audit import BACK, NEWEST
from storage.recorder import Recorder
from storage.records import Remove, RowChange, StoredRecord

SHAPE = 14
"""Counted up whenever ``project`` or the audit rows change what they write: older tables are then made anew.

A comparison with the journal would else call them changed from outside. ``tests/replay`` notices."""

SHAPE_KEPT_AS, _UNDER_WAY = "read models", "rebuild"
AUDIT = "audit"
_PAGE = 2_000


async def bring_up_to_date(recorder: Recorder) -> bool:
    """Rebuild where the tables are of another shape or half made; True when it did. Before anything is appended."""
    if await recorder.position(SHAPE_KEPT_AS) == SHAPE and not await recorder.position(_UNDER_WAY):
        return False
    await rebuild(recorder)
    return True


async def rebuild(recorder: Recorder) -> int:
    """Empty the tables and fill them from the first record on; answers the last seq. Nothing else may append meanwhile.

    Records that cannot be read are passed over: the chain check names them.
    """
    await recorder.follow(_UNDER_WAY, [Remove(table.name, {}) for table in TOGETHER], 1)
    times = [Remove("positions", {"name": name}) for name in (NEWEST, BACK)]
    await recorder.follow(AUDIT, [*(Remove(table, {}) for table in BEHIND), *times], 0)
    seq = 0
    while page := await recorder.read(seq, _PAGE):
        rows: list[RowChange] = []
        for record in page:
            rows += rows_of(record)
        seq = page[-1].seq
        await recorder.follow(_UNDER_WAY, rows, 1)
    await recorder.follow(SHAPE_KEPT_AS, [], SHAPE)
    await recorder.follow(_UNDER_WAY, [], 0)
    return seq


def rows_of(record: StoredRecord) -> list[RowChange]:
    """What a record changes in the tables; nothing where it cannot be read."""
    try:
        return project(record.seq, decode(record))
    except UnreadableRecord:
        return []


async def make_anew_at_next_start(recorder: Recorder) -> None:
    """The tables are not what the journal makes: ``bring_up_to_date`` will find that they are to be made anew."""
    await recorder.follow(SHAPE_KEPT_AS, [], 0)
