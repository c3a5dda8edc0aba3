"""What a task is about: the playbook's examples first; where they are not sure, the classifier's chain is asked."""

from runtime.domain.agent_spec import PLAYBOOK, AgentSpec
from runtime.domain.judging_commands import RecordClass
from runtime.domain.playbook_spec import PlaybookSpec
from runtime.domain.run_state import Run
from runtime.domain.words import ModelRole
from runtime.engine.asking import Question
from runtime.engine.exchanges import keep_exchange
from runtime.engine.judging import sure
from runtime.engine.parts import AtWork, Parts
from runtime.engine.routing import answer_if_any
from runtime.models.choice import NOTHING_FITS, Choice, Option
from runtime.models.interface import ModelFault, choose
from runtime.models.playbook.planning import HAND_OVER
from runtime.tools.stopping import Cut

LONGEST_EXAMPLE = 200
_QUESTION = (
    "A task came in. Which of these is it about? Choose none where it is about nothing of this, or about more than one."
)


async def classify(parts: Parts, run: Run, at_work: AtWork) -> bool:
    """Whether something was recorded, so that the run is looked at again before it is planned."""
    spec = parts.spec_of(run)
    playbook = spec.playbook
    if playbook is None or not _wanted(spec, run) or await _playbook_is_sure(parts, run, at_work):
        return False
    question = Question(parts, run, ModelRole.CLASSIFIER, at_work, choose, choice=_choice(playbook, run))
    try:
        asked = await answer_if_any(question, sure)
    except Cut:
        return True
    if isinstance(asked, str):
        await parts.record(RecordClass(run.run_id, "", "", None, asked))
        return True
    answer = asked.answer
    intent = "" if answer.value.name == NOTHING_FITS else answer.value.name
    blobs = await keep_exchange(parts, asked.route, answer.sent, answer.received)
    command = RecordClass(
        run.run_id,
        asked.route,
        intent,
        answer.value.confidence,
        answer.value.reason,
        answer.usage,
        asked.duration_ms,
        answer.origin,
        *blobs,
        asked.spent,
    )
    await parts.record(command)
    return True


def _wanted(spec: AgentSpec, run: Run) -> bool:
    return bool(spec.models.classifier) and PLAYBOOK in spec.models.planner and run.plan is None and not run.classified


async def _playbook_is_sure(parts: Parts, run: Run, at_work: AtWork) -> bool:
    """It costs nothing and is the same every time, so it is asked before any model."""
    question = Question(parts, run, ModelRole.PLANNER, at_work, choose)
    try:
        model, request = await question.prepare(PLAYBOOK)
        work = (await model.plan(request, question.listener())).value
    except ModelFault:
        return False
    return all(step.step_id != HAND_OVER for step in work.steps)


def _choice(playbook: PlaybookSpec, run: Run) -> Choice:
    options = [Option(intent.name, _meaning(intent.title, intent.examples)) for intent in playbook.intents]
    material = f"{run.task.title}\n{run.task.text}"
    return Choice(_QUESTION, material, (*options, Option(NOTHING_FITS, "None of these, or more than one of them.")))


def _meaning(title: str, examples: tuple[str, ...]) -> str:
    return f"{title}. For example: {examples[0][:LONGEST_EXAMPLE]}" if examples else title
