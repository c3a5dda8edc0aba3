"""Decisions about an undo of which nobody knows whether it came about: a person is asked, and the rollback waits."""

from runtime.domain.ask_state import Ask
from runtime.domain.call_question import question_about
from runtime.domain.decide_run import Decided, facts
from runtime.domain.envelope import Fact
from runtime.domain.events.asks import AskClosed
from runtime.domain.events.rollbacks import UndoAsked, UndoFinished, UndoStarted
from runtime.domain.ids import ask_stream
from runtime.domain.loop_commands import AskUndo
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.undo import UndoOutcome

KIND = "unknown-undo"
UNDONE, UNDO_IT, LEAVE = "undone", "undo-it", "leave"
_WORDS = {
    UNDONE: "it is undone",
    UNDO_IT: "it is not undone; undo it now",
    LEAVE: "it is not undone; leave it as it is",
}


def decide_ask_undo(run: Run, command: AskUndo, now: int) -> Decided:
    """The undo was started, and its tool did not say what became of it."""
    rollback, call, draft = run.rollback, run.call(command.call_id), command.draft
    if rollback is None or call is None or rollback.started != command.call_id or rollback.asked:
        return Refusal("This effect is not being undone.", "state")
    raised = question_about(run, call, draft, now, kind=KIND, title="Was it undone?", known=command.known)
    asked = UndoAsked(run.run_id, rollback.rollback_id, call.call_id, draft.ask_id)
    return [*facts(run.run_id, asked), Fact(ask_stream(draft.ask_id), raised)]


def settle_undo(ask: Ask, run: Run, by: str, answer: str) -> Decided:
    """A person said what became of it; where it is to be undone now, it keeps its key."""
    rollback, call_id = run.rollback, ask.raised.call_id
    if rollback is None or rollback.asked != ask.raised.ask_id:
        return Refusal("The rollback does not wait for this any more.", "state")
    sentence = f"{by} says: {_WORDS[answer]}."
    if answer == UNDO_IT:
        again = UndoStarted(run.run_id, rollback.rollback_id, call_id, rollback.key)
        return _closed(ask, "told", sentence) + facts(run.run_id, again)
    outcome = UndoOutcome.UNDONE if answer == UNDONE else UndoOutcome.FAILED
    return _closed(ask, "told", sentence) + _finished(run, ask, outcome, sentence)


def expire_undo(ask: Ask, run: Run, who: str) -> Decided:
    """Nobody said in time what became of it: it stays unknown, and the rest is undone."""
    sentence = f"{who}; whether it was undone is not known, and it is not tried again by itself."
    return _closed(ask, "expired", sentence) + _finished(run, ask, UndoOutcome.UNKNOWN, sentence)


def _closed(ask: Ask, how: str, sentence: str) -> list[Fact]:
    return [Fact(ask_stream(ask.raised.ask_id), AskClosed(ask.raised.ask_id, how, sentence, seen=how != "expired"))]


def _finished(run: Run, ask: Ask, outcome: UndoOutcome, sentence: str) -> list[Fact]:
    if run.rollback is None or run.rollback.asked != ask.raised.ask_id:
        return []
    return facts(run.run_id, UndoFinished(run.run_id, run.rollback.rollback_id, ask.raised.call_id, outcome, sentence))
