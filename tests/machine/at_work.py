"""Agents and runs: begun, steered, saved anew, under rules that change."""

from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from runtime.domain.action import canonical
from runtime.domain.commands import (
    Command,
    PauseAgent,
    PauseAll,
    PauseRun,
    ResumeAgent,
    ResumeAll,
    ResumeRun,
    SaveAgent,
    StartRun,
    StopRun,
)
from runtime.domain.decision import Decision, ProposedCall
from runtime.domain.ids import StepId
from runtime.domain.task import Task
from runtime.domain.words import DecisionKind
from runtime.operations.new_ids import new_run_id
from tests.machine.model import RULES
from tests.machine.outside import any_given
from tests.machine.watched import CHANGING, CLERK, MOST_RUNS, Watched

TURNS = st.lists(st.lists(st.sampled_from(CHANGING), min_size=1, max_size=2), min_size=1, max_size=3)


ORDERS = st.integers(0, 999)
"""Of how tasks meet; see ``own_time``."""
Turns = list[list[str]]


class AtWork(Watched):
    """See the module."""

    @initialize(first=TURNS, second=TURNS, rules=st.sampled_from(list(RULES)), whole=st.booleans(), order=ORDERS)
    def at_work(self, first: Turns, second: Turns, rules: str, whole: bool, order: int) -> None:
        self.put_in_order(order)
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
