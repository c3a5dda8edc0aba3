"""The words of a run: its line in the list, its header, its facts. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from console.presenters.times import day_and_time, duration
from console.presenters.wording import dollars, later, say
from runtime.domain.ids import StepId
from runtime.domain.named_things import named_things
from runtime.domain.words import Outcome, RunState, StepStatus
from runtime.projections.rows import PlanLine, RunDetail, RunRow

_STATES = {
    RunState.QUEUED: ("clock", later("Queued"), "neutral"),
    RunState.PLANNING: ("running", later("Planning"), "accent"),
    RunState.RUNNING: ("running", later("Running"), "accent"),
    RunState.WAITING: ("waiting", later("Waiting"), "accent"),
    RunState.PAUSED: ("pause", later("Paused"), "neutral"),
}
_OUTCOMES = {
    Outcome.COMPLETED: ("approved", later("Completed"), "neutral"),
    Outcome.ESCALATED: ("hand-over", later("Handed to a person"), "warn"),
    Outcome.FAILED: ("rejected", later("Failed"), "warn"),
    Outcome.STOPPED: ("stop", later("Stopped"), "neutral"),
    Outcome.OUT_OF_BUDGET: ("spend", later("Out of budget"), "crit"),
}
STATE_FILTERS = (
    ("", later("All")),
    ("waiting", later("Waiting")),
    ("running", later("Running")),
    ("queued", later("Queued")),
    ("paused", later("Paused")),
    ("finished", later("Finished")),
)
PLAN_ICONS = {
    StepStatus.TO_DO: "todo",
    StepStatus.RUNNING: "running",
    StepStatus.WAITING: "waiting",
    StepStatus.DONE: "done",
    StepStatus.FAILED: "failed",
    StepStatus.SKIPPED: "skipped",
}


@dataclass(frozen=True, slots=True)
class StateText:
    """Icon, words and tone (neutral, accent, warn, crit) of a run's state."""

    icon: str
    words: str
    tone: str


def short_id(run_id: str) -> str:
    """The part of a run's id that people say."""
    return run_id[-4:].upper() if len(run_id) > 6 else run_id


def state_text(row: RunRow) -> StateText:
    """What the run does or how it ended."""
    if row.waiting_asks and row.state not in (RunState.FINISHED, RunState.PAUSED):
        return StateText("waiting", say("Waiting on you"), "accent")
    if row.state is RunState.FINISHED:
        icon, words, tone = _OUTCOMES.get(row.outcome or Outcome.COMPLETED, ("approved", later("Finished"), "neutral"))
        if row.unmet and row.outcome is Outcome.COMPLETED:
            icon, words, tone = "warning", later("Completed, not accepted"), "warn"
        if row.rolled_back:
            return StateText("rollback", say("{words}, rolled back", words=say(words)), tone)
        return StateText(icon, say(words), tone)
    icon, words, tone = _STATES[row.state]
    return StateText(icon, say(words), tone)


def run_time(row: RunRow, now: int) -> str:
    """How long it took, or has taken until now."""
    return duration((row.finished_at or now) - row.started_at) if row.started_at else ""


def outcome_text(row: RunRow) -> str:
    """The last column: the end in words, or how far it is."""
    if row.state is RunState.FINISHED:
        return row.summary or state_text(row).words
    return say("step {steps_done} of {steps}", steps_done=row.steps_done, steps=row.steps) if row.steps else ""


def row_sentence(row: RunRow, now: int) -> str:
    """One line of the list for a screen reader."""
    parts = (
        row.title,
        state_text(row).words,
        say("agent {agent}", agent=row.agent),
        say("started {day_and_time}", day_and_time=day_and_time(row.started_at, now)),
        say("took {run_time}", run_time=run_time(row, now))
        if row.finished_at
        else say("for {run_time}", run_time=run_time(row, now)),
        say("cost {money}", money=dollars(row.cost_micros)),
        outcome_text(row),
    )
    return ", ".join(part for part in parts if part)


def header_words(detail: RunDetail, now: int) -> str:
    """The quiet words after state and agent."""
    row = detail.row
    started = say("started {day_and_time}", day_and_time=day_and_time(row.started_at, now)) + starter(row.started_by)
    return say(
        "run {short_id}, {started}, {run_time}",
        short_id=short_id(row.run_id),
        started=started,
        run_time=run_time(row, now),
    )


def starter(author: str) -> str:
    """Who or what began it, as words behind a time."""
    if author.startswith("trigger:"):
        return say(" from the {removeprefix}", removeprefix=author.removeprefix("trigger:"))
    return say(" by {removeprefix}", removeprefix=author.removeprefix("operator:")) if author else ""


def state_words(detail: RunDetail) -> str:
    """The state with who paused it."""
    words = state_text(detail.row).words
    if detail.row.state is RunState.PAUSED and detail.paused_by:
        return say("{words} by {paused_by}", words=words, paused_by=detail.paused_by)
    return words


def leaves(plan: tuple[PlanLine, ...]) -> list[PlanLine]:
    """The steps that are done themselves; parents only gather them."""
    parents = {line.step.parent for line in plan if line.step.parent}
    return [line for line in plan if line.step.step_id not in parents]


