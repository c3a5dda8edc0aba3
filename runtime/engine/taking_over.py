"""The playbook in the place of models that cannot be asked: by its own plan, or by a new one where a model's stands."""

from msgspec.structs import replace

from runtime.domain.agent_spec import PLAYBOOK, PLAYBOOK_LABEL, AgentSpec
from runtime.domain.decision import Decision, PlannedWork
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.standing_in import why_not_gone_on, why_not_planned_anew
from runtime.domain.words import ModelRole
from runtime.engine.asking import NoAnswer, Question, ask_one
from runtime.engine.planned import ask_for_plan, plan_to_record
from runtime.models.playbook.planning import HAND_OVER, intent_named


def takes_over(spec: AgentSpec, run: Run, role: ModelRole) -> tuple[str, ...]:
    """The playbook after the last model of a chain, where the agent has one that is not in it: it plans and acts.

    Where it made the plan and knew no more than to hand the task to a person, it has nothing to act by.
    """
    if spec.playbook is None or PLAYBOOK in spec.models.chain(role):
        return ()
    at_a_loss = run.planned_by == PLAYBOOK_LABEL and intent_named(spec.playbook, run.intent) is None
    return (PLAYBOOK,) if role is ModelRole.PLANNER or (role is ModelRole.ACTOR and not at_a_loss) else ()


def has_steps(spec: AgentSpec, run: Run, role: ModelRole) -> bool:
    """Whether the playbook can act by this plan: one of its own. Another's is left to the models after it."""
    if role is not ModelRole.ACTOR or run.plan is None or spec.playbook is None:
        return True
    intent = intent_named(spec.playbook, run.intent)
    known = {HAND_OVER, *((step.id for step in intent.steps) if intent is not None else ())}
    return run.planned_by == PLAYBOOK_LABEL and all(step.step_id in known for step in run.plan.steps)


async def stands_in(question: Question[Decision], why: str) -> str | None:
    """Whether the playbook acts now: empty = it does; else why it does not. None where it made a plan of its own first.

    Effects stay done: it goes on only where it can tell what is left. Raises Cut.
    """
    parts, run = question.parts, question.run
    if run.planned_by == PLAYBOOK_LABEL:
        return _not_taken(why_not_gone_on(run))
    if why_not := why_not_planned_anew(run):
        return _not_taken(why_not)
    anew = Question(parts, run, ModelRole.PLANNER, question.at_work, ask_for_plan)
    asked = await ask_one(anew, PLAYBOOK)
    if isinstance(asked, NoAnswer):
        return _not_taken(asked.fault.sentence)
    work: PlannedWork = asked.answer.value
    if any(step.step_id == HAND_OVER for step in work.steps):
        return _not_taken(work.reason or "it has no steps for this")
    if why_not := why_not_planned_anew(run, work.steps):
        return _not_taken(why_not)
    because = f"No model of its chain can be asked; the playbook plans anew and takes over. {why}".rstrip()
    command = replace(await plan_to_record(anew, asked, because), own_ids=True)
    recorded = await parts.record(command)
    return _not_taken(recorded.sentence) if isinstance(recorded, Refusal) else None


def _not_taken(why: str) -> str:
    return f"The playbook does not take over: {why.rstrip('.')}." if why else ""
