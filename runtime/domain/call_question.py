"""The ask of its own kind about one call of a run: what became of it is not known, and nobody can look."""

from runtime.domain.events.asks import AskRaised
from runtime.domain.loop_commands import AskDraft
from runtime.domain.priority import priority
from runtime.domain.run_state import Call, Run
from runtime.domain.words import Tier


def question_about(run: Run, call: Call, draft: AskDraft, now: int, *, kind: str, title: str, known: str) -> AskRaised:
    """What the call was judged under is what it names; ``now`` is µs since the epoch, UTC."""
    return AskRaised(
        ask_id=draft.ask_id,
        kind=kind,
        run_id=run.run_id,
        call_id=call.call_id,
        agent=run.agent,
        revision=run.revision,
        policy_version=call.policy_version,
        turn=call.turn,
        action=call.action,
        digest=call.digest,
        title=f"{title} {call.title}"[:60],
        goal=run.task.title,
        touches=draft.touches,
        effect=call.effect,
        undo_sentence=draft.undo_sentence,
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
        resource=call.resource,
        known=known,
    )
