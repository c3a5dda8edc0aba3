"""What an edited action would be: through the gate again, before it can be sent, and previews of either version."""

import difflib

from runtime.domain.action import Action, idempotency_key
from runtime.domain.ask_state import Ask
from runtime.domain.decide_ask import Edit
from runtime.domain.decide_leftover import KIND
from runtime.domain.decision import ProposedCall
from runtime.domain.plan_review import KIND as PLAN
from runtime.domain.plan_review import edited_plan, steps_from, written
from runtime.domain.refusals import TOOL_GONE, Refusal
from runtime.domain.run_state import Run
from runtime.domain.verdict import Reason
from runtime.domain.words import VerdictKind
from runtime.engine.parts import Parts
from runtime.gate.gate import Judgement
from runtime.projections.rows import EditJudgement
from runtime.tools.contract import Preview, PreviewKind, ToolFailed
from runtime.tools.sentences import ContractBroken


async def judge_edit(parts: Parts, ask: Ask, arguments: str) -> Edit | Refusal:
    """The canonical action with its digest, or why it cannot be sent.

    A person who edits and approves answers "ask"; only "deny" refuses.
    """
    if ask.raised.kind == PLAN:
        return _edited_plan(parts, ask, arguments)
    judgement = await _judged(parts, ask, arguments)
    return judgement if isinstance(judgement, Refusal) else _sendable(ask, judgement)


def _sendable(ask: Ask, judgement: Judgement) -> Edit | Refusal:
    if judgement.verdict.kind is VerdictKind.DENY:
        sentences = " ".join(reason.sentence for reason in judgement.verdict.deciding)
        return Refusal(f"The edited action is not allowed. {sentences}", "denied")
    if judgement.verdict.tier > ask.raised.tier:
        return Refusal("The edited action is riskier than the one that was asked; reject this one instead.", "tier")
    return Edit(judgement.action, judgement.digest, judgement.appraisal.title)


async def judgement_of_edit(parts: Parts, ask: Ask, arguments: str) -> EditJudgement:
    """What the edit form shows while a person types."""
    if ask.raised.kind == PLAN:
        return _written_down(_edited_plan(parts, ask, arguments), ())
    judgement = await _judged(parts, ask, arguments)
    if isinstance(judgement, Refusal):
        return _written_down(judgement, ())
    return _written_down(_sendable(ask, judgement), judgement.verdict.reasons)


def _written_down(judged: Edit | Refusal, reasons: tuple[Reason, ...]) -> EditJudgement:
    if isinstance(judged, Refusal):
        return EditJudgement("", (judged.sentence,), reasons)
    return EditJudgement(judged.action.arguments, (), reasons, judged.title)


async def preview(parts: Parts, ask: Ask, arguments: str | None) -> Preview | Refusal:
    """What would happen now if this ask (or an edited version of it) were approved; nothing is touched."""
    if ask.raised.kind == KIND:
        return Refusal("Nothing would run: it is asked what becomes of what could not be undone.", "preview")
    run = parts.states.run(ask.raised.run_id)
    if run is None:
        return Refusal("The run of this request is not there.", "unknown")
    if ask.raised.kind == PLAN:
        return _plan_preview(ask, arguments)
    tool = parts.tool_of(run, ask.raised.action.tool)
    if tool is None:
        return _tool_gone(ask)
    try:
        given = arguments if arguments is not None else ask.action.arguments
        return await parts.runner.preview(tool, given, lambda text: _key_of(run, ask, text))
    except (ContractBroken, ToolFailed) as error:
        return Refusal(f"No preview: {error}", "preview")


def _key_of(run: Run, ask: Ask, arguments: str) -> str:
    """The idempotency key it will carry (``decide_start_effect``)."""
    call = run.call(ask.raised.call_id)
    if call is None:
        return ""
    return call.key or idempotency_key(run.run_id, call.turn, call.index, Action(call.action.tool, arguments))


def _edited_plan(parts: Parts, ask: Ask, arguments: str) -> Edit | Refusal:
    run = parts.states.run(ask.raised.run_id)
    edited = (
        edited_plan(run, arguments) if run is not None else Refusal("The run of this request is not there.", "unknown")
    )
    return edited if isinstance(edited, Refusal) else Edit(*edited, ask.raised.title)


def _plan_preview(ask: Ask, arguments: str | None) -> Preview | Refusal:
    """The plan in words; where it was edited, what the edit makes of it."""
    asked, shown = steps_from(ask.raised.action.arguments), steps_from(arguments or ask.action.arguments)
    if isinstance(shown, str) or isinstance(asked, str):
        return Refusal(f"No preview: {shown if isinstance(shown, str) else asked}", "preview")
    if shown == asked:
        return Preview(PreviewKind.TEXT, "The plan", written(asked))
    before, after = written(asked).split("\n"), written(shown).split("\n")
    diff = "\n".join(difflib.unified_diff(before, after, "the planner's", "with your edit", lineterm="", n=100))
    return Preview(PreviewKind.DIFF, "The plan with your edit", diff)


def _tool_gone(ask: Ask) -> Refusal:
    """Its family was taken out of the program, or a grant of its agent is valid no more."""
    tool, agent = ask.raised.action.tool, ask.raised.agent
    return Refusal(
        f"{tool} is not there any more, or the tools of {agent} cannot be built. Nothing was run and the request "
        "stands: reject it, or mend the agent in Settings, Agents.",
        TOOL_GONE,
    )


async def _judged(parts: Parts, ask: Ask, arguments: str) -> Judgement | Refusal:
    run = parts.states.run(ask.raised.run_id)
    call = run.call(ask.raised.call_id) if run else None
    if run is None or call is None:
        return Refusal("The run of this request is not there.", "unknown")
    if parts.tool_of(run, ask.raised.action.tool) is None:
        return _tool_gone(ask)
    proposed = ProposedCall(ask.raised.action.tool, arguments, call.confidence, call.reason, call.step_id)
    policy = parts.states.workspace.policy
    return await parts.gate.judge(run, parts.spec_of(run), policy, parts.callable_in(run), proposed, call.turn)
