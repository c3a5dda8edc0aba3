"""The whole runtime under random gestures, agents, crashes and clocks, held against a small model of what may be true.

A rule that has nothing to act on does nothing: what is drawn never depends on the program, whose tasks may interleave.

The examples are the same in every run. ``CONSOLE_LONG=1`` makes many more of them and prints the seed:
``CONSOLE_LONG=1 pytest tests/machine --hypothesis-seed=N`` (without a seed one is chosen and printed with a failure).
"""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from runtime.domain.action import canonical
from runtime.domain.ask_state import Ask
from runtime.domain.commands import (
    Approve,
    Command,
    PauseAgent,
    PauseAll,
    PauseRun,
    Reject,
    ReleaseHold,
    ResumeAgent,
    ResumeAll,
    ResumeRun,
    RollBack,
    SaveAgent,
    StartRun,
    StopRun,
    TakeBack,
    TellOutcome,
)
from runtime.domain.decide_ask import ANSWERS
from runtime.domain.decision import Decision, ProposedCall
from runtime.domain.ids import AskId, StepId
from runtime.domain.run_state import Run
from runtime.domain.task import Task
from runtime.domain.words import AskState, CallOutcome, DecisionKind, EffectKind, Tier
from runtime.operations.new_ids import new_run_id
from tests.machine.books import note_of
from tests.machine.model import RULES
from tests.machine.outside import any_given
from tests.machine.watched import CHANGING, CLERK, EXPIRES_S, HOLD_S, LONG, MOST_RUNS, Watched

TURNS = st.lists(st.lists(st.sampled_from(CHANGING), min_size=1, max_size=2), min_size=1, max_size=3)


