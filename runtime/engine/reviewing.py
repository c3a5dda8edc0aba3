"""Whether a plan waits for a person, and what the planner is told when it is asked again."""

import msgspec

from runtime.domain.agent_spec import PLAYBOOK, AgentSpec
from runtime.domain.decide_plan import why_planned_again, with_review
from runtime.domain.loop_commands import RecordPlan
from runtime.domain.plan import PlanStep
from runtime.domain.plan_review import standing
from runtime.domain.run_state import Run
from runtime.domain.words import EffectKind, PlanReview
from runtime.engine.parts import Parts
from runtime.operations.on_runs import plan_draft
from runtime.tools.contract import Tool

_ONLY_PLAYBOOK = frozenset({PLAYBOOK})


def replans_of(spec: AgentSpec) -> int:
    """How often its planner may be asked again: a playbook would say the same once more."""
    return 0 if _ONLY_PLAYBOOK.issuperset(spec.models.planner) else spec.planning.replans


def replan_words(run: Run, spec: AgentSpec) -> str:
    """What the planner is told when it is asked again; empty where it is not."""
    why = why_planned_again(run, replans_of(spec))
    return f"{why}\n{standing(run.plan, run)}" if why and run.plan is not None else ""


def for_review(parts: Parts, run: Run, command: RecordPlan, because: str) -> RecordPlan:
    """The answer of the planner as it is recorded: instead of which plan, and asked for where a person reviews it."""
    command = msgspec.structs.replace(command, because=because, over=run.plan_revision)
    spec = parts.spec_of(run)
    why = why_reviewed(spec, command.work.steps, parts.tools_of(run))
    if not why:
        return command
    return with_review(command, plan_draft(spec.ask_times, parts.clock.now(), parts.runner.folder.name), why)


def why_reviewed(spec: AgentSpec, steps: tuple[PlanStep, ...], tools: dict[str, Tool]) -> str:
    """Why this plan waits for a person, in a sentence; empty where it does not. A plan without steps begins nothing."""
    if not steps or spec.planning.review is PlanReview.NEVER:
        return ""
    if spec.planning.review is PlanReview.ALWAYS:
        return "Every plan of this agent is reviewed."
    for step in steps:  # named by its title: its number is another one where steps that have begun stay before it
        tool = tools.get(step.tool)
        if tool is not None and tool.contract.effect is not EffectKind.READ:
            return f"The plan changes something: its step “{step.title}” uses {step.tool}."
        if step.changes:
            return f"The plan changes something, as it says of its step “{step.title}”: {step.changes}"
    return ""
