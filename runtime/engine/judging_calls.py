"""One proposed call through the gate, with what an ask about it will say."""

from typing import Any

import msgspec

from runtime.domain.decision import ProposedCall
from runtime.domain.loop_commands import AskDraft, Judged
from runtime.domain.run_state import Run
from runtime.domain.verdict import combine
from runtime.domain.words import VerdictKind
from runtime.engine.clock import SECOND
from runtime.engine.granting import standing_grants
from runtime.engine.parts import Parts
from runtime.engine.voting import verdict_after_vote
from runtime.gate.gate import Judgement
from runtime.operations.new_ids import new_ask_id


async def judge_one(
    parts: Parts, run: Run, call: ProposedCall, turn: int, index: int, *, counted: bool = False
) -> Judged:
    """One call through the gate, with the draft of its ask when the verdict is ask.

    ``counted``: it was started before, so that limits have counted it already and say nothing more.
    """
    spec = parts.spec_of(run)
    policy = parts.states.workspace.policy
    grants = await standing_grants(parts, run) if parts.states.grants_of(run.agent) else ()
    judgement = await parts.gate.judge(run, spec, policy, parts.callable_in(run), call, turn, grants)
    verdict = verdict_after_vote(parts, run, turn, judgement.verdict)
    if counted:
        verdict = combine(tuple(reason for reason in verdict.reasons if reason.check != "limits"), verdict.tier)
    ask = draft_ask(parts, run, judgement) if verdict.kind is VerdictKind.ASK else None
    return Judged(
        index,
        judgement.action,
        call.step_id,
        judgement.appraisal.title,
        judgement.effect,
        judgement.appraisal.resource,
        verdict,
        judgement.digest,
        policy.version,
        call.confidence,
        call.reason,
        ask,
        _written(judgement.appraisal.facts),
        judgement.appraisal.also,
        run.plan_revision,
    )


def _written(facts: dict[str, Any]) -> str:
    """What conditions may have looked at; most actions have none."""
    return msgspec.json.encode(facts).decode() if facts else ""


def draft_ask(parts: Parts, run: Run, judgement: Judgement) -> AskDraft:
    """What the ask will say, with its two deadlines."""
    times = parts.spec_of(run).ask_times
    now = parts.clock.now()
    return AskDraft(
        new_ask_id(),
        judgement.appraisal.touches,
        judgement.undo_sentence,
        judgement.appraisal.checks,
        now + times.answer_by * SECOND,
        now + times.expires * SECOND,
        parts.runner.folder.name,
        judgement.inputs,
        parts.states.agent(run.agent).revision,
        times.may_wait,
    )
