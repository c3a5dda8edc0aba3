"""Decisions about plans: proposed, reviewed by a person, edited, rejected, made anew after something failed."""

import msgspec

from runtime.domain.ask_state import Ask, expired
from runtime.domain.commands import EditPlan
from runtime.domain.decide_run import Decided, end_of_run, facts
from runtime.domain.envelope import Fact
from runtime.domain.events.agents import AgentPaused
from runtime.domain.events.asks import AskClosed, AskRaised
from runtime.domain.events.plans import PlanApproved, PlanRejected
from runtime.domain.events.runs import PlanProposed, RunFinished
from runtime.domain.ids import AskId, CallId, agent_stream, ask_stream
from runtime.domain.loop_commands import AskDraft, RecordPlan
from runtime.domain.plan import PlanStep, continued, difference, faults_of
from runtime.domain.plan_review import KIND, begun, plan_action, plan_digest, steps_from, written
from runtime.domain.priority import priority
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.standing_in import why_not_planned_anew
from runtime.domain.verdict import Reason
from runtime.domain.words import AskState, EffectKind, Outcome, StepStatus, Tier, VerdictKind


def decide_record_plan(run: Run, command: RecordPlan, now: int) -> Decided:
    """The planner's plan becomes the run's plan; where it is reviewed, the run waits for that."""
    before = run.plan
    if run.finished or (before is not None and (not command.because or before.revision != command.over)):
        return Refusal("This run has another plan by now; the planner's answer is not used.", "state")
    steps, diff = command.work.steps, None
    if command.own_ids and (why_not := why_not_planned_anew(run, steps)):
        return Refusal(f"This run cannot be given that plan: {why_not}.", "state")
    if before is not None:
        steps = steps if command.own_ids else continued(before, begun(run), steps, run.retired)
        diff = difference(before.steps, steps)
    revision = 1 if before is None else before.revision + 1
    review = command.review
    plan = PlanProposed(
        command.run_id,
        revision,
        steps,
        command.work.note,
        by_model=command.model,
        confidence=command.work.confidence,
        intent=command.work.intent,
        reason=command.work.reason,
        usage=command.usage,
        duration_ms=command.duration_ms,
        origin=command.origin,
        request_blob=command.request_blob,
        answer_blob=command.answer_blob,
        because=command.because,
        diff=diff,
        ask_id=review.ask_id if review is not None else AskId(""),
        left_out=command.left_out if command.left_out is not None and command.left_out.sentence else None,
        needs_told=command.work.needs_told,
        reasoning=command.reasoning,
    )
    decided = facts(command.run_id, plan)
    if review is not None:
        raised = _raised(run, review, command.review_why, plan, now)
        decided.append(Fact(ask_stream(review.ask_id), raised))
    return decided


def _raised(run: Run, draft: AskDraft, why: str, plan: PlanProposed, now: int, anew: str = "") -> AskRaised:
    action = plan_action(plan.steps)
    known = written(plan.steps)
    if plan.note and plan.by_model:
        known += f"\nThe planner's note: {plan.note}"
    if plan.because:
        known = f"The planner was asked again: {plan.because}\n{known}"
    return AskRaised(
        ask_id=draft.ask_id,
        kind=KIND,
        run_id=run.run_id,
        call_id=CallId(""),
        agent=run.agent,
        revision=run.revision,
        policy_version=0,
        turn=len(run.turns) + 1,
        action=action,
        digest=plan_digest(run.run_id, plan.revision, action),
        title=f"Plan: {run.task.title}"[:60],
        goal=run.task.title,
        touches=draft.touches,
        effect=EffectKind.READ,
        undo_sentence=draft.undo_sentence,
        tier=Tier.SMALL,
        priority=priority(Tier.SMALL, draft.answer_by, now),
        reasons=(Reason("plan", VerdictKind.ASK, why),),
        checks=(),
        answer_by=draft.answer_by,
        expires=draft.expires,
        confidence=plan.confidence,
        agent_words=plan.reason,
        cost_micros=run.cost_micros + (plan.usage.cost_micros or 0),
        step=0,
        steps=len(plan.steps),
        folder=draft.folder,
        may_wait=draft.may_wait,
        known=known,
        anew=anew,
    )


def decide_edit_plan(run: Run, ask: Ask | None, command: EditPlan, draft: AskDraft, now: int) -> Decided:
    """A person replaces the plan; steps already begun stay in it. A plan under review is asked for anew."""
    if run.finished or run.plan is None:
        return Refusal("Only a run that has a plan and is not finished can be given another plan.", "state")
    if command.over != run.plan.revision:
        return Refusal("The plan changed while it was edited. Look again; nothing was changed.", "changed")
    if faults := faults_of(command.steps, begun(run)):
        return Refusal(" ".join(faults), "invalid")
    if ask is not None and ask.state is AskState.HELD:
        return Refusal("Somebody ruled on this plan already; take that back first to edit it.", "ruled")
    diff = difference(run.plan.steps, command.steps)
    if not diff.sentence:
        return Refusal("The plan is the same as before; nothing was changed.", "same")
    waits = ask is not None and ask.open
    note = f"Edited by {command.by}: {diff.sentence}."
    edited = PlanProposed(
        command.run_id,
        run.plan.revision + 1,
        command.steps,
        note,
        by=command.by,
        diff=diff,
        ask_id=draft.ask_id if waits else AskId(""),
        needs_told=run.plan.needs_told,
    )
    decided = facts(command.run_id, edited)
    if ask is not None and waits:
        closed = AskClosed(ask.raised.ask_id, "withdrawn", f"Asked anew: {note}")
        why = ask.raised.reasons[0].sentence
        decided.append(Fact(ask_stream(ask.raised.ask_id), closed))
        decided.append(Fact(ask_stream(draft.ask_id), _raised(run, draft, why, edited, now, note)))
    return decided


