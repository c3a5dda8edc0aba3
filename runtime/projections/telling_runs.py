"""Words for what a run does: its life, its effects, its rollbacks."""

from typing import assert_never

from runtime.domain.decision import IN_FLIGHT, KEPT, Origin
from runtime.domain.events.effects import (
    ActionReviewed,
    EffectEvent,
    EffectFinished,
    EffectStarted,
    OutcomeAsked,
    OutcomeSettled,
)
from runtime.domain.events.judgements import OutcomeJudged, TaskClassified
from runtime.domain.events.plans import PlanApproved, PlanRejected
from runtime.domain.events.rollbacks import (
    LeftoverAsked,
    LeftoverSettled,
    RollbackEvent,
    RollbackFinished,
    RollbackStarted,
    UndoAsked,
    UndoFinished,
    UndoStarted,
)
from runtime.domain.events.runs import (
    ActionJudged,
    AnswerSetAside,
    CallRefused,
    CapReached,
    ModelAnswered,
    ModelFailed,
    NoteLeft,
    PlanningStarted,
    PlanProposed,
    PlanStepMoved,
    RouteTaken,
    RunContinued,
    RunEvent,
    RunFinished,
    RunPaused,
    RunQueued,
    RunResumed,
    RunWaiting,
    VoteHeld,
)
from runtime.domain.grant import number
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome, DecisionKind, Outcome, VerdictKind
from runtime.projections.telling import About, Named, Told, count, first_line, stop
from runtime.projections.telling_judgements import told_judgement

_TRIGGER = "trigger:"


def _asker(by: str, agent: str, named: Named) -> str:
    """Who started a run: a person, or what brings work in by itself, such as the inbox."""
    if by.startswith(_TRIGGER):
        return f"From the {by.removeprefix(_TRIGGER)}, for {agent}"
    return f"{named(by)} asked {agent} for"


def told_run(event: RunEvent, about: About, named: Named) -> Told:
    """What is told about an event of a run's life."""
    match event:
        case RunQueued(task=task, started_by=by):
            return Told("Run queued", "plan", task.title, f"{_asker(by, event.agent, named)}: {stop(task.title)}")
        case PlanningStarted():
            return Told("Run started", "plan", about.task, "The run left the queue and plans its work.")
        case PlanProposed():
            return _plan(event, named)
        case PlanStepMoved(step_id=step, status=status):
            title = first_line(about.title) or about.tool or f"step {step}"
            return Told("Plan step", "plan", f"{title}: {status}", f"A step of the plan is now {status}: {stop(title)}")
        case ModelAnswered():
            return _answer(event)
        case ModelFailed(sentence=sentence, again=again):
            words = "Model call failed, trying again" if again else "Model call failed"
            return Told(words, "warning", first_line(sentence), f"{event.model} gave no answer. {stop(sentence)}")
        case PlanApproved(revision=revision, by=by):
            return Told("Plan approved", "approved", f"revision {revision}", f"{named(by)} approved the plan.")
        case PlanRejected(revision=revision, by=by, reason=reason):
            sentence = f"{named(by)} did not approve the plan: {stop(reason)}"
            return Told("Plan not approved", "rejected", f"revision {revision}", sentence)
        case ActionJudged():
            return _judged(event)
        case CallRefused(why=why, sentence=sentence):
            mark = {"denied": "denied", "rejected": "rejected", "expired": "expired"}.get(why, "note")
            return Told(f"Tool call {why}", mark, about.title or event.call_id, stop(sentence))
        case TaskClassified() | OutcomeJudged():
            return told_judgement(event)
        case _:
            return _pauses(event, about, named)