def plan_count(plan: tuple[PlanLine, ...]) -> str:
    """``6 of 10 done``."""
    steps = leaves(plan)
    done = sum(line.status in (StepStatus.DONE, StepStatus.SKIPPED) for line in steps)
    return say("{done} of {count} done", done=done, count=len(steps)) if steps else say("no plan yet")


def step_parts(line: PlanLine, plan: Sequence[PlanLine]) -> list[str]:
    """What a step changes, and the numbers of the steps it needs; empty where the plan does not say."""
    numbers = {other.step.step_id: str(number) for number, other in enumerate(plan, 1)}
    needs = [numbers[need] for need in line.step.needs if need in numbers]
    return _changes_part(line) + (
        [say("needs {value} {join}", value="step" if len(needs) == 1 else "steps", join=", ".join(needs))]
        if needs
        else []
    )


def _changes_part(line: PlanLine) -> list[str]:
    """What it changes, and whether that is held against what is done: names are, words are not."""
    changes = line.step.changes
    if not changes:
        return []
    if named_things(changes):
        return [say("changes: {changes}", changes=changes)]
    return [say("changes, in words that are not compared: {changes}", changes=changes)]


def drift_line(line: PlanLine) -> PlanLine:
    """What was wanted beside the plan, as a line below its steps."""
    words = later("Not in the approved plan: {title}") if line.unreviewed else later("Not in the plan: {title}")
    step_id, title = StepId(f"beside {line.step.step_id}"), say(words, title=line.step.title)
    return replace(line, step=replace(line.step, step_id=step_id, title=title))


def plan_depths(plan: tuple[PlanLine, ...]) -> list[int]:
    """How deep each line stands, in the order of the plan."""
    parents = {line.step.step_id: line.step.parent for line in plan}
    found = []
    for line in plan:
        depth, at = 0, line.step.parent
        while at and depth < 6:
            depth, at = depth + 1, parents.get(at, type(at)(""))
        found.append(depth)
    return found


@dataclass(frozen=True, slots=True)
class ConfidenceText:
    """The panel "Confidence, per step"."""

    now: str
    floor: str
    sentence: str
    low: bool


def confidence_text(detail: RunDetail) -> ConfidenceText:
    """What the agent said of itself, step by step."""
    floor = (
        say("floor {number} %", number=round(detail.confidence_threshold * 100)) if detail.confidence_threshold else ""
    )
    if not detail.confidence:
        return ConfidenceText("", floor, say("The agent has not said how sure it is."), False)
    last = detail.confidence[-1]
    below = sum(value < detail.confidence_threshold for value in detail.confidence)
    count = len(detail.confidence)
    answers = say("1 answer") if count == 1 else say("{count} answers", count=count)
    sentence = (
        say("Below the floor in {below} of {answers}; there it asks.", below=below, answers=answers)
        if below
        else say("Above the floor in all {answers}.", answers=answers)
    )
    return ConfidenceText(f"{round(last * 100)} %", floor, sentence, last < detail.confidence_threshold)


def spend_words(detail: RunDetail) -> tuple[str, str, float | None]:
    """(value, cap in words, share) of the run's spend."""
    cap = detail.cap_micros
    share = detail.row.cost_micros / cap if cap else None
    return (
        dollars(detail.row.cost_micros),
        say("of {money} run cap", money=dollars(cap)) if cap else say("no run cap"),
        share,
    )


def fact_rows(detail: RunDetail) -> list[tuple[str, str]]:
    """The panel "This run"."""
    judged = _judged_words(detail)
    failed = (
        say(", {failed_calls} failed", failed_calls=detail.failed_calls)
        if detail.failed_calls
        else say(", none failed")
    )
    return [
        (say("Model"), detail.model or say("none yet")),
        (
            say("Turns"),
            say("{turns} of {turn_limit}", turns=detail.turns, turn_limit=detail.turn_limit)
            if detail.turn_limit
            else str(detail.turns),
        ),
        (say("Tool calls"), f"{detail.calls}{failed if detail.calls else ''}"),
        (say("Changes"), str(detail.effects) if detail.effects else "none"),
        (say("Denied"), str(detail.denied) if detail.denied else "none"),
        (say("Checkpoints"), str(detail.checkpoints) if detail.checkpoints else "none"),
        *([(say("Success criteria"), judged)] if judged else []),
        *([(say("All or nothing"), say("yes, undoes itself"))] if detail.all_or_nothing else []),
        (say("Agent revision"), str(detail.row.revision)),
        (say("Source"), detail.row.source.rsplit("/", 1)[-1] or "none"),
    ]


def _judged_words(detail: RunDetail) -> str:
    """``all 3 met``, or how many are not and which; empty where nobody judged it."""
    if not detail.judged:
        return ""
    missed = [finding.sentence for finding in detail.judged if not finding.met]
    if not missed:
        return say("all {count} met", count=len(detail.judged))
    return say(
        "{count} of {count_2} not met. {join}", count=len(missed), count_2=len(detail.judged), join=" ".join(missed)
    )