def decide_deliver_plan(ask: Ask, run: Run, now: int) -> Decided:
    """The hold is over: the approved plan (as edited) stands, or the planner is told why it does not."""
    ruling = ask.ruling
    if ask.state is not AskState.HELD or ruling is None:
        return Refusal("There is nothing to deliver.", "state")
    if now < ruling.takes_effect:
        return Refusal("The ruling is still held.", "held")
    raised = ask.raised
    if ruling.kind == "rejected":
        return _deliver_rejection(ask, run, ruling.by, ruling.reason, pause_agent=ruling.pause_agent)
    if now >= ask.expires:
        return Refusal("Its time was over before it could take effect.", "expired")
    words = "with changes " if ruling.edited is not None else ""
    decided = [Fact(ask_stream(raised.ask_id), AskClosed(raised.ask_id, "spent", f"Approved {words}by {ruling.by}."))]
    if run.finished or run.plan is None or run.plan_ask != raised.ask_id:
        return decided
    revision = run.plan.revision
    if ruling.edited is not None:
        steps = steps_from(ruling.edited.arguments)
        assert not isinstance(steps, str), steps  # it was read when it was approved
        revision += 1
        decided += facts(run.run_id, _approved_edit(run, revision, steps, ruling.by))
    return decided + facts(run.run_id, PlanApproved(run.run_id, revision, ruling.by))


def _approved_edit(run: Run, revision: int, steps: tuple[PlanStep, ...], by: str) -> PlanProposed:
    assert run.plan is not None
    diff = difference(run.plan.steps, steps)
    note = f"Edited by {by} when approving it: {diff.sentence}."
    told = run.plan.needs_told
    return PlanProposed(run.run_id, revision, steps, note, by=by, diff=diff, ask_id=run.plan_ask, needs_told=told)


def _deliver_rejection(ask: Ask, run: Run, by: str, reason: str, *, pause_agent: bool) -> Decided:
    raised = ask.raised
    sentence = f"Rejected by {by}: {reason}"
    decided = [Fact(ask_stream(raised.ask_id), AskClosed(raised.ask_id, "rejected", sentence))]
    if not run.finished and run.plan is not None and run.plan_ask == raised.ask_id:
        decided += facts(run.run_id, PlanRejected(run.run_id, run.plan.revision, by, reason))
    if pause_agent:
        decided.append(Fact(agent_stream(raised.agent), AgentPaused(raised.agent, by)))
    return decided


def decide_expire_plan(ask: Ask, run: Run, now: int) -> Decided:
    """Nobody reviewed it in time: nothing is done by this plan, the run goes to a person."""
    ruling = ask.ruling
    if not ask.open or (ruling is not None and ruling.kind != "approved"):
        return Refusal("This request is not waiting.", "state")
    if now < ask.expires:
        return Refusal("Its time is not over yet.", "early")
    who = f"{ruling.by} agreed, but it could not take effect in time" if ruling else "Nobody reviewed it in time"
    sentence = f"{who}; nothing was done by this plan."
    decided: list[Fact] = [Fact(ask_stream(ask.raised.ask_id), expired(ask, sentence))]
    if run.finished or run.plan_ask != ask.raised.ask_id:
        return decided
    finished = RunFinished(run.run_id, Outcome.ESCALATED, f"The plan was not approved. {sentence}", limit="plan review")
    return decided + end_of_run(run, (), finished)


def failed_since_planned(run: Run) -> str:
    """What failed since the planner was asked last, in a sentence; empty where nothing did."""
    if StepStatus.FAILED not in run.steps.values() or run.plan is None:
        return ""
    for call in reversed(run.calls):
        if call.turn <= run.planned_turn:
            break
        if run.steps.get(call.step_id) is StepStatus.FAILED:
            title = next((step.title for step in run.plan.steps if step.step_id == call.step_id), call.title)
            came = call.summary or call.failure or call.refused or str(call.outcome or "")
            return f"The step “{title}” failed: {came}".rstrip(": ")
    return ""


def why_planned_again(run: Run, replans: int) -> str:
    """Why the planner has to be asked again; empty where it has not, or was asked as often as its agent allows."""
    if run.plan is None or run.replans >= replans:
        return ""
    if run.plan_rejected:
        return f"A person did not approve the plan: {run.plan_rejected}"
    return failed_since_planned(run)


def with_review(command: RecordPlan, draft: AskDraft, why: str) -> RecordPlan:
    """The same, asked for."""
    return msgspec.structs.replace(command, review=draft, review_why=why)
