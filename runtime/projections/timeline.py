"""The timeline of a run: one line per thing a person wants to see, folded from the run's and its asks' events."""

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from runtime.domain.decision import Usage
from runtime.domain.envelope import Envelope
from runtime.domain.events.asks import (
    AskApproved,
    AskClosed,
    AskRaised,
    AskRejected,
    CapAnswered,
    OutcomeTold,
    RulingTakenBack,
)
from runtime.domain.events.effects import ActionReviewed, EffectFinished, EffectStarted, OutcomeSettled
from runtime.domain.events.judgements import OutcomeJudged, TaskClassified
from runtime.domain.events.rollbacks import (
    LeftoverAsked,
    LeftoverSettled,
    RollbackFinished,
    RollbackStarted,
    UndoAsked,
    UndoFinished,
)
from runtime.domain.events.runs import (
    ActionJudged,
    AnswerSetAside,
    CallRefused,
    CapReached,
    ModelAnswered,
    ModelFailed,
    NoteLeft,
    PlanProposed,
    RouteTaken,
    RunFinished,
    RunPaused,
    RunQueued,
    RunResumed,
    RunWaiting,
    VoteHeld,
)
from runtime.domain.grant import number
from runtime.domain.ids import CallId
from runtime.domain.left_out import LeftOut
from runtime.domain.undo import UndoOutcome
from runtime.domain.words import CallOutcome
from runtime.projections.rows import TimelineStep
from runtime.projections.sentences import told
from runtime.projections.telling import About, Named, plain_name

_SHOWN = (
    CapAnswered,
    CapReached,
    AnswerSetAside,
    RouteTaken,
    VoteHeld,
    TaskClassified,
    OutcomeJudged,
    PlanProposed,
    ModelFailed,
    LeftoverAsked,
    LeftoverSettled,
    NoteLeft,
    OutcomeSettled,
    OutcomeTold,
    RollbackFinished,
    RollbackStarted,
    RulingTakenBack,
    RunFinished,
    RunPaused,
    RunQueued,
    RunResumed,
    RunWaiting,
    UndoAsked,
    UndoFinished,
)
"""Shown as their sentence; the rest has a form of its own or is no step of the story."""


class _Call(msgspec.Struct):
    tool: str
    arguments: str
    title: str
    step: int = -1
    checkpoint: int = 0
    duration_ms: int = 0
    happened: bool = False
    undone: bool = False


