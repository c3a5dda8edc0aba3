"""Decisions at a cap: a person is asked to let the run go further, to end it, or to take what there is."""

from runtime.domain.action import Action, canonical
from runtime.domain.ask_state import Ask, expired
from runtime.domain.budget import NOTHING, CapKind, said
from runtime.domain.commands import AnswerCap
from runtime.domain.decide_ask import answerable, may_decide
from runtime.domain.decide_run import Decided, end_of_run, facts
from runtime.domain.done_so_far import handed_in
from runtime.domain.envelope import Fact
from runtime.domain.events.asks import AskClosed, AskRaised, CapAnswered
from runtime.domain.events.budget import CapRaised
from runtime.domain.events.runs import CapReached, RunContinued, RunFinished
from runtime.domain.ids import CallId, ask_stream, book_stream
from runtime.domain.loop_commands import AskCap
from runtime.domain.priority import priority
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.words import AskState, CapAction, EffectKind, Outcome, StepStatus, Tier
from runtime.domain.workspace_state import Workspace

SECOND = 1_000_000
ANSWERS = ("raise", "partial", "stop")
TOOL = "budget.raise"
"""Stands where other asks name a tool; no tool is called."""


def decide_ask_cap(run: Run, command: AskCap, now: int) -> Decided:
    """The run waits for a person."""
    if run.finished or run.cap_ask:
        return Refusal("This run does not ask about a cap now.", "state")
    draft, question = command.draft, command.question
    kinds = tuple(question.kinds)
    arguments = canonical(
        {
            "caps": [str(kind) for kind in kinds],
            "day": question.day,
            "needed_micros": question.needed.micros,
            "needed_tokens": question.needed.tokens,
        }
    )
    raised = AskRaised(
        ask_id=draft.ask_id,
        kind="cap",
        run_id=run.run_id,
        call_id=CallId(""),
        agent=run.agent,
        revision=run.revision,
        policy_version=0,
        turn=len(run.turns) + 1,
        action=Action(TOOL, arguments),
        digest="",
        title=f"At the cap: {run.task.title}"[:60],
        goal=run.task.title,
        touches=draft.touches,
        effect=EffectKind.READ,
        undo_sentence=draft.undo_sentence,
        tier=Tier.SMALL,
        priority=priority(Tier.SMALL, draft.answer_by, now),
        reasons=(),
        checks=(),
        answer_by=draft.answer_by,
        expires=draft.expires,
        agent_words="",
        cost_micros=run.cost_micros,
        step=sum(status is StepStatus.DONE for status in run.steps.values()),
        steps=len(run.steps),
        folder=draft.folder,
        may_wait=draft.may_wait,
        known=command.known,
        cap=question,
    )
    reached = CapReached(run.run_id, kinds, command.sentence, CapAction.ASK, ask_id=draft.ask_id)
    return [*facts(run.run_id, reached), Fact(ask_stream(draft.ask_id), raised)]


def decide_answer_cap(ask: Ask, workspace: Workspace, command: AnswerCap, now: int) -> Decided:
    """Held like every ruling."""
    if refusal := may_decide(workspace, command.by) or answerable(ask, now, workspace):
        return refusal
    if ask.raised.kind != "cap" or command.answer not in ANSWERS:
        return Refusal(f"An ask about a cap is answered with one of: {', '.join(ANSWERS)}.", "kind")
    extra = command.extra if command.answer == "raise" else NOTHING
    if min(extra.micros, extra.tokens) < 0 or (command.answer == "raise" and extra == NOTHING):
        return Refusal("To raise a cap, say by how much (more than nothing). The request still waits.", "invalid")
    hold = workspace.settings.hold_seconds
    answered = CapAnswered(
        command.ask_id, command.by, command.answer, now + hold * SECOND, hold, extra, command.looked_ms
    )
    return [Fact(ask_stream(command.ask_id), answered)]


def decide_deliver_cap(ask: Ask, run: Run, now: int) -> Decided:
    """The hold is over: the run goes on or ends."""
    ruling, question = ask.ruling, ask.raised.cap
    if ask.state is not AskState.HELD or ruling is None or question is None:
        return Refusal("There is nothing to deliver.", "state")
    if now < ruling.takes_effect:
        return Refusal("The ruling is still held.", "held")
    raised = ask.raised
    words = {
        "raise": f"{ruling.by} lets this run use {said(ruling.extra)} more",
        "partial": f"{ruling.by} takes what there is",
        "stop": f"{ruling.by} stopped it at its cap",
    }
    closed = AskClosed(raised.ask_id, "told", f"{words[ruling.answer]}.")
    decided = [Fact(ask_stream(raised.ask_id), closed)]
    if run.finished:
        return decided
    if ruling.answer == "raise":
        given = CapRaised(run.run_id, run.agent, question.day, question.kinds, ruling.extra, raised.ask_id)
        decided.append(Fact(book_stream(question.day[:7]), given))
        return decided + facts(run.run_id, RunContinued(run.run_id))
    summary = f"{words[ruling.answer]}. {handed_in(run)}"
    outcome = Outcome.OUT_OF_BUDGET if ruling.answer == "partial" else Outcome.STOPPED
    finished = RunFinished(run.run_id, outcome, summary, by=ruling.by, limit=limit_name(question.kinds))
    return decided + end_of_run(run, (), finished)


def decide_expire_cap(ask: Ask, run: Run, now: int) -> Decided:
    """Nobody answered in time: nothing more is spent, the run hands in what there is."""
    if ask.state is not AskState.WAITING or ask.raised.cap is None:
        return Refusal("This request is not waiting.", "state")
    if now < ask.expires:
        return Refusal("Its time is not over yet.", "early")
    sentence = "Nobody answered in time; nothing more was spent."
    decided: list[Fact] = [Fact(ask_stream(ask.raised.ask_id), expired(ask, sentence))]
    if run.finished:
        return decided
    limit = limit_name(ask.raised.cap.kinds)
    finished = RunFinished(run.run_id, Outcome.OUT_OF_BUDGET, f"{sentence} {handed_in(run)}", limit=limit)
    return decided + end_of_run(run, (), finished)


def limit_name(kinds: tuple[CapKind, ...]) -> str:
    """How the journal names the cap that ended a run."""
    return f"cap: {', '.join(kinds)}"
