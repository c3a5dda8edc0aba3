"""Plan steps follow what happens: passed over, fulfilled by an answer, ended with the run."""

from runtime.domain import run_state
from runtime.domain.decide_run import decide_finish
from runtime.domain.decide_turn import decide_record_turn
from runtime.domain.decision import Decision, Usage
from runtime.domain.events.runs import PlanningStarted, PlanProposed, RunQueued
from runtime.domain.ids import AgentName, RunId, StepId
from runtime.domain.loop_commands import FinishRun, RecordTurn
from runtime.domain.plan import PlanStep
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import Run
from runtime.domain.task import Task
from runtime.domain.words import DecisionKind, Outcome, StepStatus

RUN = RunId("r1")
ASKED, REPLY, LATER = StepId("asked"), StepId("reply"), StepId("later")


def planned() -> Run:
    run = run_state.start(RunQueued(RUN, AgentName("support"), 1, Task("t", "text"), "anna"))
    steps = tuple(PlanStep(step_id, step_id) for step_id in (ASKED, REPLY, LATER))
    for event in (PlanningStarted(RUN), PlanProposed(RUN, 1, steps, by_model="m")):
        run = run_state.evolve(run, event, 1)
    return run


def after(run: Run, decision: Decision) -> Run:
    turn = RecordTurn(RUN, len(run.turns) + 1, "m", decision, Usage(), 0)
    decided = decide_record_turn(run, turn, "goal", 1)
    assert not isinstance(decided, Refusal)
    for fact in decided:
        run = run_state.evolve(run, fact.event, 1)  # type: ignore[arg-type]  # only run events here
    return run


def test_steps_that_turned_out_not_to_be_needed_are_skipped_at_once() -> None:
    run = after(planned(), Decision(DecisionKind.COMPLETE, "said", step_id=REPLY, passed_over=(ASKED,)))
    assert run.steps == {ASKED: StepStatus.SKIPPED, REPLY: StepStatus.DONE, LATER: StepStatus.TO_DO}


def test_steps_never_reached_are_skipped_when_the_run_ends() -> None:
    run = planned()
    ended = decide_finish(run, (), FinishRun(RUN, Outcome.COMPLETED, "done"))
    assert not isinstance(ended, Refusal)
    for fact in ended:
        run = run_state.evolve(run, fact.event, 1)  # type: ignore[arg-type]  # only run events here
    assert set(run.steps.values()) == {StepStatus.SKIPPED}
