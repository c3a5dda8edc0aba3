"""Decisions about turns: what the model answered, how each call was judged, what starts in the same commit."""

from runtime.domain.action import idempotency_key
from runtime.domain.ask_state import Ask
from runtime.domain.decide_run import Decided, facts, moved_to, step_given_back, step_move
from runtime.domain.envelope import Fact
from runtime.domain.events import Event
from runtime.domain.events.asks import AskClosed, AskRaised
from runtime.domain.events.effects import EffectStarted
from runtime.domain.events.runs import ActionJudged, CallRefused, ModelAnswered, RunWaiting
from runtime.domain.ids import AskId, CallId, ask_stream
from runtime.domain.loop_commands import (
    AskDraft,
    Judged,
    RecordJudgement,
    RecordTurn,
    Rejudge,
)
from runtime.domain.priority import priority
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run, evolve
from runtime.domain.words import (
    CallStatus,
    DecisionKind,
    EffectKind,
    RunState,
    StepStatus,
    VerdictKind,
)


def call_id_of(turn: int, index: int) -> CallId:
    """``<turn>.<index>``, both counted from 1."""
    return CallId(f"{turn}.{index}")


def decide_record_turn(run: Run, command: RecordTurn, goal: str, now: int, *, may_start: bool = True) -> Decided:
    """Model answer, verdicts, asks, and the first start where nothing stands before it: one commit.

    ``may_start`` False: its agent or everything was paused while the model answered, or what judged no longer holds.
    """
    if run.finished:
        return Refusal("The run ended while the model was answering; none of its calls runs.", "state")
    if command.turn != len(run.turns) + 1:
        return Refusal(f"Turn {command.turn} is already recorded.", "state")
    answered = ModelAnswered(
        run.run_id,
        command.turn,
        command.model,
        command.decision,
        command.usage,
        command.duration_ms,
        command.request_blob,
        command.answer_blob,
        command.origin,
        command.left_out if command.left_out is not None and command.left_out.sentence else None,
        command.reasoning,
    )
    decided = facts(run.run_id, answered)
    for step_id in command.decision.passed_over:
        if run.steps.get(step_id) is StepStatus.TO_DO:
            decided += facts(run.run_id, *step_move(run, step_id, StepStatus.SKIPPED))
    if command.decision.step_id and not command.judged:
        decided += facts(run.run_id, *step_move(run, command.decision.step_id, StepStatus.DONE))
    decided += _all_judged(run, command.turn, command.judged, goal, now)
    if command.decision.kind is DecisionKind.WAIT and not command.judged and command.notes_read == len(run.notes):
        what = command.decision.text or command.decision.reason or "It waits to be told more."
        decided += facts(run.run_id, RunWaiting(run.run_id, what))
    if may_start:
        decided += _start_at_once(run, command.turn, command.judged)
    return decided


def decide_record_judgement(
    run: Run, command: RecordJudgement, goal: str, now: int, *, may_start: bool = True
) -> Decided:
    """One more call of the newest answer: judged under what holds now that those before it have ended.

    And those that run beside it.
    """
    judged = command.judged
    if run.finished:
        return Refusal("The run ended; none of its calls runs.", "state")
    if command.turn != len(run.turns) or judged.index != run.judged_in_turn + 1 or run.open_call is not None:
        return Refusal("This call is not the next one.", "state")
    together = (judged, *command.beside)
    decided = _all_judged(run, command.turn, together, goal, now)
    return decided + _start_at_once(run, command.turn, together) if may_start else decided


def _all_judged(run: Run, turn: int, together: tuple[Judged, ...], goal: str, now: int) -> list[Fact]:
    """The verdicts; each after the first as things stand with those before it."""
    decided: list[Fact] = []
    for judged in together:
        made = _judged_facts(run, turn, judged, goal, now)
        decided += made
        if len(together) > 1:
            run = _with(run, made, now)
    return decided


def judged_as_started(run: Run, turn: int, judged: Judged, now: int) -> Run:
    """The run as it will be once this call has begun: what is judged to run beside it is judged by that."""
    decided = _judged_facts(run, turn, judged, run.task.title, now)
    return _with(run, decided + _start_at_once(run, turn, (judged,)), now)


def _with(run: Run, decided: list[Fact], now: int) -> Run:
    for fact in decided:
        if isinstance(fact.event, ActionJudged | EffectStarted):
            run = evolve(run, fact.event, now)
    return run


