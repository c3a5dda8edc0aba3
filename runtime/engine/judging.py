"""Whether an outcome is good, judged by others than the actor: typed checks first, then the judge's chain of models."""

import asyncio
import json
from typing import Any, Final

from runtime.domain.agent_spec import AgentSpec
from runtime.domain.events.judgements import Finding
from runtime.domain.judging_commands import RecordVerdict
from runtime.domain.left_out import LeftOut
from runtime.domain.loop_commands import FinishRun
from runtime.domain.outcome_checks import check, outcome_values
from runtime.domain.run_state import Call, Run
from runtime.domain.words import CallOutcome, ModelRole, Outcome, UnmetAction
from runtime.engine.asking import Asked, Question
from runtime.engine.exchanges import keep_exchange
from runtime.engine.parts import AtWork, Parts
from runtime.engine.routing import answer_if_any, is_barred
from runtime.models.choice import Choice, Chosen, Option
from runtime.models.interface import choose
from runtime.tools.stopping import Cut
from storage.errors import BlobMissing

MET: Final = "met"
NOT_MET: Final = "not_met"
_OPTIONS: Final = (
    Option(MET, "What was done, as recorded, is a good outcome in the sense of the criterion."),
    Option(NOT_MET, "It is not, or what is recorded does not show that it is."),
)
MOST_OUTPUT: Final = 4_000
"""Characters of each output that the judge is given."""
MOST_CALLS: Final = 40


def is_judged(spec: AgentSpec) -> bool:
    """Whether anything but the actor judges its outcomes."""
    return bool(spec.criteria or spec.models.judge)


async def judge_outcome(parts: Parts, run: Run, at_work: AtWork, summary: str) -> None:
    """Hold the outcome against the criteria and record the verdict. A failed check is not argued with by a model."""
    spec = parts.spec_of(run)
    findings = check(spec.criteria, outcome_values(run, summary, await _outputs(parts, run)))
    command = RecordVerdict(run.run_id, len(run.turns), findings)
    if spec.models.judge and all(finding.met for finding in findings):
        choice = judge_choice(run, spec, summary)
        question = Question(parts, run, ModelRole.JUDGE, at_work, choose, choice=choice, barred=run.acted)
        try:
            asked = await answer_if_any(question, sure)
        except Cut:
            return
        cut = None if isinstance(asked, str) else question.left_out.get(asked.route)
        of_its_own = not isinstance(asked, str) and is_barred(question, asked.route)  # at a cap, in the judge's place
        command = await _with_judge(parts, command, asked, _not_shown(run, cut), of_its_own=of_its_own)
    await parts.record(command)


def sure(chosen: Chosen) -> float | None:
    """As the model stated it."""
    return chosen.confidence


async def _with_judge(
    parts: Parts, command: RecordVerdict, asked: Asked[Chosen] | str, not_shown: str, *, of_its_own: bool
) -> RecordVerdict:
    if isinstance(asked, str):
        finding = Finding(f"No model could judge it: {asked}", met=False)
        return _with(command, (*command.findings, finding))
    answer = asked.answer
    met = answer.value.name == MET
    words = answer.value.reason.strip() or ("it is a good outcome" if met else "it is no good outcome")
    head = "judges that it is as it should be" if met else "judges that it is not as it should be"
    finding = Finding(f"{asked.route} {head}: {words}{not_shown}", met=met, by=asked.route)
    if of_its_own:
        said = f"{asked.route} acted in this run itself, so what it says of it does not count."
        finding = Finding(said, met=False, by=asked.route)
    blobs = await keep_exchange(parts, asked.route, answer.sent, answer.received)
    return RecordVerdict(
        command.run_id,
        command.turn,
        (*command.findings, finding),
        asked.route,
        answer.value.confidence,
        answer.usage,
        asked.duration_ms,
        answer.origin,
        *blobs,
        asked.spent,
    )


def _with(command: RecordVerdict, findings: tuple[Finding, ...]) -> RecordVerdict:
    return RecordVerdict(command.run_id, command.turn, findings)


async def finish_judged(parts: Parts, run: Run, outcome: Outcome, summary: str) -> None:
    """The end that was said; handed to a person where the criteria are not met and the agent's setting says so."""
    if outcome is Outcome.COMPLETED and run.unmet and parts.spec_of(run).unmet is UnmetAction.ESCALATE:
        outcome = Outcome.ESCALATED
        summary = f"It says it is done, but it is not accepted. {run.unmet} It says: {summary}"
    await parts.record(FinishRun(run.run_id, outcome, summary))


def judge_choice(run: Run, spec: AgentSpec, summary: str) -> Choice:
    """What the judge is asked: the operator's words about a good outcome, and the record of what was done."""
    good = spec.success.strip() or "The task is done as it was given, and nothing beside it was changed."
    question = f"An agent ({spec.role or spec.name}) says that it is done. Is this a good outcome? {good}"
    done = "\n".join(_line(call) for call in run.calls[-MOST_CALLS:]) or "It called no tool."
    if len(run.calls) > MOST_CALLS:
        done = f"Of {len(run.calls)} calls the last {MOST_CALLS} are shown.\n{done}"
    material = (
        f"The task:\n{run.task.text or run.task.title}\n\nWhat it did, as recorded:\n{done}\n\n"
        f"What it says of it:\n{summary}"
    )
    return Choice(question, material, _OPTIONS)


def _line(call: Call) -> str:
    came = call.refused or str(call.outcome or "")
    whole = call.output or call.summary
    cut = f" [the first {MOST_OUTPUT:,} of {len(whole):,} characters]" if len(whole) > MOST_OUTPUT else ""
    return f"- {call.action.tool} {call.action.arguments[:500]} -> {came}: {whole[:MOST_OUTPUT]}{cut}"


def _not_shown(run: Run, cut: LeftOut | None) -> str:
    """What the judge judged without, as sentences behind its words."""
    parts = []
    if len(run.calls) > MOST_CALLS:
        parts.append(f" (It was shown the last {MOST_CALLS} of {len(run.calls)} calls.)")
    if cut is not None and cut.sentence:
        parts.append(f" (It was given {cut.sentence}.)")
    return "".join(parts)


async def _outputs(parts: Parts, run: Run) -> dict[str, Any]:
    """By tool: the output of its latest call that ended well; large ones are read from their blobs."""
    found: dict[str, Any] = {}
    for call in run.calls:
        if call.outcome is CallOutcome.OK:
            found[call.action.tool] = await _output(parts, call)
    return found


async def _output(parts: Parts, call: Call) -> Any:
    text = call.output
    if not text and call.output_blob:
        try:
            text = (await asyncio.to_thread(parts.blobs.get, call.output_blob)).decode("utf-8", "replace")
        except BlobMissing:
            return {}
    try:
        return json.loads(text)
    except ValueError:
        return {}
