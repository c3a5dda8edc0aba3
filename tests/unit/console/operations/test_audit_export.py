"""The export of the journal holds all that was confirmed before it, also what its pages had not followed yet."""

import asyncio
import json
from pathlib import Path

from console.operations.audit_export import export_audit
from runtime.domain.commands import SaveOperator
from runtime.domain.settings import Operator
from runtime.projections.rows import AuditFilter
from tests.fixtures.room import furnished


async def test_what_was_confirmed_before_the_export_is_in_it(tmp_path: Path) -> None:
    target = tmp_path / "audit.jsonl"
    async with furnished(tmp_path / "shop") as room:
        [follower] = [task for task in room.runtime._tasks if task.get_name() == "follower"]
        follower.cancel()  # as far behind as it can be
        await asyncio.gather(follower, return_exceptions=True)
        confirmed = await room.do(SaveOperator(Operator("eve", "Eve"), "anna"))
        count = await export_audit(room.runtime.history, AuditFilter(), target, lambda done: None)
        text = await asyncio.to_thread(target.read_text, "utf-8")
    written = [json.loads(line)["seq"] for line in text.splitlines()]
    assert (len(written), confirmed.seq in written) == (count, True)
