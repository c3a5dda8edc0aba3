"""What people answer to requests, and what comes between an answer and its effect."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from runtime.domain.action import canonical
from runtime.domain.ask_state import Ask
from runtime.domain.commands import (
    Approve,
    Reject,
    ReleaseHold,
    TakeBack,
    TellOutcome,
)
from runtime.domain.decide_ask import ANSWERS
from runtime.domain.ids import AskId
from runtime.domain.words import AskState, Tier
from tests.machine.books import note_of
from tests.machine.outside import any_given
from tests.machine.time_and_death import TimeAndDeath
from tests.machine.watched import HOLD_S


class Ruling(TimeAndDeath):
    """See the module."""

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
        self._approve(final[0] if final and number % 2 else first, edited=False, wrong=False)
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
