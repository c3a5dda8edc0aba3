"""Asking a person whether an effect came about, and whether the attempt that was given up is still at work on it."""

from runtime.domain.loop_commands import AskDraft, AskOutcome
from runtime.domain.run_state import Call, Run
from runtime.domain.words import EffectKind
from runtime.engine.clock import SECOND
from runtime.engine.parts import Parts
from runtime.operations.new_ids import new_ask_id

STILL_AT_WORK = "The first attempt is still at work."


def left_behind(parts: Parts, call: Call) -> bool:
    """Whether its tool was given up in this process and may still do it after we looked. One that only reads may be
    called again beside it."""
    return call.effect is not EffectKind.READ and f"{call.action.tool} {call.key[:8]}" in parts.runner.abandoned


async def ask_outcome(parts: Parts, run: Run, call: Call, known: str, contract: str = "") -> None:
    """A person is asked whether it happened; ``contract`` is the digest of its tool's contract now."""
    times = parts.spec_of(run).ask_times
    now = parts.clock.now()
    draft = AskDraft(
        new_ask_id(),
        call.resource,
        "What is known is below; the console could not find out by itself.",
        (),
        now + times.answer_by * SECOND,
        now + times.expires * SECOND,
        parts.runner.folder.name,
        may_wait=times.may_wait,
    )
    sentence = f"It may or may not have happened. What I know: {known}"
    await parts.record(AskOutcome(run.run_id, call.call_id, draft, sentence, contract))
