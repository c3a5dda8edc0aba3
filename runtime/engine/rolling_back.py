"""Undoing one effect after the other, newest first, each journaled like an effect and safe to repeat after a crash."""

import asyncio

from runtime.domain.loop_commands import AskDraft, AskUndo, FinishRollback, FinishUndo, RollItselfBack, StartUndo
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call, Rollback, Run
from runtime.domain.undo import UndoForecast, UndoOutcome, UndoRecord
from runtime.domain.words import EffectKind
from runtime.engine.clock import SECOND
from runtime.engine.conflicts import conflicting
from runtime.engine.parts import AtWork, Parts
from runtime.operations.new_ids import new_ask_id
from runtime.projections.read_for_engine import LaterEffect
from runtime.projections.rows import UndoLine
from runtime.tools.memo import MemoDamaged
from storage.errors import BlobMissing

ATTEMPTS = 3
"""How often an undo that broke on the way is done before a person is asked."""


async def undo_one(parts: Parts, run: Run, call: Call, at_work: AtWork) -> None:
    """Undo one effect and record what became of it. An undo that was begun before (a crash, a tool that broke) is done
    again, under its own key: tools answer "undone" for what is undone already. Where nobody knows, a person is asked.
    Each attempt is recorded before it is made, like one of an effect."""
    at_work.tools[call.call_id] = f"Undo: {call.title}"
    try:
        await _undo_and_record(parts, run, call)
    finally:
        at_work.tools.pop(call.call_id, None)  # only now: closing the program waits until the end is recorded


async def _undo_and_record(parts: Parts, run: Run, call: Call) -> None:
    for attempt in range(ATTEMPTS):
        rollback = await _begun(parts, run, call)
        if rollback is None:
            await asyncio.sleep(1)  # the journal is not in order: nothing is undone until it is
            return
        if found := await _in_the_way(parts, run, call, rollback):
            outcome, sentence, difference = UndoOutcome.UNKNOWN, found.sentence, found.difference
            break
        outcome, sentence, difference = await _undo(parts, run, call, rollback)
        if rollback.unsure and outcome is UndoOutcome.FAILED:
            outcome = UndoOutcome.UNKNOWN  # this attempt did not undo it; one before may have
        if outcome is not UndoOutcome.UNKNOWN or parts.runner.undoing(rollback.key):
            break
        await asyncio.sleep(parts.retry_pause_s * 2**attempt)
    if outcome is UndoOutcome.UNKNOWN:
        known = f"It may or may not have been undone. What I know: {sentence}"
        await parts.record(AskUndo(run.run_id, call.call_id, _draft(parts, run, call.resource), known))
    else:
        await parts.record(FinishUndo(run.run_id, call.call_id, outcome, sentence, difference))


async def _begun(parts: Parts, run: Run, call: Call) -> Rollback | None:
    """With the next attempt recorded, unless the one before is still at work."""
    rollback = run.rollback
    assert rollback is not None
    if rollback.started == call.call_id and parts.runner.undoing(rollback.key):
        return rollback
    started = await parts.record(StartUndo(run.run_id, call.call_id))
    return None if isinstance(started, Refusal) else parts.run(run.run_id).rollback


async def undo_all(parts: Parts, run: Run) -> None:
    """The run failed half-way and its agent is all or nothing."""
    await parts.record(RollItselfBack(run.run_id))


async def close_rollback(parts: Parts, run: Run) -> None:
    """Nothing is left to undo; what a run that rolled itself back could not undo is asked about."""
    assert run.rollback is not None
    draft = _draft(parts, run) if run.rollback.by_itself else None
    await parts.record(FinishRollback(run.run_id, run.rollback.rollback_id, draft))


def _draft(parts: Parts, run: Run, touches: str = "") -> AskDraft:
    times, now = parts.spec_of(run).ask_times, parts.clock.now()
    answer_by, expires = now + times.answer_by * SECOND, now + times.expires * SECOND
    folder = parts.runner.folder.name
    return AskDraft(new_ask_id(), touches, "", (), answer_by, expires, folder, may_wait=times.may_wait)


async def forecast(parts: Parts, run: Run, call: Call, undone_first: tuple[UndoRecord, ...] = ()) -> UndoForecast:
    """What undoing this effect would do now, or once these newer ones are undone; touches nothing."""
    found = await _own_forecast(parts, run, call, undone_first)
    if found.outcome not in (UndoOutcome.UNDONE, UndoOutcome.CONFLICT):
        return found
    if gone := await _gone(parts, call):
        return UndoForecast(UndoOutcome.CANNOT, gone)
    return conflicting(found, await _later(parts, run, call))