def _start_at_once(run: Run, turn: int, together: tuple[Judged, ...]) -> list[Fact]:
    """The starts in the same commit as the verdicts, where nothing is asked; checkpoints count them in their order."""
    started: list[Fact] = []
    checkpoints = run.checkpoints
    for judged in together:
        if judged.verdict.kind is not VerdictKind.ALLOW or run.state is RunState.PAUSED:
            break
        checkpoints += judged.effect is not EffectKind.READ
        checkpoint = checkpoints if judged.effect is not EffectKind.READ else 0
        key = idempotency_key(run.run_id, turn, judged.index, judged.action)
        call_id = call_id_of(turn, judged.index)
        started += facts(run.run_id, EffectStarted(run.run_id, call_id, key, 1, checkpoint))
    return started


_STEP_FOR = {
    VerdictKind.ALLOW: StepStatus.RUNNING,
    VerdictKind.ASK: StepStatus.WAITING,
    VerdictKind.DENY: StepStatus.FAILED,
}


def _judged_facts(run: Run, turn: int, judged: Judged, goal: str, now: int, anew: str = "") -> list[Fact]:
    call_id = call_id_of(turn, judged.index)
    event = ActionJudged(
        run_id=run.run_id,
        call_id=call_id,
        turn=turn,
        index=judged.index,
        action=judged.action,
        step_id=judged.step_id,
        title=judged.title,
        effect=judged.effect,
        resource=judged.resource,
        verdict=judged.verdict,
        policy_version=judged.policy_version,
        digest=judged.digest,
        confidence=judged.confidence,
        reason=judged.reason,
        ask_id=judged.ask.ask_id if judged.ask else AskId(""),
        moved=None if judged.verdict.beside_the_plan else moved_to(run, judged.step_id, _STEP_FOR[judged.verdict.kind]),
        facts=judged.facts,
        also=judged.also,
    )
    events: list[Event] = [event]
    if judged.verdict.kind is VerdictKind.DENY:
        sentence = " ".join(reason.sentence for reason in judged.verdict.deciding)
        events.append(CallRefused(run.run_id, call_id, "denied", sentence))
    decided = facts(run.run_id, *events)
    if judged.ask is not None:
        raised = _raised(run, turn, call_id, judged, judged.ask, goal, now, anew)
        decided.append(Fact(ask_stream(raised.ask_id), raised))
    return decided


def _raised(
    run: Run, turn: int, call_id: CallId, judged: Judged, draft: AskDraft, goal: str, now: int, anew: str
) -> AskRaised:
    return AskRaised(
        ask_id=draft.ask_id,
        kind="action",
        run_id=run.run_id,
        call_id=call_id,
        agent=run.agent,
        revision=run.revision,
        policy_version=judged.policy_version,
        turn=turn,
        action=judged.action,
        digest=judged.digest,
        title=judged.title,
        goal=goal,
        touches=draft.touches,
        effect=judged.effect,
        undo_sentence=draft.undo_sentence,
        tier=judged.verdict.tier,
        priority=priority(judged.verdict.tier, draft.answer_by, now),
        reasons=judged.verdict.reasons,
        checks=draft.checks,
        answer_by=draft.answer_by,
        expires=draft.expires,
        confidence=judged.confidence,
        agent_words=judged.reason,
        cost_micros=run.cost_micros,
        step=_place(run, judged),
        steps=len(run.steps),
        folder=draft.folder,
        may_wait=draft.may_wait,
        inputs=draft.inputs,
        resource=judged.resource,
        newest_revision=draft.newest_revision,
        anew=anew,
    )


def _place(run: Run, judged: Judged) -> int:
    order = list(run.steps)
    return order.index(judged.step_id) + 1 if judged.step_id in run.steps else 0


def decide_rejudge(run: Run, ask: Ask | None, command: Rejudge, goal: str, now: int) -> Decided:
    """What the call was bound to changed: the old ask is withdrawn and says why, the new verdict stands."""
    call = run.call(command.call_id)
    if run.finished or call is None or call.status not in (CallStatus.ALLOWED, CallStatus.ASKED):
        return Refusal("This call is not waiting any more.", "state")
    decided: list[Fact] = []
    edit_lost = ask is not None and ask.open and ask.ruling is not None and ask.ruling.edited is not None
    why = f"{command.why} Your edit is not carried over." if edit_lost and command.judged.ask else command.why
    if ask is not None and ask.open:
        closed = AskClosed(
            ask.raised.ask_id, "withdrawn", f"{'Asked anew' if command.judged.ask else 'Withdrawn'}: {why}"
        )
        decided.append(Fact(ask_stream(ask.raised.ask_id), closed))
    if command.judged.verdict.beside_the_plan:
        decided += facts(run.run_id, *step_given_back(run, call))
    return decided + _judged_facts(run, call.turn, command.judged, goal, now, why)
