"""Decisions about an all-or-nothing run: it rolls itself back, and what could not be undone becomes an ask."""

import hashlib

from runtime.domain.action import Action, canonical
from runtime.domain.ask_state import Ask, expired
from runtime.domain.decide_run import Decided, facts
from runtime.domain.envelope import Fact
from runtime.domain.events.asks import AskClosed, AskRaised
from runtime.domain.events.rollbacks import LeftoverAsked, LeftoverSettled, RollbackStarted
from runtime.domain.ids import CallId, RollbackId, agent_author, ask_stream
from runtime.domain.loop_commands import AskDraft
from runtime.domain.priority import priority
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Call, Run
from runtime.domain.words import EffectKind, Tier

KIND = "not-undone"
DEALT_WITH, TRY_AGAIN = "dealt-with", "try-again"


def decide_roll_itself_back(run: Run, rollback_id: RollbackId) -> Decided:
    """Everything the run did, newest first; nobody is asked first, for the agent was declared all or nothing."""
    if not run.undo_all or run.rollback is not None:
        return Refusal("This run does not roll itself back.", "state")
    return facts(run.run_id, undoing_itself(run, rollback_id))


def undoing_itself(run: Run, rollback_id: RollbackId) -> RollbackStarted:
    """Begins to undo everything that is not undone yet, in the name of the agent."""
    return _whole(run, rollback_id, agent_author(run.agent, run.revision))


def _whole(run: Run, rollback_id: RollbackId, by: str) -> RollbackStarted:
    calls = tuple(call.call_id for call in run.undoable(0))
    return RollbackStarted(run.run_id, rollback_id, 0, calls, (), by, by_itself=True)


def ask_for_leftovers(run: Run, goal: str, draft: AskDraft, now: int) -> list[Fact]:
    """One ask for everything that a run which rolled itself back could not undo."""
    left = run.undoable(0)
    known = "\n".join(f"{call.title or call.call_id}: {call.undo_told}" for call in left)
    action = Action("rollback", canonical({"left": [call.call_id for call in left]}))
    steps = "1 step" if len(left) == 1 else f"{len(left)} steps"
    raised = AskRaised(
        ask_id=draft.ask_id,
        kind=KIND,
        run_id=run.run_id,
        call_id=CallId(""),
        agent=run.agent,
        revision=run.revision,
        policy_version=0,
        turn=len(run.turns),
        action=action,
        digest=hashlib.sha256(f"{run.run_id} {action.arguments}".encode()).hexdigest(),
        title=f"{steps} could not be undone: {run.task.title}"[:60],
        goal=goal,
        touches=steps,
        effect=_worst(left),
        undo_sentence="The rest of the run was undone. These stay as they are until you deal with them.",
        tier=Tier.WIDE,
        priority=priority(Tier.WIDE, draft.answer_by, now),
        reasons=(),
        checks=(),
        answer_by=draft.answer_by,
        expires=draft.expires,
        cost_micros=run.cost_micros,
        steps=len(run.steps),
        folder=draft.folder,
        may_wait=draft.may_wait,
        known=known,
    )
    asked = LeftoverAsked(run.run_id, draft.ask_id, tuple(call.call_id for call in left))
    return [*facts(run.run_id, asked), Fact(ask_stream(draft.ask_id), raised)]


def _worst(left: tuple[Call, ...]) -> EffectKind:
    order = list(EffectKind)
    return max((call.effect for call in left), key=order.index, default=EffectKind.REVERSIBLE)


def settle_leftovers(ask: Ask, run: Run, by: str, answer: str, rollback_id: RollbackId) -> Decided:
    """A person dealt with what is left, or wants it tried once more."""
    if run.rollback is not None:
        return Refusal("A rollback of this run is under way; the answer waits for its end.", "state")
    words = {DEALT_WITH: "what is left has been dealt with", TRY_AGAIN: "try to undo it again"}
    sentence = f"{by} says: {words[answer]}."
    decided = close_leftovers(ask, run, "told", sentence, answer, by)
    if answer == TRY_AGAIN and run.undoable(0):
        decided += facts(run.run_id, _whole(run, rollback_id, by))
    return decided


def close_leftovers(ask: Ask, run: Run, how: str, sentence: str, answer: str, by: str) -> list[Fact]:
    """The ask is over, and the run knows it."""
    closed = expired(ask, sentence) if how == "expired" else AskClosed(ask.raised.ask_id, how, sentence)
    settled = LeftoverSettled(run.run_id, ask.raised.ask_id, answer, sentence, by)
    return [Fact(ask_stream(ask.raised.ask_id), closed), *facts(run.run_id, settled)]
