"""A person's own books: what they said, and what the world and the journal's file show. No memory of the program's is
read here; what the program claims (an answer, an end, an expiry) is held against them."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec

from runtime.domain.changes import Done
from runtime.domain.commands import (
    Approve,
    PauseAgent,
    PauseAll,
    PauseRun,
    Reject,
    ResumeAgent,
    ResumeAll,
    ResumeRun,
    RollBack,
    SaveAgent,
    SavePolicy,
    StartRun,
    StopRun,
    TakeBack,
    TellOutcome,
)
from runtime.domain.events.asks import AskApproved, AskRejected, OutcomeTold, RulingTakenBack
from runtime.domain.events.effects import EffectFinished, OutcomeSettled
from runtime.domain.events.rollbacks import RollbackStarted
from runtime.domain.events.runs import RunQueued
from runtime.domain.ids import AskId, RunId
from runtime.domain.refusals import Refusal
from runtime.domain.words import CallOutcome
from tests.machine.outside import UNDOABLE, Outside

WRITES: dict[type, type] = {
    Approve: AskApproved,
    Reject: AskRejected,
    TakeBack: RulingTakenBack,
    TellOutcome: OutcomeTold,
    RollBack: RollbackStarted,
    StartRun: RunQueued,
}
"""What each answer of a person has to leave in the journal."""
FOREVER = -(10**9)
"""The age of a request whose deadline these books do not follow."""
HOLDS_UP = (PauseAgent, PauseAll, PauseRun)
UNSETTLES = (*HOLDS_UP, ResumeAgent, ResumeAll, ResumeRun, SaveAgent, SavePolicy, StopRun, RollBack, TakeBack)
"""After these an approval that was not spent yet may come to nothing; which one, is nothing these books say."""


@dataclass
class Books:
    """``said``: answers the program confirmed, by event and subject; ``unheard``: it died before it answered."""

    said: Counter[tuple[type, str]] = field(default_factory=Counter)
    unheard: Counter[tuple[type, str]] = field(default_factory=Counter)
    held_up: set[str] = field(default_factory=set)
    """Pauses that were said and not ended, by what they are of."""
    verbs: dict[str, str] = field(default_factory=dict)
    """Note of every call -> its verb; an edited one has a note of its own."""
    run_of: dict[str, RunId] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)
    """Notes about which a person was asked whether it happened: what is known of them is a person's word."""
    rolled_back: set[RunId] = field(default_factory=set)
    """To the start, and that was confirmed."""
    may_be_undone: set[RunId] = field(default_factory=set)
    whole: set[bool] = field(default_factory=lambda: {False})
    """Whether the agent may be all or nothing by now."""
    consents: dict[str, AskId] = field(default_factory=dict)
    """Note of an approval that was confirmed and that nothing has unsettled -> the request."""
    passed: dict[str, int] = field(default_factory=dict)
    """Note of the same -> seconds that have passed since."""
    met: set[AskId] = field(default_factory=set)
    """Requests that were seen at all."""
    ages: dict[AskId, int] = field(default_factory=dict)
    """Of requests that were first seen in this life and that no pause ever touched, in seconds."""

    def hears(self, command: Any, answer: Done | Refusal | None) -> None:
        """A person's command and what they were told."""
        if isinstance(answer, Refusal):
            return
        if isinstance(command, UNSETTLES) or answer is None:
            self.consents.clear()
        subject = getattr(command, "ask_id", "") or getattr(command, "run_id", "")
        if type(command) in WRITES:
            (self.unheard if answer is None else self.said)[WRITES[type(command)], subject] += 1
        match command:
            case PauseAgent() | PauseAll() | PauseRun():
                self.held_up.add(_held(command))
                self.ages.clear()
            case ResumeAgent() | ResumeAll() | ResumeRun() if answer is not None:
                self.held_up.discard(_held(command))
            case SaveAgent(spec=spec):
                self.whole = {spec.all_or_nothing} if answer is not None else self.whole | {spec.all_or_nothing}
            case StartRun(run_id=run_id) if True in self.whole:
                self.may_be_undone.add(run_id)
            case RollBack(run_id=run_id, to_checkpoint=to):
                self.may_be_undone.add(run_id)
                if answer is not None and to == 0:
                    self.rolled_back.add(run_id)

    def wants(self, run_id: RunId, calls: dict[str, str]) -> None:
        """This run's model makes these calls."""
        for note, verb in calls.items():
            for one in (note, f"{note}e"):
                self.verbs[one], self.run_of[one] = verb, run_id

    def consented(self, note: str, ask_id: AskId) -> None:
        """An approval of exactly this was confirmed."""
        self.consents[note], self.passed[note] = ask_id, 0

    def saw(self, asks: set[AskId], gone: set[AskId]) -> None:
        """What is asked now, and what is not asked any more."""
        self.ages = {ask_id: age for ask_id, age in self.ages.items() if ask_id not in gone}
        for ask_id in asks:
            self.ages.setdefault(ask_id, 0 if not self.held_up and ask_id not in self.met else FOREVER)
        self.met |= asks

    def died(self) -> None:
        """Holds begin anew in the next life and deadlines are read off the wall: nothing is counted on."""
        self.consents.clear()
        self.ages.clear()

    def grow(self, seconds: int) -> None:
        """So much time passed while the program ran."""
        self.ages = {ask_id: age + seconds for ask_id, age in self.ages.items()}
        for note in self.consents:
            self.passed[note] += seconds

    def due(self, hold_s: int, expires_s: int) -> set[str]:
        """Notes that have to be in the world by now: their hold is over, and was over before their time was."""
        over = {note for note in self.consents if self.passed[note] >= hold_s}
        good = {note for note in over if 0 <= self.ages.get(self.consents[note], FOREVER) < expires_s}
        for note in over:
            del self.consents[note]
        return {note for note in good if self._free(self.run_of[note])}

    def can_be_undone(self, outside: Outside) -> list[RunId]:
        """Runs that left something in the world, and that nobody rolled back so far."""
        there = [effect for effect in outside.done if effect.verb in UNDOABLE and not outside.undone[effect.key]]
        runs = dict.fromkeys(self.run_of[effect.note] for effect in there)
        return [run_id for run_id in runs if run_id not in self.may_be_undone]

    def reads(self) -> set[str]:
        """Notes of calls that leave nothing in the world."""
        return {note for note, verb in self.verbs.items() if verb == "read"}

    def _free(self, run_id: RunId) -> bool:
        """Whether nothing holds this run up."""
        return not self.held_up & {"all", "clerk", str(run_id)}

    # -- what has to hold ------------------------------------------------------------------------------------------
    def faults_of_undos(self, outside: Outside) -> list[str]:
        """Rolled back = nothing of it is left, and each was undone once; of the rest nothing was undone."""
        found = []
        for effect in outside.done:
            times, run_id = outside.undone[effect.key], self.run_of[effect.note]
            if times > 1:
                found.append(f"{effect} was undone {times} times")
            if times and run_id not in self.may_be_undone:
                found.append(f"{effect} was undone and nobody asked for it")
            settled = self._free(run_id) and effect.note not in self.doubtful and effect.verb in UNDOABLE
            if settled and run_id in self.rolled_back and not times:
                found.append(f"{effect} was rolled back and is still there")
        return found

    def faults_of_deadlines(self, waiting: set[AskId], expired: set[AskId], expires_s: int) -> list[str]:
        """A request expires when its time is over, no sooner and no later."""
        followed = {ask_id: age for ask_id, age in self.ages.items() if age >= 0}
        late = [
            f"{one} still waits after {age} s" for one, age in followed.items() if one in waiting and age > expires_s
        ]
        soon = [f"{one} expired after {age} s" for one, age in followed.items() if one in expired and age < expires_s]
        return late + soon

    def faults_of_the_journal(self, events: list[Any]) -> list[str]:
        """Every confirmed answer is there, and none that nobody gave."""
        there: Counter[tuple[type, str]] = Counter()
        for event in events:
            own = not (isinstance(event, RollbackStarted) and event.by_itself)
            if type(event) in WRITES.values() and own:
                there[type(event), getattr(event, "ask_id", "") or event.run_id] += 1
        found = []
        for what in {*there, *self.said}:
            least, most = self.said[what], self.said[what] + self.unheard[what]
            if not least <= there[what] <= most:
                found.append(
                    f"{what[0].__name__} of {what[1]}: {least} confirmed, {most} said, {there[what]} journaled"
                )
        return found

    def faults_of_ends(self, notes: dict[tuple[str, str], str], events: list[Any], outside: Outside) -> list[str]:
        """What the journal says was done is in the world exactly once; what it says was not is not there.

        ``notes``: by (run, call), as it was executed."""
        ends: dict[tuple[str, str], CallOutcome] = {}
        for event in events:
            if isinstance(event, EffectFinished | OutcomeSettled):
                ends[event.run_id, event.call_id] = event.outcome
        happened = Counter(effect.note for effect in outside.done)
        found = []
        for which, outcome in ends.items():
            note = notes[which]
            if note in self.doubtful or self.verbs[note] == "read" or outcome is CallOutcome.UNKNOWN:
                continue
            if happened[note] != (1 if outcome is CallOutcome.OK else 0):
                found.append(f"{note} ended {outcome} and happened {happened[note]} times")
        said = {notes[which] for which in ends} | self.doubtful
        found += [f"{note} has no end" for note in happened if note not in said and self._free(self.run_of[note])]
        return found


def note_of(arguments: str) -> str:
    """Which call it is."""
    return str(msgspec.json.decode(arguments).get("note", ""))


def _held(command: Any) -> str:
    """What is paused or resumed."""
    return str(getattr(command, "run_id", "") or getattr(command, "name", "") or "all")