async def _later(parts: Parts, run: Run, call: Call) -> list[LaterEffect]:
    record = await _record_of(parts, call)
    things = record.things if record is not None else ()
    return await parts.later_of_others(run.run_id, call.call_id, things or (call.resource,))


async def _own_forecast(parts: Parts, run: Run, call: Call, undone_first: tuple[UndoRecord, ...] = ()) -> UndoForecast:
    """What its tool says, whatever other runs did later."""
    tool = parts.tool_of(run, call.action.tool)
    record = await _record_of(parts, call)
    if call.effect is EffectKind.IRREVERSIBLE:
        reason = tool.contract.undo if tool is not None else "Its effect is final."
        maybe = "It is not known whether it happened, and it cannot be undone." if call.perhaps else "Cannot be undone."
        return UndoForecast(UndoOutcome.CANNOT, f"{maybe} {reason}")
    if tool is None:
        return UndoForecast(UndoOutcome.CANNOT, f"Its tool {call.action.tool} is not there any more.")
    if record is None:
        maybe = "It is not known whether it happened. " if call.perhaps else ""
        return UndoForecast(UndoOutcome.CANNOT, f"{maybe}There is no record of what it was before.")
    return await parts.runner.forecast_undo(tool, record, call.key, undone_first)


async def rollback_sheet(parts: Parts, run: Run, to_checkpoint: int) -> list[UndoLine]:
    """A dry run, newest first: each effect is held against what will be there when the newer ones are undone."""
    lines: list[UndoLine] = []
    undone: dict[str, tuple[UndoRecord, ...]] = {}
    for call in run.undoable(to_checkpoint):
        family = call.action.tool.partition(".")[0]
        found = await forecast(parts, run, call, undone.get(family, ()))
        record = await _record_of(parts, call) if found.outcome is UndoOutcome.UNDONE else None
        if record is not None:
            undone[family] = (*undone.get(family, ()), record)
        lines.append(
            UndoLine(call.call_id, call.title, call.action.tool, found.outcome, found.sentence, found.difference)
        )
    return lines


async def _in_the_way(parts: Parts, run: Run, call: Call, rollback: Rollback) -> UndoForecast | None:
    """Why it cannot be found out by doing it again, so that a person has to say whether it was undone."""
    if parts.runner.undoing(rollback.key):
        return UndoForecast(UndoOutcome.UNKNOWN, "The attempt before was left behind and is still at work.")
    if not rollback.unsure or call.call_id in rollback.overwrite:
        return None
    found = await _own_forecast(parts, run, call)
    later = () if found.outcome is UndoOutcome.CANNOT else await _later(parts, run, call)
    return conflicting(found, later) if later else None


async def _undo(parts: Parts, run: Run, call: Call, rollback: Rollback) -> tuple[UndoOutcome, str, str]:
    overwrite = call.call_id in rollback.overwrite
    if not rollback.unsure and (gone := await _gone(parts, call)):
        return UndoOutcome.FAILED, gone, ""  # not for ever: it may be brought back from a backup
    found = await (_own_forecast if rollback.unsure else forecast)(parts, run, call)
    # Where it may be undone already, what is there may differ for that very reason: its tool finds out.
    changed = found.outcome is UndoOutcome.CONFLICT and not overwrite and not rollback.unsure
    if changed or found.outcome is UndoOutcome.CANNOT:
        return found.outcome, found.sentence, found.difference
    tool = parts.tool_of(run, call.action.tool)
    record = await _record_of(parts, call)
    if tool is None or record is None:
        return UndoOutcome.FAILED, "What it was before cannot be found any more.", ""
    outcome, sentence = await parts.runner.undo(tool, record, overwrite=overwrite, key=rollback.key, of=call.key)
    return outcome, sentence, ""


async def _gone(parts: Parts, call: Call) -> str:
    """Why it cannot be as it was before: a content that its undo puts back is missing or damaged. Empty: it can."""
    record = await _record_of(parts, call)
    for digest in record.blobs if record is not None else ():
        try:
            await asyncio.to_thread(parts.blobs.get, digest)
        except BlobMissing as missing:
            return f"What it was before is not kept any more. {missing}"
    return ""


async def _record_of(parts: Parts, call: Call) -> UndoRecord | None:
    if call.undo is not None:
        return call.undo
    try:
        return await asyncio.to_thread(parts.runner.memo.recall, call.key)
    except (MemoDamaged, OSError):
        return None
