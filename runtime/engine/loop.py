"""The loop of one run: look at its state, do the next step, record it, look again."""

import asyncio
from collections.abc import Callable

from runtime.domain.ids import CallId, RunId
from runtime.domain.loop_commands import FinishRun
from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallOutcome, Outcome
from runtime.engine.executing import start_and_execute
from runtime.engine.judging import finish_judged, is_judged, judge_outcome
from runtime.engine.next_step import (
    AskModel,
    AwaitAnswer,
    AwaitRuling,
    CloseRollback,
    End,
    Finish,
    JudgeNext,
    JudgeOutcome,
    MakePlan,
    NextStep,
    Rest,
    Settle,
    Start,
    Undo,
    UndoAll,
    next_step,
)
from runtime.engine.parts import AtWork, Parts
from runtime.engine.recovery import settle
from runtime.engine.reviewing import replans_of
from runtime.engine.rolling_back import close_rollback, undo_all, undo_one
from runtime.engine.rulings import await_answer, await_ruling
from runtime.engine.side_by_side import execute_together
from runtime.engine.thinking import judge_next, make_plan, take_turn
from runtime.tools.registry import GrantFaults
from storage.errors import DatabaseUnreadable, StorageUnavailable


class RunLoop:
    """Drives one run until it is over. ``wake`` is set by the supervisor whenever something about it changed."""

    def __init__(self, parts: Parts, run_id: RunId, closing: Callable[[], bool]) -> None:
        self._parts = parts
        self._run_id = run_id
        self._closing = closing
        self.wake = asyncio.Event()
        self.at_work = AtWork()

    async def drive(self) -> None:
        """Returns when the run is over, or when the program closes and no effect is in flight."""
        before: Run | None = None
        while not self._closing():
            self.wake.clear()
            self.at_work.starting = False
            if before is None or self._parts.states.run(self._run_id) is before:
                await asyncio.sleep(0)  # whatever a step does, the others get their turn; what it records waits anyway
            run: Run | None = None
            try:
                states = self._parts.states
                run = before = states.whole_run(self._run_id) or await states.load_run(self._run_id)
                if run is None:
                    return
                spec = self._parts.spec_of(run)
                step = next_step(run, self._parts.held_back(run), replans_of(spec), judged=is_judged(spec))
                if isinstance(step, End):
                    return
                await self._take(step, run)
            except GrantFaults as error:
                # A grant that was valid when saved no longer is (a family was taken out of the program).
                assert run is not None
                sentence = f"The tools of {run.agent} cannot be built: {error}"
                await self._parts.record(FinishRun(run.run_id, Outcome.FAILED, sentence))
            except (StorageUnavailable, DatabaseUnreadable) as error:
                # The disk refused a reading; nothing was decided on it, and the next look finds the same state.
                self._parts.ops.disk.refused(error)
                await self._parts.wait_for_storage()

    async def _take(self, step: NextStep, run: Run) -> None:
        parts, at_work = self._parts, self.at_work
        match step:
            case Rest() | End():
                await self.wake.wait()
            case MakePlan(because=because):
                await make_plan(parts, run, at_work, because)
            case AskModel():
                await execute_together(parts, run.run_id, await take_turn(parts, run, at_work), at_work)
            case JudgeNext():
                await execute_together(parts, run.run_id, await judge_next(parts, run, at_work), at_work)
            case Start(call_id=call_id):
                await self._start(run, _call(run, call_id))
            case Settle(call_id=call_id):
                await settle(parts, run, _call(run, call_id), at_work)
            case AwaitRuling(call_id=call_id):
                await await_ruling(parts, run, _call(run, call_id), self.wake, at_work)
            case Finish(outcome=outcome, summary=summary):
                await finish_judged(parts, run, outcome, summary)
            case JudgeOutcome(summary=summary):
                await judge_outcome(parts, run, at_work, summary)
            case Undo(call_id=call_id):
                await undo_one(parts, run, _call(run, call_id), at_work)
            case UndoAll():
                await undo_all(parts, run)
            case AwaitAnswer(ask_id=ask_id):
                await await_answer(parts, ask_id, self.wake)
            case CloseRollback():
                await close_rollback(parts, run)

    async def _start(self, run: Run, call: Call) -> None:
        if call.outcome is CallOutcome.FAILED:
            self.at_work.tools[call.call_id] = call.title
        await start_and_execute(self._parts, run, call, self.at_work)

    @property
    def in_flight(self) -> bool:
        """Whether an effect or an undo has begun, or its start is on its way into the journal."""
        return bool(self.at_work.tools) or self.at_work.starting

    def stop(self) -> None:
        """Stop: the tool is told to end, the model's stream is cut."""
        self.at_work.cancelled.set()
        self.wake.set()


def _call(run: Run, call_id: CallId) -> Call:
    call = run.call(call_id)
    assert call is not None, call_id
    return call