def _pauses(
    event: CapReached
    | RouteTaken
    | AnswerSetAside
    | VoteHeld
    | RunWaiting
    | RunContinued
    | RunPaused
    | RunResumed
    | NoteLeft
    | RunFinished,
    about: About,
    named: Named,
) -> Told:
    match event:
        case RouteTaken(model=model, sentence=sentence):
            return Told("Another model", "note", model, stop(sentence))
        case AnswerSetAside(model=model, sentence=sentence):
            return Told("Answer set aside", "note", model, stop(sentence))
        case VoteHeld(agreed=agreed, sentence=sentence):
            words = "Vote: the same each time" if agreed else "Vote: no agreement"
            return Told(words, "done" if agreed else "warning", first_line(sentence), stop(sentence))
        case CapReached(sentence=sentence, model=model):
            return Told("At a cap", "warning", model or "asks a person", stop(sentence))
        case RunWaiting(what=what, connections=connections) if connections:
            return Told("Waiting for a model", "paused", ", ".join(connections), stop(what))
        case RunWaiting(what=what):
            return Told("Waiting", "paused", what, f"The run waits: {stop(what)}")
        case RunContinued():
            return Told("Going on", "resumed", about.task, "What the run waited for has come.")
        case RunPaused(by=by):
            return Told("Paused", "paused", "run paused", f"{named(by)} paused the run.")
        case RunResumed(by=by):
            return Told("Resumed", "resumed", "run resumed", f"{named(by)} let the run go on.")
        case NoteLeft(by=by, text=text):
            return Told("Note", "note", first_line(text), f"{named(by)} told the agent: {stop(text)}")
        case RunFinished():
            return _finished(event, named)
        case _ as unreachable:
            assert_never(unreachable)


def _plan(event: PlanProposed, named: Named) -> Told:
    steps = count(len(event.steps), "step")
    if not event.by_model:
        return Told("Plan changed", "plan", f"revision {event.revision}, {steps}", stop(event.note or "Plan changed"))
    reason = f" {stop(event.reason)}" if event.reason else ""
    if event.because:
        diff = f" {stop(event.diff.sentence.capitalize())}" if event.diff and event.diff.sentence else ""
        sentence = f"{event.by_model} planned anew, {steps}. {stop(event.because)}{diff}{reason}"
        return Told("Plan made anew", "plan", f"revision {event.revision}, {steps}", sentence)
    intent = f", {event.intent}" if event.intent else ""
    again = _reused(event.origin)
    return Told("Plan", "plan", f"{steps}{intent}", f"{event.by_model} planned {steps}{intent}.{again}{reason}")


_HOW = {
    IN_FLIGHT: " Nothing was sent: an identical request was under way, and this is its answer.",
    KEPT: " Nothing was sent: this is the kept answer to an identical request.",
}


def _reused(origin: Origin) -> str:
    """That an answer came without a call of its own."""
    return _HOW.get(origin.reused, "")


def _answer(event: ModelAnswered) -> Told:
    decision = event.decision
    sure = "" if decision.confidence is None else f", {decision.confidence:.0%} sure"
    does = {
        DecisionKind.ACT: f"proposed {count(len(decision.calls), 'tool call')}",
        DecisionKind.RESPOND: "answered",
        DecisionKind.ESCALATE: "wants to hand the case to a person",
        DecisionKind.WAIT: "waits",
        DecisionKind.COMPLETE: "says the work is done",
    }[decision.kind]
    words = decision.text or decision.reason
    again = _reused(event.origin)
    sentence = f"{event.model} {does}{sure}.{again}" + (f" {stop(words)}" if words else "")
    return Told("Model call, nothing sent" if again else "Model call", "message", first_line(words) or does, sentence)


def _judged(event: ActionJudged) -> Told:
    why = " ".join(stop(reason.sentence) for reason in event.verdict.deciding)
    words, mark = {
        VerdictKind.ALLOW: ("Tool call allowed", "call"),
        VerdictKind.ASK: ("Tool call needs approval", "ask"),
        VerdictKind.DENY: ("Tool call denied", "denied"),
    }[event.verdict.kind]
    return Told(words, mark, f"{event.action.tool} {event.title}", f"{words}: {stop(event.title)} {why}".rstrip())


def _finished(event: RunFinished, named: Named) -> Told:
    mark = {
        Outcome.COMPLETED: "finished",
        Outcome.ESCALATED: "escalated",
        Outcome.FAILED: "failed",
        Outcome.STOPPED: "failed",
        Outcome.OUT_OF_BUDGET: "warning",
    }[event.outcome]
    words = {
        Outcome.COMPLETED: "Run completed",
        Outcome.ESCALATED: "Handed to a person",
        Outcome.FAILED: "Run failed",
        Outcome.STOPPED: "Run stopped",
        Outcome.OUT_OF_BUDGET: "Run ended, out of budget",
    }[event.outcome]
    by = f" by {named(event.by)}" if event.by else ""
    return Told(words, mark, first_line(event.summary), f"{words}{by}. {stop(event.summary)}".rstrip())


