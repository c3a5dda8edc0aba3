"""Time passes, the clock is set, the program is cut off and killed."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from runtime.domain.ask_state import Ask
from runtime.domain.ids import AskId
from tests.machine.at_work import AtWork
from tests.machine.watched import EXPIRES_S, HOLD_S


class TimeAndDeath(AtWork):
    """See the module."""

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