class _Story:
    def __init__(self, named: Named) -> None:
        self.steps: list[TimelineStep] = []
        self.calls: dict[CallId, _Call] = {}
        self._named = named
        self._left_out = ""

    def add(self, envelope: Envelope) -> None:
        event = envelope.event
        if isinstance(event, ModelAnswered | PlanProposed):
            self._note_left_out(envelope, event.left_out)
        match event:
            case ActionJudged():
                self.calls[event.call_id] = _Call(event.action.tool, event.action.arguments, event.title)
            case ModelAnswered():
                self._answer(envelope, event)
            case EffectStarted():
                self._started(envelope, event)
            case EffectFinished():
                self._finished(envelope, event)
            case CallRefused():
                call = self.calls.get(event.call_id)
                self._tell(envelope, event.call_id, tool=call.tool if call else "", ask_id="")
            case AskRaised() | AskApproved() | AskRejected():
                self._ask(envelope, event)
            case AskClosed(how="expired" | "withdrawn"):
                self._tell(envelope, None, ask_id=event.ask_id)
            case ActionReviewed(call_id=call_id):
                self._tell(envelope, call_id)
            case OutcomeSettled(call_id=call_id, outcome=outcome):
                self._tell(envelope, call_id)
                if outcome in (CallOutcome.OK, CallOutcome.UNKNOWN) and call_id in self.calls:
                    self.calls[call_id].happened = True
            case UndoFinished(call_id=call_id, outcome=outcome):
                self._tell(envelope, call_id, output=event.difference)
                if outcome is UndoOutcome.UNDONE and call_id in self.calls:
                    self.calls[call_id].undone = True
            case _ if isinstance(event, _SHOWN):
                usage = getattr(event, "usage", None)
                self._tell(envelope, None, cost_micros=(usage.cost_micros or 0) if isinstance(usage, Usage) else 0)
            case _:
                pass
        if isinstance(event, ModelAnswered | PlanProposed):
            self._tell_reasoning(envelope, event.reasoning)

    def _tell_reasoning(self, envelope: Envelope, summary: str) -> None:
        """Under the answer, as what it is: the model's word, which nobody checked."""
        if summary:
            title = "How it got there, in the model's own words"
            self.steps.append(TimelineStep(envelope.seq, envelope.at, "thought", title, output=summary))

    def told(self) -> list[TimelineStep]:
        """The steps with what only the end of the story knows: durations, what is undone, what a checkpoint undoes."""
        calls = self.calls.values()
        undoable = sorted(call.checkpoint for call in calls if call.checkpoint and call.happened and not call.undone)
        changed = list(self.steps)
        for call in calls:
            if call.step >= 0:
                step = changed[call.step]
                changed[call.step] = msgspec.structs.replace(step, duration_ms=call.duration_ms, undone=call.undone)
        for at, step in enumerate(changed):
            if step.mark == "checkpoint":
                undoes = len(undoable) - bisect_right(undoable, step.checkpoint)
                changed[at] = msgspec.structs.replace(step, undoes=undoes)
            elif step.mark == "done" and step.call_id in self.calls and self.calls[CallId(step.call_id)].undone:
                changed[at] = msgspec.structs.replace(step, undone=True)
        return changed

    def _tell(self, envelope: Envelope, call_id: CallId | None, **more: object) -> None:
        call = self.calls.get(call_id) if call_id else None
        about = About(tool=call.tool, title=call.title) if call else About()
        said = told(envelope.event, about, envelope.by, self._named)
        fields: dict[str, object] = {"call_id": call_id or "", **more}
        self.steps.append(
            msgspec.structs.replace(TimelineStep(envelope.seq, envelope.at, said.mark, said.sentence), **fields)
        )

    def _note_left_out(self, envelope: Envelope, left_out: LeftOut | None) -> None:
        """What the model was not given whole, before its answer, whenever that is something else than before."""
        sentence = left_out.sentence if left_out is not None else ""
        if left_out is not None and sentence and sentence != self._left_out:
            title = f"Given to the model in part (about {left_out.tokens:,} of {left_out.budget:,} tokens): {sentence}."
            self.steps.append(TimelineStep(envelope.seq, envelope.at, "note", title))
        self._left_out = sentence

    def _answer(self, envelope: Envelope, event: ModelAnswered) -> None:
        words = event.decision.text or event.decision.reason
        said = told(event, About(), envelope.by, self._named)
        self.steps.append(
            TimelineStep(
                envelope.seq,
                envelope.at,
                said.mark,
                said.sentence if event.origin.reused else words or said.sentence,
                duration_ms=event.duration_ms,
                cost_micros=event.usage.cost_micros or 0,
            )
        )

    def _started(self, envelope: Envelope, event: EffectStarted) -> None:
        call = self.calls.setdefault(event.call_id, _Call("", "", event.call_id))
        call.arguments = event.arguments or call.arguments
        call.title = event.title or call.title
        if event.checkpoint == 1 and event.attempt <= 1:
            self._checkpoint(envelope, 0, "before the first change")
        call.checkpoint = event.checkpoint
        if event.grant_id and event.attempt <= 1:
            title = f"Allowed by standing grant {number(event.grant_id)}: {call.title}"
            self.steps.append(TimelineStep(envelope.seq, envelope.at, "approved", title, call_id=event.call_id))
        call.step = len(self.steps)
        title = call.title if event.attempt <= 1 else f"{call.title}, attempt {event.attempt}"
        self.steps.append(
            TimelineStep(
                envelope.seq,
                envelope.at,
                "call",
                title,
                tool=call.tool,
                arguments=call.arguments,
                call_id=event.call_id,
                ask_id=event.ask_id,
            )
        )

    def _finished(self, envelope: Envelope, event: EffectFinished) -> None:
        call = self.calls.setdefault(event.call_id, _Call("", "", event.call_id))
        call.duration_ms = event.duration_ms
        said = told(event, About(tool=call.tool, title=call.title), envelope.by, self._named)
        self.steps.append(
            TimelineStep(
                envelope.seq,
                envelope.at,
                said.mark,
                event.summary or said.sentence,
                output=event.output if event.outcome is CallOutcome.OK else event.output or event.failure,
                output_blob=event.output_blob,
                duration_ms=event.duration_ms,
                call_id=event.call_id,
            )
        )
        if event.outcome is CallOutcome.OK and call.checkpoint:
            call.happened = True
            self._checkpoint(envelope, call.checkpoint, f"after: {call.title}")

    def _checkpoint(self, envelope: Envelope, number: int, where: str) -> None:
        title = f"Checkpoint {number}, {where}"
        self.steps.append(TimelineStep(envelope.seq, envelope.at, "checkpoint", title, checkpoint=number))

    def _ask(self, envelope: Envelope, event: AskRaised | AskApproved | AskRejected) -> None:
        if isinstance(event, AskRaised):
            title = f"Asked you: {event.title}"
            self.steps.append(
                TimelineStep(
                    envelope.seq,
                    envelope.at,
                    "ask",
                    title,
                    tool=event.action.tool,
                    arguments=event.action.arguments,
                    call_id=event.call_id,
                    ask_id=event.ask_id,
                )
            )
            return
        by = self._named(event.by)
        if isinstance(event, AskRejected):
            title, arguments = f"Rejected by {by}: {event.reason}", ""
        else:
            title = f"Approved with edit by {by}" if event.edited else f"Approved by {by}"
            arguments = event.edited.arguments if event.edited else ""
        mark = "rejected" if isinstance(event, AskRejected) else "approved"
        self.steps.append(
            TimelineStep(envelope.seq, envelope.at, mark, title, arguments=arguments, ask_id=event.ask_id)
        )


def timeline(envelopes: Sequence[Envelope], named: Named = plain_name) -> list[TimelineStep]:
    """All steps in journal order. Several steps may share a seq (a finished call and the checkpoint after it)."""
    story = _Story(named)
    for envelope in envelopes:
        story.add(envelope)
    return story.told()
