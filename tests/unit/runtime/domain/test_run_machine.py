"""A run under random commands and events: whatever is decided can be folded, and no state breaks its promises."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from runtime.domain import ask_state, run_state
from runtime.domain.action import Action
from runtime.domain.ask_state import Ask
from runtime.domain.commands import Approve, PauseRun, Reject, ResumeRun, RollBack, StartRun, StopRun, TakeBack
from runtime.domain.decide_ask import decide_approve, decide_reject, decide_take_back
from runtime.domain.decide_delivery import decide_deliver, decide_expire
from runtime.domain.decide_effect import (
    decide_finish_effect,
    decide_start_effect,
)
from runtime.domain.decide_plan import decide_record_plan
from runtime.domain.decide_rollback import (
    decide_finish_rollback,
    decide_finish_undo,
    decide_roll_back,
    decide_start_undo,
)
from runtime.domain.decide_run import (
    Decided,
    decide_begin,
    decide_pause,
    decide_resume,
    decide_start,
    decide_stop,
)
from runtime.domain.decide_turn import decide_record_turn
from runtime.domain.decision import Decision, PlannedWork, ProposedCall, Usage
from runtime.domain.events.asks import AskClosed, AskRaised
from runtime.domain.events.effects import EffectStarted
from runtime.domain.events.rollbacks import UndoFinished
from runtime.domain.ids import AgentName, AskId, CallId, RollbackId, RunId, StepId
from runtime.domain.loop_commands import (
    AskDraft,
    BeginRun,
    FinishEffect,
    FinishRollback,
    FinishUndo,
    Judged,
    RecordPlan,
    RecordTurn,
    StartEffect,
    StartUndo,
)
from runtime.domain.plan import PlanStep
from runtime.domain.policy import Policy
from runtime.domain.refusals import Refusal
from runtime.domain.run_state import ALLOWED, Run
from runtime.domain.settings import Operator
from runtime.domain.task import Task
from runtime.domain.undo import UndoOutcome
from runtime.domain.verdict import Reason, combine
from runtime.domain.words import (
    CallOutcome,
    CallStatus,
    DecisionKind,
    EffectKind,
    RunState,
    Tier,
    VerdictKind,
)
from runtime.domain.workspace_state import Agent, Workspace

RUN = RunId("r1")
AGENT = Agent(AgentName("a"), revisions=(None,))  # type: ignore[arg-type]  # its content is not looked at here
WORKSPACE = Workspace(operators={"anna": Operator("anna", "Anna")}, policy=Policy(1))
STEP = 1_000_000
RULINGS = ["approve"] * 4 + ["reject", "back", "expire", "deliver"]


class RunMachine(RuleBasedStateMachine):
    """One run and its asks; the clock moves a second with every command."""

    def __init__(self) -> None:
        super().__init__()
        self.now = STEP
        self.run: Run | None = None
        self.asks: dict[AskId, Ask] = {}
        self.starts: list[tuple[CallId, AskId]] = []
        self.spent: list[AskId] = []
        self.undone: list[CallId] = []
        self.take(decide_start(None, AGENT, StartRun(RUN, AGENT.name, Task("t", "text"), "anna")))
        self.take(decide_begin(self.known, BeginRun(RUN)))
        work = PlannedWork((PlanStep(StepId("s"), "step"),))
        self.take(decide_record_plan(self.known, RecordPlan(RUN, work, "m", Usage(), 0), 1))

    @property
    def known(self) -> Run:
        assert self.run is not None
        return self.run

    def take(self, decided: Decided) -> bool:
        self.now += STEP
        if isinstance(decided, Refusal):
            return False
        for fact in decided:
            event = fact.event
            if isinstance(event, EffectStarted):
                self.starts.append((event.call_id, event.ask_id))
            if isinstance(event, AskClosed) and event.how == "spent":
                self.spent.append(event.ask_id)
            if isinstance(event, UndoFinished) and event.outcome is UndoOutcome.UNDONE:
                self.undone.append(event.call_id)
            if fact.stream.startswith("ask:"):
                known = self.asks.get(AskId(fact.stream.removeprefix("ask:")))
                if isinstance(event, AskRaised):
                    known = ask_state.start(event)
                assert known is not None
                self.asks[known.raised.ask_id] = ask_state.evolve(known, event, self.now)  # type: ignore[arg-type]
            elif fact.stream.startswith("run:"):
                before = self.run
                self.run = run_state.evolve(before or run_state.start(event), event, self.now)  # type: ignore[arg-type]
                if before is not None and before.state is not self.run.state:
                    assert self.run.state in ALLOWED[before.state], (before.state, self.run.state, event)
        return True

    def open_asks(self) -> tuple[Ask, ...]:
        return tuple(ask for ask in self.asks.values() if ask.open)

    @precondition(lambda self: not self.known.finished and self.known.open_call is None)
    @rule(verdicts=st.lists(st.sampled_from(VerdictKind), min_size=1, max_size=3), effect=st.sampled_from(EffectKind))
    def turn(self, verdicts: list[VerdictKind], effect: EffectKind) -> None:
        turn = len(self.known.turns) + 1
        judged = tuple(self._judged(turn, index, kind, effect) for index, kind in enumerate(verdicts, 1))
        calls = tuple(ProposedCall("t", "{}") for _ in verdicts)
        command = RecordTurn(RUN, turn, "m", Decision(DecisionKind.ACT, calls=calls), Usage(), 0, judged)
        assert self.take(decide_record_turn(self.known, command, "goal", self.now))

    def _judged(self, turn: int, index: int, kind: VerdictKind, effect: EffectKind) -> Judged:
        ask = None
        if kind is VerdictKind.ASK:
            later = self.now + 3600 * STEP
            ask = AskDraft(AskId(f"{turn}.{index}"), "1", "", (), later, later, "f")
        action = Action("t", f'{{"n":"{turn}.{index}"}}')
        verdict = combine((Reason("c", kind, "s"),), Tier.SMALL)
        return Judged(index, action, StepId("s"), "T", effect, "x", verdict, f"d{turn}.{index}", 1, ask=ask)

    @precondition(
        lambda self: self.known.open_call is not None and self.known.open_call.status is not CallStatus.STARTED
    )
    @rule(wrong=st.booleans())
    def start(self, wrong: bool) -> None:
        call = self.known.open_call
        assert call is not None
        digest = "wrong" if wrong else call.digest
        self.now += 11 * STEP  # past any hold
        started = self.take(
            decide_start_effect(
                self.known,
                self.asks.get(call.ask_id),
                StartEffect(RUN, call.call_id, digest, policy_version=1),
                self.now,
                WORKSPACE,
                AGENT,
            )
        )
        assert not (wrong and started)

    @precondition(lambda self: any(call.status is CallStatus.STARTED for call in self.known.calls))
    @rule(outcome=st.sampled_from([CallOutcome.OK, CallOutcome.FAILED, CallOutcome.CANCELLED]))
    def finish(self, outcome: CallOutcome) -> None:
        call = next(call for call in self.known.calls if call.status is CallStatus.STARTED)
        assert self.take(decide_finish_effect(self.known, FinishEffect(RUN, call.call_id, outcome, "s")))

    @precondition(lambda self: bool(self.open_asks()))
    @rule(how=st.sampled_from(RULINGS), by=st.sampled_from(["anna"] * 4 + ["x", ""]))
    def rule_on_an_ask(self, how: str, by: str) -> None:
        ask = self.open_asks()[0]
        ask_id = ask.raised.ask_id
        match how:
            case "approve":
                command = Approve(ask_id, by, ask.raised.digest)
                taken = self.take(decide_approve(ask, self.known, WORKSPACE, AGENT, command, self.now))
                assert not (taken and by != "anna")
            case "reject":
                assert not (
                    self.take(decide_reject(ask, WORKSPACE, Reject(ask_id, by, "no"), self.now)) and by != "anna"
                )
            case "back":
                self.take(decide_take_back(ask, WORKSPACE, TakeBack(ask_id, by)))
            case "deliver":
                self.take(decide_deliver(ask, self.known, self.now + 11 * STEP, RollbackId("b1")))
            case _:
                self.take(decide_expire(ask, self.known, ask.expires))

    @precondition(lambda self: not self.known.finished)
    @rule(gesture=st.sampled_from(["pause", "resume", "resume", "resume", "stop"]))
    def gesture(self, gesture: str) -> None:
        match gesture:
            case "pause":
                self.take(decide_pause(self.known, PauseRun(RUN, "anna")))
            case "resume":
                self.take(decide_resume(self.known, self.open_asks(), ResumeRun(RUN, "anna"), self.now))
            case _:
                self.take(decide_stop(self.known, self.open_asks(), StopRun(RUN, "anna")))

    @precondition(lambda self: self.known.finished or len(self.known.turns) > 2)
    @rule(data=st.data())
    def roll_back(self, data: st.DataObject) -> None:
        checkpoint = data.draw(st.integers(0, self.known.checkpoints + 1))
        command = RollBack(RUN, checkpoint, "anna")
        taken = self.take(decide_roll_back(self.known, self.open_asks(), command, RollbackId(str(self.now))))
        assert not (taken and checkpoint > self.known.checkpoints)

    @precondition(lambda self: self.known.rollback is not None)
    @rule(outcome=st.sampled_from([UndoOutcome.UNDONE, UndoOutcome.CONFLICT]))
    def undo_next(self, outcome: UndoOutcome) -> None:
        rollback = self.known.rollback
        assert rollback is not None
        if not rollback.left:
            assert self.take(
                decide_finish_rollback(
                    self.known, None, FinishRollback(RUN, rollback.rollback_id), self.now, RollbackId("next")
                )
            )
            return
        call_id = rollback.left[0]
        assert self.take(decide_start_undo(self.known, StartUndo(RUN, call_id)))
        assert self.take(decide_finish_undo(self.known, FinishUndo(RUN, call_id, outcome, "s")))

    @invariant()
    def nothing_is_spent_or_undone_twice(self) -> None:
        assert len(set(self.spent)) == len(self.spent)
        assert len(set(self.undone)) == len(self.undone)

    @invariant()
    def asked_calls_start_only_with_their_own_spent_approval(self) -> None:
        for call_id, ask_id in self.starts:
            if AskId(call_id) in self.asks:
                assert ask_id == AskId(call_id)
                assert ask_id in self.spent

    @invariant()
    def each_call_starts_once(self) -> None:
        assert len({call for call, _ in self.starts}) == len(self.starts)

    @invariant()
    def a_finished_run_leaves_no_ask_open(self) -> None:
        if self.known.finished:
            assert not self.open_asks()
            assert self.known.at_work_since == 0

    @invariant()
    def waiting_means_that_somebody_is_asked(self) -> None:
        run = self.known
        if run.state is RunState.WAITING:
            assert run.open_call is not None
            assert run.open_call.status is CallStatus.ASKED


RunMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
TestRunMachine = RunMachine.TestCase