class RuntimeMachine(Watched):
    """Each rule is one gesture; then the program works (or is killed and opened again) until it rests."""

    # -- agents ----------------------------------------------------------------------------------------------------
    @initialize(first=TURNS, second=TURNS, rules=st.sampled_from(list(RULES)), whole=st.booleans())
    def at_work(self, first: list[list[str]], second: list[list[str]], rules: str, whole: bool) -> None:
        self.save_rules(rules)
        if whole:
            self.save_agent(True)
        self.start(first, gives_up=whole)
        self.start(second, gives_up=False)

    @rule(turns=TURNS, gives_up=st.booleans())
    def start(self, turns: list[list[str]], gives_up: bool) -> None:
        if sum(not self.states.run(run_id).finished for run_id in self.runs) >= MOST_RUNS:
            return
        run_id = new_run_id()
        title, script = f"t{len(self.runs)}", []
        calls: dict[str, str] = {}
        for turn in turns:
            notes = {f"n{self.notes + at}": verb for at, verb in enumerate(turn)}
            self.notes += len(notes)
            calls |= notes
            proposed = tuple(
                # A step of the plan for each call: none needs another, so what is allowed runs side by side.
                ProposedCall(f"outside.{verb}", canonical(any_given(note)), 0.9, "because", StepId(f"s{at}"))
                for at, (note, verb) in enumerate(notes.items(), 1)
            )
            script.append(Decision(DecisionKind.ACT, confidence=0.9, calls=proposed))
        end = Decision(DecisionKind.ESCALATE, "Too hard.") if gives_up else Decision(DecisionKind.COMPLETE, "Done.")
        self.lives.scripts.turns[title] = (*script, end)
        self.model.wants(calls)
        self.books.wants(run_id, calls)
        self.runs.append(run_id)
        self.gesture(StartRun(run_id, CLERK.name, Task(title, title, trusted=True), "anna"), set())
        if self.states.run(run_id) is None:
            self.runs.remove(run_id)

    @rule(fault=st.sampled_from(["fail", "break-before", "break-after"]))
    def tools_will_fail(self, fault: str) -> None:
        self.lives.outside.faults.append(fault)

    # -- rulings ---------------------------------------------------------------------------------------------------
    def _an_ask(self, number: int, *states: AskState) -> Ask | None:
        fitting = [ask for ask in self.open_asks() if ask.state in states]
        if not fitting and AskState.WAITING in states:
            self.start([["final", "set"]], gives_up=number % 2 == 0)  # so that there is something to rule on
            fitting = [ask for ask in self.open_asks() if ask.state in states]
        return fitting[number % len(fitting)] if fitting else None

    @rule(number=st.integers(0, 5))
    def approve_what_waits(self, number: int) -> None:
        ask = self._an_ask(number, AskState.WAITING)
        if ask is not None:
            self._approve(ask, edited=False, wrong=False)

    @rule(number=st.integers(0, 5), then=st.sampled_from(["rules", "agent", "back", "kill", "cut", "pause"]))
    def approve_and_change_ones_mind(self, number: int, then: str) -> None:
        """Something comes between an approval and the end of its hold."""
        ask = self._an_ask(number, AskState.WAITING)
        if ask is None:
            return
        self._approve(ask, edited=False, wrong=False)
        match then:
            case "rules":
                self.save_rules("ask")
            case "agent":
                self.save_agent(False)
            case "back":
                self._take_back(ask.raised.ask_id)
            case "kill":
                self.kill(0)
            case "cut":
                self.cut_at_a_coming_write(1 + number, before=number % 2 == 0)
            case _:
                self.steer_all("pause all")
                self.steer_all("resume all")
        self.time_passes(HOLD_S + 1)

    @rule(number=st.integers(0, 5))
    def killed_while_it_happens(self, number: int) -> None:
        """The effect has come about, and its end was never recorded."""
        first = self._an_ask(number, AskState.WAITING)
        final = [ask for ask in self.open_asks() if ask.raised.tier >= Tier.FINAL and ask.state is AskState.WAITING]
        if first is None:
            return
        self._approve(final[0] if final else first, edited=False, wrong=False)
        self.cut_at_a_coming_write(2, before=True)
        self.time_passes(HOLD_S + 1)

    @rule(number=st.integers(0, 5), edited=st.booleans(), wrong=st.booleans())
    def approve(self, number: int, edited: bool, wrong: bool) -> None:
        ask = self._an_ask(number, AskState.WAITING, AskState.HELD)
        if ask is not None:
            self._approve(ask, edited, wrong)

    def _approve(self, ask: Ask, edited: bool, wrong: bool) -> None:
        note = note_of(ask.raised.action.arguments) if ask.raised.kind == "action" else ""
        changed = canonical(any_given(f"{note}e")) if edited else None
        digest = "0" * 64 if wrong else ask.raised.digest
        ticked = tuple(range(len(ask.raised.checks)))
        before, deaths = ask.state, self.lives.deaths
        given = self.gesture(Approve(ask.raised.ask_id, "anna", digest, changed, ticked), {ask.raised.ask_id})
        assert not (given and (wrong or before is AskState.HELD or ask.raised.kind != "action"))
        now: Ask = self.states.ask(ask.raised.ask_id)
        durable = before is AskState.WAITING and not wrong and (now.ruling is not None or now.how == "spent")
        assert durable or not given, "an approval that was confirmed is gone"
        if durable and given is not False:
            self.model.by_person[f"{note}e" if edited else note] = ask.raised.ask_id
        if given and self.lives.deaths == deaths:
            self.books.consented(f"{note}e" if edited else note, ask.raised.ask_id)

    @rule(number=st.integers(0, 5))
    def reject(self, number: int) -> None:
        ask = self._an_ask(number, AskState.WAITING)
        if ask is None:
            return
        self.gesture(Reject(ask.raised.ask_id, "anna", "No"), {ask.raised.ask_id})

    @rule(number=st.integers(0, 5), answer=st.integers(0, 2))
    def tell(self, number: int, answer: int) -> None:
        asks = [ask for ask in self.open_asks() if ask.raised.kind != "action"]
        if not asks:
            return
        ask = asks[number % len(asks)]
        answers = ANSWERS[ask.raised.kind]
        said = answers[answer % len(answers)]
        given = self.gesture(TellOutcome(ask.raised.ask_id, "anna", said), {ask.raised.ask_id})
        now: Ask = self.states.ask(ask.raised.ask_id)
        durable = given or (given is None and now.ruling is not None)
        if durable and said == "do-it":
            note = note_of(ask.raised.action.arguments)
            self.model.again[note] += 1
            self.model.by_person[note] = ask.raised.ask_id

    @rule(number=st.integers(0, 5), release=st.booleans())
    def take_back_or_release(self, number: int, release: bool) -> None:
        ask = self._an_ask(number, AskState.HELD)
        if ask is None:
            return
        ask_id = ask.raised.ask_id
        if release:
            given = self.gesture(ReleaseHold(ask_id, "anna"), {ask_id})
            assert not (given and ask.raised.tier >= Tier.FINAL)
            return
        self._take_back(ask_id)

    def _take_back(self, ask_id: AskId) -> None:
        self.gesture(TakeBack(ask_id, "anna"), {ask_id})
        now: Ask = self.states.ask(ask_id)
        if now.state is AskState.WAITING:
            self.model.forget(ask_id, self.done())

    # -- runs, agents, rules ---------------------------------------------------------------------------------------
    @rule(number=st.integers(0, 9), what=st.sampled_from([PauseRun, ResumeRun, ResumeRun, ResumeRun, StopRun]))
    def steer(self, number: int, what: Any) -> None:
        if not self.runs:
            return
        run = self.known_run(number)
        touched = set() if what is PauseRun else self.asks_of(run.run_id)
        self.gesture(what(run.run_id, "anna"), touched)

    @rule(what=st.sampled_from(["pause", "pause all", *["resume", "resume all"] * 4]))
    def steer_all(self, what: str) -> None:
        commands: dict[str, Command] = {
            "pause": PauseAgent(CLERK.name, "anna"),
            "resume": ResumeAgent(CLERK.name, "anna"),
            "pause all": PauseAll("anna"),
            "resume all": ResumeAll("anna"),
        }
        self.gesture(commands[what], self.all_asks() if what.startswith("resume") else set())

    @rule(name=st.sampled_from(list(RULES)))
    def save_rules(self, name: str) -> None:
        version = self.states.workspace.policy.version
        done, bound = self.done(), {ask.raised.ask_id for ask in self.open_asks() if ask.raised.kind == "action"}
        self.do(self._save_rules(name))
        self.settle(bound)
        if self.states.workspace.policy.version != version:
            self.model.ruled_anew(name, done)

    @rule(whole=st.booleans())
    def save_agent(self, whole: bool) -> None:
        self.saves += 1
        spec = msgspec.structs.replace(CLERK, all_or_nothing=whole, instructions=f"Save {self.saves}.")
        done, bound = self.done(), {ask.raised.ask_id for ask in self.open_asks() if ask.raised.kind == "action"}
        revision = self.states.agent(CLERK.name).revision
        self.gesture(SaveAgent(spec, "anna"), bound)
        if self.states.agent(CLERK.name).revision != revision:
            self.model.void(done)

    @rule(number=st.integers(0, 9), to=st.integers(0, 3))
    def roll_back(self, number: int, to: int) -> None:
        if not self.runs:
            return
        run = self.known_run(number)
        if self.gesture(RollBack(run.run_id, to, "anna"), self.asks_of(run.run_id)):
            after: Run = self.states.run(run.run_id)
            present = self.lives.outside.present()
            for call in after.calls:
                if call.checkpoint > to and call.effect is EffectKind.REVERSIBLE and call.outcome is CallOutcome.OK:
                    note = note_of(call.action.arguments)
                    assert note not in present, f"{note} was rolled back and is still there"

    @rule(number=st.integers(0, 9), writes=st.sampled_from([2, 2, 3, 3, 4]), before=st.booleans())
    def killed_while_it_is_undone(self, number: int, writes: int, before: bool) -> None:
        """After 2 it was begun and is not undone; before 3 it is undone, and that was never recorded."""
        fitting = self.books.can_be_undone(self.lives.outside)
        if not fitting:  # so that there is something to undo
            self.save_rules("allow")
            self.start([["keyed"]], gives_up=False)
            fitting = self.books.can_be_undone(self.lives.outside)
        if fitting:
            self.cut_at_a_coming_write(writes, before)
            self.roll_back(self.runs.index(fitting[number % len(fitting)]), 0)

    # -- time and death --------------------------------------------------------------------------------------------
    @rule(seconds=st.sampled_from([5, *[HOLD_S + 1] * 6, EXPIRES_S + 1]))
    def time_passes(self, seconds: int) -> None:
        over = self._over_after(seconds)
        lost = {ask_id for ask_id in over if self._expires_by(ask_id, seconds)}
        faults, deaths = list(self.lives.outside.faults), self.lives.deaths
        self.do(self.lives.pass_time(seconds))
        self.books.grow(seconds)
        self.settle(over)
        self._lost(lost)
        due = self.books.due(HOLD_S, EXPIRES_S)
        if not faults and self.lives.deaths == deaths:
            missing = due - {effect.note for effect in self.lives.outside.done} - self.books.reads()
            assert not missing, f"{missing} were approved, nothing came between, and they did not happen"

    def _lost(self, asks: set[AskId]) -> None:
        """Their time was over before anything more could happen: what was approved is not done any more."""
        for ask_id in asks:
            ask: Ask = self.states.ask(ask_id)
            assert ask.how != "spent", f"the approval of {ask.raised.title} was spent after its deadline"
            if ask.how == "expired":
                self.model.forget(ask_id, self.done())

    @rule(days=st.sampled_from([-1, 1]))
    def clock_is_set(self, days: int) -> None:
        """While it runs, nothing follows from it."""
        if abs(self.lives.set_by_ns) <= 2 * 86_400_000_000_000:
            self.lives.set_by_ns += days * 86_400_000_000_000
            self.do(self.lives.pass_time(0))
            self.settle(set())

    @rule(writes=st.integers(1, 8), before=st.booleans())
    def cut_at_a_coming_write(self, writes: int, before: bool) -> None:
        assert self.lives.cable is not None
        self.lives.cable.cut_in, self.lives.cable.before = writes, before

    @rule(away=st.sampled_from([*[0] * 5, EXPIRES_S + 1]))
    def kill(self, away: int) -> None:
        """Across a restart the wall clock counts, as it is set by then."""
        wall = (self.lives.parts.clock.now() - self._wall()) // 1_000_000
        gone = away - wall
        lost = {ask_id for ask_id in self.all_asks() if self._expires_by(ask_id, gone)}
        self.do(self.lives.drop())
        self.books.died()
        self.lives.passed_ns += away * 1_000_000_000
        self.do(self.lives.open())
        self.do(self.lives.pass_time(0))
        self.settle(lost)
        self._lost(lost)


class OnDisk(RuntimeMachine):
    """The same where every write waits for the disk."""

    on_disk = True


def _settings(examples: int, steps: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    return settings(
        max_examples=examples * (40 if LONG else 1),
        stateful_step_count=steps,
        deadline=None,
        derandomize=not LONG,
        print_blob=True,
        suppress_health_check=slow,
    )


RuntimeMachine.TestCase.settings = _settings(24, 40)
OnDisk.TestCase.settings = _settings(3, 40)
TestInMemory = pytest.mark.may_leave_tasks(RuntimeMachine.TestCase)
TestOnDisk = pytest.mark.may_leave_tasks(OnDisk.TestCase)