def told_effect(event: EffectEvent, about: About, named: Named) -> Told:
    """What is told about a tool call."""
    what = f"{about.tool} {about.title}".strip() or event.call_id
    match event:
        case EffectStarted(attempt=attempt):
            words = "Tool call started" if attempt <= 1 else f"Tool call, attempt {attempt}"
            under = f", under standing grant {number(event.grant_id)}" if event.grant_id else ""
            sentence = f"{words}{under}: {stop(about.title or what)}"
            return Told(words, "call" if attempt <= 1 else "warning", what, sentence)
        case EffectFinished(outcome=outcome, summary=summary):
            words, mark = {
                CallOutcome.OK: ("Tool call finished", "done"),
                CallOutcome.FAILED: ("Tool call failed", "failed"),
                CallOutcome.CANCELLED: ("Tool call stopped", "failed"),
                CallOutcome.UNKNOWN: ("Tool call, outcome not known", "warning"),
            }[outcome]
            if event.again:
                words, mark = "Tool call failed, trying again", "warning"
            return Told(words, mark, what, f"{words}: {stop(summary)}")
        case OutcomeSettled(by=by, sentence=sentence):
            return Told("Outcome settled", "note", what, f"{named(by)} settled what happened: {stop(sentence)}")
        case OutcomeAsked():
            return Told("Outcome not known", "warning", what, "Nobody can look whether it happened; a person is asked.")
        case ActionReviewed(by=by, fine=True):
            return Told("Reviewed: fine", "done", what, f"{named(by)} looked at what ran without asking: it is fine.")
        case ActionReviewed(by=by, why=why):
            sentence = f"{named(by)} looked at what ran without asking: it should have been asked. {stop(why)}".rstrip()
            return Told("Should have been asked", "warning", what, sentence)
        case _ as unreachable:
            assert_never(unreachable)


def told_rollback(event: RollbackEvent, about: About, named: Named) -> Told:
    """What is told about undoing."""
    what = f"{about.tool} {about.title}".strip()
    match event:
        case RollbackStarted(to_checkpoint=to, calls=calls, by=by):
            steps = count(len(calls), "step")
            if event.by_itself:
                words = f"All or nothing: {named(by)} failed half-way, so what it did is undone: {steps}."
                return Told("Rolls itself back", "undone", f"{steps} to undo", words)
            what = f"to checkpoint {to}, {steps} to undo"
            return Told("Roll back", "undone", what, f"{named(by)} rolls the run back to checkpoint {to}: {steps}.")
        case UndoStarted():
            return Told(
                "Undo started", "undone", what or event.call_id, f"Undoing: {stop(about.title or event.call_id)}"
            )
        case UndoFinished(outcome=outcome, sentence=sentence):
            words, mark = {
                UndoOutcome.UNDONE: ("Undone", "undone"),
                UndoOutcome.CONFLICT: ("Changed since, left alone", "conflict"),
                UndoOutcome.CANNOT: ("Cannot be undone", "warning"),
                UndoOutcome.FAILED: ("Undo failed", "failed"),
                UndoOutcome.UNKNOWN: ("Undo not known", "warning"),
            }[outcome]
            return Told(words, mark, what or event.call_id, f"{words}: {stop(sentence)}")
        case UndoAsked():
            words = "Whether it was undone is not known; a person is asked."
            return Told("Undo not known", "warning", what or event.call_id, words)
        case RollbackFinished(undone=undone, left=left):
            steps = f"{count(undone, 'step')} undone" + (f", {left} left" if left else "")
            return Told("Rolled back", "undone", steps, f"Rolled back: {steps}.")
        case LeftoverAsked(calls=calls):
            steps = count(len(calls), "step")
            return Told("Not undone", "warning", steps, f"{steps} could not be undone; a person is asked.")
        case LeftoverSettled(sentence=sentence):
            return Told("Leftovers settled", "note", first_line(sentence), stop(sentence))
        case _ as unreachable:
            assert_never(unreachable)
