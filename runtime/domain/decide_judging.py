"""Decisions about judging: a task is classified once, an answer that ends a run is judged once."""

from runtime.domain.decide_run import Decided, facts
from runtime.domain.events.judgements import OutcomeJudged, TaskClassified
from runtime.domain.judging_commands import RecordClass, RecordVerdict
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run


def decide_record_class(run: Run, command: RecordClass) -> Decided:
    """Before there is a plan."""
    if run.finished or run.plan is not None or run.classified:
        return Refusal("This run has its plan already; what the task is about is not asked again.", "state")
    found = TaskClassified(
        run.run_id,
        command.model,
        command.intent,
        command.confidence,
        command.reason,
        command.usage,
        command.duration_ms,
        command.origin,
        command.request_blob,
        command.answer_blob,
    )
    return facts(run.run_id, found)


def decide_record_verdict(run: Run, command: RecordVerdict) -> Decided:
    """About the newest answer only."""
    if run.finished or command.turn != len(run.turns) or run.judged_turn == command.turn:
        return Refusal("There is no answer to be judged.", "state")
    judged = OutcomeJudged(
        run.run_id,
        command.turn,
        all(finding.met for finding in command.findings),
        command.findings,
        command.model,
        command.confidence,
        command.usage,
        command.duration_ms,
        command.origin,
        command.request_blob,
        command.answer_blob,
    )
    return facts(run.run_id, judged)
